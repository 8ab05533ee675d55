//! What the page of figures says of the board and of the orders that took longest, on a dozen orders reckoned by hand.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use app::{
    backend::Backend,
    components::flow,
    domain::{ModelState, Timestamp, flow::FlowPage, passport::Stage},
    i18n::Lang,
};
use leptos::prelude::RenderHtml as _;

use crate::{
    floor,
    workshop::{Workshop, workshop},
};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Number, status, seconds since the approval, and since the status was reached.
type Order = (&'static str, &'static str, i64, i64);

/// Ages keep an hour and more from every border, because the clock goes on; but for the promise of 21 days, which is
/// passed by a minute.
const ORDERS: [Order; 12] = [
    ("F-1", "MANUFACTURING_APPROVED", 25 * DAY, 25 * DAY),
    ("F-2 given back", "MANUFACTURING_APPROVED", 22 * DAY, 2 * HOUR),
    ("F-3", "MANUFACTURING_APPROVED", 3 * DAY + HOUR, 3 * DAY + HOUR),
    ("F-4", "MANUFACTURING_APPROVED", 60 * HOUR, 60 * HOUR),
    ("F-5", "MANUFACTURING_APPROVED", 36 * HOUR, 36 * HOUR),
    ("F-6", "MANUFACTURING_APPROVED", HOUR, HOUR),
    ("S-1", "MANUFACTURING_STARTED", 30 * DAY, 2 * DAY),
    ("S-2", "MANUFACTURING_STARTED", 10 * DAY, HOUR),
    ("C-1", "MANUFACTURING_COMPLETED", 21 * DAY + 60, HOUR),
    ("C-2", "MANUFACTURING_COMPLETED", 20 * DAY + 12 * HOUR, HOUR),
    ("P-1", "PACKAGING", 15 * DAY, HOUR),
    ("P-2", "PACKAGING", 2 * HOUR, HOUR),
];

/// When the one that was shipped reached each status: it waited for 20 days and 8, and was worked on for 10 and 1.
const SHIPPED: [(&str, i64); 5] = [
    ("MANUFACTURING_APPROVED", 40 * DAY),
    ("MANUFACTURING_STARTED", 20 * DAY),
    ("MANUFACTURING_COMPLETED", 10 * DAY),
    ("PACKAGING", 2 * DAY),
    ("SHIPPED", DAY),
];

async fn lay_down(
    shop: &Workshop,
    (number, status, approved, since): Order,
    steps: &[(&str, i64)],
    now: Timestamp,
) {
    let (id, pool) = (floor::orders::id(), shop.database.pool());
    let number = number.split(' ').next().unwrap();
    sqlx::query(
        "INSERT INTO orders (id, number, title, material, quantity, price, price_currency, status, approved_at,
                             status_since)
         VALUES ($1, $2, 'Кольцо', 'silver-925', 1, 900, 'RUB', $3, $4::text::timestamptz - make_interval(secs => $5),
                 $4::text::timestamptz - make_interval(secs => $6))",
    )
    .bind(id)
    .bind(number)
    .bind(status)
    .bind(now.to_string())
    .bind(approved as f64)
    .bind(since as f64)
    .execute(pool)
    .await
    .unwrap();
    for (status, ago) in steps {
        sqlx::query(
            "INSERT INTO order_history (order_id, status, at, source, operator_id, noted_at)
             SELECT $1, $2, $3::text::timestamptz - make_interval(secs => $4),
                    CASE WHEN $5 THEN 'shop' ELSE 'mes' END, CASE WHEN NOT $5 THEN u.id END, NULL
             FROM users u",
        )
        .bind(id)
        .bind(status)
        .bind(now.to_string())
        .bind(*ago as f64)
        .bind(*status == "MANUFACTURING_APPROVED")
        .execute(pool)
        .await
        .unwrap();
    }
}

