//! Commands and messages over HTTP: good ones, bad ones, and plain forms.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    floor,
    site::{TOKEN, flash, header, site},
    workshop::message::{approval, message as bare},
};

#[tokio::test]
async fn an_order_is_taken_made_packed_and_shipped() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let id = site.order("A-1").await;
    for (command, version, status) in [
        ("take", "1", "MANUFACTURING_STARTED"),
        ("complete", "2", "MANUFACTURING_COMPLETED"),
        ("pack", "3", "PACKAGING"),
        ("ship", "4", "SHIPPED"),
    ] {
        let answer = anna.press(command, &id, version).await;
        assert_eq!(answer.status(), 200, "{command}");
        let receipt: Value = answer.json().await.unwrap();
        assert_eq!(receipt["order"]["status"], status);
        let revision = receipt["revision"].as_str().unwrap().to_owned();
        let read = anna.get("/api/board?q=A-1").header("x-board-min-rev", revision).send().await.unwrap();
        let board: Value = read.json().await.unwrap();
        let shown = board["orders"].as_array().unwrap();
        assert_eq!(shown.len(), usize::from(command != "ship"), "the command's own effect is seen");
    }
    assert_eq!(anna.open("/orders/A-1").await.status(), 200);
}

#[tokio::test]
async fn the_same_press_twice_is_the_same_answer_byte_for_byte() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let id = site.order("A-1").await;
    let fields = [("id", id.as_str()), ("version", "1"), ("request_id", "press-1")];
    let (first, second) = tokio::join!(anna.send("/api/take", &fields), anna.send("/api/take", &fields));
    assert_eq!((first.status().as_u16(), second.status().as_u16()), (200, 200));
    assert_eq!(first.text().await.unwrap(), second.text().await.unwrap());
    let other = [("id", id.as_str()), ("version", "2"), ("request_id", "press-1")];
    assert_eq!(anna.send("/api/take", &other).await.status(), 422);
    assert_eq!(anna.press("take", &id, "2").await.status(), 409);
}

#[tokio::test]
async fn a_refused_command_says_why_and_changes_nothing() {
    let site = site().await;
    let (anna, boris) = (site.operator("anna").await, site.operator("boris").await);
    let id = site.order("A-1").await;
    let nobody = "0193c1a2-6f0e-7d3a-9c1b-2f4f5a6b7c8d";
    assert_eq!(anna.press("take", nobody, "1").await.status(), 404);
    assert_eq!(anna.press("take", &id, "7").await.status(), 409);
    assert_eq!(anna.press("ship", &id, "1").await.status(), 403);
    assert_eq!(anna.press("take", &id, "1").await.status(), 200);
    assert_eq!(boris.press("complete", &id, "2").await.status(), 403);
    assert_eq!(anna.press("ship", &id, "2").await.status(), 409);
    let lost = boris.press("take", &id, "1").await;
    assert_eq!(lost.status(), 409);
    let lost: Value = lost.json().await.unwrap();
    assert_eq!(lost["order"]["operator"]["login"], "anna");
    assert_eq!(anna.board("?q=A-1").await["orders"][0]["version"], 2);
}

#[tokio::test]
async fn bad_fields_are_named_and_never_echoed() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let answer = anna.send("/api/take", &[("id", "<script>"), ("version", "one"), ("request_id", "")]).await;
    assert_eq!(answer.status(), 422);
    let text = answer.text().await.unwrap();
    for field in ["\"id\"", "\"version\"", "\"request_id\""] {
        assert!(text.contains(field), "{field}: {text}");
    }
    assert!(!text.contains("<script>"), "{text}");
    let json = anna.ask("POST", "/api/take").header("origin", &site.url).body("{\"id\":1}");
    assert_eq!(json.header("content-type", "application/json").send().await.unwrap().status(), 422);
    let flood = "x".repeat(20_000);
    assert_eq!(anna.send("/api/take", &[("id", &flood)]).await.status(), 413);
    assert_eq!(anna.get("/api/take").send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn a_plain_form_leads_back_to_its_page_with_what_there_is_to_tell() {
    let site = site().await;
    let (anna, boris) = (site.operator("anna").await, site.operator("boris").await);
    let id = site.order("A-1").await;
    let fields = [("id", id.as_str()), ("version", "1"), ("request_id", "press-1")];
    let done = anna.submit("/?q=A-1", "/api/take", &fields).await;
    assert_eq!((done.status().as_u16(), header(done.headers(), "location")), (303, "/?q=A-1"));
    let cookies: Vec<_> =
        done.headers().get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("at_least=1.2;")), "{cookies:?}");
    assert_ne!(flash(&done), Value::Null);

    let page = anna.open("/?q=A-1").await;
    assert!(
        page.headers().get_all("set-cookie").iter().any(|it| it.to_str().unwrap().starts_with("flash=; "))
    );
    assert!(page.text().await.unwrap().contains("MANUFACTURING_STARTED"));

    let lost = boris.submit("/", "/api/take", &fields).await;
    assert_eq!(lost.status(), 303);
    assert!(boris.open("/").await.text().await.unwrap().contains("Мастер anna"), "the loser reads who won");
    assert!(!boris.open("/").await.text().await.unwrap().contains("уже взял"), "and reads it once");
}

