//! When a server refreshed: its own histogram tells of each only at its end.

use std::{
    cell::RefCell,
    rc::Rc,
    time::{Duration, Instant},
};

use tokio::{
    task::{JoinHandle, spawn_local},
    time::sleep,
};

use crate::{Failure, site::Site};

/// One may begin a whole period after another (30 s), and takes its time over half of the next.
const PATIENCE: Duration = Duration::from_secs(90);

/// From when to when one ran.
pub type Window = (Instant, Instant);

/// Somebody who looks whether another one has ended. Needs a `LocalSet`.
pub struct Watch {
    windows: Rc<RefCell<Vec<Window>>>,
    looking: JoinHandle<Result<(), Failure>>,
}

impl Watch {
    /// Looks this often from now on.
    pub fn begin(site: &Site, every: Duration) -> Self {
        let windows = Rc::new(RefCell::new(Vec::new()));
        let looking = spawn_local(look(site.clone(), every, Rc::clone(&windows)));
        Self { windows, looking }
    }

    /// All of them until now. One that is at work is waited for; if none is, the next one.
    ///
    /// # Errors
    /// When none ends in time.
    pub async fn end(self) -> Result<Vec<Window>, Failure> {
        let asked = Instant::now();
        let is_told = || self.windows.borrow().last().is_some_and(|(_, end)| *end > asked);
        while !is_told() {
            if self.looking.is_finished() || asked.elapsed() > PATIENCE {
                self.looking.abort();
                return Err("the server does not tell of another refresh".into());
            }
            sleep(Duration::from_millis(25)).await;
        }
        self.looking.abort();
        Ok(self.windows.take())
    }
}

async fn look(site: Site, every: Duration, windows: Rc<RefCell<Vec<Window>>>) -> Result<(), Failure> {
    let mut before: Option<(f64, f64)> = None;
    loop {
        let counted = site.counted().await?;
        let now =
            (counted.sum("board_refresh_seconds_count", ""), counted.sum("board_refresh_seconds_sum", ""));
        if let Some((count, sum)) = before
            && now.0 > count
        {
            let end = Instant::now();
            let took = Duration::from_secs_f64((now.1 - sum).max(0.0));
            windows.borrow_mut().push((end.checked_sub(took + every).unwrap_or(end), end));
        }
        before = Some(now);
        sleep(every).await;
    }
}
