//! What a run came to: the tables that people read, and the figures that are handed in.

use crate::{
    Failure,
    figures::{hand_in, tell},
    history::{Promise, sight::Excuse},
    run::{Outcome, Run},
    steady::{Held, growth},
};

/// Below these a run says too little for its figure to count (the issue's own numbers).
const READS: u64 = 10_000_000;
const WRITES: u64 = 10_000;
const RACES: u64 = 10_000;
/// From so many seconds on a run is the long one.
const LONG: f64 = 3600.0;
/// Of so many boards that were asked for as browsers do the age of one must have been judged at least: fewer are judged the
/// less the machine has to spare, and 1 in 15 to 1 in 170 of two cores.
const JUDGED: u64 = 500;

/// Tells everything.
///
/// # Errors
/// When a promise was broken, a read failed, nothing happened, or a fault was none.
pub fn tell_all(run: &Run, outcome: &Outcome) -> Result<(), Failure> {
    outcome.tally.print();
    let report = &outcome.report;
    println!("\n{:<60} {:>8}", "promise", "broken");
    for promise in Promise::ALL {
        println!("{:<60} {:>8}", promise.words(), report.broken(promise));
    }
    for (promise, times, told) in report.all_broken() {
        println!("\n{promise:?} was broken {times} times:");
        told.iter().for_each(|line| println!("  {line}"));
    }
    for why in report.failures.iter().chain(&outcome.unsettled) {
        println!("  {why}");
    }
    println!();
    hand_in_all(run, outcome)?;
    let broken: u64 = broken(outcome);
    let (struck, proved, _) = outcome.tally.sums();
    if broken > 0 || report.failed > 0 {
        let (all, commands) = (report.failed, report.failed_commands);
        return Err(
            format!("{broken} promises were broken, {all} reads and commands ({commands}) failed").into()
        );
    }
    let happened = [struck, proved, report.reads, report.done, report.changes, report.messages];
    // In a few seconds perhaps nobody looks at a model.
    if happened.contains(&0) || (report.models == 0 && !run.is_hasty()) {
        return Err("too little happened for this run to mean anything".into());
    }
    let unproved = outcome.tally.unproved();
    if !unproved.is_empty() {
        return Err(format!("struck, and not seen to have happened: {}", unproved.join(", ")).into());
    }
    if outcome.seconds >= LONG && HELD.iter().any(|(_, of)| growth(&outcome.looks, *of).is_none()) {
        let looks = outcome.looks.len();
        return Err(
            format!("{looks} looks at what a server holds are too few, {} failed", outcome.unseen).into()
        );
    }
    Ok(())
}

fn broken(outcome: &Outcome) -> u64 {
    Promise::ALL.iter().map(|promise| outcome.report.broken(*promise)).sum::<u64>()
        + outcome.unsettled.len() as u64
}

fn hand_in_all(run: &Run, outcome: &Outcome) -> Result<(), Failure> {
    let report = &outcome.report;
    let (struck, proved, kinds) = outcome.tally.sums();
    let what = format!(
        "seed {}, {:.0} s, {}, {struck} faults of {kinds} kinds ({proved} proved by their own effect)",
        run.seed(),
        outcome.seconds,
        run.load()
    );
    let unseen = outcome.tally.unseen();
    let unseen =
        if unseen.is_empty() { String::new() } else { format!("; never proved: {}", unseen.join(", ")) };
    row("violations", Some(broken(outcome) as f64), &format!("{what}, {} models{unseen}", report.models))?;
    row(
        "reads",
        Some(report.reads as f64),
        &format!(
            "{} of whole boards (HTTP with 304s, snapshots and ready-made bytes in this process, Redis), the rest single \
             orders and models; besides them {} changes out of streams",
            report.boards, report.changes
        ),
    )?;
    row(
        "writes",
        Some((report.done + report.messages) as f64),
        &format!(
            "{} commands carried out, {} messages taken in, {} of them cancellations",
            report.done, report.messages, report.cancellations
        ),
    )?;
    row("faults", Some(outcome.seconds / (proved.max(1) as f64)), &what)?;
    row(
        "failed",
        Some(report.failed as f64),
        &format!(
            "of all reads and commands of servers that were there, whatever was broken ({} of them commands or \
             messages); besides them {} met a dead or frozen server, {} had no answer in time while the machine had no core, {} needed the \
             database while it was away (commands that were told to come again, pages of orders that had left, models that \
             the board does not know), {} were of models while their store was away; {} answers were older than their \
             reader had seen, and said so",
            report.failed_commands,
            report.excused(Excuse::Gone),
            report.excused(Excuse::Starved),
            report.excused(Excuse::Database),
            report.excused(Excuse::Store),
            report.behind
        ),
    )?;
    let ms = |micros: i64| micros as f64 / 1000.0;
    let enough = run.is_hasty() || report.ready_made_judged * JUDGED >= report.ready_made;
    row(
        "staleness",
        enough.then_some(ms(report.oldest)),
        &format!(
            "the oldest of {} boards whose age was judged, {} of {} that were asked for as browsers do (their servers \
             neither broken nor kept from running: the machine had no core for one of the processes for {:.0} s, all of \
             them together); the latest of {} changes on streams that were judged in the same way came after {:.0} ms",
            report.judged,
            report.ready_made_judged,
            report.ready_made,
            outcome.starved,
            report.judged_changes,
            ms(report.latest)
        ),
    )?;
    row(
        "told",
        Some(ms(report.flattered)),
        &format!(
            "by how much a told age was too young; with the database there, what was told was at most {:.0} ms old, on \
             streams {:.0} ms",
            ms(report.certified),
            ms(report.told)
        ),
    )?;
    let enough = outcome.races >= RACES;
    row(
        "double",
        enough.then_some(report.broken(Promise::Once) as f64),
        &format!("{} in {} races", report.broken(Promise::Once), outcome.races),
    )?;
    row(
        "races",
        Some(outcome.races as f64),
        "free orders that two to four people wanted at the same moment",
    )?;
    row(
        "lost",
        Some(report.broken(Promise::Kept) as f64),
        &format!("of {} commands and {} messages", report.done, report.messages),
    )?;
    if report.reads < READS || report.done + report.messages < WRITES {
        tell("fewer reads or writes than the figures ask for: a longer run, or a quieter machine");
    }
    if outcome.seconds < LONG {
        return Ok(());
    }
    row("many reads", Some(report.reads as f64), &what)?;
    row("many writes", Some((report.done + report.messages) as f64), &what)?;
    for (name, of) in HELD {
        let grown = growth(&outcome.looks, of);
        let note = format!(
            "of the server that was never restarted, the last fifth of {:.0} s against the second; {} looks, {} failed",
            outcome.seconds,
            outcome.looks.len(),
            outcome.unseen
        );
        row(name, grown, &note)?;
    }
    Ok(())
}

type Of = fn(&Held) -> f64;
const HELD: [(&str, Of); 3] =
    [("memory", |held| held.memory), ("descriptors", |held| held.descriptors), ("tasks", |held| held.tasks)];

/// Hands a figure in, where there is a table for it.
pub fn row(name: &str, value: Option<f64>, note: &str) -> Result<(), Failure> {
    if std::env::var_os("BENCH_ROWS").is_some() {
        return hand_in(name, value, note);
    }
    tell(format_args!("{name}: {} ({note})", value.map_or("no figure".to_owned(), |it| format!("{it:.3}"))));
    Ok(())
}
