//! Promises against what really happened.

use super::LEVELS;
use crate::domain::Timestamp;

/// The levels that are remembered of each forecast, in percent: fine where promises are made.
pub const GRID: [f64; 24] = [
    20.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0, 75.0, 78.0, 80.0, 82.0, 84.0, 86.0, 88.0,
    90.0, 92.0, 94.0, 96.0, 97.0, 98.0, 99.5,
];
/// With fewer promises whose day has passed, levels are what they are called.
const LEAST: usize = 40;
/// After so many milliseconds a promise says a third of what a new one says: two weeks. Holidays, a rush or a new
/// colleague change a workshop faster than a quarter's promises could tell.
const FADES: f64 = 14.0 * 86_400_000.0;

/// A forecast that was made for an order when it was approved, and what became of the order.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The end of the day by which as many of a hundred runs were ready, for each of [`GRID`].
    pub days: [Timestamp; GRID.len()],
    /// The days that were promised, for each of [`LEVELS`].
    pub promised: [Timestamp; LEVELS.len()],
    /// When it was really given to the carrier.
    pub shipped: Option<Timestamp>,
}

/// Which level of a forecast each promise is read from, in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels(pub [f64; LEVELS.len()]);

impl Default for Levels {
    fn default() -> Self {
        Self(LEVELS.map(f64::from))
    }
}

/// How many promises were kept, of those whose day has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// Kept, for each of [`LEVELS`].
    pub kept: [usize; LEVELS.len()],
    /// Whose day has passed, for each of [`LEVELS`]: the later days have passed for fewer.
    pub passed: [usize; LEVELS.len()],
}

/// The levels at which as many of these promises would have been kept as were to be, the newest counting most. Only
/// days that have passed by `now` are looked at: an order that was quick is not counted before those that are slow.
/// What was missed in all of them is aimed above (or below), so that the share is met in the long run.
#[must_use]
pub fn calibrate(made: &[Made], now: Timestamp) -> Levels {
    let share = |level: usize| -> Option<f64> {
        let (mut count, mut of, mut kept) = (0, 0.0, 0.0);
        for it in made.iter().filter(|it| it.days[level] <= now) {
            let weight = (-((now.millis() - it.days[level].millis()) as f64) / FADES).exp();
            count += 1;
            of += weight;
            if it.shipped.is_some_and(|at| at <= it.days[level]) {
                kept += weight;
            }
        }
        (count >= LEAST && of > 0.0).then(|| kept * 100.0 / of)
    };
    let shares: Vec<Option<f64>> = (0..GRID.len()).map(share).collect();
    let kept = Kept::of(made, now).shares();
    let mut levels = LEVELS.map(f64::from);
    for (level, kept) in levels.iter_mut().zip(kept) {
        let missed = kept.map_or(0.0, |kept| *level - kept);
        *level = read(&shares, (*level + missed).clamp(GRID[0], GRID[GRID.len() - 1])).unwrap_or(*level);
    }
    Levels(levels)
}

/// The level of the grid whose share is the wanted one, between two of the grid by interpolation.
fn read(shares: &[Option<f64>], wanted: f64) -> Option<f64> {
    let mut before: Option<(f64, f64)> = None;
    for (level, share) in GRID.into_iter().zip(shares) {
        let Some(share) = *share else { continue };
        if share >= wanted {
            return Some(match before {
                Some((lower, under)) if share > under => {
                    lower + (level - lower) * (wanted - under) / (share - under)
                }
                _ => level,
            });
        }
        before = Some((level, share));
    }
    // Nothing was kept often enough: the surest level there is. Nothing is known: none.
    before.map(|_| GRID[GRID.len() - 1])
}

impl Kept {
    /// Counts.
    #[must_use]
    pub fn of(made: &[Made], now: Timestamp) -> Self {
        let mut kept = Self::default();
        for it in made {
            for (at, day) in it.promised.into_iter().enumerate().filter(|(_, day)| *day <= now) {
                kept.passed[at] += 1;
                kept.kept[at] += usize::from(it.shipped.is_some_and(|shipped| shipped <= day));
            }
        }
        kept
    }

    /// How many of a hundred were kept, for each of [`LEVELS`].
    #[must_use]
    pub fn shares(&self) -> [Option<f64>; LEVELS.len()] {
        let mut shares = [None; LEVELS.len()];
        for (at, share) in shares.iter_mut().enumerate() {
            *share = (self.passed[at] > 0).then(|| self.kept[at] as f64 * 100.0 / self.passed[at] as f64);
        }
        shares
    }
}
