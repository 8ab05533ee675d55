//! Load in a closed loop: every connection asks again as soon as it has its answer, and every answer is checked.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::{Duration, Instant},
};

use tokio::task::spawn_local;

use crate::{Failure, http::Connection, site::Site};

/// A request, and what its answer must be.
#[derive(Debug, Clone)]
pub struct Ask {
    /// As it is sent.
    pub request: Vec<u8>,
    /// The status.
    pub status: u16,
    /// Bytes of the body, where they are known.
    pub body: Option<usize>,
}

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// After this time.
    Passed(Duration),
    /// After so many answers.
    Answers(u64),
}

/// What became of a load.
#[derive(Debug, Default)]
pub struct Load {
    /// Answers, all of them right.
    pub answers: u64,
    /// When it began.
    pub begun: Option<Instant>,
    /// How long it took.
    pub seconds: f64,
    /// When each ended (microseconds after the start) and how long it took (microseconds).
    pub times: Vec<(u32, u32)>,
}

impl Load {
    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.answers as f64 / self.seconds
    }

    /// The durations, sorted.
    pub fn durations(&self) -> Vec<u32> {
        let mut sorted: Vec<_> = self.times.iter().map(|(_, took)| *took).collect();
        sorted.sort_unstable();
        sorted
    }
}

/// Loads one server. Needs a `LocalSet`. `pause` is kept by each connection between two requests.
pub async fn load(
    site: &Site,
    asks: &Rc<[Ask]>,
    connections: usize,
    until: Until,
    pause: Duration,
) -> Result<Load, Failure> {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(site.address).await?);
    }
    let (left, deadline) = match until {
        Until::Passed(time) => (u64::MAX, Some(time)),
        Until::Answers(answers) => (answers, None),
    };
    let left = Rc::new(Cell::new(left));
    let result = Rc::new(RefCell::new(Load::default()));
    let begun = Instant::now();
    let tasks: Vec<_> = open
        .into_iter()
        .enumerate()
        .map(|(at, mut connection)| {
            let (asks, left, result) = (asks.clone(), left.clone(), result.clone());
            spawn_local(async move {
                // Each connection begins elsewhere in the list, so that they do not all ask the same at once.
                for turn in at * asks.len() / connections.max(1).. {
                    if left.get() == 0 || deadline.is_some_and(|time| begun.elapsed() >= time) {
                        return Ok(());
                    }
                    left.set(left.get() - 1);
                    let ask = &asks[turn % asks.len()];
                    let asked = Instant::now();
                    let answer = connection.count(&ask.request).await?;
                    if answer.status != ask.status || ask.body.is_some_and(|body| body != answer.body) {
                        let wanted = (ask.status, ask.body);
                        let request = String::from_utf8_lossy(&ask.request);
                        let line = request.lines().next().unwrap_or_default().to_owned();
                        return Err(format!("{line}: wanted {wanted:?}, got {answer:?}").into());
                    }
                    let times = (begun.elapsed().as_micros() as u32, asked.elapsed().as_micros() as u32);
                    result.borrow_mut().times.push(times);
                    if !pause.is_zero() {
                        tokio::time::sleep(pause).await;
                    }
                }
                Ok::<(), Failure>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    let mut result = result.take();
    result.answers = result.times.len() as u64;
    result.begun = Some(begun);
    result.seconds = begun.elapsed().as_secs_f64();
    Ok(result)
}
