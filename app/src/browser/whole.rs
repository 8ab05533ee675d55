//! The whole board as rows, read in slices, so that the page answers to hands meanwhile. What the stream brings in
//! between is kept (`Projection::install`).

use js_sys::{Promise, futures::JsFuture};
use leptos::prelude::window;

use crate::{domain::Revision, projection::Whole};

/// A slice of reading takes no longer, in milliseconds: half a frame.
const SLICE: f64 = 8.0;
/// Rows between two looks at the clock.
const BATCH: usize = 32;

/// Reads on for some milliseconds, leaves the rest for later, and so on. A torn text is no board.
pub async fn read(text: String) -> Option<Whole> {
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
    (whole.len() == orders).then_some(whole)
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
