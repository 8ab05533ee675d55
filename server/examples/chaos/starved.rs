//! When the machine itself had no time: the kernel tells of every thread how long it was ready to run and had to wait
//! for a core. What is late then is late because of the machine, and says nothing of the product.

use std::{
    collections::HashMap,
    fs,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crate::{
    history::record::{Micros, Part, Trouble},
    people::now,
    stage::Stage,
};

/// Between two looks.
const EVERY: Duration = Duration::from_millis(200);
/// A thread that waited for more than this share of the time between two looks was starved.
const SHARE: f64 = 0.3;

/// Who is looked at: a server's process, or one that everybody needs.
type Watched = Vec<(Option<u8>, u32)>;

/// Looks all the time.
#[derive(Default)]
pub struct Starved {
    found: Arc<Mutex<Vec<Trouble>>>,
    over: Arc<AtomicBool>,
    watched: Arc<Mutex<Watched>>,
}

impl Starved {
    /// Begins; [`Starved::watch`] says at whom.
    pub fn begin() -> Self {
        let starved = Self::default();
        let (found, over, watched) =
            (Arc::clone(&starved.found), Arc::clone(&starved.over), Arc::clone(&starved.watched));
        thread::spawn(move || {
            let mut waited = HashMap::new();
            let mut last = now();
            while !over.load(Ordering::Relaxed) {
                thread::sleep(EVERY);
                let at = now();
                let all = watched.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let mut seen = HashMap::new();
                for (server, process) in all {
                    let mut longest = 0;
                    for (thread, delay) in threads(process) {
                        let before: u64 = waited.get(&(process, thread)).copied().unwrap_or(delay);
                        longest = longest.max(delay.saturating_sub(before));
                        seen.insert((process, thread), delay);
                    }
                    if longest as f64 / 1000.0 > (at - last) as f64 * SHARE {
                        note(&found, server, last, at);
                    }
                }
                (waited, last) = (seen, at);
            }
        });
        starved
    }

    /// Looks at these from now on: the servers, and for everybody PostgreSQL, Redis and this program.
    pub fn watch(&self, stage: &Stage) {
        let servers = stage.servers.iter().filter_map(|it| Some((Some(it.number), it.service.id().ok()?)));
        let shared = [stage.postgres.service.id().ok(), stage.redis.service.id().ok()];
        let shared = shared.into_iter().flatten().chain([std::process::id()]);
        let all = servers.chain(shared.map(|process| (None, process))).collect();
        *self.watched.lock().unwrap_or_else(PoisonError::into_inner) = all;
    }

    /// What was found.
    pub fn take(&self) -> Vec<Trouble> {
        self.over.store(true, Ordering::Relaxed);
        std::mem::take(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Every thread of a process, with how long it has waited for a core so far, in nanoseconds.
fn threads(process: u32) -> Vec<(u32, u64)> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    tasks
        .filter_map(|task| {
            let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
            let waited = text.split_whitespace().nth(1)?.parse().ok()?;
            Some((task.file_name().to_str()?.parse().ok()?, waited))
        })
        .collect()
}

fn note(found: &Mutex<Vec<Trouble>>, server: Option<u8>, from: Micros, to: Micros) {
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(last) = found.iter_mut().rev().find(|it| it.server == server)
        && last.to == from
    {
        last.to = to;
        return;
    }
    found.push(Trouble { name: "no core".to_owned(), server, part: Part::Starved, from, to });
}
