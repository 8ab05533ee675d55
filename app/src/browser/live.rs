//! What the page's script (`public/tab.js`) hears of the stream, taken into the board; and the whole board, once after
//! the page and whenever something is missing.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use web_sys::{Event, MessageEvent};

use super::{go, hand, listen, post, revision, tell, whole, write};
use crate::{components::board::Board, domain::Revision, projection::Delta};

/// After the whole board could not be read: at least this, twice that after the next time, and at most [`SELDOM`].
const AGAIN: Duration = Duration::from_secs(2);
const SELDOM: Duration = Duration::from_secs(30);

thread_local! {
    /// The tag of the last whole board, and its revision.
    static HELD: RefCell<(String, Revision)> = RefCell::default();
    /// How often in a row the whole board could not be read.
    static FAILED: Cell<u32> = const { Cell::new(0) };
    /// How often it was asked for: what was asked for earlier is not taken in any more.
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

/// Follows the stream, and fetches the rest of the board once the page is interactive and has been painted.
pub fn attend(board: Board) {
    listen("verstak:changes", move |event| match read::<Vec<Delta>>(&event) {
        Some(changes) => {
            let lost = board.loses(&changes);
            board.hear(changes, hand::columns());
            if lost {
                tell("verstak:lost");
            }
        }
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
    let asked = ASKED.get().wrapping_add(1);
    ASKED.set(asked);
    spawn_local(async move {
        let wanted = revision();
        let found = fetch(board, asked).await;
        if asked != ASKED.get() {
            return;
        }
        match found {
            Some(revision) if revision >= wanted => {
                FAILED.set(0);
                write("data-whole", revision);
            }
            _ => set_timeout(move || reload(board), pause(FAILED.replace(FAILED.get() + 1))),
        }
    });
}

/// Each time twice as long and by chance up to half as long again, so that all tabs do not come back at once.
fn pause(failed: u32) -> Duration {
    AGAIN.saturating_mul(1 << failed.min(4)).min(SELDOM).mul_f64(1.0 + js_sys::Math::random() / 2.0)
}

/// Asks for the whole board and takes it in; one with the known tag is not read again. Says of which revision it is.
async fn fetch(board: Board, asked: u32) -> Option<Revision> {
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
        if asked != ASKED.get() {
            return None;
        }
        let revision = whole.revision();
        if !board.install(whole, hand::columns()) {
            return None;
        }
        HELD.set((tag, revision));
    }
    Some(HELD.with_borrow(|(_, revision)| *revision))
}
