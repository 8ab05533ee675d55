//! Commands without their fences: the database's own word about a press, altered for one workshop.

use app::{
    backend::Backend as _,
    domain::{Actor, Command, OrderId, Receipt, Refusal, Role},
};
use sqlx::AssertSqlSafe;

use super::{now, verdict};
use crate::{
    floor,
    history::{
        check::Report,
        log::Facts,
        record::{Came, History, Outcome, Place, Record, Span, Write},
    },
    workshop::{Workshop, press, workshop},
};

/// A workshop, and what is seen in it.
struct Bench {
    workshop: Workshop,
    history: History,
}

impl Bench {
    /// `changes` make the function wrong that carries out commands: each text becomes another one.
    async fn new(changes: &[(&str, &str)]) -> Self {
        const DEFINITION: &str = "SELECT pg_get_functiondef('press_command'::regproc)";
        let workshop = workshop().await;
        let pool = workshop.database.pool();
        let mut function: String = sqlx::query_scalar(DEFINITION).fetch_one(pool).await.unwrap();
        for (from, to) in changes {
            assert_eq!(function.matches(from).count(), 1, "the product's function has changed: {from}");
            function = function.replace(from, to);
        }
        sqlx::raw_sql(AssertSqlSafe(function)).execute(pool).await.unwrap();
        Self { workshop, history: History { clients: vec![Vec::new()], ..History::default() } }
    }

    async fn press(&mut self, actor: &Actor, command: Command, order: OrderId, version: i32) -> bool {
        let name = floor::name().replace('_', "-");
        let begun = now();
        let answer = self.workshop.desk.command(press(actor, command, order, version, &name)).await;
        let span = Span { begun, ended: now() };
        let (done, request) = (answer.is_ok(), self.history.clients[0].len() as u64);
        self.history.clients[0].push(Record::Write(Box::new(Write {
            place: Place::Server(0),
            span,
            order,
            version: version.into(),
            command: command.name(),
            request,
            login: actor.login.clone(),
            outcome: outcome(answer),
        })));
        done
    }

    async fn verdict(&self) -> Report {
        verdict(&self.workshop.database, &self.history).await
    }
}

fn outcome(answer: Result<Receipt, Refusal>) -> Outcome {
    let facts = |card| Facts::of(&serde_json::to_value(card).unwrap()).unwrap();
    match answer {
        Ok(receipt) => Outcome::Done(receipt.revision, facts(receipt.order)),
        Err(Refusal::Conflict { card, .. }) => Outcome::Conflict(facts(*card)),
        Err(Refusal::Unavailable { .. }) => Outcome::Unknown(Came::Answer(503)),
        Err(_) => Outcome::Refused(400),
    }
}

/// The changes of a mutant; none of the product as it is.
fn only<'a>(wrong: bool, changes: &'a [(&'a str, &'a str)]) -> &'a [(&'a str, &'a str)] {
    if wrong { changes } else { &[] }
}

/// The version is not compared: an old card is as good as the newest.
const ANY_VERSION: (&str, &str) = ("AND o.version = seen", "");
/// Nor is the status.
const ANY_STATUS: (&str, &str) = ("AND o.status = comes_from", "");

/// What the function answers is undone before it does: what the server takes for done was never done.
pub async fn ack_before_commit(wrong: bool) -> Report {
    let undone = [
        ("UPDATE orders o", "BEGIN UPDATE orders o"),
        (
            "RETURN answer_press(presser, pressed, of_order, press, seen, said);",
            "RAISE EXCEPTION '%', answer_press(presser, pressed, of_order, press, seen, said);
             EXCEPTION WHEN raise_exception THEN RETURN SQLERRM; END;",
        ),
    ];
    let mut bench = Bench::new(only(wrong, &undone)).await;
    let anna = bench.workshop.person("anna", Role::Operator).await;
    let order = bench.workshop.order("A-1").await;
    assert!(bench.press(&anna, Command::Take, order, 1).await, "the server says that it is done");
    bench.verdict().await
}

/// An old card is as good as the newest.
pub async fn stale_version_accepted(wrong: bool) -> Report {
    let mut bench = Bench::new(only(wrong, &[ANY_VERSION])).await;
    let anna = bench.workshop.person("anna", Role::Operator).await;
    let boris = bench.workshop.person("boris", Role::Operator).await;
    let order = bench.workshop.order("A-1").await;
    assert!(bench.press(&anna, Command::Take, order, 1).await);
    assert!(bench.press(&anna, Command::Release, order, 2).await);
    // Boris still looks at the first card.
    assert_eq!(bench.press(&boris, Command::Take, order, 1).await, wrong);
    bench.verdict().await
}

/// Whoever comes second gets the order, too.
pub async fn taken_twice(wrong: bool) -> Report {
    let mut bench = Bench::new(only(wrong, &[ANY_VERSION, ANY_STATUS])).await;
    let anna = bench.workshop.person("anna", Role::Operator).await;
    let boris = bench.workshop.person("boris", Role::Operator).await;
    let order = bench.workshop.order("A-1").await;
    assert!(bench.press(&anna, Command::Take, order, 1).await);
    assert_eq!(bench.press(&boris, Command::Take, order, 1).await, wrong);
    bench.verdict().await
}

/// What the loser of a race is told names a winner who never was.
pub async fn wrong_winner_told(wrong: bool) -> Report {
    let mut bench = Bench::new(&[]).await;
    let anna = bench.workshop.person("anna", Role::Operator).await;
    let boris = bench.workshop.person("boris", Role::Operator).await;
    let order = bench.workshop.order("A-1").await;
    assert!(bench.press(&anna, Command::Take, order, 1).await);
    if wrong {
        // The view that cards are read from is another one than the log was written from.
        let view = "UPDATE users SET login = 'vera' WHERE login = 'anna'";
        let silent = format!("BEGIN; SET LOCAL session_replication_role = replica; {view}; COMMIT");
        sqlx::raw_sql(AssertSqlSafe(silent)).execute(bench.workshop.database.pool()).await.unwrap();
    }
    assert!(!bench.press(&boris, Command::Take, order, 1).await);
    let told = bench.history.clients[0].last().unwrap();
    let Record::Write(write) = told else { panic!("{told:?}") };
    let Outcome::Conflict(card) = &write.outcome else { panic!("{told:?}") };
    assert_eq!(card.operator.as_deref(), Some(if wrong { "vera" } else { "anna" }));
    bench.verdict().await
}
