//! The shop: sends approved orders, each until it is acknowledged, by HTTP and, where there is a broker, by RabbitMQ.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use app::domain::{OrderId, Timestamp};
use rand::{Rng as _, RngCore as _, rngs::StdRng};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Crowd,
    client::{Asked, Client},
    now,
    post::Post,
    rest,
};
use crate::{
    Failure,
    history::record::{Approval, Record, Span},
    people::reader::Reader,
    stage::MODELS,
};

/// It.
pub struct Shop {
    pub crowd: Arc<Crowd>,
    pub client: Client,
    pub token: String,
    /// Where there is a RabbitMQ, half of the messages go by it.
    pub broker: Option<String>,
    pub dice: StdRng,
}

impl Shop {
    /// Keeps so many free orders on the board until it is over.
    pub async fn run(mut self, free: usize, mut eye: Reader) {
        let mut lines = Vec::new();
        let mut sent: u64 = 0;
        let mut post = None;
        while !self.crowd.is_over() {
            rest(&mut self.dice, 15).await;
            let server = self.crowd.some_server(&mut self.dice);
            eye.board(server).await;
            let there = eye.board_in_hand().map_or(0, |board| {
                board.lines.iter().filter(|line| line.facts.status == "MANUFACTURING_APPROVED").count()
            });
            for _ in there..free.min(there + 20) {
                sent += 1;
                if post.is_none()
                    && let Some(url) = &self.broker
                {
                    post = Post::open(url).await.ok();
                }
                let by_post = self.dice.random_bool(0.5);
                let approval = match post.as_ref().filter(|_| by_post) {
                    Some(open) => match self.send_by_post(sent, open).await {
                        Ok(approval) => approval,
                        Err(_) => {
                            // Whether it arrived nobody knows, so nobody counts on it.
                            post = None;
                            None
                        }
                    },
                    None => self.send(sent).await,
                };
                if let Some(approval) = approval {
                    lines.push(Record::Approval(Box::new(approval)));
                }
            }
        }
        self.crowd.hand_in(lines);
        eye.finish().await;
    }

    async fn send_by_post(&mut self, number: u64, post: &Post) -> Result<Option<Approval>, Failure> {
        let order = self.uuid();
        let message = self.message(order, number).to_string();
        let begun = now();
        if !post.send(message.as_bytes()).await? {
            return Ok(None);
        }
        self.crowd.posted.lock().unwrap_or_else(PoisonError::into_inner).push(order);
        Ok(Some(Approval { order: OrderId(order), span: Span { begun, ended: now() } }))
    }

    async fn send(&mut self, number: u64) -> Option<Approval> {
        let order = self.uuid();
        let message = self.message(order, number).to_string();
        let more = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", self.token);
        while !self.crowd.is_over() {
            let server = self.crowd.some_server(&mut self.dice);
            let Asked { span, answer } = self.client.post(server, "/intake/orders", &message, &more).await;
            if let Ok(answer) = answer
                && matches!(answer.status, 200 | 201)
            {
                return Some(Approval { order: OrderId(order), span });
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        None
    }

    fn uuid(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.dice.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    fn message(&mut self, order: Uuid, number: u64) -> Value {
        let at = Timestamp::from_millis(now() / 1000).to_string();
        let mut message = json!({
            "message_id": self.uuid().to_string(), "type": "order.status_changed", "occurred_at": at,
            "order": {
                "id": order.to_string(), "number": format!("C-{number}-{}", order.as_u128() % 10_000),
                "status": "MANUFACTURING_APPROVED", "source_version": 1, "title": "Кольцо «Буря»",
                "material": "gold-585-yellow", "quantity": 1,
                "price": { "amount": "45900.00", "currency": "RUB" },
                "operator_pay": { "amount": "6900.00", "currency": "RUB" },
            },
        });
        if self.dice.random_bool(0.5) {
            let (key, bytes) = MODELS[self.dice.random_range(0..MODELS.len())];
            message["order"]["model"] = json!({ "key": key, "size": bytes.len() });
        }
        message
    }
}