#[tokio::test]
async fn a_form_on_a_foreign_page_leads_nowhere_but_here() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let form =
        anna.form("/api/take", &[]).header("accept", "text/html").header("referer", "https://evil.example/x");
    assert_eq!(header(form.send().await.unwrap().headers(), "location"), "/");
}

#[tokio::test]
async fn a_log_in_without_a_script_leads_to_the_page_that_was_wanted() {
    let site = site().await;
    site.person("anna", app::domain::Role::Operator).await;
    let stranger = site.stranger();
    let wrong = stranger
        .submit("/login?next=%2Forders%2FA-1", "/api/login", &[("login", "anna"), ("password", "x")])
        .await;
    assert_eq!(header(wrong.headers(), "location"), "/login?next=%2Forders%2FA-1");
    let fields = [("login", "anna"), ("password", &*"anna".repeat(8))];
    let right = stranger.submit("/login?next=%2Forders%2FA-1", "/api/login", &fields).await;
    assert_eq!((right.status().as_u16(), header(right.headers(), "location")), (303, "/orders/A-1"));
    let away = site.stranger().submit("/login?next=%2F%2Fevil.example", "/api/login", &fields).await;
    assert_eq!(header(away.headers(), "location"), "/");
    let out = stranger.submit("/", "/api/logout", &[]).await;
    assert_eq!(header(out.headers(), "location"), "/login");
}

#[tokio::test]
async fn a_form_whose_session_has_ended_leads_through_the_log_in_back_to_what_was_typed() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let id = site.order("A-1").await;
    assert_eq!(anna.press("take", &id, "1").await.status(), 200);
    let stranger = site.stranger();
    let fields = [("id", id.as_str()), ("version", "2"), ("request_id", "r-1"), ("reason", "брак литья")];
    let form = stranger.submit("/orders/A-1", "/api/release", &fields).await;
    let login = header(form.headers(), "location").to_owned();
    assert_eq!((form.status().as_u16(), login.as_str()), (303, "/login?next=%2Forders%2FA-1"));
    assert_eq!(stranger.open(&login).await.status(), 200);
    let right = [("login", "anna"), ("password", &*"anna".repeat(8))];
    let back = stranger.submit(&login, "/api/login", &right).await;
    assert_eq!(header(back.headers(), "location"), "/orders/A-1");
    let page = stranger.open("/orders/A-1").await.text().await.unwrap();
    assert!(page.contains("брак литья"), "the reason is in the form again");
}

#[tokio::test]
async fn a_foreign_page_plants_no_words_on_somebody_who_is_signed_out() {
    let site = site().await;
    let form = site.stranger().ask("POST", "/api/release").header("accept", "text/html");
    let planted = form.header("origin", "https://evil.example").form(&[("reason", "words")]);
    let answer = planted.send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert!(answer.headers().get("set-cookie").is_none());
}

/// As a person may type it, and as somebody who means harm would.
const TYPED: &str = "брак литья </textarea><b>&amp;";

