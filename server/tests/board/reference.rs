//! Random statements against a plain reference, past everything that the product's own commands would refuse: after each
//! step the log, the near board and Redis must say what the reference says. Its commands: `desk/reference.rs`.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeMap, time::Duration};

use proptest::{prelude::*, strategy::ValueTree as _};
use sqlx::AssertSqlSafe;

use crate::floor::{
    self, orders,
    redis::OwnRedis,
    server::{Server, redis_says_what_the_log_says},
    shared::Shared,
};

/// Orders that the commands are about.
const ORDERS: usize = 12;
const STATUSES: [&str; 6] = [
    "MANUFACTURING_APPROVED",
    "MANUFACTURING_STARTED",
    "MANUFACTURING_COMPLETED",
    "PACKAGING",
    "SHIPPED",
    "CANCELLED",
];

#[derive(Debug, Clone)]
enum Step {
    Approve(usize),
    Status(usize, usize),
    Comment(usize, String),
    Delete(usize),
    Rename(String),
    RolledBack(usize),
    /// Two orders in one transaction.
    Both(usize, usize, usize),
    FlushRedis,
    DeleteStream,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let order = 0..ORDERS;
    let step = prop_oneof![
        6 => order.clone().prop_map(Step::Approve),
        8 => (order.clone(), 0..STATUSES.len()).prop_map(|(order, status)| Step::Status(order, status)),
        4 => (order.clone(), "[a-zа-я:'\"\\\\ ]{1,20}").prop_map(|(order, text)| Step::Comment(order, text)),
        1 => order.clone().prop_map(Step::Delete),
        1 => "[A-Z][a-z]{1,8}".prop_map(Step::Rename),
        1 => order.clone().prop_map(Step::RolledBack),
        3 => (order.clone(), order, 0..STATUSES.len()).prop_map(|(a, b, status)| Step::Both(a, b, status)),
        1 => Just(Step::FlushRedis),
        1 => Just(Step::DeleteStream),
    ];
    prop::collection::vec(step, 500)
}

/// What is on the board: number, status, comment, operator's name.
type Reference = BTreeMap<String, (String, Option<String>, Option<String>)>;

#[derive(Debug, Default)]
struct Model {
    rows: BTreeMap<usize, (&'static str, Option<String>)>,
    name: String,
}

impl Model {
    fn board(&self) -> Reference {
        let on = self.rows.iter().filter(|(_, (status, _))| !matches!(*status, "SHIPPED" | "CANCELLED"));
        on.map(|(order, (status, comment))| {
            let operator = (*status != STATUSES[0]).then(|| self.name.clone());
            (format!("A-{order}"), ((*status).to_owned(), comment.clone(), operator))
        })
        .collect()
    }

    /// What a step makes of the orders, and the statement for it.
    fn change(&mut self, step: &Step, user: uuid::Uuid) -> String {
        let rows = &mut self.rows;
        match step {
            Step::Status(order, status) => {
                rows.entry(*order).and_modify(|row| row.0 = STATUSES[*status]);
                update(*order, STATUSES[*status], user)
            }
            Step::Comment(order, text) => {
                rows.entry(*order).and_modify(|row| row.1 = Some(text.clone()));
                let text = text.replace('\'', "''");
                format!("UPDATE orders SET comment = '{text}' WHERE number = 'A-{order}'")
            }
            Step::Delete(order) => {
                rows.remove(order);
                format!("DELETE FROM orders WHERE number = 'A-{order}'")
            }
            Step::Rename(name) => {
                self.name.clone_from(name);
                format!("UPDATE users SET name = '{name}'")
            }
            Step::RolledBack(order) => format!("BEGIN; {} ROLLBACK", update(*order, "SHIPPED", user)),
            Step::Both(a, b, status) => {
                let status = STATUSES[*status];
                for order in [a, b] {
                    rows.entry(*order).and_modify(|row| row.0 = status);
                }
                format!("BEGIN; {} {} COMMIT", update(*a, status, user), update(*b, status, user))
            }
            Step::Approve(_) | Step::FlushRedis | Step::DeleteStream => {
                unreachable!("done by the test itself")
            }
        }
    }
}

fn seen(projection: &orders::Projection) -> Reference {
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    projection
        .values()
        .map(|entry| {
            let card = &entry["card"];
            let facts =
                (text(&card["status"]).unwrap(), text(&card["comment"]), text(&card["operator"]["name"]));
            (text(&card["number"]).unwrap(), facts)
        })
        .collect()
}

fn update(order: usize, status: &str, user: uuid::Uuid) -> String {
    let operator = if status == STATUSES[0] { "NULL".to_owned() } else { format!("'{user}'") };
    format!("UPDATE orders SET status = '{status}', operator_id = {operator} WHERE number = 'A-{order}';")
}

#[tokio::test]
async fn after_each_of_five_hundred_random_statements_everything_says_what_a_plain_reference_says() {
    let steps = steps().new_tree(&mut floor::dice::runner()).unwrap().current();
    let (database, redis) = (floor::database().await, OwnRedis::start());
    let shared = Shared::open(&redis.url(), "{board}").await;
    let pool = database.pool();
    let user = orders::user(pool, "anna").await;
    let server = Server::start(database.another(), &redis.url(), "{board}", Duration::from_millis(300));
    let mut model = Model { name: "anna".to_owned(), ..Model::default() };
    for (place, step) in steps.iter().enumerate() {
        println!("{place}: {step:?}");
        match step {
            // What comes next shall meet what was broken.
            Step::FlushRedis => {
                shared.flush().await;
                continue;
            }
            Step::DeleteStream => {
                shared.delete(shared.stream()).await;
                continue;
            }
            Step::Approve(order) if model.rows.contains_key(order) => {}
            Step::Approve(order) => {
                orders::approve(pool, &format!("A-{order}")).await;
                model.rows.insert(*order, (STATUSES[0], None));
            }
            changes => {
                let sql = model.change(changes, user);
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await.unwrap();
            }
        }
        assert_eq!(seen(&orders::logged(pool).await), model.board(), "the log");
        server.says_what_the_log_says(&database).await;
        redis_says_what_the_log_says(&shared, &database).await;
    }
    server.end().await;
}
