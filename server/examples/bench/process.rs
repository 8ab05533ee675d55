//! What the kernel says of a process.

use std::fs;

use crate::Failure;

/// Clock ticks of `/proc` in a second; fixed on Linux.
const TICKS: f64 = 100.0;

/// A process, by its id.
#[derive(Debug, Clone, Copy)]
pub struct Process(pub u32);

/// What a process holds, in kB as `/proc` counts them (1,024 bytes).
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// Now.
    pub resident: f64,
    /// At most so far.
    pub peak: f64,
}

impl Process {
    /// Seconds of CPU, user and system, since it started.
    pub fn cpu_seconds(self) -> Result<f64, Failure> {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        // The name, in brackets, may contain anything.
        let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
        let fields: Vec<_> = rest.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok());
        let (Some(user), Some(system)) = (ticks(11), ticks(12)) else {
            return Err(format!("/proc/{}/stat cannot be read", self.0).into());
        };
        Ok((user + system) / TICKS)
    }

    /// What it holds.
    pub fn memory(self) -> Result<Memory, Failure> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()
        };
        match (field("VmRSS:"), field("VmHWM:")) {
            (Some(resident), Some(peak)) => Ok(Memory { resident, peak }),
            _ => Err(format!("/proc/{}/status cannot be read", self.0).into()),
        }
    }
}
