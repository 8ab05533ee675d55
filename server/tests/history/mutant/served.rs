//! What is served, altered between the server and the one who reads it: a change of a stream that never arrives, a model
//! whose bytes are others.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use app::domain::{OrderId, Revision};
use futures_util::StreamExt as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{now, verdict};
use crate::{
    floor,
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

/// The site by way of a line that changes what passes once it is armed.
pub(super) async fn by_line(site: &Site, browser: &Browser, rewrite: Rewrite) -> (Browser, Proxy) {
    let line = Proxy::rewriting(site.url.strip_prefix("http://").unwrap().to_owned(), rewrite).await.unwrap();
    (browser.at(&format!("http://127.0.0.1:{}", line.port)), line)
}

/// One change is swallowed on its way, and nobody is told.
pub async fn gap_swallowed(wrong: bool) -> Report {
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
    let (anna, line) = by_line(&site, &anna, rewrite).await;
    // Otherwise the first order would be a change of the stream, perhaps in one piece with its head.
    let first = async || anna.board("?q=A-1").await["orders"].as_array().is_some_and(|it| !it.is_empty());
    floor::until("the first order is there", Duration::from_secs(5), first).await;
    let board = anna.board("").await;
    let at: Revision = board["revision"].as_str().unwrap().parse().unwrap();
    let cards = board["orders"].as_array().unwrap();
    let mut digest = cards.iter().fold(Digest::default(), |sum, card| sum.with(Digest::of(card)));
    let hear = |what| Record::Stream(Heard { place: HERE, when: now(), what });
    let mut lines = vec![hear(What::Begin(at, digest))];
    let stream = anna.get(&format!("/live?after={at}")).send().await.unwrap();
    let mut stream = Box::pin(stream.bytes_stream());
    for number in ["A-2", "A-3", "A-4"] {
        site.order(number).await;
        // One after the other, so that each is a piece of its own.
        floor::until("on its way", Duration::from_secs(5), async || {
            anna.board(&format!("?q={number}")).await["orders"].as_array().is_some_and(|it| !it.is_empty())
        })
        .await;
    }
    let head = floor::orders::head(site.database.pool()).await;
    let mut text = String::new();
    let mut heard = at;
    while heard < head {
        let bytes = tokio::time::timeout(Duration::from_secs(5), stream.next()).await.unwrap();
        text.push_str(std::str::from_utf8(&bytes.unwrap().unwrap()).unwrap());
        while let Some((event, rest)) = text.split_once("\n\n") {
            let data = event.lines().find_map(|line| line.strip_prefix("data:"));
            let told: Value = serde_json::from_str(data.unwrap()).unwrap();
            if event.contains("event: order") {
                heard = told["revision"].as_str().unwrap().parse().unwrap();
                digest = digest.with(Digest::of(&told["order"]));
                lines.push(hear(What::Change(heard, digest)));
            }
            text = rest.to_owned();
        }
    }
    assert_eq!(line.counts.rewritten.load(Ordering::Relaxed) > 0, wrong);
    let history = History { clients: vec![lines], ..History::default() };
    verdict(&site.database, &history).await
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
    let (anna, _line) = by_line(&site, &anna, rewrite).await;
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
