//! How long stays last, when some of them still go on and some began before anybody looked: the Kaplan–Meier estimate
//! with delayed entry (Klein, Moeschberger, "Survival Analysis", 2003, §4.6).

/// A stay as it was watched: in seconds of its own age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Watched {
    /// How old it was when the watching began; 0 for one that was seen to begin.
    pub from: i64,
    /// How old it was when it ended, or was seen last.
    pub until: i64,
    /// Whether it ended.
    pub ended: bool,
}

/// The share of stays that last longer than each of the observed times.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Survival {
    /// Seconds at which stays ended, ascending, each with the share that lasted longer.
    steps: Vec<(i64, f64)>,
    /// Stays that ended.
    pub ended: usize,
    /// The middle of those that ended, in seconds.
    middle: i64,
}

impl Survival {
    /// From stays of one kind.
    pub fn of(watched: &[Watched]) -> Self {
        let sorted = |of: fn(&Watched) -> Option<i64>| {
            let mut all: Vec<i64> = watched.iter().filter_map(of).collect();
            all.sort_unstable();
            all
        };
        let (entries, exits) = (sorted(|stay| Some(stay.from)), sorted(|stay| Some(stay.until)));
        let times = sorted(|stay| stay.ended.then_some(stay.until));
        let (mut steps, mut share) = (Vec::new(), 1.0);
        for same in times.chunk_by(|a, b| a == b) {
            let time = same[0];
            // Watched at this age: entered before it, and not gone before it. One that ended at once was, too.
            let entered = entries.partition_point(|from| *from < time.max(1));
            let gone = exits.partition_point(|until| *until < time);
            let at_risk = entered.saturating_sub(gone).max(same.len());
            share *= 1.0 - same.len() as f64 / at_risk as f64;
            steps.push((time, share));
        }
        let middle = times.get(times.len() / 2).copied().unwrap_or_default();
        Self { steps, ended: times.len(), middle }
    }

    /// How long a stay lasts in all that has lasted `age` seconds, for a random share. Beyond everything that was
    /// observed it is as long as the longest, or goes on for as long as half of the stays take.
    pub fn draw(&self, age: i64, random: f64) -> i64 {
        let known = self.steps.partition_point(|(seconds, _)| *seconds <= age);
        let share_at_age = known.checked_sub(1).and_then(|at| self.steps.get(at)).map_or(1.0, |step| step.1);
        // Uniform below the share that has lasted this long: the first time at which fewer last.
        let wanted = share_at_age * random;
        let rest = &self.steps[known..];
        let ends = rest.get(rest.partition_point(|(_, share)| *share > wanted)).or(rest.last());
        ends.map_or(age + self.middle.max(1), |(seconds, _)| *seconds)
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn stay(from: i64, until: i64, ended: bool) -> Watched {
        Watched { from, until, ended }
    }

    fn close(survival: &Survival, expected: &[(i64, f64)]) {
        assert_eq!(survival.steps.len(), expected.len());
        for (step, (seconds, share)) in survival.steps.iter().zip(expected) {
            assert_eq!(step.0, *seconds);
            assert!((step.1 - share).abs() < 1e-12, "{step:?} {share}");
        }
    }

    #[test]
    fn stays_that_go_on_count_for_as_long_as_they_have_lasted() {
        // Ended at 6, 7, 10 and 15; still going on at 6 and 9.
        let watched = [(6, true), (6, false), (7, true), (9, false), (10, true), (15, true)];
        let survival = Survival::of(&watched.map(|(until, ended)| stay(0, until, ended)));
        let at_seven = 5.0 / 6.0 * 0.75;
        close(&survival, &[(6, 5.0 / 6.0), (7, at_seven), (10, at_seven * 0.5), (15, 0.0)]);
    }

    #[test]
    fn a_stay_counts_only_for_the_ages_at_which_it_was_watched() {
        // The one that was eight when the watching began says nothing of what happens at five.
        let survival = Survival::of(&[stay(0, 5, true), stay(0, 9, true), stay(8, 12, true)]);
        close(&survival, &[(5, 0.5), (9, 0.25), (12, 0.0)]);
    }

    #[test]
    fn a_draw_is_never_shorter_than_what_has_passed() {
        let survival = Survival::of(&(1..=100).map(|at| stay(0, at * 60, true)).collect::<Vec<_>>());
        for age in [0, 59, 60, 3000, 5999, 6000, 9000] {
            for random in [0.0, 0.3, 0.999] {
                assert!(survival.draw(age, random) > age, "{age} {random}");
            }
        }
        assert_eq!(survival.draw(0, 0.999), 60);
        assert_eq!(survival.draw(0, 0.0), 6000);
        assert_eq!(Survival::default().draw(5, 0.5), 6);
    }
}
