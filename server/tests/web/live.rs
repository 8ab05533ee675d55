//! The live stream over HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    floor::{self, meter::Meter},
    site::{Browser, Site, header, site},
};

/// The board is read anew every 15 to 30 s.
const REFRESHED: Duration = Duration::from_secs(60);

/// Reads a stream until something is in it.
pub struct Stream {
    answer: reqwest::Response,
    /// As they came; a letter may be cut in two.
    bytes: Vec<u8>,
    pub text: String,
}

impl Stream {
    pub async fn open(browser: &Browser, query: &str, last: Option<&str>) -> Self {
        let ask = browser.get(&format!("/live{query}"));
        let ask = if let Some(last) = last { ask.header("last-event-id", last) } else { ask };
        let answer = ask.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(header(answer.headers(), "content-type"), "text/event-stream");
        assert_eq!(header(answer.headers(), "content-encoding"), "");
        Self { answer, bytes: Vec::new(), text: String::new() }
    }

    /// Waits for these words; false when the stream ends first.
    pub async fn has(&mut self, words: &str) -> bool {
        self.has_within(words, Duration::from_secs(8)).await
    }

    async fn has_within(&mut self, words: &str, bound: Duration) -> bool {
        let begun = Instant::now();
        while !self.text.contains(words) {
            assert!(begun.elapsed() < bound, "{words} is not in {}", self.text);
            match tokio::time::timeout(bound, self.answer.chunk()).await.unwrap() {
                Ok(Some(chunk)) => {
                    self.bytes.extend_from_slice(&chunk);
                    self.text = String::from_utf8_lossy(&self.bytes).into_owned();
                }
                _ => return false,
            }
        }
        true
    }
}

#[tokio::test]
async fn changes_are_told_as_they_happen_and_resumed_without_a_gap() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let id = site.order("A-1").await;
    let mut live = Stream::open(&anna, "?after=1.0", None).await;
    assert!(live.has("id: 1.1\nevent: order\ndata: {\"revision\":\"1.1\",\"order\":{").await);
    anna.press("take", &id, "1").await;
    assert!(live.has("id: 1.2\nevent: order\n").await);
    assert!(live.has("event: tick\ndata: {").await);
    for (command, version) in [("complete", "2"), ("pack", "3"), ("ship", "4")] {
        anna.press(command, &id, version).await;
    }
    assert!(
        live.has(&format!("id: 1.5\nevent: order\ndata: {{\"revision\":\"1.5\",\"removed\":\"{id}\"}}"))
            .await
    );
    let mut resumed = Stream::open(&anna, "?after=1.0", Some("1.3")).await;
    assert!(resumed.has("id: 1.5\n").await);
    assert!(!resumed.text.contains("id: 1.3\n"), "Last-Event-ID wins over after: {}", resumed.text);
    for old in ["?after=0.7", "?after=nonsense"] {
        assert!(Stream::open(&anna, old, None).await.has("event: reload\n").await);
    }
}

#[tokio::test]
async fn a_board_that_was_wrong_at_its_revision_is_counted_and_read_again_by_everybody() {
    let meter = Meter::begin();
    let wrong_here = || meter.sum("board_cache_divergence_total", &["where=\"near\""]);
    let site = site().await;
    let anna = site.operator("anna").await;
    site.order("A-1").await;
    let mut live = Stream::open(&anna, "?after=1.0", None).await;
    assert!(live.has("id: 1.1\nevent: order\n").await);
    let wrong = anna.open("/api/board").await;
    let tag = header(wrong.headers(), "etag").to_owned();
    assert_eq!(wrong_here(), 0.0);
    // A change that the log does not know of: the board in memory is wrong from now on, at the same revision.
    let unseen = "BEGIN; SET LOCAL session_replication_role = replica;
        UPDATE orders SET title = 'Another ring'; COMMIT";
    sqlx::raw_sql(unseen).execute(site.database.pool()).await.unwrap();
    let reload = "event: reload\ndata: {\"revision\":\"1.1\"}\n\n";
    assert!(
        live.has_within(reload, REFRESHED).await,
        "the next refresh finds it, and whoever follows is told"
    );
    assert_eq!(wrong_here(), 1.0);
    let right = anna.get("/api/board").header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(right.status(), 200, "the wrong board is not the right one unchanged");
    let right: Value = right.json().await.unwrap();
    assert_eq!((&right["revision"], &right["orders"][0]["title"]), (&json!("1.1"), &json!("Another ring")));
    let manifest: Value = anna.open("/api/models?after=1.1").await.json().await.unwrap();
    assert_eq!((&manifest["revision"], &manifest["full"]), (&json!("1.1"), &json!(true)));
    site.order("A-2").await;
    assert!(live.has("id: 1.2\nevent: order\n").await);
    assert_eq!(live.text.matches("event: reload").count(), 1, "{}", live.text);
    let mut late = Stream::open(&anna, "?after=1.1", None).await;
    assert!(
        late.has("event: reload\ndata: {\"revision\":\"1.2\"}").await,
        "who was away then is told as well"
    );
}

