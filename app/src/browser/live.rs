//! Changes as they come, from `/live`; without it, the whole board every few seconds.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use serde::Deserialize;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use super::{hand, now, whole};
use crate::{
    components::board::{Board, Live},
    domain::Timestamp,
    projection::{Delta, Projection},
};

/// Silence longer than this means that something is missed (ticks come every 5 s).
const SILENCE: i64 = 10_000;
/// How often the silence is measured, and the board asked for when there is no stream.
const WATCH: Duration = Duration::from_secs(5);
/// The longest wait between two tries, in milliseconds.
const LONGEST_WAIT: u32 = 30_000;

#[derive(Deserialize)]
struct Tick {
    fresh_at: Timestamp,
}

/// What is known of the stream.
struct Stream {
    board: Board,
    /// When something was last heard, by the browser's clock.
    heard: Cell<i64>,
    /// Up to when the board is known to be complete.
    fresh: Cell<Timestamp>,
    /// Tries since the last success.
    tries: Cell<u32>,
}

/// Opens the stream from the revision in the page, and fetches the rest of the board once.
pub fn attend(board: Board) {
    let Live::Behind(fresh) = board.live.get_untracked() else { return };
    let stream = Rc::new(Stream { board, heard: Cell::new(0), fresh: Cell::new(fresh), tries: Cell::new(0) });
    open(&stream);
    spawn_local(ask(stream.clone()));
    set_interval(move || watch(&stream), WATCH);
}

fn open(stream: &Rc<Stream>) {
    let after = stream.board.projection.with_value(Projection::revision);
    let Ok(source) = EventSource::new(&format!("/live?after={after}")) else { return };
    let on = |name: &str, act: Box<dyn FnMut(MessageEvent)>| {
        let listener = Closure::wrap(act);
        // A listener on an open source can always be added.
        let _ = source.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        listener.forget();
    };
    let (ordering, ticking) = (stream.clone(), stream.clone());
    on("order", Box::new(move |event| order(&ordering, &event)));
    on("tick", Box::new(move |event| tick(&ticking, &event)));
    let (reloading, again_whole) = (source.clone(), stream.clone());
    on(
        "reload",
        Box::new(move |_| {
            reloading.close();
            let stream = again_whole.clone();
            spawn_local(async move {
                ask(stream.clone()).await;
                open(&stream);
            });
        }),
    );
    let (failed, failing) = (source.clone(), stream.clone());
    let error = Closure::<dyn FnMut()>::new(move || {
        if failed.ready_state() == EventSource::CLOSED {
            again(&failing);
        }
    });
    source.set_onerror(Some(error.as_ref().unchecked_ref()));
    error.forget();
}

/// After a refused stream: later and later, never all browsers at once.
fn again(stream: &Rc<Stream>) {
    let tries = stream.tries.get();
    stream.tries.set(tries + 1);
    let wait = LONGEST_WAIT.min(1_000 << tries.min(5));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the wait")]
    let jitter = (js_sys::Math::random() * f64::from(wait)) as u32;
    let stream = stream.clone();
    set_timeout(move || open(&stream), Duration::from_millis(u64::from(wait / 2 + jitter / 2)));
}

fn order(stream: &Rc<Stream>, event: &MessageEvent) {
    heard(stream);
    let Some(delta) = read::<Delta>(event) else { return };
    stream.board.hear(delta, hand::column());
}

fn tick(stream: &Rc<Stream>, event: &MessageEvent) {
    heard(stream);
    if let Some(tick) = read::<Tick>(event) {
        stream.fresh.set(tick.fresh_at);
    }
}

fn read<T: for<'a> Deserialize<'a>>(event: &MessageEvent) -> Option<T> {
    serde_json::from_str(&event.data().as_string()?).ok()
}

fn heard(stream: &Rc<Stream>) {
    stream.tries.set(0);
    stream.heard.set(now().millis());
    show(stream, Live::Live);
}

fn show(stream: &Rc<Stream>, live: Live) {
    if stream.board.live.get_untracked() != live {
        stream.board.live.set(live);
    }
}

fn watch(stream: &Rc<Stream>) {
    if now().millis() - stream.heard.get() <= SILENCE {
        return;
    }
    let online = window().navigator().on_line();
    let fresh = stream.fresh.get();
    show(stream, if online { Live::Behind(fresh) } else { Live::Offline(fresh) });
    if online {
        spawn_local(ask(stream.clone()));
    }
}

/// The whole board: once after the page, and whenever the stream is silent.
async fn ask(stream: Rc<Stream>) {
    if whole::fetch(stream.board).await.is_err() {
        return show(&stream, Live::Offline(stream.fresh.get()));
    }
    if now().millis() - stream.heard.get() > SILENCE {
        stream.fresh.set(stream.board.light.now.get_untracked());
        show(&stream, Live::Behind(stream.fresh.get()));
    }
}
