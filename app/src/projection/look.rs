//! One person's look at the board: the view, and against whom and when it is read.

use std::cmp::Ordering;

use crate::domain::{BoardView, Card, Timestamp, view::Onlooker};

#[derive(Debug)]
pub(super) struct Look {
    pub view: BoardView,
    words: Vec<String>,
    pub login: String,
    pub now: Timestamp,
    pub seen: Option<Timestamp>,
}

impl Default for Look {
    fn default() -> Self {
        let now = Timestamp::from_millis(0);
        Self::new(BoardView::default(), Onlooker { login: "", now, seen: None })
    }
}

impl Look {
    pub fn new(view: BoardView, eye: Onlooker<'_>) -> Self {
        Self { words: view.words(), view, login: eye.login.to_owned(), now: eye.now, seen: eye.seen }
    }

    /// Another view; the one before is the answer.
    pub fn see(&mut self, view: BoardView) -> BoardView {
        self.words = view.words();
        std::mem::replace(&mut self.view, view)
    }

    /// Whether this view certainly shows nothing that `before` did not: the same but for words that grew.
    pub fn narrows(&self, before: &BoardView) -> bool {
        let same = BoardView { q: before.q.clone(), ..self.view.clone() } == *before;
        same && before.words().iter().all(|old| self.words.iter().any(|word| word.contains(old.as_str())))
    }

    pub fn shows(&self, card: &Card, text: &str) -> bool {
        let eye = Onlooker { login: &self.login, now: self.now, seen: self.seen };
        self.view.shows(card, text, &self.words, eye)
    }

    pub fn order(&self, a: &Card, b: &Card) -> Ordering {
        b.is_of(&self.login).cmp(&a.is_of(&self.login)).then_with(|| self.view.compare(a, b))
    }
}
