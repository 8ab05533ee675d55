//! The board and the models over HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use app::domain::Card;
use serde_json::{Value, json};
use server::seed::jewellery;

use crate::{
    floor,
    site::{Browser, Site, header, site, site_with},
    workshop::message::approval,
};

#[tokio::test]
async fn an_unchanged_board_is_304_and_a_changed_one_is_not() {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.order("A-1").await;
    for encoding in ["identity", "gzip", "br"] {
        let ask = || anna.get("/api/board").header("accept-encoding", encoding);
        let seen =
            async || ask().send().await.unwrap().headers()["etag"].to_str().unwrap().starts_with("W/\"1.1");
        floor::until("the order is on the ready-made board", Duration::from_secs(2), seen).await;
        let answer = ask().send().await.unwrap();
        let expected = if encoding == "identity" { "" } else { encoding };
        assert_eq!(header(answer.headers(), "content-encoding"), expected);
        assert!(header(answer.headers(), "vary").contains("accept-encoding"));
        let tag = header(answer.headers(), "etag").to_owned();
        let again = ask().header("if-none-match", &tag).send().await.unwrap();
        assert_eq!((again.status().as_u16(), again.text().await.unwrap().len()), (304, 0));
        assert_eq!(ask().header("if-none-match", "W/\"0.0\"").send().await.unwrap().status(), 200);
    }
    let board = anna.board("").await;
    assert_eq!((&board["revision"], board["orders"].as_array().unwrap().len()), (&json!("1.1"), 1));
}

