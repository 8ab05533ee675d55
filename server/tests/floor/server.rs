//! One server's board, as tests start, watch and stop it.

use std::{sync::Arc, time::Duration};

use ::server::{
    board::{Board, Settings},
    clock::{SystemClock, SystemEntropy},
    store::Postgres,
};
use app::domain::Revision;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Database, orders, shared::Shared, until};

/// The bound of waits on a healthy system; far above what is needed, so that a busy machine fails nothing.
pub const SOON: Duration = Duration::from_secs(30);
/// A refresh that does not happen within a test.
pub const RARELY: Duration = Duration::from_secs(600);

/// One server's board.
pub struct Server {
    /// Its board.
    pub board: Board,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Server {
    /// Starts one.
    pub fn start(store: Postgres, redis: &str, prefix: &str, refresh: Duration) -> Self {
        let mut settings = Settings::new(redis.to_owned(), Arc::new(SystemClock), Arc::new(SystemEntropy));
        settings.prefix = prefix.to_owned();
        settings.refresh_every = refresh;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let board = Board::start(settings, store, &tasks, &stop).unwrap();
        Self { board, tasks, stop }
    }

    /// Waits for its first board.
    pub async fn complete(&self) {
        until("a first board", SOON, async || self.board.near().is_some()).await;
    }

    /// Where its near board is.
    pub fn revision(&self) -> Revision {
        *self.board.revisions().borrow()
    }

    /// Waits until the near board is at the log's head and says what the log says.
    pub async fn says_what_the_log_says(&self, database: &Database) {
        let head = orders::head(database.pool()).await;
        until("the near board at the head", SOON, async || self.revision() >= head).await;
        assert_eq!(orders::held(&self.board.near().unwrap()), orders::logged(database.pool()).await);
    }

    /// Stops it.
    pub async fn end(self) {
        self.stop.cancel();
        self.tasks.close();
        tokio::time::timeout(SOON, self.tasks.wait()).await.expect("all tasks end");
    }
}

/// Waits until Redis is at the log's head and says what the log says.
pub async fn redis_says_what_the_log_says(shared: &Shared, database: &Database) {
    let head = orders::head(database.pool()).await.to_string();
    until("Redis at the head", SOON, async || shared.revision().await.as_ref() == Some(&head)).await;
    assert_eq!(shared.held().await, orders::logged(database.pool()).await);
    let count = shared.held().await.len();
    assert_eq!(shared.mark().await.unwrap().split(':').nth(3), Some(count.to_string().as_str()));
}
