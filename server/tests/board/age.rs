//! How old a board is told to be: by a clock that nobody sets.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use app::domain::Timestamp;
use server::{
    board::{Board, Settings},
    clock::{Clock, SystemClock, SystemEntropy},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::floor::{self, ground::Ground, server::SOON};

/// A wall clock that somebody sets.
#[derive(Debug, Default)]
struct SetClock(std::sync::atomic::AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        let ahead = self.0.load(std::sync::atomic::Ordering::Relaxed);
        Timestamp::from_millis(SystemClock.now().millis() + ahead)
    }
}

#[tokio::test]
async fn no_step_of_a_wall_clock_makes_a_board_look_younger_or_older_than_it_is() {
    let (ground, redis) = Ground::with_own_redis().await;
    ground.approve("A-1").await;
    let clock = Arc::new(SetClock::default());
    let settings = Settings::new(redis.url(), clock.clone(), Arc::new(SystemEntropy));
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let board = Board::start(settings, ground.database.another(), &tasks, &stop).unwrap();
    floor::until("a first board", SOON, async || board.near().is_some()).await;
    let told = || {
        let near = board.near().unwrap();
        let age = clock.now().millis() - board.fresh_at(&near).millis();
        (age, board.age(&near).as_millis())
    };
    for hours in [0, 1, -1] {
        clock.0.store(hours * 3_600_000, std::sync::atomic::Ordering::Relaxed);
        let young = async || (0..1000).contains(&told().0);
        floor::until("the age is told by a clock that nobody sets", SOON, young).await;
        assert!(told().1 < 1000, "{hours} h: {:?}", told());
    }
    ground.database.away(true).await;
    floor::until("noticed", SOON, async || board.postgres_is_away()).await;
    let begun = Instant::now();
    for hours in [-5, 5, -1] {
        clock.0.store(hours * 3_600_000, std::sync::atomic::Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(200)).await;
        let least = i64::try_from(begun.elapsed().as_millis()).unwrap();
        assert!((least..least + 5_000).contains(&told().0), "{hours} h: {:?} after {least} ms", told());
    }
    ground.database.away(false).await;
    stop.cancel();
    tasks.close();
    tasks.wait().await;
}
