//! The shared copy in Redis. Besides the lines that it asks by (line.rs), nothing names the client library.
//!
//! Its event helpers end silently when they lag, so nothing here depends on events: what a command answered is all
//! that is believed. A command that was given up may still be carried out later, therefore everything that writes the board
//! is a script that compares before it sets.
//!
//! Every command has a span, a part of whatever trace is recorded around it and nothing otherwise. That of `apply` is
//! begun by the drain, because it belongs to the trace of an order.

use std::{collections::HashMap, time::Duration};

use app::domain::{OrderId, Revision, Timestamp};
use fred::{
    error::Error,
    interfaces::{HashesInterface, KeysInterface, LuaInterface, StreamsInterface},
    types::{Expiration, SetOptions, Value, streams::XReadResponse},
};

use super::{
    Away,
    line::{BadAddress, Line},
    mark::{Mark, packed, unpacked},
    metrics,
    script::{self, Script, Verdict},
    sources::{Reach, Source},
};
use crate::store::postgres::log::Event;

/// A board's worth of the newest changes; a reader from before it loads the hash.
const STREAM_LENGTH: &str = "4096";
/// A staged snapshot that nobody installs goes away.
const STAGE_SECONDS: &str = "30";
/// The form of the entries. A release that changes it reads and writes other keys.
const SCHEMA: u32 = 2;

/// A board as it lies in Redis: what it is of, and its entries.
type Whole = (Mark, Vec<(OrderId, String)>);

/// What came out of the stream.
#[derive(Debug)]
pub(super) enum Heard {
    Change(Event),
    /// The board in Redis was replaced; its revision.
    Reset(Revision),
}

#[derive(Debug)]
struct Keys {
    board: String,
    stream: String,
    prefix: String,
}

/// The shared copy.
#[derive(Debug)]
pub(super) struct Shelf {
    /// Small commands: 150 ms, then Redis counts as away.
    quick: Line,
    /// Whole boards.
    bulk: Line,
    /// Only the blocking read of the stream, which stops everything behind it.
    stream: Line,
    keys: Keys,
    pub reach: Reach,
}

/// A small command to Redis takes no longer, or Redis is away.
pub const ANSWERS: Duration = Duration::from_millis(150);

impl Shelf {
    /// Begins to connect, and goes on doing so for ever.
    pub fn open(url: &str, prefix: &str) -> Result<Self, BadAddress> {
        let quick = Line::open(url, ANSWERS)?;
        let bulk = Line::open(url, Duration::from_secs(10))?;
        let stream = Line::open(url, Duration::from_secs(5))?;
        let prefix = format!("{prefix}:v{SCHEMA}");
        let keys = Keys { board: format!("{prefix}:o"), stream: format!("{prefix}:s"), prefix };
        Ok(Self { quick, bulk, stream, keys, reach: Reach::new(Source::Redis) })
    }

    /// Lets go of the connections at once.
    pub fn close(&self) {
        [&self.quick, &self.bulk, &self.stream].into_iter().for_each(Line::close);
    }

    /// What `@` says; `None`: there is no complete board.
    #[tracing::instrument(name = "read mark from Redis", skip_all)]
    pub async fn mark(&self) -> Result<Option<Mark>, Away> {
        let text: Option<String> =
            self.told(&self.quick, self.quick.client.hget(&self.keys.board, "@").await)?;
        Ok(text.and_then(|text| Mark::read(&text)))
    }

    /// Whether there is an `@`, whatever it says.
    pub async fn is_marked(&self) -> Result<bool, Away> {
        self.told(&self.quick, self.quick.client.hexists(&self.keys.board, "@").await)
    }

    /// Moves the board on from `from` by events that follow it without a gap. `fresh` is the moment at which the
    /// last of them was the log's head, if it was.
    pub async fn apply(
        &self,
        from: Revision,
        events: &[&Event],
        fresh: Option<Timestamp>,
    ) -> Result<Verdict, Away> {
        let Some(last) = events.last() else { return Ok(Verdict::Ok(String::new())) };
        let mut args: Vec<Value> = Vec::with_capacity(5 + 5 * events.len());
        args.extend([from.epoch.to_string().into(), from.rev.to_string().into()]);
        args.extend([last.revision.rev.to_string().into(), millis(fresh).into(), STREAM_LENGTH.into()]);
        for event in events {
            let payload = event.payload.as_deref().unwrap_or_default();
            args.push(format!("{}-0", packed(event.revision)).into());
            args.extend([event.order.to_string().into(), payload.into()]);
            args.push(event.committed_at.millis().to_string().into());
            args.push(event.traceparent.map_or_else(String::new, |it| it.to_string()).into());
        }
        self.run(&script::APPLY, vec![&self.keys.board, &self.keys.stream], args).await
    }