#[tokio::test]
async fn a_stream_is_the_last_answer_of_its_connection_and_its_head_alone_is_not() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let mut live = Stream::open(&anna, "", None).await;
    assert_eq!(header(live.answer.headers(), "connection"), "close");
    assert_eq!(header(live.answer.headers(), "x-content-type-options"), "nosniff");
    assert_eq!(live.answer.version(), reqwest::Version::HTTP_10, "nothing but the connection marks its end");
    assert!(live.has("event: tick").await);
    for _ in 0..2 {
        let head = anna.ask("HEAD", "/live").send().await.unwrap();
        assert_eq!((head.status().as_u16(), header(head.headers(), "connection")), (200, ""));
        assert_eq!(header(head.headers(), "content-type"), "text/event-stream");
        assert_eq!(head.bytes().await.unwrap(), "");
    }
    // What was sent with the request, and what a peer says later, is nobody's.
    let mut socket = bare(&site, "anna", "GET / HTTP/1.1\r\n\r\n").await;
    socket.write_all(b"anybody there?").await.unwrap();
    site.order("A-1").await;
    let (mut told, mut part) = (String::new(), [0; 4096]);
    while !told.contains("event: order") {
        let read =
            tokio::time::timeout(Duration::from_secs(8), socket.read(&mut part)).await.unwrap().unwrap();
        assert!(read > 0, "{told}");
        told.push_str(&String::from_utf8_lossy(&part[..read]));
    }
    assert_eq!(told.matches("HTTP/1.").count(), 1, "{told}");
}

#[tokio::test]
async fn a_revoked_session_ends_its_stream_and_coming_back_is_401() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let mut live = Stream::open(&anna, "", None).await;
    assert!(live.has("event: tick").await);
    let other = site.again("anna").await;
    let disable = "UPDATE users SET disabled_at = now() WHERE login = 'anna'";
    sqlx::query(disable).execute(site.database.pool()).await.unwrap();
    assert!(!live.has("never").await, "the stream goes on");
    assert_eq!(anna.get("/live").send().await.unwrap().status(), 401);
    assert_eq!(other.get("/api/board").send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_peer_that_reads_nothing_keeps_its_stream_no_longer_than_its_session() {
    let site = site().await;
    let (_anna, boris) = (site.operator("anna").await, site.operator("boris").await);
    site.order("A-1").await;
    let socket = bare(&site, "anna", "").await;
    // More than all buffers between the two hold.
    let many = "DO $$ BEGIN FOR n IN 1..2000 LOOP
        UPDATE orders SET comment = repeat('Щ', 1990) || n WHERE number = 'A-1'; COMMIT; END LOOP; END $$";
    sqlx::raw_sql(many).execute(site.database.pool()).await.unwrap();
    let full = async || {
        let sent = socket.try_write(b"?");
        assert!(sent.is_ok(), "the stream has ended before its session: {sent:?}");
        boris.board("").await["revision"] == "1.2001"
    };
    floor::until("all changes are on their way", Duration::from_secs(30), full).await;
    let disable = "UPDATE users SET disabled_at = now() WHERE login = 'anna'";
    sqlx::query(disable).execute(site.database.pool()).await.unwrap();
    let hung_up = async || socket.try_write(b"?").is_err();
    floor::until("the server has hung up", Duration::from_secs(12), hung_up).await;
}

/// A connection of an operator that has asked for the stream, and for more, and has read nothing.
async fn bare(site: &Site, login: &str, more: &str) -> tokio::net::TcpStream {
    let address = site.url.trim_start_matches("http://").to_owned();
    let entry = [("login", login), ("password", &login.repeat(8))];
    let entered = site.stranger().send("/api/login", &entry).await;
    let cookie = header(entered.headers(), "set-cookie").split(';').next().unwrap().to_owned();
    let mut socket = tokio::net::TcpStream::connect(&address).await.unwrap();
    let ask = format!("GET /live HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n{more}");
    socket.write_all(ask.as_bytes()).await.unwrap();
    socket
}

#[tokio::test]
async fn the_server_stops_while_streams_are_open() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let mut live = Stream::open(&anna, "", None).await;
    assert!(live.has("event: tick").await);
    let begun = Instant::now();
    site.life.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    assert!(!live.has("never").await);
    assert!(anna.get("/api/board").send().await.is_err(), "nobody is served any more");
}

