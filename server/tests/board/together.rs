//! Orders that a batch adds are logged together: as each would be by itself, and whatever else the transaction does.

use std::time::Duration;

use app::domain::OrderId;
use futures_util::future::join_all;
use tokio::time::timeout;

use super::log::{after, run};
use crate::floor::{self, orders};

/// Adds an order with a step.
fn added(id: OrderId) -> String {
    let number = &id.0.simple().to_string()[16..];
    format!(
        "INSERT INTO orders (id, number, title, material, quantity, price, price_currency, status, status_since, approved_at)
         VALUES ('{id}', '{number}', 'Ring', 'gold', 1, 1, 'RUB', 'MANUFACTURING_APPROVED', now(), now());
         INSERT INTO order_history (order_id, status, at, source) VALUES ('{id}', 'SUBMITTED', now(), 'shop');"
    )
}

fn together(ids: &[OrderId]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
    format!("SELECT log_new_orders(ARRAY[{}]::uuid[]);", ids.join(","))
}

fn some<const N: usize>() -> [OrderId; N] {
    let mut ids: [OrderId; N] = std::array::from_fn(|_| OrderId(orders::id()));
    ids.sort();
    ids
}

#[tokio::test]
async fn each_has_one_event_with_its_steps_and_the_next_change_goes_on_from_there() {
    let database = floor::database().await;
    let before = orders::head(database.pool()).await;
    let ids: [OrderId; 3] = some();
    let adds = ids.map(added).concat();
    run(&database, &format!("BEGIN; {adds} {} COMMIT", together(&ids))).await;
    assert_eq!(after(&database, before).await, ids.map(|id| (id, true)));
    let before = orders::head(database.pool()).await;
    run(&database, &format!("UPDATE orders SET comment = 'x' WHERE id = '{}'", ids[1])).await;
    assert_eq!(after(&database, before).await, [(ids[1], true)]);
}

#[tokio::test]
async fn what_the_transaction_does_to_them_afterwards_is_logged_too() {
    let database = floor::database().await;
    let before = orders::head(database.pool()).await;
    let [changed, stepped, deleted, left] = some();
    let adds = [changed, stepped, deleted, left].map(added).concat();
    let then = format!(
        "UPDATE orders SET comment = 'x' WHERE id = '{changed}';
         INSERT INTO order_history (order_id, status, at, source) VALUES ('{stepped}', 'INITIATED', now(), 'shop');
         DELETE FROM order_history WHERE order_id = '{deleted}'; DELETE FROM orders WHERE id = '{deleted}';"
    );
    let all = together(&[changed, stepped, deleted, left]);
    run(&database, &format!("BEGIN; {adds} {all} {then} COMMIT")).await;
    let mut seen = after(&database, before).await;
    assert_eq!(seen[..4], [changed, stepped, deleted, left].map(|id| (id, true)));
    seen.drain(..4);
    seen.sort();
    let mut expected = [(changed, true), (stepped, true), (deleted, false)];
    expected.sort();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn who_is_not_named_is_not_new_or_is_not_actual_is_left_to_the_commit() {
    let database = floor::database().await;
    let [named, other, again, gone] = some();
    run(&database, &added(again)).await;
    let before = orders::head(database.pool()).await;
    let adds = [named, other, gone].map(added).concat();
    let more = format!(
        "UPDATE orders SET status = 'SHIPPED' WHERE id = '{gone}'; UPDATE orders SET comment = 'x' WHERE id = '{again}';"
    );
    let some = together(&[named, again, gone, OrderId(orders::id())]);
    run(&database, &format!("BEGIN; {adds} {more} {some} COMMIT")).await;
    let mut seen = after(&database, before).await;
    assert_eq!(seen.remove(0), (named, true), "only this one was logged ahead");
    seen.sort();
    // Whoever changes an actual order into one that has left says so, though nobody saw it here.
    let mut expected = [(other, true), (again, true), (gone, false)];
    expected.sort();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn an_order_that_left_and_came_back_in_one_transaction_is_there() {
    let database = floor::database().await;
    let [id] = some();
    let (add, log) = (added(id), together(&[id]));
    let leave =
        format!("DELETE FROM order_history WHERE order_id = '{id}'; DELETE FROM orders WHERE id = '{id}';");
    let before = orders::head(database.pool()).await;
    let (now, later) = ("SET CONSTRAINTS ALL IMMEDIATE;", "SET CONSTRAINTS ALL DEFERRED;");
    run(&database, &format!("BEGIN; {add} {log} {leave} {now} {later} {add} {log} COMMIT")).await;
    assert_eq!(after(&database, before).await, [(id, true), (id, false), (id, true)]);
}

#[tokio::test]
async fn what_is_undone_is_not_in_the_log_and_takes_no_number() {
    let database = floor::database().await;
    let [kept, undone] = some();
    let before = orders::head(database.pool()).await;
    let (one, other) = (added(kept), added(undone));
    let (first, second) = (together(&[kept]), together(&[undone]));
    run(&database, &format!("BEGIN; SAVEPOINT a; {other} {second} ROLLBACK TO a; {one} {first} COMMIT"))
        .await;
    assert_eq!(after(&database, before).await, [(kept, true)]);
}

#[tokio::test]
async fn batches_beside_each_other_leave_no_gap() {
    let database = floor::database().await;
    let before = orders::head(database.pool()).await;
    let batches = (0..20).map(|_| async {
        let ids: [OrderId; 10] = some();
        let adds = ids.map(added).concat();
        run(&database, &format!("BEGIN; {adds} {} COMMIT", together(&ids))).await;
    });
    join_all(batches).await;
    assert_eq!(after(&database, before).await.len(), 200);
}

#[tokio::test]
async fn who_freezes_before_the_commit_holds_nobody_up_for_long() {
    let database = floor::database().await;
    let [known, other] = some();
    run(&database, &added(known)).await;
    let mut frozen = database.store.begin().await.unwrap();
    frozen.log_new_orders(&[known]).await.unwrap();
    let others = timeout(Duration::from_secs(5), run(&database, &added(other))).await;
    assert!(others.is_ok(), "somebody else's commit waits for the one that is frozen");
    assert!(frozen.commit().await.is_err(), "it may not go on as if nothing had been");
}
