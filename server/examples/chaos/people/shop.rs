//! The shop: sends approved orders, and cancels some of them, each message until it is acknowledged, by HTTP and, where
//! there is a broker, by RabbitMQ.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use app::domain::{OrderId, Timestamp};
use futures_util::future::{join, join_all};
use rand::{
    Rng as _, RngCore as _,
    rngs::StdRng,
    seq::{IteratorRandom as _, SliceRandom as _},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Crowd,
    board::{Board, Line},
    client::{Asked, Client},
    crew::outcome,
    now,
    post::Post,
    rest,
};
use crate::{
    history::record::{Message, Micros, Outcome, Place, Record, Says, Span, Write},
    people::reader::{Reader, place},
    stage::MODELS,
};

/// Approved orders at one look, besides those for which others were cancelled.
const AT_ONCE: usize = 20;
/// How many of a look's messages go by HTTP although there is a RabbitMQ: each in a transaction of its own.
const TOLD: usize = 1;
/// An approved order that nobody has seen for so long was taken and shipped meanwhile, or never arrived.
const AWAITED: Micros = 10_000_000;

/// It.
pub struct Shop {
    pub crowd: Arc<Crowd>,
    pub client: Client,
    pub token: String,
    pub broker: Option<String>,
    pub dice: StdRng,
    /// What it has cancelled: as long as the message waits its order is on the board.
    pub cancelled: HashSet<OrderId>,
    /// When it has sent what is not on the board yet: as many are still to come.
    pub awaited: HashMap<OrderId, Micros>,
}

/// A message that is to be sent.
struct News {
    order: Uuid,
    says: Says,
    text: String,
}

impl News {
    fn acknowledged(&self, span: Span) -> Record {
        Record::Message(Box::new(Message { order: OrderId(self.order), span, says: self.says }))
    }

    /// A message is a command of the shop's: what it is answered must be excused as any other.
    fn put_off(&self, place: Place, span: Span, outcome: Outcome) -> Record {
        Record::Write(Box::new(Write {
            place,
            span,
            order: OrderId(self.order),
            version: 0,
            command: "message",
            request: 0,
            login: "shop".to_owned(),
            outcome,
        }))
    }
}

impl Shop {
    /// Keeps so many free orders on the board until it is over, and cancels so many of its own at each look, whoever has
    /// them.
    pub async fn run(mut self, free: usize, cancelled: usize, mut eye: Reader) {
        let mut lines = Vec::new();
        let mut sent: u64 = 0;
        let mut post = None;
        while !self.crowd.is_over() {
            rest(&mut self.dice, 15).await;
            let server = self.crowd.some_server(&mut self.dice);
            eye.board(server).await;
            let Some(board) = eye.board_in_hand() else { continue };
            let there = board.lines.iter().filter(|line| line.is_free()).count();
            self.awaited.retain(|_, sent| now() - *sent < AWAITED);
            board.lines.iter().for_each(|line| _ = self.awaited.remove(&line.order));
            let there = there + self.awaited.len();
            let mut news = self.cancel(&board, cancelled);
            for _ in there..free.min(there + AT_ONCE + cancelled) {
                sent += 1;
                news.push(self.approve(sent));
            }
            if post.is_none()
                && let Some(url) = &self.broker
            {
                post = Post::open(url).await.ok();
            }
            let mut posted = Vec::new();
            if post.is_some() {
                news.shuffle(&mut self.dice);
                posted = news.split_off(TOLD.min(news.len()));
            }
            let crowd = Arc::clone(&self.crowd);
            let sent = async {
                match &post {
                    Some(open) => send(&crowd, open, &posted).await,
                    None => (Vec::new(), true),
                }
            };
            let ((confirmed, sound), told) = join(sent, self.tell_all(&news)).await;
            if !sound {
                post = None;
            }
            for record in confirmed.into_iter().chain(told) {
                let acknowledged = matches!(record, Record::Message(_));
                crowd.messages.fetch_add(u64::from(acknowledged), Ordering::Relaxed);
                lines.push(record);
            }
        }
        self.crowd.hand_in(lines);
        eye.finish().await;
    }

