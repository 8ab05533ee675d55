//! Random presses of buttons and messages of the shop at two servers, against a plain reference in memory: after every
//! step the answer, the log, both near boards and Redis must be what the reference says.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use app::{
    backend::Backend,
    domain::{Actor, Command, OrderId, Receipt, Refusal, Role, Status},
};
use proptest::{prelude::*, strategy::ValueTree as _};
use serde_json::{Value, json};

use crate::{
    floor::{
        self, orders,
        redis::OwnRedis,
        server::{SOON, redis_says_what_the_log_says},
        shared::Shared,
    },
    workshop::{Workshop, message::approval, press, workshop_on},
};

/// Orders, and people: three operators and a supervisor.
const ORDERS: usize = 6;
const PEOPLE: usize = 4;
const SUPERVISOR: usize = 3;
const STEPS: usize = 300;
/// An order's way by every command that there is.
const WAY: [Command; 8] = [
    Command::Take,
    Command::Release,
    Command::Take,
    Command::Complete,
    Command::Rework,
    Command::Complete,
    Command::Pack,
    Command::Ship,
];

#[derive(Debug, Clone)]
enum Step {
    /// The shop approves an order, or gives a known one another title.
    Approve(usize),
    /// The shop says something older than it said before.
    Stale(usize),
    /// The last message about an order comes once more.
    Again(usize),
    Cancel(usize),
    /// Whoever may goes on with an order; or, if so, a step back.
    Next {
        person: usize,
        order: usize,
        back: bool,
    },
    /// Anybody, anything.
    Press {
        person: usize,
        command: Command,
        order: usize,
        /// As seen on a board that is so many versions old.
        old: i32,
    },
    /// What was last carried out for this person is pressed once more, as a double click does.
    Twice(usize),
    /// The same name of a press with another version.
    Reused(usize),
    FlushRedis,
    RedisKilled,
    DeleteStream,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let order = 0..ORDERS;
    let pressed = (
        0..PEOPLE,
        prop::sample::select(&Command::ALL[..]),
        order.clone(),
        prop_oneof![5 => Just(0), 1 => Just(1)],
    );
    let step = prop_oneof![
        6 => order.clone().prop_map(Step::Approve),
        1 => order.clone().prop_map(Step::Stale),
        1 => order.clone().prop_map(Step::Again),
        1 => order.clone().prop_map(Step::Cancel),
        14 => (0..PEOPLE, order.clone(), any::<bool>()).prop_map(|(person, order, back)| Step::Next { person, order, back }),
        14 => pressed.prop_map(|(person, command, order, old)| Step::Press { person, command, order, old }),
        2 => (0..PEOPLE).prop_map(Step::Twice),
        1 => (0..PEOPLE).prop_map(Step::Reused),
        1 => Just(Step::FlushRedis),
        1 => Just(Step::RedisKilled),
        1 => Just(Step::DeleteStream),
    ];
    prop::collection::vec(step, STEPS)
}

/// What a card must say: status, version, title, who has it.
type Said = (Status, i32, String, Option<String>);

#[derive(Debug, Clone)]
struct Row {
    id: OrderId,
    message: Value,
    said: Said,
}

/// The workshop as a few lines of plain code have it.
#[derive(Debug, Default)]
struct Reference {
    rows: BTreeMap<usize, Row>,
    /// Numbers that were given away: an order that has left does not come back, another one comes.
    numbers: usize,
    /// What was carried out last for each person.
    done: BTreeMap<usize, Done>,
}

#[derive(Debug, Clone)]
struct Done {
    command: Command,
    id: OrderId,
    version: i32,
    request: String,
    receipt: Receipt,
}

impl Reference {
    fn board(&self) -> BTreeMap<String, Said> {
        let on = self.rows.values().filter(|row| row.said.0.is_actual());
        on.map(|row| (row.message["order"]["number"].as_str().unwrap().to_owned(), row.said.clone()))
            .collect()
    }

    /// What a press must come to: the card afterwards, or the refusal's name.
    fn press(
        &self,
        person: usize,
        command: Command,
        order: usize,
        version: i32,
    ) -> Result<Said, &'static str> {
        let Some(Row { said: (status, current, title, operator), .. }) = self.rows.get(&order) else {
            return Err("Unknown");
        };
        let mine = operator.as_deref() == Some(&login(person));
        let back = matches!(command, Command::Release | Command::Rework);
        if command != Command::Take && !mine && !(person == SUPERVISOR && back) {
            return Err("NotYours");
        }
        if version != *current {
            return Err("Conflict");
        }
        let next = match (status, command) {
            (Status::Approved, Command::Take) | (Status::Completed, Command::Rework) => Status::Started,
            (Status::Started, Command::Complete) => Status::Completed,
            (Status::Completed, Command::Pack) => Status::Packaging,
            (Status::Packaging, Command::Ship) => Status::Shipped,
            (Status::Started, Command::Release) => Status::Approved,
            _ => return Err("NotAllowed"),
        };
        let operator = match command {
            Command::Take => Some(login(person)),
            Command::Release => None,
            _ => operator.clone(),
        };
        Ok((next, current + 1, title.clone(), operator))
    }
}

