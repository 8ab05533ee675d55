//! What is served, altered between the server and the one who reads it: a change of a stream that never arrives, a gap
//! that nobody is told of, a model whose bytes are others.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use app::domain::{OrderId, Revision};
use reqwest::Response;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{now, verdict, weigh};
use crate::{
    floor::{self, server::redis_says_what_the_log_says, shared::Shared},
    history::{
        check::Report,
        digest::Digest,
        record::{Heard, History, ModelRead, Place, Record, Span, What},
    },
    proxy::{Does, Proxy, Rewrite, Way},
    site::{Browser, Site, site},
};

const RING: &[u8] = include_bytes!("../../../src/model/tests/files/plain.glb");
const HERE: Place = Place::Server(0);

/// The server at this address by way of a line that changes what passes.
pub(super) async fn by_line(url: &str, browser: &Browser, rewrite: Rewrite) -> (Browser, Proxy) {
    let line = Proxy::rewriting(url.strip_prefix("http://").unwrap().to_owned(), rewrite).await.unwrap();
    (browser.at(&format!("http://127.0.0.1:{}", line.port)), line)
}

/// Who follows a stream and makes a board of its own of what it says.
struct Follower {
    browser: Browser,
    text: String,
    at: Revision,
    digest: Digest,
    lines: Vec<Record>,
}

impl Follower {
    /// With the board as it is.
    async fn begin(browser: Browser) -> Self {
        let (at, digest) = (Revision::default(), Digest::default());
        let mut follower = Self { browser, text: String::new(), at, digest, lines: Vec::new() };
        follower.read_board().await;
        follower
    }

    fn note(&mut self, what: What) {
        self.lines.push(Record::Stream(Heard { place: HERE, when: now(), what }));
    }

    async fn read_board(&mut self) {
        let board = self.browser.board("").await;
        self.at = board["revision"].as_str().unwrap().parse().unwrap();
        let cards = board["orders"].as_array().unwrap();
        self.digest = weigh(cards);
        self.note(What::Begin(self.at, self.digest));
    }

    async fn open(&self) -> Response {
        self.browser.get(&format!("/live?after={}", self.at)).send().await.unwrap()
    }

    /// Hears what the stream says until it holds; all changes are new orders.
    async fn hears(&mut self, stream: &mut Response, until: impl Fn(&Self) -> bool) {
        while !until(self) {
            let bytes = tokio::time::timeout(Duration::from_secs(5), stream.chunk()).await.unwrap();
            self.text.push_str(std::str::from_utf8(&bytes.unwrap().unwrap()).unwrap());
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                self.takes(&event).await;
            }
        }
    }

    async fn takes(&mut self, event: &str) {
        let data = event.lines().find_map(|line| line.strip_prefix("data:"));
        let told: Value = serde_json::from_str(data.unwrap()).unwrap();
        let revision: Revision = told["revision"].as_str().unwrap().parse().unwrap();
        if event.contains("event: order") {
            self.at = revision;
            self.digest = self.digest.with(Digest::of(&told["order"]));
            self.note(What::Change(self.at, self.digest));
        } else if event.contains("event: reload") {
            self.note(What::Reload(revision));
            self.read_board().await;
        }
    }

    async fn verdict(self, site: &Site) -> Report {
        let history = History { clients: vec![self.lines], ..History::default() };
        verdict(&site.database, &history).await
    }
}

async fn has(browser: &Browser, number: &str) {
    let there = async || {
        let board = browser.board(&format!("?q={number}")).await;
        board["orders"].as_array().is_some_and(|it| !it.is_empty())
    };
    floor::until(number, Duration::from_secs(5), there).await;
}

/// One change is swallowed on its way, and nobody is told.
pub async fn change_swallowed(wrong: bool) -> Report {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.order("A-1").await;
    let left = Arc::new(AtomicBool::new(wrong));
    let rewrite: Rewrite = Arc::new(move |way, piece| {
        let change = piece.windows(12).any(|part| part == b"event: order");
        if way == Way::Out && change && left.swap(false, Ordering::Relaxed) {
            piece.clear();
            return Does::Rewrites;
        }
        Does::Nothing
    });
    let (anna, line) = by_line(&site.url, &anna, rewrite).await;
    // Otherwise the first order would be a change of the stream, perhaps in one piece with its head.
    has(&anna, "A-1").await;
    let mut follower = Follower::begin(anna.clone()).await;
    let mut stream = follower.open().await;
    for number in ["A-2", "A-3", "A-4"] {
        site.order(number).await;
        // One after the other, so that each is a piece of its own.
        has(&anna, number).await;
    }
    let head = floor::orders::head(site.database.pool()).await;
    follower.hears(&mut stream, |it| it.at >= head).await;
    assert_eq!(line.counts.rewritten.load(Ordering::Relaxed) > 0, wrong);
    follower.verdict(&site).await
}

