//! What a person wants to see of the board: search, filters, order. Lives in the address, so that a view can be
//! shared, and gives the same result on the server and in the browser.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{Card, Priority, Status, Timestamp};

/// The order of the cards in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Approved last comes first.
    #[default]
    Newest,
    /// Promised first comes first; without a promise last.
    Due,
    /// Best paid first.
    Pay,
}

impl Sort {
    /// The name in the address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Due => "due",
            Self::Pay => "pay",
        }
    }
}

/// Beyond this nobody turns pages; keeps the arithmetic within bounds.
const MOST_PAGES: u32 = 100_000;

/// Search, filters and order of a board. The default shows everything, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BoardView {
    /// Words to find, as typed; every word must occur.
    pub q: String,
    /// Only this column.
    pub status: Option<Status>,
    /// Only what is assigned to me.
    pub mine: bool,
    /// Only what nobody has.
    pub free: bool,
    /// Only rush orders.
    pub rush: bool,
    /// Only what is past its promised time.
    pub overdue: bool,
    /// Only what this log-in name has.
    pub operator: Option<String>,
    /// Only what is new to me ([`Onlooker::finds_new`]).
    pub new: bool,
    /// The order within a column.
    pub sort: Sort,
    /// Which part of one column, from 1 on, where no script can scroll through it; 0 is the first, too.
    pub page: u32,
}

/// Against what a view is read: who looks, and when.
#[derive(Debug, Clone, Copy)]
pub struct Onlooker<'a> {
    /// Whose orders are "mine".
    pub login: &'a str,
    /// What "overdue" is measured against.
    pub now: Timestamp,
    /// What "new" is measured against: up to when this person has looked. Without it nothing is new.
    pub seen: Option<Timestamp>,
}

impl Onlooker<'_> {
    /// Whether this person has not seen the order yet: it was approved after they last looked, and it is not in their
    /// own hands, for what somebody has taken they have seen.
    #[must_use]
    pub fn finds_new(&self, card: &Card) -> bool {
        self.seen.is_some_and(|seen| card.approved_at > seen) && !card.is_of(self.login)
    }
}

impl BoardView {
    /// From the pairs of an address's query; what is unknown or malformed is left out.
    #[must_use]
    pub fn from_query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut view = Self::default();
        for (key, value) in pairs {
            let on = matches!(value, "1" | "true" | "on" | "");
            match key {
                "q" => view.q = value.chars().take(200).collect(),
                "status" => view.status = value.parse().ok().filter(|status: &Status| status.is_actual()),
                "mine" => view.mine = on,
                "free" => view.free = on,
                "rush" => view.rush = on,
                "overdue" => view.overdue = on,
                "operator" if !value.is_empty() => view.operator = Some(value.chars().take(64).collect()),
                "new" => view.new = on,
                "page" => view.page = value.parse().map_or(0, |page: u32| page.min(MOST_PAGES)),
                "sort" => {
                    view.sort = match value {
                        "due" => Sort::Due,
                        "pay" => Sort::Pay,
                        _ => Sort::Newest,
                    }
                }
                _ => {}
            }
        }
        view
    }

    /// The pairs for an address; empty for the default view. Values are not yet percent-encoded.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut flag = |on: bool, key| {
            if on {
                pairs.push((key, "1".to_owned()));
            }
        };
        flag(self.mine, "mine");
        flag(self.free, "free");
        flag(self.rush, "rush");
        flag(self.overdue, "overdue");
        flag(self.new, "new");
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        if let Some(status) = self.status {
            pairs.push(("status", status.wire().to_owned()));
        }
        if let Some(operator) = &self.operator {
            pairs.push(("operator", operator.clone()));
        }
        if self.sort != Sort::Newest {
            pairs.push(("sort", self.sort.name().to_owned()));
        }
        if self.page > 1 {
            pairs.push(("page", self.page.to_string()));
        }
        pairs
    }

    /// Whether nothing is filtered, so that the ready-made board answers.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        *self == Self { sort: self.sort, page: self.page, ..Self::default() }
    }

    /// The words of the search, in lower case.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        self.q.split_whitespace().map(str::to_lowercase).collect()
    }

    /// Whether a card is shown. `text` is its [`Card::searched_text`], `words` are [`Self::words`], both made once.
    #[must_use]
    pub fn shows(&self, card: &Card, text: &str, words: &[String], eye: Onlooker<'_>) -> bool {
        self.status.is_none_or(|status| card.status == status)
            && (!self.mine || card.is_of(eye.login))
            && (!self.free || card.status == Status::Approved)
            && (!self.rush || card.priority == Priority::Rush)
            && (!self.overdue || card.is_overdue(eye.now))
            && self.operator.as_ref().is_none_or(|login| card.is_of(login))
            && (!self.new || eye.finds_new(card))
            && words.iter().all(|word| text.contains(word.as_str()))
    }

    /// The order of two cards of one column.
    #[must_use]
    pub fn compare(&self, a: &Card, b: &Card) -> Ordering {
        let newest = || b.approved_at.cmp(&a.approved_at).then_with(|| a.id.cmp(&b.id));
        match self.sort {
            Sort::Newest => newest(),
            Sort::Due => match (a.due_at, b.due_at) {
                (Some(x), Some(y)) => x.cmp(&y).then_with(newest),
                (x, y) => y.is_some().cmp(&x.is_some()).then_with(newest),
            },
            Sort::Pay => {
                let pay = |card: &Card| card.pay.as_ref().map_or(-1, |money| money.amount.hundredths());
                pay(b).cmp(&pay(a)).then_with(newest)
            }
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::samples;
    use proptest::prelude::*;

    fn views() -> impl Strategy<Value = BoardView> {
        (
            "[a-z0-9а-я ]{0,20}",
            prop::option::of(prop::sample::select(Status::COLUMNS.to_vec())),
            any::<[bool; 5]>(),
            prop::option::of("[a-z]{1,8}"),
            prop::sample::select(vec![Sort::Newest, Sort::Due, Sort::Pay]),
            prop::sample::select(vec![0, 2, 70]),
        )
            .prop_map(|(q, status, [mine, free, rush, overdue, new], operator, sort, page)| {
                BoardView { q, status, mine, free, rush, overdue, operator, new, sort, page }
            })
    }

    #[test]
    fn new_is_what_was_approved_later_and_is_not_in_my_hands() {
        let eye = |ms| Onlooker {
            login: "operator1",
            now: samples::NOW,
            seen: Some(Timestamp::from_millis(samples::card(1).approved_at.millis() + ms)),
        };
        let card = samples::card(1);
        assert!(eye(-1).finds_new(&card));
        assert!(!eye(0).finds_new(&card), "the watermark names the newest that was seen");
        assert!(eye(-1).finds_new(&samples::taken(1, "other", Status::Started)));
        assert!(!eye(-1).finds_new(&samples::taken(1, "operator1", Status::Started)));
        assert!(!Onlooker { seen: None, ..eye(-1) }.finds_new(&card));
    }

    proptest! {
        #[test]
        fn a_shared_address_shows_the_same_view(view in views()) {
            let pairs = view.to_query();
            prop_assert_eq!(BoardView::from_query(pairs.iter().map(|(k, v)| (*k, v.as_str()))), view);
        }
    }
}
