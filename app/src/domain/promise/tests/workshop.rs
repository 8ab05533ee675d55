//! A workshop for a year, hour by hour: nights and weekends, operators who like the newest orders best, growth, rework,
//! orders that are given back, pieces that stand still for an hour, and four weeks with a third of the people away.

use crate::domain::{Timestamp, passport::Stage};

/// A stay in a stage.
#[derive(Debug, Clone, Copy)]
pub struct Stayed {
    pub stage: Stage,
    pub began: Timestamp,
    pub ended: Option<Timestamp>,
    pub next: Option<Stage>,
}

/// An order's year.
#[derive(Debug, Clone)]
pub struct Simulated {
    pub approved: Timestamp,
    pub shipped: Option<Timestamp>,
    pub stays: Vec<Stayed>,
}

const HOUR_MS: i64 = 3_600_000;
/// Monday, 2025-11-24, midnight on a wall in UTC+3.
const BEGIN: i64 = 1_763_931_600_000;

/// Luck of the workshop's own (SplitMix64).
struct Dice(u64);

impl Dice {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

struct Bench {
    /// The order, and hours of work that it still needs.
    order: Option<(usize, f64)>,
}

struct Year {
    dice: Dice,
    orders: Vec<Simulated>,
    pool: Vec<usize>,
    made: Vec<usize>,
    packing: Vec<(usize, f64)>,
    benches: Vec<Bench>,
}

pub fn simulate(seed: u64) -> Vec<Simulated> {
    let benches = (0..14).map(|_| Bench { order: None }).collect();
    let mut year = Year {
        dice: Dice(seed),
        orders: Vec::new(),
        pool: Vec::new(),
        made: Vec::new(),
        packing: Vec::new(),
        benches,
    };
    for hour in 0..365 * 24 {
        year.hour(hour);
    }
    year.orders
}

impl Year {
    fn hour(&mut self, hour: i64) {
        let (day, of_day) = (hour / 24, hour % 24);
        let weekday = day % 7;
        // Sellers approve every day from nine to nine; more at the end of the week, and more every month.
        if (9..21).contains(&of_day) {
            let busy = [0.9, 0.9, 1.0, 1.0, 1.3, 1.1, 0.6][usize::try_from(weekday).unwrap_or_default()];
            let rate = 0.62 * busy * (1.0 + 0.02 * day as f64 / 30.0);
            for _ in 0..self.poisson(rate) {
                self.approve(hour);
            }
        }
        let opens = weekday < 5 && (9..18).contains(&of_day) || weekday == 5 && (10..15).contains(&of_day);
        if opens {
            self.work(hour, day);
            self.pack(hour);
        }
    }

    fn moment(&mut self, hour: i64) -> Timestamp {
        Timestamp::from_millis(BEGIN + hour * HOUR_MS + (self.dice.share() * HOUR_MS as f64) as i64)
    }

    fn poisson(&mut self, rate: f64) -> usize {
        let (mut count, mut product, least) = (0, self.dice.share(), (-rate).exp());
        while product > least {
            count += 1;
            product *= self.dice.share();
        }
        count
    }

    /// Lognormal, from twelve shares (Irwin–Hall).
    fn spread(&mut self, middle: f64, width: f64) -> f64 {
        let normal = (0..12).map(|_| self.dice.share()).sum::<f64>() - 6.0;
        middle * (normal * width).exp()
    }

    fn approve(&mut self, hour: i64) {
        let at = self.moment(hour);
        // Orders of one hour come in the order of their moments.
        let at = self.orders.last().map_or(at, |last| at.max(last.approved));
        self.orders.push(Simulated { approved: at, shipped: None, stays: Vec::new() });
        let order = self.orders.len() - 1;
        self.enter(order, Stage::Free, at);
        self.pool.push(order);
    }

    fn enter(&mut self, order: usize, stage: Stage, at: Timestamp) {
        let stays = &mut self.orders[order].stays;
        if let Some(last) = stays.last_mut() {
            let ended = at.max(last.began);
            (last.ended, last.next) = (Some(ended), Some(stage));
        }
        let began = stays.last().and_then(|last| last.ended).unwrap_or(at);
        stays.push(Stayed { stage, began, ended: None, next: None });
    }

    fn work(&mut self, hour: i64, day: i64) {
        // From the thirtieth week on four weeks of holidays; two people more from the autumn on.
        let people = match day {
            210..238 => 8,
            ..280 => 12,
            _ => 14,
        };
        for place in 0..people {
            if self.benches[place].order.is_none() {
                self.take(place, hour);
            }
            let Some((order, left)) = self.benches[place].order else { continue };
            // A piece that waits for a stone, or for the customer's word, stands still for the hour.
            let left = left - if self.dice.share() < 0.06 { 0.0 } else { 1.0 };
            self.benches[place].order = (left > 0.0).then_some((order, left));
            if left > 0.0 {
                continue;
            }
            let at = self.moment(hour);
            if self.dice.share() < 0.04 {
                self.enter(order, Stage::Free, at);
                self.pool.push(order);
            } else {
                self.enter(order, Stage::Made, at);
                self.made.push(order);
            }
        }
    }

    /// The newest is taken most of the time; now and then somebody takes what has waited longest.
    fn take(&mut self, place: usize, hour: i64) {
        if self.pool.is_empty() || self.dice.share() < 0.15 {
            return;
        }
        let newest = self.dice.share() < 0.55;
        let at = if newest { self.pool.len() - 1 } else { 0 };
        let order = self.pool.remove(at);
        let moment = self.moment(hour);
        self.enter(order, Stage::Bench, moment);
        // Difficult pieces are difficult every time: what the stages don't know of each other.
        let difficult = if order.is_multiple_of(5) { 2.2 } else { 1.0 };
        let hours = self.spread(5.0 * difficult, 0.6);
        self.benches[place].order = Some((order, hours));
    }

    fn pack(&mut self, hour: i64) {
        for (order, left) in std::mem::take(&mut self.packing) {
            if left > 1.0 {
                self.packing.push((order, left - 1.0));
                continue;
            }
            let at = self.moment(hour);
            let stays = &mut self.orders[order].stays;
            if let Some(last) = stays.last_mut() {
                let ended = at.max(last.began);
                last.ended = Some(ended);
                self.orders[order].shipped = Some(ended);
            }
        }
        let turn = self.made.len().min(3);
        for order in self.made.drain(..turn).collect::<Vec<_>>() {
            let at = self.moment(hour);
            if self.dice.share() < 0.07 {
                self.enter(order, Stage::Bench, at);
                let hours = self.spread(3.0, 0.4);
                match self.benches.iter_mut().find(|bench| bench.order.is_none()) {
                    Some(bench) => bench.order = Some((order, hours)),
                    None => {
                        self.enter(order, Stage::Made, at);
                        self.made.push(order);
                    }
                }
            } else {
                self.enter(order, Stage::Packing, at);
                let hours = self.spread(2.0, 0.5);
                self.packing.push((order, hours));
            }
        }
    }
}