#[tokio::test]
async fn the_board_in_rows_is_the_same_board_by_the_same_rules() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let id = site.order("A-1").await;
    site.order("A-2").await;
    anna.press("take", &id, "1").await;
    for encoding in ["identity", "gzip", "br"] {
        let ask = || anna.get("/api/board/compact").header("accept-encoding", encoding);
        let answer = ask().header("x-board-min-rev", "1.3").send().await.unwrap();
        let tag = header(answer.headers(), "etag").to_owned();
        assert!(tag.starts_with("W/\"1.3"), "{tag}");
        let expected = if encoding == "identity" { "" } else { encoding };
        assert_eq!(header(answer.headers(), "content-encoding"), expected);
        assert_eq!(ask().header("if-none-match", &tag).send().await.unwrap().status(), 304);
    }
    let text = anna.get("/api/board/compact").send().await.unwrap().text().await.unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("[\"1.3\",2]"));
    let cards = lines.map(|line| serde_json::to_value(serde_json::from_str::<Card>(line).unwrap()).unwrap());
    assert_eq!(json!(cards.collect::<Vec<_>>()), anna.board("").await["orders"]);
    assert_eq!(site.stranger().get("/api/board/compact").send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_view_shows_what_it_asks_for_in_its_order() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let mut rush = approval("A-1");
    rush["order"]["priority"] = json!("rush");
    site.post(rush.to_string()).await;
    let mine = site.order("A-2").await;
    let mut paid = approval("A-3");
    paid["order"]["operator_pay"] = json!({ "amount": "99.00", "currency": "RUB" });
    site.post(paid.to_string()).await;
    anna.press("take", &mine, "1").await;
    let all = async || anna.board("?sort=pay").await["orders"].as_array().unwrap().len() == 3;
    floor::until("three orders", Duration::from_secs(2), all).await;
    let shown = async |query: &str| -> Vec<String> {
        let board = anna.board(query).await;
        board["orders"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["number"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(shown("?rush=1").await, ["A-1"]);
    assert_eq!(shown("?mine=1").await, ["A-2"]);
    assert_eq!(shown("?free=1").await, ["A-3", "A-1"]);
    assert_eq!(shown("?operator=anna").await, ["A-2"]);
    assert_eq!(shown("?q=%D0%92%D0%B5%D1%82%D0%B2%D1%8C+a-3").await, ["A-3"]);
    assert_eq!(shown("?sort=pay").await[0], "A-3");
    assert_eq!(shown("?status=MANUFACTURING_STARTED").await, ["A-2"]);
    assert_eq!(shown("?overdue=1").await, [""; 0]);
    let mut late = approval("A-4");
    late["order"]["due_at"] = json!("2020-01-01T00:00:00Z");
    site.post(late.to_string()).await;
    let there = async || shown("").await.contains(&"A-4".to_owned());
    floor::until("the overdue order is on the board", Duration::from_secs(2), there).await;
    assert_eq!(shown("?overdue=1").await, ["A-4"]);
}

#[tokio::test]
async fn boards_from_redis_and_from_the_database_are_the_same_board() {
    for reads in ["redis", "off"] {
        let site = site_with(&["--cache", reads]).await;
        let anna = site.operator("anna").await;
        site.order("A-1").await;
        let there = async || anna.board("").await["orders"][0]["number"] == "A-1";
        floor::until(reads, Duration::from_secs(2), there).await;
    }
}

/// An order whose model was fetched and checked; the hash and the file.
async fn with_model(site: &Site, anna: &Browser, number: &str) -> (String, Vec<u8>) {
    let file = jewellery::demo_ring().bytes;
    site.s3.put("demo/ring.glb", &file).await;
    let mut message = approval(number);
    message["order"]["model"] = json!({ "key": "demo/ring.glb", "size": file.len() });
    assert_eq!(site.post(message.to_string()).await.status(), 201);
    let ready = async || anna.board(&format!("?q={number}")).await["orders"][0]["model_state"] == "ready";
    floor::until("the model is ready", Duration::from_secs(20), ready).await;
    let board = anna.board(&format!("?q={number}")).await;
    (board["orders"][0]["model"]["sha256"].as_str().unwrap().to_owned(), file)
}

#[tokio::test]
async fn a_model_is_served_whole_in_part_and_not_at_all() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let (sha, file) = with_model(&site, &anna, "A-1").await;
    let path = format!("/models/{sha}.glb");
    let whole = anna.get(&path).send().await.unwrap();
    assert_eq!(whole.status(), 200);
    assert_eq!(header(whole.headers(), "content-type"), "model/gltf-binary");
    assert_eq!(header(whole.headers(), "cache-control"), "private, no-store");
    assert_eq!(header(whole.headers(), "etag"), format!("\"{sha}\""));
    assert!(whole.bytes().await.unwrap() == file);

    let head = anna.ask("HEAD", &path).send().await.unwrap();
    assert_eq!(header(head.headers(), "content-length"), file.len().to_string());
    let part = anna.get(&path).header("range", "bytes=4-7").send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(header(part.headers(), "content-range"), format!("bytes 4-7/{}", file.len()));
    assert_eq!(part.bytes().await.unwrap(), file[4..8]);
    let tail = anna.get(&path).header("range", "bytes=-3").send().await.unwrap();
    assert_eq!(tail.bytes().await.unwrap(), file[file.len() - 3..]);
    let beyond = anna.get(&path).header("range", format!("bytes={}-", file.len())).send().await.unwrap();
    assert_eq!(
        (beyond.status().as_u16(), header(beyond.headers(), "content-range")),
        (416, &*format!("bytes */{}", file.len()))
    );
    let known = anna.get(&path).header("if-none-match", format!("\"{sha}\"")).send().await.unwrap();
    assert_eq!(known.status(), 304);

    assert_eq!(site.stranger().get(&path).send().await.unwrap().status(), 401);
    let other = format!("/models/{}.glb", "0".repeat(64));
    for nothing in
        [other.as_str(), "/models/x.glb", "/models/..%2f..%2fetc%2fpasswd", &format!("/models/{sha}")]
    {
        assert_eq!(anna.get(nothing).send().await.unwrap().status(), 404, "{nothing}");
    }
    site.s3.leave();
    assert_eq!(anna.get(&path).send().await.unwrap().status(), 503);
    assert_eq!(
        anna.get(&path).header("if-none-match", format!("\"{sha}\"")).send().await.unwrap().status(),
        304
    );

    let manifest: Value = anna.get("/api/models").send().await.unwrap().json().await.unwrap();
    assert_eq!((&manifest["full"], &manifest["models"][0]["sha256"]), (&json!(true), &json!(sha)));
}

#[tokio::test]
async fn a_picture_is_served_beside_its_model_and_no_browser_keeps_it_by_itself() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let (sha, _) = with_model(&site, &anna, "A-1").await;
    let path = format!("/models/{sha}.jpg");
    let picture = anna.get(&path).send().await.unwrap();
    assert_eq!(picture.status(), 200);
    assert_eq!(header(picture.headers(), "content-type"), "image/jpeg");
    assert_eq!(header(picture.headers(), "cache-control"), "private, no-store");
    let tag = header(picture.headers(), "etag").to_owned();
    let bytes = picture.bytes().await.unwrap();
    assert!(bytes.starts_with(&[0xFF, 0xD8]) && bytes.len() <= 10_000);
    assert_eq!(anna.get(&path).header("if-none-match", tag).send().await.unwrap().status(), 304);
    let head = anna.ask("HEAD", &path).send().await.unwrap();
    assert_eq!(header(head.headers(), "content-length"), bytes.len().to_string());

    assert_eq!(site.stranger().get(&path).send().await.unwrap().status(), 401);
    let other = format!("/models/{}.jpg", "0".repeat(64));
    for nothing in [other.as_str(), "/models/x.jpg", "/models/.jpg"] {
        assert_eq!(anna.get(nothing).send().await.unwrap().status(), 404, "{nothing}");
    }
    // The page of the order says what the piece weighs, without asking anybody.
    let page = anna.get("/orders/A-1").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("data-fact=\"weight\"") && page.contains(&path), "{page}");
    site.s3.leave();
    assert_eq!(anna.get(&path).send().await.unwrap().status(), 503);
}

#[tokio::test]
async fn a_board_without_redis_is_served_and_says_so() {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.redis.kill();
    let id = site.order("A-1").await;
    let there = async || anna.board("?q=A-1").await["orders"][0]["number"] == "A-1";
    floor::until("the order is on the board without Redis", Duration::from_secs(5), there).await;
    assert_eq!(anna.press("take", &id, "1").await.status(), 200);
}