    async fn tell_all(&mut self, news: &[News]) -> Vec<Record> {
        let mut told = Vec::new();
        for news in news {
            self.tell(news, &mut told).await;
        }
        told
    }

    /// Sends it by HTTP until it is acknowledged, and keeps what came instead.
    async fn tell(&mut self, news: &News, told: &mut Vec<Record>) {
        let more = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", self.token);
        while !self.crowd.is_over() {
            let server = self.crowd.some_server(&mut self.dice);
            let Asked { span, answer } = self.client.post(server, "/intake/orders", &news.text, &more).await;
            let outcome = match answer {
                Ok(answer) if matches!(answer.status, 200 | 201) => {
                    return told.push(news.acknowledged(span));
                }
                Ok(answer) => outcome(&answer),
                Err((came, _)) => Outcome::Unknown(came),
            };
            told.push(news.put_off(place(server), span, outcome));
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Orders of the shop's own that are on this board: what was never there would be cancelled before it is approved.
    fn cancel(&mut self, board: &Board, count: usize) -> Vec<News> {
        let own = |line: &&Line| line.number.starts_with("C-") && !self.cancelled.contains(&line.order);
        let chosen = board.lines.iter().filter(own).choose_multiple(&mut self.dice, count);
        self.cancelled.extend(chosen.iter().map(|line| line.order));
        chosen
            .into_iter()
            .map(|line| {
                let order = json!({
                    "id": line.order.to_string(), "number": line.number, "status": "CANCELLED", "source_version": 2,
                });
                News { order: line.order.0, says: Says::Cancelled, text: self.message(order) }
            })
            .collect()
    }

    fn approve(&mut self, number: u64) -> News {
        let id = self.uuid();
        self.awaited.insert(OrderId(id), now());
        let mut order = json!({
            "id": id.to_string(), "number": format!("C-{number}-{}", id.as_u128() % 10_000),
            "status": "MANUFACTURING_APPROVED", "source_version": 1, "title": "Кольцо «Буря»",
            "material": "gold-585-yellow", "quantity": 1,
            "price": { "amount": "45900.00", "currency": "RUB" },
            "operator_pay": { "amount": "6900.00", "currency": "RUB" },
        });
        if self.dice.random_bool(0.5) {
            let (key, bytes) = MODELS[self.dice.random_range(0..MODELS.len())];
            order["model"] = json!({ "key": key, "size": bytes.len() });
        }
        News { order: id, says: Says::Approved, text: self.message(order) }
    }

    fn message(&mut self, order: Value) -> String {
        let at = Timestamp::from_millis(now() / 1000).to_string();
        json!({
            "message_id": self.uuid().to_string(), "type": "order.status_changed", "occurred_at": at, "order": order,
        })
        .to_string()
    }

    fn uuid(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.dice.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// Sends all of them at once by RabbitMQ, and says whether it is to be asked again. Whether those arrived that it did not
/// confirm nobody knows, so nobody counts on them.
async fn send(crowd: &Crowd, post: &Post, news: &[News]) -> (Vec<Record>, bool) {
    let begun = now();
    let sent = join_all(news.iter().map(|news| post.send(news.text.as_bytes()))).await;
    let span = Span { begun, ended: now() };
    let mut confirmed = Vec::new();
    for (news, _) in news.iter().zip(&sent).filter(|(_, sent)| matches!(sent, Ok(true))) {
        let orders = match news.says {
            Says::Approved => &crowd.posted,
            Says::Cancelled => &crowd.cancelled,
        };
        orders.lock().unwrap_or_else(PoisonError::into_inner).push(news.order);
        confirmed.push(news.acknowledged(span));
    }
    (confirmed, sent.iter().all(Result::is_ok))
}