fn login(person: usize) -> String {
    format!("person{person}")
}

fn refused(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Unknown => "Unknown",
        Refusal::NotYours(_) => "NotYours",
        Refusal::Conflict { .. } => "Conflict",
        Refusal::NotAllowed { .. } => "NotAllowed",
        Refusal::RequestReused => "RequestReused",
        _ => "something that nothing here gives a reason for",
    }
}

fn said(card: &app::domain::Card) -> Said {
    (card.status, card.version, card.title.clone(), card.operator.as_ref().map(|it| it.login.clone()))
}

/// What a board says, by number.
fn board(projection: &orders::Projection) -> BTreeMap<String, Said> {
    let card = |entry: &Value| serde_json::from_value::<app::domain::Card>(entry["card"].clone()).unwrap();
    projection.values().map(card).map(|card| (card.number.to_string(), said(&card))).collect()
}

/// What the shop says, with a name of its own.
async fn tell(shop: &Workshop, mut message: Value) -> (Value, &'static str) {
    message["message_id"] = json!(orders::id().to_string());
    let outcome = shop.post(&message).await;
    (message, outcome)
}

fn later(message: &Value, by: i64) -> Value {
    let mut message = message.clone();
    message["order"]["source_version"] = json!(message["order"]["source_version"].as_i64().unwrap() + by);
    message
}

struct Scene {
    shop: Workshop,
    redis: OwnRedis,
    shared: Shared,
    people: Vec<Actor>,
    desks: [std::sync::Arc<server::desk::Desk>; 2],
    reference: Reference,
}

impl Scene {
    async fn open() -> Self {
        let redis = OwnRedis::start();
        let shop = workshop_on((redis.url(), "{board}".to_owned())).await;
        let shared = Shared::open(&redis.url(), "{board}").await;
        let mut people = Vec::new();
        for person in 0..PEOPLE {
            let role = if person == SUPERVISOR { Role::Supervisor } else { Role::Operator };
            people.push(shop.person(&login(person), role).await);
        }
        let desks = [shop.desk.clone(), shop.another().await];
        Self { shop, redis, shared, people, desks, reference: Reference::default() }
    }

    async fn approve(&mut self, order: usize) {
        let title = format!("Кольцо {}", self.reference.numbers);
        self.reference.numbers += 1;
        if let Some(row) = self.reference.rows.get_mut(&order)
            && row.said.0.is_actual()
        {
            let mut message = later(&row.message, 1);
            message["order"]["title"] = json!(title);
            let (message, outcome) = tell(&self.shop, message).await;
            assert_eq!(outcome, "updated");
            (row.message, row.said.1, row.said.2) = (message, row.said.1 + 1, title);
            return;
        }
        if let Some(row) = self.reference.rows.get(&order) {
            let (_, outcome) = tell(&self.shop, later(&row.message, 1)).await;
            assert_eq!(outcome, "ignored", "what has left does not come back");
        }
        let mut message = approval(&format!("A-{}", self.reference.numbers));
        message["order"]["title"] = json!(title);
        let (message, outcome) = tell(&self.shop, message).await;
        assert_eq!(outcome, "accepted");
        let id = message["order"]["id"].as_str().unwrap().parse().unwrap();
        let said = (Status::Approved, 1, title, None);
        self.reference.rows.insert(order, Row { id, message, said });
    }

    async fn cancel(&mut self, order: usize) {
        let Some(row) = self.reference.rows.get_mut(&order) else { return };
        let mut message = later(&row.message, 1);
        message["order"]["status"] = json!("CANCELLED");
        let (message, outcome) = tell(&self.shop, message).await;
        assert_eq!(outcome, if row.said.0.is_actual() { "accepted" } else { "ignored" });
        row.message = message;
        if row.said.0.is_actual() {
            (row.said.0, row.said.1) = (Status::Cancelled, row.said.1 + 1);
        }
    }

