//! Presses that reach the database after their person was told to try again, and what the database was set to itself.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use app::{
    backend::Backend as _,
    domain::{Actor, Amount, Command, OrderId, RequestId, Role, Status, Timestamp},
};
use server::store::{
    StoreError,
    postgres::{Postgres, bonus::Bonus, commands::Change},
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    bonus::ask,
    floor,
    workshop::{press_once, workshop},
};

/// The statement that waits.
const PRESS: &str = include_str!("../../src/store/postgres/sql/press_command.sql");

/// A take that is late from this moment on.
async fn take(
    store: &Postgres,
    actor: &Actor,
    order: OrderId,
    until: Option<Timestamp>,
) -> Result<Option<String>, StoreError> {
    let change = Change {
        order,
        version: 1,
        command: Command::Take,
        from: Status::Approved,
        to: Status::Started,
        user: actor.user,
        of_any_operator: false,
        request: &"late-1".parse::<RequestId>().unwrap(),
        reason: None,
        now: Timestamp::from_millis(1),
        until,
        message: Uuid::from_u128(1),
        routing_key: "order.started",
        traceparent: None,
    };
    store.press_command(&change).await
}

/// A bonus, the same way.
async fn put(
    store: &Postgres,
    actor: &Actor,
    order: OrderId,
    until: Option<Timestamp>,
) -> Result<Option<String>, StoreError> {
    let bonus = Bonus {
        order,
        version: 1,
        user: actor.user,
        amount: Amount::from_hundredths(50_000),
        request: &"late-2".parse::<RequestId>().unwrap(),
        now: Timestamp::from_millis(1),
        until,
        traceparent: None,
    };
    store.press_bonus(&bonus).await
}

/// The database's clock, moved by so much.
async fn clock(pool: &PgPool, by: i64) -> Option<Timestamp> {
    let now = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    let now: i64 = sqlx::query_scalar(now).fetch_one(pool).await.unwrap();
    Some(Timestamp::from_millis(now + by))
}

#[tokio::test]
async fn a_press_that_comes_too_late_changes_nothing_and_the_same_press_in_time_does() {
    let shop = workshop().await;
    let (store, pool) = (&shop.database.store, shop.database.pool());
    let anna = shop.person("anna", Role::Operator).await;
    let vera = shop.person("vera", Role::Supervisor).await;
    let (taken, paid) = (shop.order("A-1").await, shop.order("A-2").await);
    let seen = async || -> Vec<String> {
        let everything =
            "SELECT o.number || ' ' || o.status || ' ' || o.version || ' ' || coalesce(o.bonus::text, '-')
                              || (SELECT count(*)::text FROM order_history h WHERE h.order_id = o.id)
                              || (SELECT count(*)::text FROM order_events e WHERE e.order_id = o.id)
                              || (SELECT count(*)::text FROM command_receipts)
                          FROM orders o ORDER BY o.number";
        sqlx::query_scalar(everything).fetch_all(pool).await.unwrap()
    };
    let before = seen().await;
    let late = clock(pool, -1).await;
    for refused in [take(store, &anna, taken, late).await, put(store, &vera, paid, late).await] {
        assert!(refused.unwrap_err().is_away(), "to try again is all there is to do");
    }
    assert_eq!(seen().await, before);

    let soon = clock(pool, 60_000).await;
    assert!(take(store, &anna, taken, soon).await.unwrap().is_some());
    assert!(put(store, &vera, paid, None).await.unwrap().is_some(), "who knows no deadline sets none");
}

#[tokio::test]
async fn every_press_is_too_late_when_its_person_is_told_to_try_again() {
    let shop = workshop().await;
    let pool = shop.database.pool();
    let anna = shop.person("anna", Role::Operator).await;
    let vera = shop.person("vera", Role::Supervisor).await;
    let (taken, paid) = (shop.order("A-1").await, shop.order("A-2").await);
    sqlx::raw_sql(
        "CREATE TABLE deadlines (command text, left_over bigint);
         CREATE FUNCTION note_deadline() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             INSERT INTO deadlines VALUES (NEW.command, current_setting('verstak.press_until')::bigint
                 - (extract(epoch FROM clock_timestamp()) * 1000)::bigint);
             RETURN NEW;
         END $$;
         CREATE TRIGGER note_deadline BEFORE INSERT ON command_receipts FOR EACH ROW EXECUTE FUNCTION note_deadline()",
    )
    .execute(pool)
    .await
    .unwrap();
    press_once(&shop.desk, &anna, Command::Take, taken, 1).await.unwrap();
    shop.desk.bonus(ask(&vera, paid, 1, "bonus-1", 50_000)).await.unwrap();
    let left: Vec<(String, i64)> =
        sqlx::query_as("SELECT command, left_over FROM deadlines").fetch_all(pool).await.unwrap();
    assert_eq!(left.iter().map(|(command, _)| command.as_str()).collect::<Vec<_>>(), ["take", "bonus"]);
    // A person is told after six seconds; what the look at the clock took comes on top.
    assert!(left.iter().all(|(_, left)| (1_000..8_000).contains(left)), "{left:?}");
}

#[tokio::test]
async fn whatever_the_database_is_set_to_who_waited_for_an_order_finds_what_is_there_then() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Operator).await;
    let order = shop.order("A-1").await;
    let set = "DO $$ BEGIN EXECUTE format(
        'ALTER DATABASE %I SET default_transaction_isolation = ''repeatable read''', current_database()); END $$";
    sqlx::raw_sql(set).execute(shop.database.pool()).await.unwrap();
    let store = shop.database.another();
    let mut faster = shop.database.pool().begin().await.unwrap();
    sqlx::query("UPDATE orders SET version = version + 1 WHERE id = $1")
        .bind(order.0)
        .execute(&mut *faster)
        .await
        .unwrap();
    let waits = async || {
        let waits = async || shop.database.waiting(PRESS).await == 1;
        floor::until("the press waits", Duration::from_secs(5), waits).await;
        faster.commit().await.unwrap();
    };
    let (pressed, ()) = tokio::join!(take(&store, &anna, order, None), waits());
    assert_eq!(pressed.unwrap(), None, "and not a failure");
}
