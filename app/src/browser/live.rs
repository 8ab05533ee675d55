//! What the page's script (`public/tab.js`) hears of the stream, taken into the board; and the whole board, once after
//! the page and whenever something is missing.

use std::{cell::RefCell, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use web_sys::{Event, MessageEvent};

use super::{go, hand, listen, post, revision, whole, write};
use crate::{components::board::Board, domain::Revision};

/// After the whole board could not be read.
const AGAIN: Duration = Duration::from_secs(3);

thread_local! {
    /// The tag of the last whole board, and its revision.
    static HELD: RefCell<(String, Revision)> = RefCell::default();
}

/// Follows the stream, and fetches the rest of the board once the page is interactive and has been painted.
pub fn attend(board: Board) {
    listen("verstak:changes", move |event| match read(&event) {
        Some(changes) => board.hear(changes, hand::column()),
        // A change that cannot be read is one that is missing.
        None => reload(board),
    });
    listen("verstak:reload", move |_| reload(board));
    listen("verstak:awake", move |_| {
        request_animation_frame(move || set_timeout(move || reload(board), Duration::ZERO));
    });
}

/// What came with an event of the page's script.
pub fn read<T: DeserializeOwned>(event: &Event) -> Option<T> {
    serde_json::from_str(&event.unchecked_ref::<MessageEvent>().data().as_string()?).ok()
}

/// Reads the whole board, until what is here is as new as what was heard of.
fn reload(board: Board) {
    spawn_local(async move {
        let wanted = revision();
        match fetch(board).await {
            Some(revision) if revision >= wanted => {
                write("data-whole", revision);
            }
            _ => set_timeout(move || reload(board), AGAIN),
        }
    });
}

/// Asks for the whole board and takes it in; one with the known tag is not read again. Says of which revision it is.
async fn fetch(board: Board) -> Option<Revision> {
    let response = post::send("/api/board/compact", None).await.ok()?;
    if response.status() == 401 {
        go("/login");
    }
    if !response.ok() {
        return None;
    }
    let tag = response.headers().get("etag").ok().flatten().unwrap_or_default();
    if tag.is_empty() || HELD.with_borrow(|(known, _)| *known != tag) {
        let text = post::text(&response).await.ok()?;
        let whole = whole::read(text).await?;
        let revision = whole.revision();
        if !board.install(whole, hand::column()) {
            return None;
        }
        HELD.set((tag, revision));
    }
    Some(HELD.with_borrow(|(_, revision)| *revision))
}
