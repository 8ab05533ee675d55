//! What an address narrows the board by is seen on the page, and taken off there without a script.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use crate::{
    floor,
    site::{Browser, Site, site},
};

async fn page(browser: &Browser, path: &str) -> String {
    browser.page(path).await.replace("<!>", "")
}

/// The link with this mark, from its attributes to its words.
fn link<'a>(html: &'a str, mark: &str) -> Option<&'a str> {
    html.split("<a ").skip(1).map(|rest| rest.split("</a>").next().unwrap()).find(|it| it.contains(mark))
}

/// Anna and Boris, with an order of Boris's that nobody hurries.
async fn two(site: &Site) -> (Browser, Browser) {
    let (anna, boris) = (site.operator("anna").await, site.operator("boris").await);
    let id = site.order("A-1").await;
    site.order("A-2").await;
    assert_eq!(boris.press("take", &id, "1").await.status(), 200);
    let there = async || anna.board("?operator=boris").await["orders"][0]["number"] == "A-1";
    floor::until("the order is Boris's", Duration::from_secs(5), there).await;
    (anna, boris)
}

#[tokio::test]
async fn every_filter_of_an_address_is_a_link_that_is_on_and_takes_off_itself_alone() {
    let site = site().await;
    let (anna, _) = two(&site).await;
    let rest = "q=A-1";
    for filter in ["mine=1", "free=1", "rush=1", "overdue=1", "new=1", "operator=boris", "status=PACKAGING"] {
        let (name, value) = filter.split_once('=').unwrap();
        let html = page(&anna, &format!("/?{rest}&{filter}&sort=due")).await;
        let mark = match name {
            "status" => format!("data-stage=\"{value}\""),
            _ => format!("data-filter=\"{name}\""),
        };
        let link = link(&html, &mark).unwrap_or_else(|| panic!("nothing shows {filter}: {html}"));
        assert!(link.contains("aria-current=\"true\""), "{filter}: {link}");
        assert!(link.contains(&format!("href=\"/?{rest}&amp;sort=due\"")), "{filter}: {link}");
        assert!(html.contains("name=\"q\" value=\"A-1\""), "the search shows itself: {html}");
        assert!(
            html.contains(&format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\"")),
            "{filter}"
        );
    }
}

#[tokio::test]
async fn whose_orders_are_shown_is_said_by_name_also_where_other_filters_leave_none_of_them() {
    let site = site().await;
    let (anna, boris) = two(&site).await;
    let words = async |browser: &Browser, path: &str| {
        let html = page(browser, path).await;
        let link = link(&html, "data-filter=\"operator\"")?;
        Some(link.split('>').nth(1).unwrap().split('<').next().unwrap().trim().to_owned())
    };
    let told = Some("Мастер: Мастер boris".to_owned());
    assert_eq!(words(&anna, "/?operator=boris").await, told);
    assert_eq!(words(&boris, "/?operator=boris").await, told);
    let html = page(&anna, "/?operator=boris&rush=1").await;
    assert!(!html.contains("data-order="), "{html}");
    assert_eq!(words(&anna, "/?operator=boris&rush=1").await, told);
    // Whoever has nothing in hand is known to a board by the log-in alone, but to themselves.
    assert_eq!(words(&anna, "/?operator=anna").await.as_deref(), Some("Мастер: Мастер anna"));
    assert_eq!(words(&boris, "/?operator=anna").await.as_deref(), Some("Мастер: anna"));
    assert_eq!(words(&anna, "/?operator=%3Cb%3E").await.as_deref(), Some("Мастер: &lt;b&gt;"));
    assert_eq!(words(&anna, "/").await, None);
    anna.get("/lang/en?back=/").send().await.unwrap();
    assert_eq!(words(&anna, "/?operator=boris").await.as_deref(), Some("Operator: Мастер boris"));
}
