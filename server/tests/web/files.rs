//! The site's own files: what a browser may keep for good, and what it has to ask for.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeSet;

use app::domain::Role;

use super::changed::changed;
use crate::site::{Browser, header, site};

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The status of a file, and for how long it may be kept.
async fn kept(browser: &Browser, file: &str) -> (u16, String) {
    let answer = browser.get(file).send().await.unwrap();
    (answer.status().as_u16(), header(answer.headers(), "cache-control").to_owned())
}

/// The scripts and styles that a page names.
async fn named(browser: &Browser, page: &str) -> BTreeSet<String> {
    let answer = browser.open(page).await;
    assert_eq!(answer.status(), 200, "{page}");
    let html = answer.text().await.unwrap();
    let tags = html.split('<').filter(|tag| {
        tag.starts_with("script") || (tag.starts_with("link") && tag.contains("rel=\"stylesheet\""))
    });
    let value = |tag: &str| {
        let (_, rest) = tag.split_once(" src=\"").or_else(|| tag.split_once(" href=\""))?;
        Some(rest.split('"').next()?.to_owned())
    };
    tags.filter_map(value).collect()
}

#[tokio::test]
async fn every_script_and_style_that_a_page_names_carries_a_hash_and_is_kept_for_ever() {
    let site = site().await;
    site.person("vera", Role::Supervisor).await;
    let (anna, vera) = (site.operator("anna").await, site.again("vera").await);
    changed(&site, &anna).await;
    let stranger = site.stranger();
    let mut all = BTreeSet::new();
    let of_an_order = ["/orders/A-1", "/orders/A-1/traveller", "/orders/A-1/passport"];
    for page in ["/", "/views", "/radar", "/flow", "/slow", "/cache"].into_iter().chain(of_an_order) {
        all.extend(named(&vera, page).await);
    }
    all.extend(named(&stranger, "/login").await);
    for file in &all {
        assert_eq!(kept(&stranger, file).await, (200, FOR_EVER.to_owned()), "{file}");
    }
    let own: Vec<_> = all.iter().filter_map(|file| file.strip_prefix("/pkg/page.abc/")).collect();
    let (scripts, styles): (Vec<&str>, Vec<&str>) =
        own.iter().copied().partition(|name| name.ends_with(".js"));
    let expected =
        ["above", "broker", "client", "order", "tab", "traveller", "viewer"].map(|name| format!("{name}.js"));
    assert_eq!(scripts, expected.iter().collect::<Vec<_>>());
    let expected = ["change", "figures", "radar", "traveller"].map(|name| format!("{name}.css"));
    assert_eq!(styles, expected.iter().collect::<Vec<_>>());
    assert_eq!(all.len(), own.len() + 1, "the rest is the site's styles: {all:?}");
}

#[tokio::test]
async fn what_must_keep_its_address_is_asked_for_again_and_plain_names_lead_nowhere() {
    let site = site().await;
    let stranger = site.stranger();
    for file in ["/sw.js", "/sw-off.js", "/live.js"] {
        assert_eq!(kept(&stranger, file).await, (200, "no-cache".to_owned()), "{file}");
    }
    let anna = site.operator("anna").await;
    for file in ["/client.js", "/traveller.css", "/pkg/page.old/client.js"] {
        assert_eq!(kept(&anna, file).await, (404, "no-store".to_owned()), "{file}");
    }
}
