//! By when an order is ready: the pages name the day that the API does, to people and to the shop.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use app::domain::{Role, Timestamp};
use reqwest::Client;
use serde_json::Value;
use server::clock::{Clock as _, SystemClock};

use crate::{
    floor,
    site::{Browser, Site, TOKEN, site},
};

const LONG: Duration = Duration::from_secs(120);

/// The day by which so many of a hundred are ready, by the API's word.
fn day(answer: &Value, percent: u64) -> Option<String> {
    let days = answer["ready"].as_array()?;
    let day = days.iter().find(|day| day["percent"] == percent).unwrap();
    Some(day["by"].as_str().unwrap().to_owned())
}

async fn told(browser: &Browser, query: &str) -> Option<String> {
    let answer = browser.get(&format!("/api/promise{query}")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    day(&answer.json().await.unwrap(), 85)
}

/// The same for the shop.
async fn told_the_shop(site: &Site, query: &str) -> Option<String> {
    let client = Client::builder().no_proxy().build().unwrap();
    let answer =
        client.get(format!("{}/api/promise{query}", site.url)).bearer_auth(TOKEN).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    day(&answer.json().await.unwrap(), 85)
}

/// The attribute in the row of 85 of a hundred, of every such table of a page.
fn shown(html: &str, table: &str, attribute: &str) -> Vec<String> {
    let tables = html.split(table).skip(1);
    let rows = tables.map(|rest| rest.split("data-percent=\"85\"").nth(1).unwrap());
    let values =
        rows.map(|row| row.split(&format!("{attribute}=\"")).nth(1).unwrap().split('"').next().unwrap());
    values.map(str::to_owned).collect()
}

#[tokio::test]
async fn the_day_by_which_85_of_100_are_ready_is_the_same_on_every_page_and_for_the_shop() {
    let site = site().await;
    floor::past::lay_down_weeks(site.database.pool(), SystemClock.now()).await;
    let anna = site.operator("anna").await;
    site.person("boss", Role::Supervisor).await;
    let boss = site.again("boss").await;
    site.order("A-1").await;
    let sheet = async || anna.page("/orders/A-1/passport").await;
    let promised = async || sheet().await.matches("class=\"promise\"").count() == 2;
    floor::until("the past is counted, and the order was promised something", LONG, promised).await;

    // An answer stays for some minutes; everything is asked within the time of one.
    let alike = async || {
        let (now, of) = (told(&anna, "").await, told(&anna, "?order=A-1").await);
        let order = anna.page("/orders/A-1").await;
        assert!(order.contains("в 85 случаях из 100"), "{order}");
        let (order, sheet) = (shown(&order, "class=\"promise\"", "datetime"), sheet().await);
        let sheet = shown(&sheet, "class=\"promise\"", "datetime");
        let flow = shown(&boss.page("/flow").await, "data-table=\"promise\"", "data-by");
        let shop = (told_the_shop(&site, "").await, told_the_shop(&site, "?order=A-1").await);
        if (&now, &of) != (&told(&anna, "").await, &told(&anna, "?order=A-1").await) {
            return false;
        }
        let (now, of) = (now.unwrap(), of.unwrap());
        assert_eq!(shop, (Some(now.clone()), Some(of.clone())));
        assert_eq!(flow, [now], "an order that is approved now");
        assert_eq!(order, std::slice::from_ref(&of));
        assert_eq!(sheet[0], of, "when it is ready, and below that what it was promised");
        let written: i64 = sqlx::query_scalar(
            "SELECT (extract(epoch FROM promised[2]) * 1000)::bigint
             FROM flow_promises JOIN orders ON orders.id = order_id WHERE number = 'A-1'",
        )
        .fetch_one(site.database.pool())
        .await
        .unwrap();
        assert_eq!(sheet[1].parse::<Timestamp>().unwrap().millis(), written);
        true
    };
    floor::until("everything was asked within the time of one answer", LONG, alike).await;
}
