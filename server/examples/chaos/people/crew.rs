//! People at their benches: several want the same free order at the same moment, at different servers; one gets it,
//! and makes it, or gives it back. Every press of a button is sent until its outcome is known, under the same name.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use app::domain::OrderId;
use futures_util::future::join_all;
use rand::{Rng as _, RngCore as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use serde_json::Value;

use super::{
    Crowd,
    client::Asked,
    reader::{Reader, place},
    rest,
};
use crate::{
    history::{
        log::Facts,
        record::{Came, Outcome, Record, Write},
    },
    http::Answer,
};

/// A press of a button is sent this often before it is given up.
const TRIES: usize = 40;
/// How many want one order at once.
const WANT: std::ops::RangeInclusive<usize> = 2..=4;

/// One person.
pub struct Hand {
    pub login: String,
    pub reader: Reader,
}

/// What one presses.
#[derive(Debug, Clone, Copy)]
struct Press {
    command: &'static str,
    order: OrderId,
    version: i64,
    request: u64,
}

impl Hand {
    /// Presses a button until the outcome is known, at first at this server.
    async fn press(&mut self, press: Press, mut server: usize, mut dice: StdRng) -> Option<Outcome> {
        let Press { command, order, version, request } = press;
        let mut body = format!("id={order}&version={version}&request_id=press-{request:x}");
        if command == "release" {
            body.push_str("&reason=chaos");
        }
        for _ in 0..TRIES {
            let more = "Content-Type: application/x-www-form-urlencoded\r\n";
            let path = format!("/api/{command}");
            let Asked { span, answer } = self.reader.client.post(server, &path, &body, more).await;
            let outcome = match answer {
                Ok(answer) => outcome(&answer),
                Err((came, _)) => Outcome::Unknown(came),
            };
            self.reader.lines.push(Record::Write(Box::new(Write {
                place: place(server),
                span,
                order,
                version,
                command,
                request,
                login: self.login.clone(),
                outcome: outcome.clone(),
            })));
            if let Outcome::Done(at, _) = &outcome {
                self.reader.seen = self.reader.seen.max(*at);
            }
            if !matches!(outcome, Outcome::Unknown(_)) {
                return Some(outcome);
            }
            rest(&mut dice, 300).await;
            server = dice.random_range(0..self.reader.crowd.servers);
        }
        None
    }
}

/// What a command or a message was answered.
pub fn outcome(answer: &Answer) -> Outcome {
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let card = Facts::of(&told["order"]);
    match (answer.status, card) {
        (200, Some(card)) => match told["revision"].as_str().and_then(|it| it.parse().ok()) {
            Some(at) => Outcome::Done(at, card),
            None => Outcome::Refused(200),
        },
        (409, Some(card)) => Outcome::Conflict(card),
        // It says when to press again.
        (503, _) if answer.header("retry-after").is_some() => Outcome::Unknown(Came::Answer(503)),
        (status, _) => Outcome::Refused(status),
    }
}

/// A few people who race each other.
pub struct Crew {
    pub crowd: Arc<Crowd>,
    pub hands: Vec<Hand>,
    pub dice: StdRng,
}

impl Crew {
    /// Works until it is over, with about so many milliseconds between two races.
    pub async fn run(mut self, pause: u64) {
        while !self.crowd.is_over() {
            rest(&mut self.dice, pause).await;
            if !self.race().await {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        for hand in self.hands {
            hand.reader.finish().await;
        }
    }

    async fn race(&mut self) -> bool {
        let looks = self.dice.random_range(0..self.hands.len());
        let server = self.crowd.some_server(&mut self.dice);
        self.hands[looks].reader.board(server).await;
        let Some(board) = self.hands[looks].reader.board_in_hand() else { return false };
        let free: Vec<_> = board.lines.iter().filter(|line| line.is_free()).collect();
        let Some(chosen) = free.choose(&mut self.dice) else { return false };
        let (order, version) = (chosen.order, chosen.facts.version);
        let wanted = self.dice.random_range(WANT).min(self.hands.len());
        let first = self.dice.random_range(0..self.hands.len());
        self.hands.rotate_left(first);
        let mut presses = Vec::new();
        for hand in self.hands.iter_mut().take(wanted) {
            let press = Press { command: "take", order, version, request: self.dice.next_u64() };
            let dice = StdRng::seed_from_u64(self.dice.next_u64());
            presses.push(hand.press(press, self.crowd.some_server(&mut self.dice), dice));
        }
        let outcomes = join_all(presses).await;
        outcomes.iter().for_each(|outcome| self.count(outcome.as_ref()));
        let won = outcomes.iter().position(|it| matches!(it, Some(Outcome::Done(..))));
        if let Some(winner) = won {
            // An order that was another group's by then was nobody's race here.
            self.crowd.races.fetch_add(1, Ordering::Relaxed);
            self.make(winner, order, version + 1).await;
        }
        true
    }

    /// Counts what was carried out, once however often it was pressed.
    fn count(&self, outcome: Option<&Outcome>) {
        if let Some(Outcome::Done(..)) = outcome {
            self.crowd.done.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The winner makes the piece and sends it, or gives it back; now and then pressing twice.
    async fn make(&mut self, winner: usize, order: OrderId, mut version: i64) {
        let back = self.dice.random_bool(0.55);
        let steps: &[&str] = if back { &["release"] } else { &["complete", "pack", "ship"] };
        for command in steps {
            let hand = &mut self.hands[winner];
            let press = Press { command, order, version, request: self.dice.next_u64() };
            let server = self.crowd.some_server(&mut self.dice);
            let dice = StdRng::seed_from_u64(self.dice.next_u64());
            let outcome = if self.dice.random_bool(0.1) {
                let mut twin = Hand { login: hand.login.clone(), reader: hand.reader.beside() };
                let other = self.crowd.some_server(&mut self.dice);
                let again = StdRng::seed_from_u64(self.dice.next_u64());
                let (one, _) = tokio::join!(hand.press(press, server, dice), twin.press(press, other, again));
                self.crowd.hand_in(twin.reader.lines);
                one
            } else {
                hand.press(press, server, dice).await
            };
            self.count(outcome.as_ref());
            let Some(Outcome::Done(..)) = outcome else { return };
            version += 1;
            if self.dice.random_bool(0.3) {
                let server = self.crowd.some_server(&mut self.dice);
                self.hands[winner].reader.board(server).await;
            }
        }
    }
}
