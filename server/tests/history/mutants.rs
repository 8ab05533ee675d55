//! The product is made wrong, on the wire and in the database, and the checker of histories notices: each mutant breaks the
//! promise that its fence is there for, and the product as it is breaks none in the same scene.
#![expect(clippy::print_stdout, reason = "tests; the table of mutants is this test's report")]

use crate::{
    history::{Promise, check::Report},
    mutant::{asked, commands, scripts, served},
};

/// What is wrong, the promise that it breaks, and what the checker says of the product and of the mutant.
struct Played {
    name: &'static str,
    promise: Promise,
    right: Report,
    wrong: Report,
}

macro_rules! play {
    ($name:literal, $promise:ident, $scene:path) => {
        Played {
            name: $name,
            promise: Promise::$promise,
            right: Box::pin($scene(false)).await,
            wrong: Box::pin($scene(true)).await,
        }
    };
}

/// Prints a table, and fails for what was missed.
fn judge(played: &[Played]) {
    let mut missed = Vec::new();
    println!("\n{:<58} caught as broken", "mutant of the product");
    for Played { name, promise, right, wrong } in played {
        let broken: Vec<Promise> = wrong.all_broken().map(|(promise, ..)| promise).collect();
        println!("{name:<58} {broken:?}");
        if let Some(false_alarm) = right.all_broken().next() {
            missed.push(format!("{name}: the product as it is: {false_alarm:?}"));
        } else if wrong.broken(*promise) == 0 {
            missed.push(format!("{name}: passes as {promise:?}; found {broken:?}"));
        }
    }
    println!("product: {} of {} mutants caught", played.len() - missed.len(), played.len());
    assert!(missed.is_empty(), "{missed:#?}");
}

#[tokio::test]
async fn scripts_without_their_fences_are_caught() {
    judge(&[
        play!("apply without its fence", K1, scripts::fence_removed),
        play!("apply that ignores the marker", K5, scripts::marker_ignored),
        play!("install of an older board", K2, scripts::older_installed),
        play!("touch without comparison", K2, scripts::certificate_without_comparison),
        play!("a change that is not logged", K1, scripts::change_not_logged),
    ]);
}

#[tokio::test]
async fn commands_without_their_fences_are_caught() {
    judge(&[
        play!("acknowledged before the commit", Kept, commands::ack_before_commit),
        play!("a stale version is accepted", Once, commands::stale_version_accepted),
        play!("an order is taken twice", Once, commands::taken_twice),
        play!("the loser is told a wrong winner", Kept, commands::wrong_winner_told),
    ]);
}

#[tokio::test]
async fn wrong_answers_are_caught() {
    judge(&[
        play!("a change on a stream is swallowed", K7, served::change_swallowed),
        play!("a gap before the ring is swallowed", K7, served::gap_swallowed),
        play!("a model with other bytes", K8, served::other_bytes),
        play!("a wish for a revision is lost", K3, asked::wish_lost),
    ]);
}
