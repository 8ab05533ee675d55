//! What is broken, in which order, and the proof that it was.

mod clock;
pub mod plan;
pub mod strike;

use std::collections::BTreeMap;

use plan::Fault;
use strike::Struck;

/// A kind of fault that may have no effect, and was struck so often without one, may never have any.
const OFTEN: u64 = 3;

/// How often each kind was struck, and how often that was proved.
#[derive(Debug, Default)]
pub struct Tally(BTreeMap<String, Kind>);

#[derive(Debug, Default)]
struct Kind {
    times: u64,
    proved: u64,
    proof: u64,
    needs_somebody: bool,
}

impl Tally {
    /// Notes a fault.
    pub fn note(&mut self, fault: &Fault, struck: &Struck) {
        let kind = self.0.entry(fault.name()).or_default();
        kind.needs_somebody = fault.needs_somebody();
        kind.times += 1;
        kind.proved += u64::from(struck.proof > 0);
        kind.proof += struck.proof;
    }

    /// Faults in all, those that were proved, and their kinds.
    pub fn sums(&self) -> (u64, u64, usize) {
        let sum = |of: fn(&Kind) -> u64| self.0.values().map(of).sum();
        (sum(|kind| kind.times), sum(|kind| kind.proved), self.0.len())
    }

    /// Kinds that were struck without effect although they always have one, and those that never had any.
    pub fn unproved(&self) -> Vec<String> {
        let fails = |kind: &Kind| match kind.needs_somebody {
            true => kind.proved == 0 && kind.times >= OFTEN,
            false => kind.proved < kind.times,
        };
        let told = |(name, kind): (&String, &Kind)| format!("{name} ({} of {})", kind.proved, kind.times);
        self.0.iter().filter(|(_, kind)| fails(kind)).map(told).collect()
    }

    /// Kinds of which nothing was ever seen.
    pub fn unseen(&self) -> Vec<&str> {
        self.0.iter().filter(|(_, kind)| kind.proved == 0).map(|(name, _)| name.as_str()).collect()
    }

    /// As a table.
    pub fn print(&self) {
        println!("\n{:<40} {:>6} {:>7}  what proves it, in all", "fault", "times", "proved");
        for (name, Kind { times, proved, proof, .. }) in &self.0 {
            println!("{name:<40} {times:>6} {proved:>7}  {proof}");
        }
    }
}
