//! What a server holds while everything around it breaks: memory, descriptors, tasks.

use std::fs;

use crate::{Failure, stage::server::Server};

/// One look.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// Resident, in kB.
    pub memory: f64,
    /// Open descriptors.
    pub descriptors: f64,
    /// Tasks of the runtime that have not ended.
    pub tasks: f64,
}

impl Held {
    /// What it holds now; `open` connections are the load's, not its own.
    pub async fn by(server: &Server) -> Result<Self, Failure> {
        let id = server.service.id()?;
        let status = fs::read_to_string(format!("/proc/{id}/status"))?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let memory = resident.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
        let descriptors = fs::read_dir(format!("/proc/{id}/fd"))?.count() as f64;
        let open = server.counted("http_connections_open").await?;
        let tasks = server.counted("runtime_tasks").await? - open;
        let memory = memory.ok_or("a process without memory")?;
        Ok(Self { memory, descriptors: descriptors - open, tasks })
    }
}

/// How much more the last fifth of the looks holds than the second fifth, by their medians.
pub fn growth(looks: &[Held], of: fn(&Held) -> f64) -> Option<f64> {
    let fifth = looks.len() / 5;
    if fifth < 2 {
        return None;
    }
    let median = |part: &[Held]| {
        let mut values: Vec<f64> = part.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Some(median(&looks[looks.len() - fifth..]) / median(&looks[fifth..2 * fifth]).max(1.0))
}
