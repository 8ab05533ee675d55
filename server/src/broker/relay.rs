//! News out: from the outbox to the exchange `mes`, confirmed, then marked.
//!
//! News of one order leave one after the other, the next when the one before is confirmed; news of different orders
//! leave together. So whoever sends, and however often, the first copy of each piece of news arrives after the first
//! copy of the one before it (docs/adr/0010).

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use app::domain::OrderId;
use futures_util::future::join_all;
use lapin::types::{AMQPValue, ShortString};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument as _;

use super::{
    error::BrokerError,
    line::{Direction, Line},
    pace::Pace,
    post::{Letter, Post},
    topology::{self, NEWS},
};
use crate::{desk::outbox::News, trace};

/// News of one transaction.
const BATCH: u32 = 100;
/// What other servers left unsent is found by looking this often.
const LOOK: Duration = Duration::from_millis(500);
/// While another server is sending, what it has just missed is found by looking again soon.
const LOOK_SOON: Duration = Duration::from_millis(50);
/// Sending holds a transaction open, and the database ends one that is idle for 10 s.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between looks while the database is away.
const AWAY: Duration = Duration::from_secs(2);

/// The direction out.
#[derive(Debug)]
pub(super) struct Relay(pub Line);

/// What a look into the outbox led to.
enum Look {
    /// There was nothing.
    Empty,
    /// As much as one transaction takes; there may be more.
    Sent,
    /// Another server is sending.
    Busy,
    /// The database is away, or does not write; nothing was told.
    Away,
    /// Something was told, and the database did not note it: it will be told again.
    Unmarked,
}

impl Direction for Relay {
    fn line(&self) -> &Line {
        &self.0
    }

    async fn live(&self, pace: &mut Pace) -> Result<(), BrokerError> {
        // While nobody can be told, the counters at least say how much waits.
        self.note_waiting().await;
        let post = Post::open(&self.0.uri, "verstak news").await?;
        topology::declare_news(post.channel()).await?;
        self.0.told.found();
        while !self.0.is_over() {
            let look = self.look(&post).await?;
            let _ = self.0.stop.run_until_cancelled(self.rest(look, pace)).await;
            if !post.is_alive() {
                return Err(BrokerError::Silent { operation: "stay connected" });
            }
        }
        post.close().await;
        Ok(())
    }
}

impl Relay {
    async fn rest(&self, look: Look, pace: &mut Pace) {
        match look {
            Look::Sent => pace.restart(),
            Look::Empty => self.0.desk.until_news(LOOK).await,
            Look::Busy => sleep(LOOK_SOON).await,
            Look::Away => sleep(AWAY).await,
            // Each time again is a copy more for every reader.
            Look::Unmarked => sleep(AWAY + pace.next()).await,
        }
    }

    async fn look(&self, post: &Post) -> Result<Look, BrokerError> {
        match self.note_waiting().await {
            None => return Ok(Look::Away),
            Some(0) => return Ok(Look::Empty),
            Some(_) => {}
        }
        let outgoing = match self.0.desk.outgoing(BATCH).await {
            Ok(Some(outgoing)) if outgoing.news.is_empty() => {
                let let_go = outgoing.told(&[]).await;
                return Ok(if let_go.is_ok() { Look::Empty } else { Look::Away });
            }
            Ok(Some(outgoing)) => outgoing,
            Ok(None) => return Ok(Look::Busy),
            Err(_) => return Ok(Look::Away),
        };
        let (told, trouble) = self.tell(post, &outgoing.news).await;
        // What was confirmed is marked even if the rest was not.
        let marked = outgoing.told(&told).await;
        trouble?;
        Ok(if marked.is_ok() { Look::Sent } else { Look::Unmarked })
    }

