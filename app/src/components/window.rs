//! The window of a long column: which of its cards are in the page, and how much room the others take. Only
//! arithmetic; the browser brings the measures.

use std::ops::Range;

use crate::{domain::BoardView, projection::Slot};

/// Cards a column on the whole board: more than a screen of any size shows, for a card takes at least a twelfth of its
/// height (`style/card.css`). The others are a scroll away.
pub const FEW: usize = 14;
/// Cards when one column is chosen: as many, beside each other.
pub const MANY: usize = 4 * FEW;

/// How many cards of a column are in the page, unless more are on the screen, as small ones of a column alone may be.
/// All of them and the rest of the page stay below 2,500 nodes.
#[must_use]
pub const fn limit(view: &BoardView) -> usize {
    if view.status.is_some() { MANY } else { FEW }
}

/// How many cards of a column come before this page of it, counted from 1 on.
#[must_use]
pub const fn skipped(view: &BoardView, page: u32) -> usize {
    if view.status.is_some() { limit(view) * page.saturating_sub(1) as usize } else { 0 }
}

/// Pixels of a card that nobody has measured yet, until the first is.
const GUESS: f64 = 190.0;

/// Room that cards take from their top to the next one's, in pixels, as far as they were ever in the page.
#[derive(Debug, Default)]
pub struct Heights {
    known: Vec<f32>,
    guess: Option<f64>,
}

impl Heights {
    /// Notes a measure.
    #[expect(clippy::cast_possible_truncation, reason = "a card is some hundred pixels high")]
    pub fn note(&mut self, slot: Slot, height: f64) {
        let at = slot.number();
        if height < 1.0 {
            return;
        }
        if self.known.len() <= at {
            self.known.resize(at + 1, 0.0);
        }
        self.known[at] = height as f32;
        // The first one stays: with another guess everything that was never seen would shift.
        self.guess.get_or_insert(height);
    }

    /// As measured, else as the first one measured.
    #[must_use]
    pub fn of(&self, slot: Slot) -> f64 {
        match self.known.get(slot.number()) {
            Some(height) if *height > 0.0 => f64::from(*height),
            _ => self.typical(),
        }
    }

    /// What is taken for a card that nobody has measured.
    #[must_use]
    pub fn typical(&self) -> f64 {
        self.guess.unwrap_or(GUESS)
    }

    /// Nothing is known any more: another width makes other heights.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

/// A list of cards in rows.
#[derive(Debug, Clone, Copy)]
pub struct Strip<'a> {
    /// The cards.
    pub list: &'a [Slot],
    /// Cards beside each other; at least 1.
    pub across: usize,
    /// Their measures; a row is as high as its first card.
    pub heights: &'a Heights,
}

impl Strip<'_> {
    /// How many rows there are.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.list.len().div_ceil(self.across)
    }

    fn row(&self, row: usize) -> f64 {
        self.list.get(row * self.across).map_or(0.0, |slot| self.heights.of(*slot))
    }

    /// Pixels of these rows.
    #[must_use]
    pub fn room(&self, rows: Range<usize>) -> f64 {
        rows.map(|row| self.row(row)).sum()
    }

    /// The row at so many pixels from the top; the last one for what lies below.
    #[must_use]
    pub fn row_at(&self, pixels: f64) -> usize {
        let mut below = 0.0;
        let found = (0..self.rows()).find(|row| {
            below += self.row(*row);
            below > pixels
        });
        found.unwrap_or_else(|| self.rows().saturating_sub(1))
    }

    /// How many rows from `first` on fill so many pixels.
    #[must_use]
    pub fn fill(&self, first: usize, pixels: f64) -> usize {
        let mut filled = 0.0;
        let enough = (first..self.rows()).position(|row| {
            filled += self.row(row);
            filled >= pixels
        });
        enough.map_or_else(|| self.rows().saturating_sub(first), |at| at + 1)
    }

    /// The rows that should be in the page when `seen` are on the screen: these, at least one above and below, and as
    /// many more as `limit` cards allow. `now` stays as long as it has some to spare on both sides.
    #[must_use]
    pub fn window(&self, seen: Range<usize>, limit: usize, now: &Range<usize>) -> Range<usize> {
        let rows = self.rows();
        let most = (limit / self.across).max(seen.len() + 2);
        let spare = most.saturating_sub(seen.len());
        let margin = spare / 4;
        let full = now.len() == most.min(rows) && now.end <= rows;
        let above = now.start == 0 || now.start + margin <= seen.start;
        let below = now.end == rows || seen.end + margin <= now.end;
        if full && above && below {
            return now.clone();
        }
        let start = seen.start.saturating_sub(spare / 2).min(rows.saturating_sub(most));
        start..(start + most).min(rows)
    }
}