    async fn press(&mut self, at: usize, person: usize, command: Command, order: usize, old: i32) {
        let row = self.reference.rows.get(&order);
        let id = row.map_or_else(|| OrderId(orders::id()), |row| row.id);
        let version = row.map_or(1, |row| row.said.1 - old).max(1);
        let expected = self.reference.press(person, command, order, version);
        let request = floor::name().replace('_', "-");
        let ask = press(&self.people[person], command, id, version, &request);
        let got = self.desks[at % 2].command(ask).await;
        let told = got.as_ref().map(|receipt| said(&receipt.order)).map_err(refused);
        assert_eq!(told, expected, "{got:?}");
        if let (Ok(receipt), Ok(after)) = (got, expected) {
            assert_eq!(receipt.revision, orders::head(self.shop.database.pool()).await);
            self.reference.rows.get_mut(&order).unwrap().said = after;
            self.reference.done.insert(person, Done { command, id, version, request, receipt });
        }
    }

    /// Who may do what next to an order.
    fn next(&self, person: usize, order: usize, back: bool) -> Option<(usize, Command)> {
        let (status, _, _, operator) = &self.reference.rows.get(&order)?.said;
        let holder = (0..PEOPLE).find(|it| operator.as_deref() == Some(&login(*it))).unwrap_or(person);
        let command = match (status, back) {
            (Status::Started, true) => Some(Command::Release),
            (Status::Completed, true) => Some(Command::Rework),
            _ => status.next_step(),
        };
        Some((holder, command?))
    }

    /// Once more what was done for this person, with another version or the same.
    async fn again(&self, at: usize, person: usize, by: i32) {
        let Some(done) = self.reference.done.get(&person) else { return };
        let ask = press(&self.people[person], done.command, done.id, done.version + by, &done.request);
        let told = self.desks[at % 2].command(ask).await.map_err(|refusal| refused(&refusal));
        let expected = if by == 0 { Ok(done.receipt.clone()) } else { Err("RequestReused") };
        assert_eq!(told, expected, "{done:?}");
    }

    async fn step(&mut self, at: usize, step: &Step) {
        match *step {
            Step::Approve(order) => self.approve(order).await,
            Step::Cancel(order) => self.cancel(order).await,
            Step::Stale(order) => {
                let Some(row) = self.reference.rows.get(&order) else { return };
                assert_eq!(tell(&self.shop, later(&row.message, -1)).await.1, "stale");
            }
            Step::Again(order) => {
                let Some(row) = self.reference.rows.get(&order) else { return };
                assert_eq!(self.shop.post(&row.message).await, "duplicate");
            }
            Step::Next { person, order, back } => {
                let Some((person, command)) = self.next(person, order, back) else { return };
                self.press(at, person, command, order, 0).await;
            }
            Step::Press { person, command, order, old } => self.press(at, person, command, order, old).await,
            Step::Twice(person) => self.again(at, person, 0).await,
            Step::Reused(person) => self.again(at, person, 1).await,
            Step::FlushRedis => self.shared.flush().await,
            Step::DeleteStream => self.shared.delete(self.shared.stream()).await,
            Step::RedisKilled => {
                self.redis.kill();
                self.redis.again();
            }
        }
    }

    /// Everything says what the reference says.
    async fn agrees(&self) {
        let pool = self.shop.database.pool();
        let (head, logged) = (orders::head(pool).await, orders::logged(pool).await);
        assert_eq!(board(&logged), self.reference.board(), "the log");
        assert_eq!(orders::actual(pool).await, logged, "the tables");
        for desk in &self.desks {
            let near = desk.cache().at_least(head, SOON).await.unwrap();
            assert_eq!(orders::held(&near), logged, "a near board");
        }
        redis_says_what_the_log_says(&self.shared, &self.shop.database).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_every_step_everything_says_what_a_plain_reference_says() {
    let steps = steps().new_tree(&mut floor::dice::runner()).unwrap().current();
    let mut scene = Scene::open().await;
    for (at, step) in steps.iter().enumerate() {
        println!("{at}: {step:?}");
        scene.step(at, step).await;
        // What comes next shall meet what was broken.
        if !matches!(step, Step::FlushRedis | Step::RedisKilled | Step::DeleteStream) {
            scene.agrees().await;
        }
    }
    // Chance may have left out one of them.
    while scene.reference.rows.get(&0).is_none_or(|row| row.said.0 != Status::Approved) {
        scene.cancel(0).await;
        scene.approve(0).await;
    }
    for command in WAY {
        scene.press(0, 0, command, 0, 0).await;
        scene.agrees().await;
    }
    assert_eq!(scene.reference.rows[&0].said.0, Status::Shipped);
}