    /// Certifies that the database said the same as the board at this revision.
    #[tracing::instrument(name = "touch in Redis", skip_all, fields(%revision))]
    pub async fn touch(&self, revision: Revision, at: Timestamp) -> Result<Verdict, Away> {
        let args = [revision.epoch.to_string(), revision.rev.to_string(), millis(Some(at))];
        self.run(&script::TOUCH, vec![&self.keys.board], args.map(Value::from).to_vec()).await
    }

    /// Puts a part of a snapshot aside.
    #[tracing::instrument(name = "stage in Redis", skip_all, fields(orders = part.len()))]
    pub async fn stage(&self, token: &str, part: &[(OrderId, String)]) -> Result<Verdict, Away> {
        let mut args: Vec<Value> = vec![STAGE_SECONDS.into()];
        for (order, payload) in part {
            args.extend([order.to_string().into(), payload.as_str().into()]);
        }
        self.run(&script::STAGE, vec![&self.stage_key(token)], args).await
    }

    /// Makes the staged snapshot the board, unless the board is newer.
    #[tracing::instrument(name = "install in Redis", skip_all, fields(revision = %mark.revision, orders = mark.count))]
    pub async fn install(&self, token: &str, mark: &Mark) -> Result<Verdict, Away> {
        let Revision { epoch, rev } = mark.revision;
        let numbers = [u64::from(epoch), rev, 0, mark.count, mark.digest.0];
        let mut args: Vec<Value> = numbers.iter().map(|number| number.to_string().into()).collect();
        args[2] = millis(Some(mark.fresh_at)).into();
        args.extend([format!("{}-*", packed(mark.revision)).into(), STREAM_LENGTH.into()]);
        let stage = self.stage_key(token);
        self.run(&script::INSTALL, vec![&stage, &self.keys.board, &self.keys.stream], args).await
    }

    /// The whole board, read at once; `None`: there is no complete one.
    #[tracing::instrument(name = "read board from Redis", skip_all)]
    pub async fn whole(&self) -> Result<Option<Whole>, Away> {
        // The small question first: a Redis that is away is found out by it much sooner.
        if self.mark().await?.is_none() {
            return Ok(None);
        }
        let mut fields: HashMap<String, String> =
            self.told(&self.bulk, self.bulk.client.hgetall(&self.keys.board).await)?;
        let Some(mark) = fields.remove("@").and_then(|text| Mark::read(&text)) else { return Ok(None) };
        // A field that is no order is left out; the digest then does not agree.
        let entries = fields.into_iter().filter_map(|(order, payload)| Some((order.parse().ok()?, payload)));
        Ok(Some((mark, entries.collect())))
    }

    /// Which orders there are.
    #[tracing::instrument(name = "read orders from Redis", skip_all)]
    pub async fn orders(&self) -> Result<Vec<OrderId>, Away> {
        let fields: Vec<String> = self.told(&self.bulk, self.bulk.client.hkeys(&self.keys.board).await)?;
        // A field that is no order is left out, as in `whole`; `@` is none.
        Ok(fields.into_iter().filter_map(|order| order.parse().ok()).collect())
    }

    /// The entries of these orders, as far as they are still there.
    #[tracing::instrument(name = "read entries from Redis", skip_all, fields(orders = orders.len()))]
    pub async fn entries(&self, orders: &[OrderId]) -> Result<Vec<(OrderId, String)>, Away> {
        let fields: Vec<String> = orders.iter().map(ToString::to_string).collect();
        let found: Vec<Option<String>> =
            self.told(&self.bulk, self.bulk.client.hmget(&self.keys.board, fields).await)?;
        Ok(orders.iter().zip(found).filter_map(|(order, entry)| Some((*order, entry?))).collect())
    }

    /// What the stream says after this revision, without waiting.
    #[tracing::instrument(name = "read stream from Redis", skip_all, fields(%after))]
    pub async fn since(&self, after: Revision) -> Result<Vec<Heard>, Away> {
        let from = format!("({}-{}", packed(after), u64::MAX);
        let entries: Vec<(String, HashMap<String, String>)> = self.told(
            &self.bulk,
            self.bulk.client.xrange_values(&self.keys.stream, from, "+", Some(512)).await,
        )?;
        Ok(entries.into_iter().filter_map(|(id, fields)| event(&id, fields)).collect())
    }

