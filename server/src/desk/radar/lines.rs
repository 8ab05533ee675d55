//! How this server's lines to the broker stand.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use app::{
    domain::Timestamp,
    radar::{Line, Standing},
};

/// Each line with how it stands, and since when. Empty while there is no broker.
#[derive(Debug, Default)]
pub(super) struct Lines(Mutex<BTreeMap<Line, (Standing, Timestamp)>>);

impl Lines {
    /// Notes how a line stands; the moment is that of the last change.
    pub fn tell(&self, line: Line, standing: Standing, now: Timestamp) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lines.entry(line).or_insert((standing, now));
        if known.0 != standing {
            // Between two ways of not working nothing has changed for whoever waits.
            let since = if is_down(known.0) && is_down(standing) { known.1 } else { now };
            *known = (standing, since);
        }
    }

    /// How a line stands, and since when.
    pub fn now(&self, line: Line) -> Option<(Standing, Timestamp)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&line).copied()
    }

    /// All of them.
    pub fn all(&self) -> Vec<(Line, Standing, Timestamp)> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(|(line, (standing, since))| (*line, *standing, *since)).collect()
    }
}

fn is_down(standing: Standing) -> bool {
    !matches!(standing, Standing::Working | Standing::Held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stands_as_it_does_since_it_last_changed() {
        let (lines, at) = (Lines::default(), Timestamp::from_millis);
        assert_eq!(lines.now(Line::Intake), None);
        for (standing, now, since) in [
            (Standing::New, 1, 1),
            (Standing::Away, 2, 1),
            (Standing::Away, 3, 1),
            (Standing::Working, 4, 4),
            (Standing::Working, 5, 4),
            (Standing::Held, 6, 6),
            (Standing::Away, 7, 7),
            (Standing::Forbidden, 8, 7),
        ] {
            lines.tell(Line::Intake, standing, at(now));
            assert_eq!(lines.now(Line::Intake), Some((standing, at(since))), "{standing:?} at {now}");
        }
    }
}