/// The data of the first event of this kind.
fn told(stream: &Stream, kind: &str) -> Value {
    let head = format!("event: {kind}\ndata: ");
    let data = stream.text.split_once(&head).unwrap().1.split_once('\n').unwrap().0;
    serde_json::from_str(data).unwrap()
}

fn age(tick: &Value) -> i64 {
    let moment =
        |field: &str| tick[field].as_str().unwrap().parse::<app::domain::Timestamp>().unwrap().millis();
    moment("at") - moment("fresh_at")
}

#[tokio::test]
async fn a_tick_says_how_fresh_the_board_is_and_whose_stream_it_is() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let mut live = Stream::open(&anna, "", None).await;
    assert_eq!(header(live.answer.headers(), "x-verstak-user"), "anna");
    assert!(live.has("event: tick\ndata: {").await && live.has("}\n\n").await);
    let tick = told(&live, "tick");
    assert_eq!(tick["source"], "cache");
    assert!(age(&tick) < 5_000, "{tick}");
    live.bytes.clear();
    live.text.clear();
    assert!(
        live.has("event: tick\ndata: {").await && live.has("}\n\n").await,
        "and again while nothing happens"
    );
    assert_ne!(told(&live, "tick")["at"], tick["at"]);

    site.redis.kill();
    let reads_the_database = async || {
        let mut live = Stream::open(&anna, "", None).await;
        assert!(live.has("event: tick\ndata: {").await && live.has("}\n\n").await);
        let tick = told(&live, "tick");
        tick["source"] == "database" && age(&tick) < 5_000
    };
    floor::until("the stream says that Redis is away", Duration::from_secs(8), reads_the_database).await;
    site.redis.again();
    let reads_the_cache = async || {
        let mut live = Stream::open(&anna, "", None).await;
        assert!(live.has("event: tick\ndata: {").await && live.has("}\n\n").await);
        told(&live, "tick")["source"] == "cache"
    };
    floor::until("the stream says that Redis is back", Duration::from_secs(8), reads_the_cache).await;
}

#[tokio::test]
async fn without_the_database_the_ticks_go_on_and_their_certificate_grows_old() {
    let site = site().await;
    let anna = site.operator("anna").await;
    assert!(Stream::open(&anna, "", None).await.has("event: tick").await);
    site.database.away(true).await;
    let grows_old = async || {
        let mut live = Stream::open(&anna, "", None).await;
        assert!(live.has("event: tick\ndata: {").await && live.has("}\n\n").await);
        age(&told(&live, "tick")) > 2_000
    };
    floor::until("the certificate is old", Duration::from_secs(15), grows_old).await;
    site.database.away(false).await;
    let is_fresh = async || {
        let mut live = Stream::open(&anna, "", None).await;
        assert!(live.has("event: tick\ndata: {").await && live.has("}\n\n").await);
        age(&told(&live, "tick")) < 1_000
    };
    floor::until("the certificate is fresh", Duration::from_secs(15), is_fresh).await;
}

#[tokio::test]
async fn whoever_missed_more_than_is_kept_begins_again_and_then_misses_nothing() {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.order("A-1").await;
    let many = "DO $$ BEGIN FOR n IN 1..1400 LOOP
        UPDATE orders SET title = 'Кольцо ' || n WHERE number = 'A-1'; COMMIT; END LOOP; END $$";
    for round in 1..=3 {
        sqlx::raw_sql(many).execute(site.database.pool()).await.unwrap();
        let last = format!("1.{}", 1 + 1_400 * round);
        let there = async || anna.board("").await["revision"] == last.as_str();
        floor::until("all changes are there", Duration::from_secs(30), there).await;
    }
    let mut asleep = Stream::open(&anna, "", Some("1.1")).await;
    assert!(asleep.has("id: 1.4201\nevent: reload\ndata: {\"revision\":\"1.4201\"}\n\n").await);
    let mut napped = Stream::open(&anna, "", Some("1.4000")).await;
    assert!(napped.has("id: 1.4201\n").await);
    assert_eq!(napped.text.matches("event: order").count(), 201, "each once");
    site.order("A-2").await;
    for stream in [&mut asleep, &mut napped] {
        assert!(stream.has("id: 1.4202\nevent: order\n").await);
        assert_eq!(stream.text.matches("id: 1.4202").count(), 1);
    }
}