/// The page over these orders, as soon as the board and the histories have all of them.
async fn page(hours: u32) -> (Workshop, FlowPage) {
    let shop = workshop().await;
    shop.clock.set("2026-11-30T12:00:00Z".parse().unwrap());
    floor::orders::user(shop.database.pool(), "anna").await;
    let now = shop.desk.now();
    for order in ORDERS {
        lay_down(&shop, order, &[("MANUFACTURING_APPROVED", order.2)], now).await;
    }
    sqlx::query(
        "UPDATE orders SET model_state = 'refused', model_key = 'ring.glb', version = version + 1
         WHERE number = 'F-4'",
    )
    .execute(shop.database.pool())
    .await
    .unwrap();
    lay_down(&shop, ("X-1", "SHIPPED", 40 * DAY, DAY), &SHIPPED, now).await;
    let whole = async || {
        // The periods are measured once a minute.
        shop.clock.pass(Duration::from_secs(61));
        shop.desk.refresh_flow().await.unwrap();
        let page = shop.desk.flow(hours, None).await.unwrap();
        let standing: usize = page.standing.iter().map(|row| row.count).sum();
        let refused = page.worst.iter().any(|order| order.model == ModelState::Refused);
        standing == ORDERS.len() && refused && page.measured.is_some_and(|it| it.periods[0].shipped == 1)
    };
    floor::until("everything is there", Duration::from_secs(20), whole).await;
    let page = shop.desk.flow(hours, None).await.unwrap();
    (shop, page)
}

#[tokio::test]
async fn what_is_late_is_counted_by_its_age_and_what_is_free_since_it_became_so() {
    let (shop, page) = page(48).await;
    assert_eq!(page.past_promise, 4, "F-1, F-2, S-1, C-1");
    assert_eq!(page.free_long, 3, "F-1, F-3, F-4; F-2 was given back two hours ago");
    assert_eq!(shop.desk.flow(500, None).await.unwrap().free_long, 1, "F-1");
    let ages: Vec<_> = page.standing.iter().map(|row| row.ages).collect();
    assert_eq!(ages, [[1, 2, 1, 0, 0, 2], [0, 0, 0, 1, 0, 1], [0, 0, 0, 0, 1, 1], [1, 0, 0, 0, 1, 0]]);
    let oldest: Vec<_> = page.standing.iter().map(|row| row.oldest.as_ref().unwrap().0.to_string()).collect();
    assert_eq!(oldest, ["F-1", "S-1", "C-1", "P-1"]);
}

#[tokio::test]
async fn the_ten_orders_that_took_longest_are_named_be_they_here_or_shipped_and_efficiency_is_work_over_all()
{
    let (_shop, page) = page(48).await;
    let numbers: Vec<_> = page.worst.iter().map(|order| order.number.to_string()).collect();
    assert_eq!(numbers, ["X-1", "S-1", "F-1", "F-2", "C-1", "C-2", "P-1", "S-2", "F-3", "F-4"]);
    let first = &page.worst[0];
    assert_eq!((first.sums.working, first.sums.waiting, first.sums.held), (11 * DAY, 28 * DAY, 0));
    assert_eq!(first.longest, Some((Stage::Free, 20 * DAY)));
    let efficiency = page.measured.unwrap().periods[0].sums.efficiency().unwrap();
    assert!((efficiency - 1100.0 / 39.0).abs() < 1e-9, "{efficiency}");
}

#[tokio::test]
async fn each_of_the_ten_says_why_it_took_long_though_nothing_happened_to_it() {
    let (_shop, page) = page(48).await;
    let of = |number: &str| page.worst.iter().find(|order| order.number.as_str() == number).unwrap();
    assert_eq!((of("F-1").model, of("F-4").model), (ModelState::None, ModelState::Refused));
    let html = flow::worst(&page.worst, Lang::En).to_html().replace("<!>", "");
    let rows = html.split("<tr data-order=\"").skip(1);
    let why = |row: &str| row.rsplit("<td>").next().unwrap().split("</td>").next().unwrap().trim().to_owned();
    let told: Vec<_> = rows.map(|row| (row.split('"').next().unwrap(), why(row))).collect();
    assert_eq!(told.len(), 10);
    assert!(told.iter().all(|(_, why)| !why.is_empty()), "{told:?}");
    let told = |number: &str| told.iter().find(|(it, _)| *it == number).unwrap().1.clone();
    assert_eq!(told("X-1"), "nobody took it for long", "it was free for 20 of its 39 days");
    assert_eq!(told("F-1"), "nobody has taken it, there is no 3D model");
    assert_eq!(told("F-4"), "nobody has taken it, the 3D model did not pass the check");
}

#[tokio::test]
async fn without_the_database_the_page_still_shows_the_board() {
    let shop = workshop().await;
    shop.order("A-1").await;
    let there = async || shop.desk.cache().near().unwrap().len() == 1;
    floor::until("the order is on the board", Duration::from_secs(5), there).await;
    shop.database.away(true).await;
    let page = shop.desk.flow(24, None).await.unwrap();
    assert_eq!((page.standing[0].count, page.measured), (1, None));
    shop.database.away(false).await;
}
