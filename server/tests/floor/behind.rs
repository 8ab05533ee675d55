//! A log that cannot be followed for a while, so that every server falls behind it.

use std::time::Duration;

use sqlx::{Postgres, Transaction};

use super::{Database, until};

/// As many new orders as that. The log lacks the first of their changes, so that whoever follows it needs a whole board;
/// and that nobody can read until what is returned here ends.
pub async fn fall_behind(database: &Database, orders: i32) -> Transaction<'static, Postgres> {
    let mut work = database.pool().begin().await.unwrap();
    sqlx::query(
        "INSERT INTO orders (id, number, title, material, quantity, price, price_currency, status, status_since,
                             approved_at)
         SELECT gen_random_uuid(), 'B-' || n, 'Кольцо', 'silver-925', 1, 900, 'RUB', 'MANUFACTURING_APPROVED', now(), now()
         FROM generate_series(1, $1) AS n",
    )
    .bind(orders)
    .execute(&mut *work)
    .await
    .unwrap();
    sqlx::query("SET CONSTRAINTS ALL IMMEDIATE").execute(&mut *work).await.unwrap();
    let first = "DELETE FROM order_events
                 WHERE rev = (SELECT min(rev) FROM order_events WHERE xact = pg_current_xact_id())";
    assert_eq!(sqlx::query(first).execute(&mut *work).await.unwrap().rows_affected(), 1);
    // Whoever waits for the table has it as soon as this is committed, and before anybody hears of that.
    let mut next = database.pool().begin().await.unwrap();
    let lock = "LOCK TABLE order_history IN ACCESS EXCLUSIVE MODE";
    let holds = tokio::spawn(async move {
        sqlx::query(lock).execute(&mut *next).await.unwrap();
        next
    });
    until("somebody waits for the table", Duration::from_secs(5), async || database.waiting(lock).await == 1)
        .await;
    work.commit().await.unwrap();
    holds.await.unwrap()
}
