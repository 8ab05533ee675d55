//! Cards that the server has drawn already. To draw one takes as long as to copy thirty, and most cards of a page are
//! the same as on the page before: for the same person or another, a second ago or a minute.
//!
//! A fragment is found by everything that it was drawn from, compared by value: the card, the language, what this
//! person may do with it, the very words of its ages. What is not the same is drawn anew, so nothing can be stale or
//! another person's. The one thing that differs on every page, the seed of its request ids, is a hole.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use super::{command::next_step, due::tone};
use crate::{
    domain::{Actor, Card, Command, Status, Timestamp, view::Onlooker},
    i18n::Lang,
};

/// Fragments of one generation. There are two, so that what is asked for stays; some 8 MB at most.
const KEPT: usize = 1_000;
/// Stands where the seed will.
const HOLE: &str = "~the-seed-of-the-page~";

/// What else than the card itself shows on it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Circumstances {
    place: Status,
    lang: Lang,
    mine: bool,
    new: bool,
    next: Option<Command>,
    age: String,
    due: Option<(&'static str, String)>,
}

impl Circumstances {
    /// Of this card in the column of `place`, as this person sees it now who has looked at the board up to `seen`.
    #[must_use]
    pub fn of(
        card: &Card,
        place: Status,
        lang: Lang,
        me: &Actor,
        (now, seen): (Timestamp, Timestamp),
    ) -> Self {
        let eye = Onlooker { login: &me.login, now, seen: Some(seen) };
        Self {
            place,
            lang,
            mine: card.is_of(&me.login),
            new: eye.finds_new(card),
            next: next_step(card, me),
            age: lang.ago(card.status_since, now),
            due: card.due_at.map(|at| (tone(at, now), lang.due(at, now))),
        }
    }
}

/// A card as it was drawn.
struct Drawn {
    card: Card,
    circumstances: Circumstances,
    /// What stands before, between and after the holes.
    parts: Vec<Box<str>>,
}

#[derive(Default)]
struct Shelf {
    hasher: RandomState,
    young: HashMap<u64, Arc<Drawn>>,
    old: HashMap<u64, Arc<Drawn>>,
}

static SHELF: LazyLock<RwLock<Shelf>> = LazyLock::new(RwLock::default);

impl Shelf {
    fn put(&mut self, name: u64, drawn: Arc<Drawn>) {
        if self.young.len() >= KEPT {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(name, drawn);
    }
}

/// The HTML of a card on a page with this seed. `draw` draws it with the seed that it is given.
pub fn html(card: &Card, circumstances: Circumstances, seed: &str, draw: impl Fn(&str) -> String) -> String {
    let (name, found, is_old) = {
        let shelf = SHELF.read().unwrap_or_else(PoisonError::into_inner);
        let name = shelf.hasher.hash_one((card, &circumstances));
        let young = shelf.young.get(&name);
        let found = young.or_else(|| shelf.old.get(&name));
        // Two cards may share a name.
        let same = |drawn: &&Arc<Drawn>| drawn.circumstances == circumstances && drawn.card == *card;
        (name, found.filter(same).cloned(), young.is_none())
    };
    if let Some(drawn) = found {
        let html = drawn.parts.join(seed);
        if is_old {
            SHELF.write().unwrap_or_else(PoisonError::into_inner).put(name, drawn);
        }
        return html;
    }
    let html = draw(HOLE);
    let parts: Vec<Box<str>> = html.split(HOLE).map(Box::from).collect();
    // The seed is in the one form that a card has. Whoever writes the hole into a title gets a card that is not kept.
    if parts.len() != 1 + usize::from(circumstances.next.is_some()) {
        return draw(seed);
    }
    let html = parts.join(seed);
    let drawn = Arc::new(Drawn { card: card.clone(), circumstances, parts });
    SHELF.write().unwrap_or_else(PoisonError::into_inner).put(name, drawn);
    html
}
