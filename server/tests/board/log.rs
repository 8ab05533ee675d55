//! The log that PostgreSQL keeps: every change of an actual order, whoever makes it, once a transaction, in order.
#![expect(clippy::unwrap_used, reason = "tests")]

use app::domain::{OrderId, Revision};
use sqlx::AssertSqlSafe;

use crate::floor::{self, Database, orders};

/// Runs statements.
pub async fn run(database: &Database, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(database.pool()).await.unwrap();
}

/// The changes after a revision, as order and whether it stayed on the board.
pub async fn after(database: &Database, revision: Revision) -> Vec<(OrderId, bool)> {
    let tail = database.store.tail(revision.rev, 1000).await.unwrap();
    let numbers: Vec<u64> = tail.events.iter().map(|event| event.revision.rev).collect();
    let expected: Vec<u64> = (revision.rev + 1..).take(numbers.len()).collect();
    assert_eq!(numbers, expected, "no gaps");
    assert_eq!(orders::logged(database.pool()).await, orders::actual(database.pool()).await);
    tail.events.into_iter().map(|event| (event.order, event.payload.is_some())).collect()
}

#[tokio::test]
async fn a_transaction_that_touches_an_order_twice_is_one_event_with_its_final_state() {
    let database = floor::database().await;
    let order = orders::approve(database.pool(), "A-1").await;
    let before = orders::head(database.pool()).await;
    let sql = format!(
        "BEGIN; UPDATE orders SET comment = 'one' WHERE id = '{order}';
         INSERT INTO order_history (order_id, status, at, source) VALUES ('{order}', 'MANUFACTURING_STARTED', now(), 'mes');
         UPDATE orders SET status = 'MANUFACTURING_STARTED', comment = 'two' WHERE id = '{order}'; COMMIT"
    );
    run(&database, &sql).await;
    assert_eq!(after(&database, before).await, [(order, true)]);
}

#[tokio::test]
async fn a_step_added_to_the_history_is_a_change() {
    let database = floor::database().await;
    let order = orders::approve(database.pool(), "A-1").await;
    let before = orders::head(database.pool()).await;
    run(&database, &format!("INSERT INTO order_history (order_id, status, at, source) VALUES ('{order}', 'SUBMITTED', now(), 'shop')")).await;
    assert_eq!(after(&database, before).await, [(order, true)]);
}

#[tokio::test]
async fn a_step_that_comes_after_its_order_was_logged_is_logged_too_however_many_there_are() {
    let database = floor::database().await;
    let order = orders::approve(database.pool(), "A-1").await;
    let step = |status: &str| {
        format!(
            "INSERT INTO order_history (order_id, status, at, source) VALUES ('{order}', '{status}', now(), 'shop');"
        )
    };
    let before = orders::head(database.pool()).await;
    let (first, second) = (step("SUBMITTED"), step("PRICE_CALCULATED"));
    run(&database, &format!("BEGIN; {first} UPDATE orders SET comment = 'one'; {second} COMMIT")).await;
    assert_eq!(after(&database, before).await, [(order, true)], "one event for both steps and the comment");

    let before = orders::head(database.pool()).await;
    let (third, fourth) = (step("INITIATED"), step("FILE_UPLOADED"));
    let at_once = "UPDATE orders SET comment = 'two'; SET CONSTRAINTS ALL IMMEDIATE";
    run(&database, &format!("BEGIN; {at_once}; {third} SET CONSTRAINTS ALL DEFERRED; {fourth} COMMIT")).await;
    assert_eq!(after(&database, before).await, [(order, true); 3]);

    let before = orders::head(database.pool()).await;
    let instead = "DELETE FROM order_history WHERE status = 'INITIATED'; SET CONSTRAINTS ALL DEFERRED";
    run(&database, &format!("BEGIN; {at_once}; {instead}; {third} COMMIT")).await;
    assert_eq!(after(&database, before).await.last(), Some(&(order, true)), "another step in its place");
}

#[tokio::test]
async fn a_person_with_a_new_name_changes_the_actual_orders_they_worked_on() {
    let database = floor::database().await;
    let pool = database.pool();
    let user = orders::user(pool, "anna").await;
    let (mine, worked, other, gone) = (
        orders::approve(pool, "A-1").await,
        orders::approve(pool, "A-2").await,
        orders::approve(pool, "A-3").await,
        orders::approve(pool, "A-4").await,
    );
    orders::assign(pool, mine, user).await;
    orders::assign(pool, gone, user).await;
    orders::set_status(pool, gone, "SHIPPED").await;
    run(&database, &format!("INSERT INTO order_history (order_id, status, at, source, operator_id) VALUES ('{worked}', 'MANUFACTURING_STARTED', now(), 'mes', '{user}')")).await;
    let before = orders::head(pool).await;
    run(&database, "UPDATE users SET name = 'Анна К.' WHERE login = 'anna'").await;
    let mut changed = after(&database, before).await;
    changed.sort();
    let mut expected = [(mine, true), (worked, true)];
    expected.sort();
    assert_eq!(changed, expected);
    assert!(!changed.contains(&(other, true)));
}

#[tokio::test]
async fn shipped_cancelled_and_deleted_orders_leave_once() {
    let database = floor::database().await;
    let pool = database.pool();
    let ids = [
        orders::approve(pool, "A-1").await,
        orders::approve(pool, "A-2").await,
        orders::approve(pool, "A-3").await,
    ];
    let before = orders::head(pool).await;
    orders::set_status(pool, ids[0], "SHIPPED").await;
    orders::set_status(pool, ids[1], "CANCELLED").await;
    run(&database, &format!("DELETE FROM orders WHERE id = '{}'", ids[2])).await;
    assert_eq!(after(&database, before).await, ids.map(|id| (id, false)));
    let before = orders::head(pool).await;
    run(&database, "UPDATE orders SET comment = 'late' WHERE status = 'SHIPPED'").await;
    run(&database, &format!("DELETE FROM orders WHERE id = '{}'", ids[0])).await;
    assert_eq!(after(&database, before).await, []);
}