/// Which of the cards in the page stay where they are, when each is wanted at this place, or not at all: the most that
/// are in the wanted order already.
#[must_use]
pub fn rising(places: &[Option<usize>]) -> Vec<bool> {
    // For each the length of the longest rising row that ends with it, and what comes before it in that row.
    let mut rows: Vec<(usize, Option<usize>)> = Vec::with_capacity(places.len());
    for (at, place) in places.iter().enumerate() {
        let before =
            (0..at).filter(|other| place.is_some() && places[*other].is_some() && places[*other] < *place);
        let longest = before.max_by_key(|other| rows[*other].0);
        let length = longest.map_or(0, |other| rows[other].0) + usize::from(place.is_some());
        rows.push((length, longest));
    }
    let mut stays = vec![false; places.len()];
    let mut last = (0..places.len()).max_by_key(|at| rows[*at].0).filter(|at| places[*at].is_some());
    while let Some(at) = last {
        stays[at] = true;
        last = rows[at].1;
    }
    stays
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::projection::slots;

    proptest! {
        #[test]
        fn whatever_is_on_the_screen_is_in_the_page(
            count in 0..5_000_usize,
            across in 1..7_usize,
            tall in prop::collection::vec(20.0..400.0_f64, 40),
            scrolled in 0.0..2_000_000.0_f64,
            next in -900.0..900.0_f64,
            screen in 300.0..3_000.0_f64,
        ) {
            let list = slots(count);
            let mut heights = Heights::default();
            for (slot, height) in list.iter().zip(&tall) {
                heights.note(*slot, *height);
            }
            let strip = Strip { list: &list, across, heights: &heights };
            let mut now = 0..0;
            for pixels in [0.0, scrolled, (scrolled + next).max(0.0)] {
                let first = strip.row_at(pixels);
                let seen = first..first + strip.fill(first, screen);
                now = strip.window(seen.clone(), MANY, &now);
                prop_assert!(now.len() * across <= MANY.max((seen.len() + 2) * across));
                prop_assert!(now.end <= strip.rows());
                prop_assert!(now.start <= seen.start && seen.end <= now.end, "{:?} {:?}", now, seen);
                let room = strip.room(0..now.start) + strip.room(now.clone()) + strip.room(now.end..strip.rows());
                prop_assert!((room - strip.room(0..strip.rows())).abs() < 1.0);
            }
        }
    }

    #[test]
    fn a_window_stays_while_it_has_cards_to_spare_and_moves_before_it_runs_out() {
        let (list, heights) = (slots(1_000), Heights::default());
        let strip = Strip { list: &list, across: 1, heights: &heights };
        let first = strip.window(0..5, 21, &(0..0));
        assert_eq!(first, 0..21);
        assert_eq!(strip.window(8..13, 21, &first), first);
        assert_eq!(strip.window(14..19, 21, &first), 6..27);
        assert_eq!(strip.window(995..1_000, 21, &first), 979..1_000);
    }

    #[test]
    fn a_card_that_was_measured_takes_what_it_takes() {
        let list = slots(3);
        let mut heights = Heights::default();
        heights.note(list[0], 100.0);
        heights.note(list[1], 300.0);
        let strip = Strip { list: &list, across: 1, heights: &heights };
        assert_eq!(strip.room(0..3), 500.0);
        assert_eq!((strip.row_at(99.0), strip.row_at(100.0), strip.row_at(9_999.0)), (0, 1, 2));
        assert_eq!(strip.fill(0, 101.0), 2);
    }

    #[test]
    fn one_card_that_moves_moves_alone() {
        let stays = |places: &[Option<usize>]| rising(places);
        assert_eq!(stays(&[Some(3), Some(0), Some(1), Some(2)]), [false, true, true, true]);
        assert_eq!(stays(&[Some(1), Some(2), Some(3), Some(0)]), [true, true, true, false]);
        assert_eq!(stays(&[Some(0), None, Some(2)]), [true, false, true]);
        assert_eq!(stays(&[None]), [false]);
        assert_eq!(stays(&[]), [false; 0]);
    }
}