    /// Rows that were confirmed, and what went wrong with others.
    async fn tell(&self, post: &Post, news: &[News]) -> (Vec<i64>, Result<(), BrokerError>) {
        let deadline = Instant::now() + PATIENCE;
        let (mut told, mut trouble) = (Vec::with_capacity(news.len()), Ok(()));
        let mut stuck: HashSet<OrderId> = HashSet::new();
        for wave in waves(news) {
            let wave: Vec<_> = wave.into_iter().filter(|news| !stuck.contains(&news.order)).collect();
            let sent = wave.iter().map(|news| timeout_at(deadline, self.publish(post, news)));
            for (news, sent) in wave.iter().zip(join_all(sent).await) {
                let sent = sent.unwrap_or(Err(BrokerError::Silent { operation: "publish news" }));
                match sent {
                    Ok(()) => told.push(news.id),
                    Err(error) => {
                        stuck.insert(news.order);
                        trouble = Err(error);
                    }
                }
            }
        }
        (told, trouble)
    }

    async fn publish(&self, post: &Post, news: &News) -> Result<(), BrokerError> {
        let wanted = news.traceparent.is_some_and(|parent| trace::wanted(parent, true));
        let span = trace::begin!(wanted, "tell", order.id = %news.order, message = %news.message);
        trace::follow(&span, news.traceparent);
        let headers = news.traceparent.iter().map(ToString::to_string);
        let letter = Letter {
            exchange: NEWS,
            routing_key: ShortString::from(news.routing_key.as_str()),
            // Who wants the news binds a queue; that nobody does is no mistake.
            must_arrive: false,
            message_id: Some(ShortString::from(news.message.to_string().as_str())),
            at: u64::try_from(self.0.clock.now().millis() / 1000).unwrap_or_default(),
            content_type: "application/json",
            headers: headers.map(|it| ("traceparent", AMQPValue::LongString(it.into()))).collect(),
            body: news.payload.as_bytes(),
        };
        post.send(letter).instrument(span).await?;
        metrics::counter!("outbox_sent_total", "routing_key" => news.routing_key.clone()).increment(1);
        Ok(())
    }

    /// How many wait, also for the counters; `None`: the database is away.
    async fn note_waiting(&self) -> Option<u64> {
        let waiting = self.0.desk.waiting_news().await.ok()?;
        let age = waiting.since.map_or(0, |since| self.0.clock.now().millis() - since.millis());
        let age = Duration::from_millis(u64::try_from(age).unwrap_or_default());
        metrics::gauge!("outbox_waiting").set(waiting.count as f64);
        metrics::gauge!("outbox_oldest_seconds").set(age.as_secs_f64());
        Some(waiting.count)
    }
}

/// News in groups: each holds at most one piece of an order's, and earlier groups hold its earlier pieces.
fn waves(news: &[News]) -> Vec<Vec<&News>> {
    let (mut waves, mut before): (Vec<Vec<&News>>, HashMap<OrderId, usize>) = (Vec::new(), HashMap::new());
    for news in news {
        let place = before.entry(news.order).or_default();
        if waves.len() == *place {
            waves.push(Vec::new());
        }
        waves[*place].push(news);
        *place += 1;
    }
    waves
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn news((id, order): (usize, u8)) -> News {
        News {
            id: i64::try_from(id).unwrap(),
            message: Uuid::nil(),
            order: OrderId(Uuid::from_u128(u128::from(order))),
            routing_key: String::new(),
            payload: String::new(),
            traceparent: None,
        }
    }

    proptest! {
        #[test]
        fn waves_hold_everything_once_and_keep_each_order_s_order(orders in prop::collection::vec(0..6u8, 0..80)) {
            let all: Vec<_> = orders.into_iter().enumerate().map(news).collect();
            let waves = waves(&all);
            let mut flat: Vec<i64> = waves.iter().flatten().map(|news| news.id).collect();
            for order in 0..6u128 {
                let of_order: Vec<i64> = waves
                    .iter()
                    .flatten()
                    .filter(|news| news.order.0.as_u128() == order)
                    .map(|news| news.id)
                    .collect();
                prop_assert!(of_order.is_sorted());
            }
            for wave in &waves {
                let orders: HashSet<_> = wave.iter().map(|news| news.order).collect();
                prop_assert_eq!(orders.len(), wave.len());
            }
            flat.sort_unstable();
            prop_assert_eq!(flat, all.iter().map(|news| news.id).collect::<Vec<_>>());
        }
    }
}