#[tokio::test]
async fn a_rolled_back_change_leaves_no_trace_and_no_gap() {
    let database = floor::database().await;
    orders::approve(database.pool(), "A-1").await;
    let before = orders::head(database.pool()).await;
    run(&database, "BEGIN; UPDATE orders SET comment = 'x'; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK").await;
    let order = orders::approve(database.pool(), "A-2").await;
    assert_eq!(after(&database, before).await, [(order, true)]);
}

#[tokio::test]
async fn two_transactions_that_change_one_card_in_different_tables_do_not_undo_each_other() {
    let database = floor::database().await;
    let pool = database.pool();
    let user = orders::user(pool, "anna").await;
    for round in 0..20 {
        let order = orders::approve(pool, &format!("A-{round}")).await;
        let mut take = pool.begin().await.unwrap();
        let mut note = pool.begin().await.unwrap();
        let mut rename = pool.begin().await.unwrap();
        sqlx::query("UPDATE orders SET operator_id = $2, status = 'MANUFACTURING_STARTED' WHERE id = $1")
            .bind(order.0)
            .bind(user)
            .execute(&mut *take)
            .await
            .unwrap();
        sqlx::query("INSERT INTO order_history (order_id, status, at, source) VALUES ($1, 'SUBMITTED', now(), 'shop')")
            .bind(order.0).execute(&mut *note).await.unwrap();
        sqlx::query("UPDATE users SET name = $2 WHERE id = $1")
            .bind(user)
            .bind(format!("Anna {round}"))
            .execute(&mut *rename)
            .await
            .unwrap();
        tokio::try_join!(take.commit(), note.commit(), rename.commit()).unwrap();
        assert_eq!(orders::logged(pool).await, orders::actual(pool).await, "round {round}");
    }
}

#[tokio::test]
async fn revisions_follow_the_commits_without_gaps_under_concurrency() {
    let database = floor::database().await;
    let pool = database.pool().clone();
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let pool = pool.clone();
            tokio::spawn(async move {
                for number in 0..15 {
                    let order = orders::approve(&pool, &format!("A-{writer}-{number}")).await;
                    orders::set_status(&pool, order, "SHIPPED").await;
                }
            })
        })
        .collect();
    let mut seen = 0;
    while seen < 240 {
        let tail = database.store.tail(seen, 1000).await.unwrap();
        for event in &tail.events {
            assert_eq!(event.revision.rev, seen + 1, "a reader never has to go back for an earlier one");
            seen += 1;
        }
        assert_eq!(tail.head.rev, seen);
    }
    for writer in writers {
        writer.await.unwrap();
    }
}

#[tokio::test]
async fn truncate_is_refused_wherever_the_board_would_not_notice() {
    let database = floor::database().await;
    for table in ["orders", "order_history", "users", "order_events", "board_clock"] {
        let truncate = AssertSqlSafe(format!("TRUNCATE {table} CASCADE"));
        assert!(sqlx::query(truncate).execute(database.pool()).await.is_err(), "{table}");
    }
}

#[tokio::test]
async fn everything_and_the_log_say_the_same() {
    let database = floor::database().await;
    for number in 0..10 {
        let order = orders::approve(database.pool(), &format!("A-{number}")).await;
        if number % 3 == 0 {
            orders::set_status(database.pool(), order, "SHIPPED").await;
        }
    }
    let mut reading = database.store.read_all().await.unwrap();
    let head = orders::head(database.pool()).await;
    let logged = orders::logged(database.pool()).await;
    // What is committed while it is read belongs to a later revision.
    orders::approve(database.pool(), "A-10").await;
    let mut all = orders::Projection::new();
    for size in [1, 2, 100, 100] {
        let part = reading.next(size).await.unwrap();
        assert!(part.len() <= size);
        all.extend(part.iter().map(|(id, payload)| (*id, orders::value(payload))));
    }
    assert_eq!((reading.revision, reading.len(), all), (head, logged.len(), logged));
}

#[tokio::test]
async fn only_old_events_below_everybodys_need_are_forgotten() {
    let database = floor::database().await;
    let pool = database.pool();
    for number in 0..6 {
        orders::approve(pool, &format!("A-{number}")).await;
    }
    assert_eq!(database.store.forget_events(u64::MAX >> 1).await.unwrap(), 0, "all are young");
    run(
        &database,
        "UPDATE order_events SET committed_at = now() - interval '25 hours' WHERE rev <= 4 AND rev <> 2",
    )
    .await;
    assert_eq!(database.store.forget_events(4).await.unwrap(), 1, "the log never gets a hole");
    run(&database, "UPDATE order_events SET committed_at = now() - interval '25 hours' WHERE rev = 2").await;
    assert_eq!(database.store.forget_events(4).await.unwrap(), 2, "4 is still needed");
    let tail = database.store.tail(0, 10).await.unwrap();
    assert_eq!((tail.oldest, tail.events.len(), tail.head.rev), (Some(4), 3, 6));
}

#[tokio::test]
async fn a_restore_into_another_cluster_begins_a_later_epoch() {
    let database = floor::database().await;
    assert!(database.store.adopt().await.unwrap(), "a new database has no home yet");
    let before = orders::head(database.pool()).await;
    assert!(!database.store.adopt().await.unwrap());
    run(&database, "UPDATE board_clock SET system_identifier = 1").await;
    assert!(database.store.adopt().await.unwrap());
    assert!(orders::head(database.pool()).await > before);
}
