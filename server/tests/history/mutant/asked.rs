//! What is asked for, altered between the one who asks and the server.

use std::sync::{Arc, atomic::Ordering};

use app::domain::Revision;

use super::{now, replace, served::by_line, verdict, weigh};
use crate::{
    floor,
    history::{
        check::Report,
        record::{History, Place, Read, Record, Span},
    },
    proxy::{Does, Rewrite, Way},
    site::site,
};

const WISH: &str = "x-board-min-rev";

/// The wish for a revision is lost on its way: nobody waits for one that is not there yet.
pub async fn wish_lost(wrong: bool) -> Report {
    let site = site().await;
    let anna = site.operator("anna").await;
    site.order("A-1").await;
    let rewrite: Rewrite = Arc::new(move |way, piece| {
        let lost = wrong && way == Way::In && replace(piece, WISH.as_bytes(), b"y-board-min-rev");
        if lost { Does::Rewrites } else { Does::Nothing }
    });
    let (anna, line) = by_line(&site.url, &anna, rewrite).await;
    let head = floor::orders::head(site.database.pool()).await;
    let at_least = Revision::new(head.epoch, head.rev + 1);
    let begun = now();
    let answer = anna.get("/api/board").header(WISH, at_least.to_string()).send().await.unwrap();
    let board: serde_json::Value = answer.json().await.unwrap();
    let span = Span { begun, ended: now() };
    assert_eq!(line.counts.rewritten.load(Ordering::Relaxed) > 0, wrong);
    let cards = board["orders"].as_array().unwrap();
    let read = Read {
        place: Place::Server(0),
        first: span,
        last: span,
        times: 1,
        at: board["revision"].as_str().unwrap().parse().unwrap(),
        at_least,
        digest: weigh(cards),
        orders: cards.len(),
        fresh_at: None,
    };
    let history = History { clients: vec![vec![Record::Board(Box::new(read))]], ..History::default() };
    verdict(&site.database, &history).await
}
