//! What a source sends that does everything wrong, and what must become of it.

use std::collections::HashMap;

use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};
use serde_json::json;
use uuid::Uuid;

use crate::orders::Order;

/// Messages are out of place by at most so many.
const DISTANCE: usize = 200;

/// Messages in the order in which they are sent.
pub struct Plan {
    pub bodies: Vec<Vec<u8>>,
    /// Of each order that must be there, the newest version, its title, and how many good messages were about it.
    pub orders: HashMap<Uuid, (i64, String)>,
    /// Good messages, each counted once.
    pub good: usize,
    /// Bad messages: the order's number in them, which is found again in their letters, and what is wrong, as the reason must
    /// name it.
    pub bad: HashMap<String, &'static str>,
    /// Orders with one approval, which people lead through the workshop.
    pub led: Vec<Order>,
}

/// Bad messages for each order. The radar keeps 5,000 of them open; what is beyond that would wait in RabbitMQ for a person.
const BROKEN: f64 = 0.03;

/// Orders with up to three versions each and what came before their approval; a tenth of the messages sent twice, one in
/// ninety broken, all of them out of place.
pub fn plan(seed: u64, messages: usize, led: usize) -> Plan {
    let mut random = StdRng::seed_from_u64(seed);
    let (mut bodies, mut orders, mut good) = (Vec::new(), HashMap::new(), 0);
    let (mut bad, mut people) = (HashMap::new(), Vec::new());
    while bodies.len() < messages {
        let order = Order::new("F");
        let is_led = people.len() < led && random.random_bool(0.05);
        let first = random.random_range(0..=1_i64);
        if first == 1 {
            bodies.push(order.status("PRICE_CALCULATED", 1).to_string().into_bytes());
            good += 1;
        }
        let last = if is_led { 1 } else { random.random_range(1..=3) };
        for version in 1..=last {
            let title = format!("версия {version}");
            let body = order.approval(first + version, &title).to_string().into_bytes();
            if random.random_bool(0.1) {
                bodies.push(body.clone());
            }
            bodies.push(body);
            good += 1;
            orders.insert(order.id, (first + version, title));
        }
        if is_led {
            people.push(order);
        }
        if random.random_bool(BROKEN) {
            let broken = Order::new("B");
            let (body, wrong) = spoil(&mut random, &broken);
            bodies.push(body);
            bad.insert(broken.number, wrong);
        }
    }
    for part in bodies.chunks_mut(DISTANCE) {
        part.shuffle(&mut random);
    }
    Plan { bodies, orders, good, bad, led: people }
}

/// A message that cannot be taken in, one way or another, and the field that is to blame; its number stays readable.
fn spoil(random: &mut StdRng, order: &Order) -> (Vec<u8>, &'static str) {
    let mut message = order.approval(1, "негодное");
    let wrong = ["order.quantity", "order.price.amount", "occurred_at", "order.status", "body"];
    let wrong = wrong[random.random_range(0..wrong.len())];
    match wrong {
        "order.quantity" => message["order"]["quantity"] = json!(-1),
        "order.price.amount" => message["order"]["price"]["amount"] = json!("1,5"),
        "occurred_at" => message["occurred_at"] = json!("вчера"),
        "order.status" => message["order"]["status"] = json!("UNHEARD_OF"),
        _ => {}
    }
    let mut body = message.to_string().into_bytes();
    if wrong == "body" {
        body.truncate(body.len() - 5);
    }
    (body, wrong)
}