#[tokio::test]
async fn while_the_database_is_away_nothing_typed_is_lost_and_reads_go_on() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let id = site.order("A-1").await;
    assert_eq!(anna.press("take", &id, "1").await.status(), 200);
    site.database.away(true).await;
    let away = anna.press("complete", &id, "2").await;
    assert_eq!(away.status(), 503);
    assert!(header(away.headers(), "retry-after").parse::<u32>().unwrap() > 0);
    let id_told = header(away.headers(), "x-request-id").to_owned();
    let told: Value = away.json().await.unwrap();
    assert_eq!(told["request_id"], id_told);
    let text = told.to_string();
    assert!(!text.contains("sqlx") && !text.contains("connection"), "{text}");

    let fields = [("id", id.as_str()), ("version", "2"), ("request_id", "r-1"), ("reason", TYPED)];
    let form = anna.submit("/orders/A-1", "/api/release", &fields).await;
    assert_eq!((form.status().as_u16(), header(form.headers(), "location")), (303, "/orders/A-1"));
    let page = anna.open("/orders/A-1").await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(
        page.contains("брак литья &lt;/textarea&gt;&lt;b&gt;&amp;amp;</textarea>"),
        "the reason is in the form again: {page}"
    );

    assert_eq!(anna.board("?q=A-1").await["orders"][0]["version"], 2);
    assert_eq!(site.post(approval("A-2").to_string()).await.status(), 503);
    site.database.away(false).await;
    let back = async || site.post(approval("A-3").to_string()).await.status() == 201;
    floor::until("the database to be back", Duration::from_secs(10), back).await;
    assert_eq!(anna.press("complete", &id, "2").await.status(), 200);
}

#[tokio::test]
async fn messages_are_taken_in_by_token_size_and_shape_in_this_order() {
    let site = site().await;
    let stranger = site.stranger();
    let intake = |token: Option<&str>, body: String| {
        let ask = stranger.ask("POST", "/intake/orders").body(body);
        if let Some(token) = token { ask.bearer_auth(token) } else { ask }.send()
    };
    let long = " ".repeat(65 * 1024);
    assert_eq!(intake(None, long.clone()).await.unwrap().status(), 401);
    assert_eq!(intake(Some("wrong"), long.clone()).await.unwrap().status(), 401);
    assert_eq!(intake(Some(TOKEN), long).await.unwrap().status(), 413);
    for body in
        ["", "{", "[]", "null", "{\"order\":1}", "\u{1}", "{\"message_id\":{},\"order\":{\"status\":7}}"]
    {
        let refused = intake(Some(TOKEN), body.to_owned()).await.unwrap();
        assert_eq!(refused.status(), 422, "{body}");
        assert_eq!(header(refused.headers(), "content-type"), "application/problem+json");
        let problem: Value = refused.json().await.unwrap();
        assert!(!problem["errors"].as_array().unwrap().is_empty(), "{problem}");
    }
    let mut unknown = approval("A-1");
    unknown["order"]["status"] = json!("MELTED");
    let refused: Value = intake(Some(TOKEN), unknown.to_string()).await.unwrap().json().await.unwrap();
    assert_eq!(refused["errors"][0]["field"], "order.status");
}

#[tokio::test]
async fn outcomes_of_messages_have_the_statuses_of_the_contract() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let mut message = approval("A-1");
    let post = async |message: &Value| {
        let answer = site.post(message.to_string()).await;
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap()["outcome"].clone())
    };
    assert_eq!(post(&message).await, (201, json!("accepted")));
    assert_eq!(post(&message).await, (200, json!("duplicate")));
    message["message_id"] = json!(floor::orders::id().to_string());
    assert_eq!(post(&message).await, (200, json!("stale")));
    let mut next = |status: &str, version: i64| {
        message["message_id"] = json!(floor::orders::id().to_string());
        message["order"]["status"] = json!(status);
        message["order"]["source_version"] = json!(version);
        message.clone()
    };
    assert_eq!(post(&next("MANUFACTURING_APPROVED", 8)).await, (200, json!("updated")));
    assert_eq!(post(&next("SUBMITTED", 9)).await, (200, json!("ignored")));
    assert_eq!(post(&next("CANCELLED", 10)).await, (200, json!("accepted")));
    // One of an order that is not known yet, its status written as JSON may write it, too: nothing was created.
    let escaped = bare("CANCELLED", "A-2", 1).to_string().replace("CANCELLED", "\\u0043ANCELLED");
    let answer = site.post(escaped).await;
    let (status, told): (_, Value) = (answer.status().as_u16(), answer.json().await.unwrap());
    assert_eq!((status, &told["outcome"]), (200, &json!("accepted")));
    let gone = async || anna.board("?q=A-1").await["orders"] == json!([]);
    floor::until("the cancelled order leaves", Duration::from_secs(2), gone).await;
}
