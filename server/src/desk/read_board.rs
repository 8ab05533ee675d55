//! The first screen of the board. The whole board, newest first, is the case of every day and costs the cards that
//! are shown; a search or another order walks what it has to.

use std::{cmp::Ordering, sync::Arc, time::Duration};

use app::{
    backend::{BoardAsk, Unavailable},
    domain::{BoardPage, Card, Column, Revision, Sort, Status, Totals, view::Onlooker},
};

use super::{Desk, Reads, away};
use crate::board::{Held, Snapshot};

/// How long a read waits for a change that its reader has seen already (ARCHITECTURE.md, walk 1).
pub(super) const CATCH_UP: Duration = Duration::from_millis(150);

impl Desk {
    /// The snapshot that answers a read at or after `at_least`, by [`Reads`].
    ///
    /// # Errors
    /// When what should answer is away.
    pub async fn snapshot(&self, at_least: Option<Revision>) -> Result<Arc<Snapshot>, Unavailable> {
        match self.reads {
            Reads::Near => self.ask_memory(at_least).await,
            Reads::Redis => {
                if let Some(revision) = at_least {
                    self.board.at_least(revision, CATCH_UP).await;
                }
                match self.board.from_redis().await {
                    // The near snapshot hears of a change from the database, and may be ahead of Redis.
                    Ok(snapshot) if at_least.is_some_and(|revision| snapshot.revision() < revision) => {
                        self.answers.memory();
                        let near = self.board.near().filter(|near| near.revision() > snapshot.revision());
                        Ok(near.unwrap_or_else(|| Arc::new(snapshot)))
                    }
                    Ok(snapshot) => {
                        self.answers.redis();
                        Ok(Arc::new(snapshot))
                    }
                    Err(error) => {
                        tracing::warn!(
                            error = &error as &dyn std::error::Error,
                            "read from the near snapshot"
                        );
                        self.ask_memory(at_least).await
                    }
                }
            }
            Reads::Postgres => {
                self.answers.database();
                self.board.from_postgres().await.map(Arc::new).map_err(|error| away(&error))
            }
        }
    }

    async fn ask_memory(&self, at_least: Option<Revision>) -> Result<Arc<Snapshot>, Unavailable> {
        self.answers.memory();
        self.near(at_least).await
    }

    pub(super) async fn near(&self, at_least: Option<Revision>) -> Result<Arc<Snapshot>, Unavailable> {
        let near = match at_least {
            Some(revision) => self.board.at_least(revision, CATCH_UP).await,
            None => self.board.near(),
        };
        near.ok_or(Unavailable { retry_after: 1 })
    }

    pub(super) async fn read_board(&self, ask: &BoardAsk) -> Result<BoardPage, Unavailable> {
        let board = self.snapshot(ask.at_least).await?;
        let now = self.clock.now();
        let words = ask.view.words();
        let seen = self.seen(&ask.actor).unwrap_or(now);
        let eye = Onlooker { login: &ask.actor.login, now, seen: Some(seen) };
        let (login, new) = (eye.login, board.others_after(seen, eye.login));
        let newest = (new > 0).then(|| board.newest_of_others(login)).flatten();
        let mine = Status::COLUMNS.into_iter().map(|status| board.count_of(login, status)).sum();
        let look = Look { board: &board, ask, words: &words, eye };
        Ok(BoardPage {
            revision: board.revision(),
            fresh_at: self.board.fresh_at(&board),
            now,
            seen,
            columns: Status::COLUMNS.into_iter().map(|status| look.column(status)).collect(),
            totals: Totals {
                all: count(board.len()),
                mine: count(mine),
                free: count(board.count(Status::Approved)),
                rush: count(board.rush()),
                overdue: count(board.overdue(now)),
                new: count(new),
                newest,
            },
        })
    }
}

/// One person's look at one board.
struct Look<'a> {
    board: &'a Snapshot,
    ask: &'a BoardAsk,
    words: &'a [String],
    eye: Onlooker<'a>,
}

impl Look<'_> {
    fn column(&self, status: Status) -> Column {
        if self.ask.view.is_whole() && self.ask.view.sort == Sort::Newest {
            self.heads(status)
        } else {
            self.walk(status)
        }
    }

    /// Mine first, then the newest of the others: nothing beyond the limit is touched.
    fn heads(&self, status: Status) -> Column {
        let login = self.eye.login;
        let mine = self.board.of_operator(login, status).map(card);
        let others = self.board.column(status).map(card).filter(|card| !card.is_of(login));
        let cards = mine.chain(others).skip(self.ask.skip).take(self.ask.limit).cloned().collect();
        let (all, mine) = (self.board.count(status), self.board.count_of(login, status));
        Column { status, count: count(all), mine: count(mine), cards }
    }

    /// Everything that the view shows, as far as the limit goes.
    fn walk(&self, status: Status) -> Column {
        let view = &self.ask.view;
        let owner = if view.mine { Some(self.eye.login) } else { view.operator.as_deref() };
        let shown = |held: &&Arc<Held>| view.shows(&held.card, &held.text, self.words, self.eye);
        let mut cards: Vec<&Card> = match owner {
            _ if view.status.is_some_and(|only| only != status) => Vec::new(),
            Some(login) => self.board.of_operator(login, status).filter(shown).map(card).collect(),
            None => self.board.column(status).filter(shown).map(card).collect(),
        };
        let mine = cards.iter().filter(|card| card.is_of(self.eye.login)).count();
        let all = cards.len();
        let order = |a: &&Card, b: &&Card| self.order(a, b);
        let needed = self.ask.skip.saturating_add(self.ask.limit);
        if all > needed {
            // What comes after this page needs no order.
            cards.select_nth_unstable_by(needed, order);
            cards.truncate(needed);
        }
        cards.sort_unstable_by(order);
        let cards = cards.into_iter().skip(self.ask.skip).cloned().collect();
        Column { status, count: count(all), mine: count(mine), cards }
    }

    fn order(&self, a: &Card, b: &Card) -> Ordering {
        let login = self.eye.login;
        b.is_of(login).cmp(&a.is_of(login)).then_with(|| self.ask.view.compare(a, b))
    }
}

fn card(held: &Arc<Held>) -> &Card {
    &held.card
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