/// A follower comes from before the ring of a server that has begun anew, and is not told so: what the ring has is all
/// that it hears.
pub async fn gap_swallowed(wrong: bool) -> Report {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.order("A-1").await;
    has(&anna, "A-1").await;
    let mut follower = Follower::begin(anna.clone()).await;
    // The follower is away when this happens, and the next server's ring begins after it.
    site.order("A-2").await;
    let shared = Shared::open(&site.redis.url(), "{board}").await;
    redis_says_what_the_log_says(&shared, &site.database).await;
    let beside = site.beside().await;
    let rewrite: Rewrite = Arc::new(move |way, piece| {
        if way == Way::In || !wrong {
            return Does::Nothing;
        }
        // It may come in one piece with the head.
        let Some(event) = piece.windows(13).position(|part| part == b"event: reload") else {
            return Does::Nothing;
        };
        let from = piece[..event].windows(3).rposition(|part| part == b"id:").unwrap();
        let to = event + piece[event..].windows(2).position(|part| part == b"\n\n").unwrap() + 2;
        piece.drain(from..to);
        Does::Rewrites
    });
    let (there, line) = by_line(&beside.url, &anna, rewrite).await;
    follower.browser = there;
    let before = follower.at;
    let mut stream = follower.open().await;
    if wrong {
        let swallowed = async || line.counts.rewritten.load(Ordering::Relaxed) > 0;
        floor::until("the reload is swallowed", Duration::from_secs(5), swallowed).await;
    } else {
        follower.hears(&mut stream, |it| it.at > before).await;
        let told = follower
            .lines
            .iter()
            .any(|line| matches!(line, Record::Stream(heard) if matches!(heard.what, What::Reload(_))));
        assert!(told, "whoever comes from before the ring is told to begin again");
    }
    for number in ["A-3", "A-4"] {
        site.order(number).await;
    }
    let head = floor::orders::head(site.database.pool()).await;
    follower.hears(&mut stream, |it| it.at >= head).await;
    follower.verdict(&site).await
}

/// One byte of a model is another one when it arrives.
pub async fn other_bytes(wrong: bool) -> Report {
    let site = site().await;
    let anna = site.operator("anna").await;
    let mut message = crate::workshop::message::approval("A-1");
    site.s3.put("ring.glb", RING).await;
    message["order"]["model"] = serde_json::json!({ "key": "ring.glb", "size": RING.len() });
    assert_eq!(site.post(message.to_string()).await.status(), 201);
    let order: OrderId = message["order"]["id"].as_str().unwrap().parse().unwrap();
    let ready = async || anna.board("").await["orders"][0]["model"]["sha256"].is_string();
    floor::until("the model is ready", Duration::from_secs(10), ready).await;
    let board = anna.board("").await;
    let at = board["revision"].as_str().unwrap().parse().unwrap();
    let named = board["orders"][0]["model"]["sha256"].as_str().unwrap().to_owned();
    let rewrite: Rewrite = Arc::new(move |way, piece| {
        // The file's own first word.
        let Some(start) = piece.windows(4).position(|part| part == b"glTF") else { return Does::Nothing };
        if way == Way::In || !wrong {
            return Does::Nothing;
        }
        piece[start + 12] ^= 1;
        Does::Rewrites
    });
    let (anna, _line) = by_line(&site.url, &anna, rewrite).await;
    let begun = now();
    let answer = anna.get(&format!("/models/{named}.glb")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let bytes = answer.bytes().await.unwrap();
    let served = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let span = Span { begun, ended: now() };
    let read = ModelRead { place: HERE, span, order, at, named, served: Some(served), refused: None };
    let history = History { clients: vec![vec![Record::Model(Box::new(read))]], ..History::default() };
    verdict(&site.database, &history).await
}
