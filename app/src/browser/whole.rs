//! The whole board after the first screen: fetched in rows, and read in slices, so that the page answers to hands
//! meanwhile. What the stream brings in between is kept (`Projection::install`).

use std::cell::{Cell, RefCell};

use js_sys::{Promise, futures::JsFuture};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{go, hand, post};
use crate::{
    components::board::Board,
    domain::Revision,
    projection::{Projection, Whole},
};

/// A slice of reading takes no longer, in milliseconds: half a frame.
const SLICE: f64 = 8.0;
/// Rows between two looks at the clock.
const BATCH: usize = 64;

thread_local! {
    /// The tag of the last board that was taken in, and its revision.
    static HELD: RefCell<(String, Revision)> = RefCell::default();
    /// A board is being read.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Asks for the whole board and takes it in; one with the known tag is not read again. The answer: its revision, or
/// nothing when there was no useful answer.
///
/// # Errors
/// When there was no answer at all.
pub async fn fetch(board: Board) -> Result<Option<Revision>, JsValue> {
    let revision = board.projection.with_value(Projection::revision).to_string();
    let response = post::at_least("/api/board/compact", &revision).await?;
    if response.status() == 401 {
        go("/login");
    }
    if !response.ok() || BUSY.replace(true) {
        return Ok(None);
    }
    let tag = response.headers().get("etag").ok().flatten().unwrap_or_default();
    if tag.is_empty() || HELD.with_borrow(|(held, _)| *held != tag) {
        let text = post::text(&response).await.unwrap_or_default();
        let whole = read(&text).await;
        drop(text);
        if let Some((revision, whole)) = whole
            && board.install(whole, hand::column())
        {
            HELD.set((tag, revision));
        } else {
            BUSY.set(false);
            return Ok(None);
        }
    }
    BUSY.set(false);
    Ok(Some(HELD.with_borrow(|(_, revision)| *revision)))
}

/// Reads on for some milliseconds, leaves the rest for later, and so on. A torn text is no board.
async fn read(text: &str) -> Option<(Revision, Whole)> {
    let mut lines = text.lines();
    let (revision, orders): (Revision, usize) = serde_json::from_str(lines.next()?).ok()?;
    let mut whole = Whole::new(revision);
    let mut begun = js_sys::Date::now();
    while whole.len() < orders {
        for line in lines.by_ref().take(BATCH.min(orders - whole.len())) {
            whole.add(serde_json::from_str(line).ok()?);
        }
        if lines.clone().next().is_none() {
            break;
        }
        if js_sys::Date::now() - begun > SLICE {
            breathe().await;
            begun = js_sys::Date::now();
        }
    }
    (whole.len() == orders).then_some((revision, whole))
}

/// Lets the page answer to hands.
async fn breathe() {
    let promise = Promise::new(&mut |go_on, _| {
        // A page always has timers.
        let _ = window().set_timeout_with_callback(&go_on);
    });
    // This promise is never broken.
    let _ = JsFuture::from(promise).await;
}