    /// One entry; the outer `None`: there is no complete board.
    #[tracing::instrument(name = "read entry from Redis", skip_all, fields(order.id = %order))]
    pub async fn one(&self, order: OrderId) -> Result<Option<Option<String>>, Away> {
        let fields = vec!["@".to_owned(), order.to_string()];
        let found: Vec<Option<String>> =
            self.told(&self.quick, self.quick.client.hmget(&self.keys.board, fields).await)?;
        let [Some(_), entry] = found.as_slice() else { return Ok(None) };
        Ok(Some(entry.clone()))
    }

    /// What the stream says after this revision; waits a second at most.
    #[tracing::instrument(name = "hear stream from Redis", skip_all, fields(%after))]
    pub async fn hear(&self, after: Revision) -> Result<Vec<Heard>, Away> {
        metrics::command();
        // The last sequence number, so that a repair of the very revision that is here says nothing new.
        let after = format!("{}-{}", packed(after), u64::MAX);
        let heard: Result<Option<XReadResponse<String, String, String, String>>, Error> = self
            .stream
            .client
            .xread(Some(512), Some(1000), &self.keys.stream, after)
            .await
            .and_then(read_stream);
        self.stream.heard(&heard);
        let entries = heard.map_err(|error| {
            metrics::failure(&error);
            Away
        })?;
        let entries = entries.into_iter().flat_map(HashMap::into_values).flatten();
        Ok(entries.filter_map(|(id, fields)| event(&id, fields)).collect())
    }

    /// Takes a lock that saves work and nothing more.
    #[tracing::instrument(name = "lock in Redis", skip_all, fields(lock = name))]
    pub async fn lock(&self, name: &str, held: Duration) -> Result<bool, Away> {
        let key = self.lock_key(name);
        let expire = Some(Expiration::PX(i64::try_from(held.as_millis()).unwrap_or(i64::MAX)));
        let set: Option<String> = self
            .told(&self.quick, self.quick.client.set(key, "1", expire, Some(SetOptions::NX), false).await)?;
        Ok(set.is_some())
    }

    /// Keeps a lock for so long from now.
    #[tracing::instrument(name = "hold lock in Redis", skip_all, fields(lock = name))]
    pub async fn hold(&self, name: &str, held: Duration) -> Result<(), Away> {
        let millis = i64::try_from(held.as_millis()).unwrap_or(i64::MAX);
        let _: i64 =
            self.told(&self.quick, self.quick.client.pexpire(self.lock_key(name), millis, None).await)?;
        Ok(())
    }

    fn stage_key(&self, token: &str) -> String {
        format!("{}:stage:{token}", self.keys.prefix)
    }

    fn lock_key(&self, name: &str) -> String {
        format!("{}:lock:{name}", self.keys.prefix)
    }

    async fn run(&self, script: &Script, keys: Vec<&String>, args: Vec<Value>) -> Result<Verdict, Away> {
        let keys: Vec<String> = keys.into_iter().cloned().collect();
        let mut answer = self.quick.client.evalsha(script.sha(), keys.clone(), args.clone()).await;
        // Redis restarted or its scripts were flushed; EVAL teaches it again, on the node that has the keys.
        if answer.as_ref().is_err_and(|error: &Error| error.details().starts_with("NOSCRIPT")) {
            answer = self.quick.client.eval(script.source, keys, args).await;
        }
        let verdict = Verdict::read(self.told(&self.quick, answer)?);
        metrics::script(script.name, verdict.name());
        Ok(verdict)
    }

    fn told<T>(&self, line: &Line, answer: Result<T, Error>) -> Result<T, Away> {
        metrics::command();
        line.heard(&answer);
        self.reach.note(&answer);
        answer.map_err(|error| {
            metrics::failure(&error);
            Away
        })
    }
}

fn millis(at: Option<Timestamp>) -> String {
    at.map_or(0, |at| at.millis().max(0)).to_string()
}

fn read_stream(answer: Value) -> Result<Option<XReadResponse<String, String, String, String>>, Error> {
    if answer.is_null() { Ok(None) } else { answer.into_xread_response().map(Some) }
}

fn event(id: &str, mut fields: HashMap<String, String>) -> Option<Heard> {
    let revision = unpacked(id)?;
    if fields.contains_key("reset") {
        return Some(Heard::Reset(revision));
    }
    Some(Heard::Change(Event {
        revision,
        order: fields.get("o")?.parse().ok()?,
        payload: fields.remove("p"),
        committed_at: Timestamp::from_millis(fields.get("t")?.parse().ok()?),
        traceparent: fields.get("c").and_then(|text| text.parse().ok()),
    }))
}
