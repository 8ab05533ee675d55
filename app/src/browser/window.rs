//! The windows over all columns: what moves them, and the ways through their cards.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;

use super::{hand, listen, listen_everywhere, pane::Pane};
use crate::{
    components::board::{Board, Change},
    domain::Status,
};

/// A way through the cards.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many cards on, and on to the next column.
    By(isize),
    /// So many screens on.
    Page(isize),
    /// To the first of the column.
    First,
    /// To the last of the column.
    Last,
}

thread_local! {
    static PANES: RefCell<Vec<Pane>> = const { RefCell::new(Vec::new()) };
    static DUE: Cell<bool> = const { Cell::new(false) };
    /// Cards have changed that could not be drawn under a press.
    static BEHIND: Cell<bool> = const { Cell::new(false) };
}

/// Takes the cards of all columns over from the server.
pub fn attend(board: Board) {
    PANES.set((0..Status::COLUMNS.len()).filter_map(|at| Pane::over(board, at)).collect());
    board.paint.set_value(Some(paint));
    listen_everywhere("scroll", |_| soon());
    for event in ["resize", "focusin"] {
        listen(event, |_| soon());
    }
    soon();
}

fn paint(change: Change) {
    if hand::presses() && change != Change::Lists {
        return BEHIND.set(true);
    }
    let drawn = PANES.with_borrow_mut(|panes| {
        panes.iter_mut().fold(false, |drawn, pane| {
            let now = match change {
                Change::Card(slot) => pane.again(slot),
                Change::All => pane.all_again(),
                Change::Lists => {
                    pane.steady();
                    true
                }
            };
            drawn | now
        })
    });
    if drawn {
        soon();
    }
}

/// Draws what could not be drawn under a press.
pub fn catch_up() {
    if BEHIND.take() {
        paint(Change::All);
    }
}

/// Brings the windows to where the screen is, with the next frame.
pub fn soon() {
    if !DUE.replace(true) {
        request_animation_frame(|| {
            DUE.set(false);
            slide();
        });
    }
}

/// Brings the windows to where the screen is.
fn slide() {
    let unsettled =
        PANES.with_borrow_mut(|panes| panes.iter_mut().fold(false, |more, pane| pane.slide() | more));
    if unsettled {
        soon();
    }
}

/// Another view begins at its top.
pub fn top() {
    PANES.with_borrow(|panes| panes.iter().for_each(Pane::rewind));
    slide();
}

/// Moves the focus; whether there was anywhere to go.
pub fn step(step: Step) -> bool {
    PANES.with_borrow_mut(|panes| {
        let here = panes.iter().enumerate().find_map(|(pane, it)| Some((pane, it.focused()?)));
        let Some((here, at)) = here else {
            let first = panes.iter_mut().find(|pane| pane.is_shown() && !pane.is_empty());
            return match (step, first) {
                (Step::By(_), Some(pane)) => pane.focus(pane.top()),
                _ => false,
            };
        };
        let pane = &mut panes[here];
        let far = match step {
            Step::By(by) => by,
            Step::Page(by) => by * pane.screen().cast_signed(),
            Step::First => isize::MIN / 2,
            Step::Last => isize::MAX / 2,
        };
        let to = at.cast_signed() + far;
        let within = to.clamp(0, pane.last().cast_signed());
        match step {
            Step::By(by) if to != within => beside(panes, here, by > 0),
            _ => pane.focus(within.cast_unsigned()),
        }
    })
}

/// On to the next column, or back to the one before.
fn beside(panes: &mut [Pane], here: usize, on: bool) -> bool {
    let there = |pane: &&mut Pane| pane.is_shown() && !pane.is_empty();
    let (before, rest) = panes.split_at_mut(here);
    if on {
        rest.iter_mut().skip(1).find(there).is_some_and(|pane| pane.focus(0))
    } else {
        before.iter_mut().rev().find(there).is_some_and(|pane| pane.focus(pane.last()))
    }
}

/// Focuses the free order that was approved last: by another order than by age it need not be the one on top.
pub fn newest(board: Board) {
    slide();
    let at = {
        let (shown, projection) = (board.columns[0].read_untracked(), board.projection.read_value());
        // What was taken under a hand is still in the list.
        let free = |slot| projection.card(slot).filter(|card| card.status == Status::Approved);
        let approved = |at: &usize| free(shown.list[*at]).map(|card| card.approved_at);
        (0..shown.list.len()).rev().max_by_key(approved).unwrap_or_default()
    };
    PANES.with_borrow_mut(|panes| {
        if let Some(pane) = panes.iter_mut().find(|pane| pane.at == 0) {
            pane.focus(at);
        }
    });
}
