//! What is broken, in which order, and the proof that it was.

pub mod plan;
pub mod strike;

use std::collections::BTreeMap;

use strike::Struck;

/// How often each kind was struck, and how often that was proved.
#[derive(Debug, Default)]
pub struct Tally(BTreeMap<String, Kind>);

#[derive(Debug, Default)]
struct Kind {
    times: u64,
    proved: u64,
    proof: u64,
}

impl Tally {
    /// Notes a fault.
    pub fn note(&mut self, name: String, struck: &Struck) {
        let kind = self.0.entry(name).or_default();
        kind.times += 1;
        kind.proved += u64::from(struck.proof > 0);
        kind.proof += struck.proof;
    }

    /// Faults in all, those that were proved, and their kinds.
    pub fn sums(&self) -> (u64, u64, usize) {
        let sum = |of: fn(&Kind) -> u64| self.0.values().map(of).sum();
        (sum(|kind| kind.times), sum(|kind| kind.proved), self.0.len())
    }

    /// Kinds that were struck so often, of which not one was proved.
    pub fn unproved(&self, times: u64) -> Vec<&str> {
        let never = |kind: &Kind| kind.proved == 0 && kind.times >= times;
        self.0.iter().filter(|(_, kind)| never(kind)).map(|(name, _)| name.as_str()).collect()
    }

    /// As a table.
    pub fn print(&self) {
        println!("\n{:<40} {:>6} {:>7}  what proves it, in all", "fault", "times", "proved");
        for (name, Kind { times, proved, proof }) in &self.0 {
            println!("{name:<40} {times:>6} {proved:>7}  {proof}");
        }
    }
}
