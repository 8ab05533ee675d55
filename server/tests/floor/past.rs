//! A past that figures and promises are made from.

use app::domain::Timestamp;
use sqlx::PgPool;

use super::orders;

/// Six weeks and a half of orders, one every four hours, that took between one day and five; what would happen after now
/// has not happened yet.
pub async fn lay_down_weeks(pool: &PgPool, now: Timestamp) {
    let somebody = orders::user(pool, "past").await;
    let now = now.to_string();
    sqlx::query(
        "INSERT INTO orders (id, number, title, material, quantity, price, price_currency, status, status_since,
                             approved_at)
         SELECT md5('past' || n)::uuid, 'Y-' || n, 'Кольцо', 'silver-925', 1, 900, 'RUB', 'SHIPPED',
                $1::text::timestamptz, $1::text::timestamptz - make_interval(hours => 4 * n)
         FROM generate_series(1, 276) AS n",
    )
    .bind(&now)
    .execute(pool)
    .await
    .unwrap();
    sqlx::query(
        "WITH luck AS (
             SELECT id, approved_at, hashtext('a' || number) & 4095 AS a, hashtext('b' || number) & 4095 AS b,
                    hashtext('c' || number) & 4095 AS c
             FROM orders)
         INSERT INTO order_history (order_id, status, at, source, operator_id, noted_at)
         SELECT l.id, s.status, l.approved_at + make_interval(secs => s.after),
                CASE WHEN s.place = 0 THEN 'shop' ELSE 'mes' END, CASE WHEN s.place > 0 THEN $2::uuid END, NULL
         FROM luck l, LATERAL (VALUES
             (0, 'MANUFACTURING_APPROVED', 0.0),
             (1, 'MANUFACTURING_STARTED', 40000.0 + a * 40),
             (2, 'MANUFACTURING_COMPLETED', 70000.0 + a * 40 + b * 20),
             (3, 'PACKAGING', 75000.0 + a * 40 + b * 20 + c * 10),
             (4, 'SHIPPED', 80000.0 + a * 40 + b * 20 + c * 12)) AS s (place, status, after)
         WHERE l.approved_at + make_interval(secs => s.after) < $1::text::timestamptz
         ORDER BY l.approved_at, s.place",
    )
    .bind(&now)
    .bind(somebody)
    .execute(pool)
    .await
    .unwrap();
}
