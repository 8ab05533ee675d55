//! Orders as plain SQL makes them, and what the board must say of them.

use std::collections::BTreeMap;

use ::server::{
    board::Snapshot,
    clock::{Entropy as _, SystemEntropy},
};
use app::domain::{Entry, OrderId, Revision};
use serde_json::Value;
use sqlx::{PgPool, Row as _};
use uuid::Uuid;

/// What a board says: every order with its entry.
pub type Projection = BTreeMap<OrderId, Value>;

/// A new identity.
pub fn id() -> Uuid {
    let mut bytes = [0; 16];
    SystemEntropy.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// Approves a new order.
pub async fn approve(pool: &PgPool, number: &str) -> OrderId {
    let order = id();
    sqlx::query(
        "INSERT INTO orders (id, number, title, material, quantity, price, price_currency, pay, pay_currency,
                             status, status_since, approved_at)
         VALUES ($1, $2, 'Кольцо «Ветвь»', 'gold-585-yellow', 1, 45900, 'RUB', 6900.5, 'RUB',
                 'MANUFACTURING_APPROVED', now(), now())",
    )
    .bind(order)
    .bind(number)
    .execute(pool)
    .await
    .unwrap();
    OrderId(order)
}

/// Changes an order's status.
pub async fn set_status(pool: &PgPool, order: OrderId, status: &str) {
    let done = sqlx::query(
        "UPDATE orders SET status = $2, status_since = now(), version = version + 1 WHERE id = $1",
    )
    .bind(order.0)
    .bind(status)
    .execute(pool)
    .await
    .unwrap();
    assert_eq!(done.rows_affected(), 1);
}

/// A person.
pub async fn user(pool: &PgPool, login: &str) -> Uuid {
    let user = id();
    sqlx::query(
        "INSERT INTO users (id, login, name, role, password_hash) VALUES ($1, $2, $2, 'operator', '-')",
    )
    .bind(user)
    .bind(login)
    .execute(pool)
    .await
    .unwrap();
    user
}

/// Gives an order to a person.
pub async fn assign(pool: &PgPool, order: OrderId, user: Uuid) {
    sqlx::query("UPDATE orders SET operator_id = $2, status = 'MANUFACTURING_STARTED', version = version + 1 WHERE id = $1")
        .bind(order.0)
        .bind(user)
        .execute(pool)
        .await
        .unwrap();
}

/// The end of the log.
pub async fn head(pool: &PgPool) -> Revision {
    let row =
        sqlx::query("SELECT board_epoch() AS epoch, rev FROM board_clock").fetch_one(pool).await.unwrap();
    let (epoch, rev): (i32, i64) = (row.get("epoch"), row.get("rev"));
    Revision::new(epoch.try_into().unwrap(), rev.try_into().unwrap())
}

/// What the log makes of the board up to its end: the definition that everything else must agree with.
pub async fn logged(pool: &PgPool) -> Projection {
    let newest =
        "SELECT DISTINCT ON (order_id) order_id, payload FROM order_events ORDER BY order_id, rev DESC";
    let rows = sqlx::query(newest).fetch_all(pool).await.unwrap();
    rows.iter()
        .filter_map(|row| {
            Some((OrderId(row.get("order_id")), value(&row.get::<Option<String>, _>("payload")?)))
        })
        .collect()
}

/// What the tables say, read directly.
pub async fn actual(pool: &PgPool) -> Projection {
    let all = "SELECT id, payload::text FROM board_entries WHERE status NOT IN ('SHIPPED', 'CANCELLED')";
    let rows = sqlx::query(all).fetch_all(pool).await.unwrap();
    rows.iter().map(|row| (OrderId(row.get("id")), value(&row.get::<String, _>("payload")))).collect()
}

/// What a snapshot says. Checks on the way that its indexes agree with each other.
pub fn held(board: &Snapshot) -> Projection {
    let mut projection = Projection::new();
    for held in board.all() {
        let card = &held.card;
        assert!(std::sync::Arc::ptr_eq(board.get(card.id).unwrap(), held));
        assert!(std::sync::Arc::ptr_eq(board.numbered(&card.number).unwrap(), held));
        projection.insert(card.id, serde_json::to_value(held.entry()).unwrap());
    }
    assert_eq!(projection.len(), board.len());
    for status in app::domain::Status::COLUMNS {
        assert_eq!(board.column(status).count(), board.count(status));
    }
    projection
}

/// An entry as a value, by way of the product's own type, so that the form is checked too.
pub fn value(payload: &str) -> Value {
    serde_json::to_value(serde_json::from_str::<Entry>(payload).unwrap()).unwrap()
}
