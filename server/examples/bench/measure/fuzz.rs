//! The message reader, fed with whatever a broken or hostile source could send. No guidance by coverage: that is
//! `server/fuzz`, which needs a compiler's help that this build does not have. What both share is the promise: an answer,
//! whatever the bytes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};
use server::desk::intake::read;

use crate::{
    Failure,
    figures::{hand_in, tell},
    orders::Order,
    process::Process,
};

/// Bytes of a message at most; longer ones are refused before they are read.
const LONGEST: usize = 64 * 1024;

/// For so long.
#[derive(Debug, clap::Args)]
pub struct Fuzz {
    /// Seconds
    #[arg(long)]
    seconds: u64,
    /// The same seed makes the same messages
    #[arg(long, env = "SEED", default_value_t = 1)]
    seed: u64,
}

impl Fuzz {
    pub async fn run(&self) -> Result<(), Failure> {
        let mut random = StdRng::seed_from_u64(self.seed);
        let until = Instant::now() + Duration::from_secs(self.seconds);
        let (mut tried, mut taken, mut panics) = (0_u64, 0_u64, 0_u64);
        let me = Process(std::process::id());
        let before = me.memory()?.peak;
        for hostile in worst() {
            panics += u64::from(!is_calm(&hostile, &mut taken));
        }
        let grown = (me.memory()?.peak - before) / 1024.0;
        while Instant::now() < until {
            for _ in 0..1_000 {
                panics += u64::from(!is_calm(&message(&mut random), &mut taken));
                tried += 1;
            }
        }
        tell(format_args!("{tried} messages read, {taken} of them good, {panics} panics"));
        let note = format!(
            "{tried} messages in {} s: random bytes, random JSON, and a whole message with one to eight bytes, values or \
             parts changed; {taken} of them were good ones; seed {}; coverage-guided runs: server/fuzz",
            self.seconds, self.seed
        );
        hand_in("fuzz", Some(panics as f64), &note)?;
        let note = "growth of the process while it reads messages of 64 KiB made to cost much: deep, wide, long texts, \
                    numbers, keys, and a list of bad steps";
        hand_in("fuzz-memory", Some(grown), note)
    }
}

/// Whether the reader answered, and a refusal says what is wrong.
fn is_calm(bytes: &[u8], taken: &mut u64) -> bool {
    match catch_unwind(AssertUnwindSafe(|| read(bytes))) {
        Ok(Ok(_)) => {
            *taken += 1;
            true
        }
        Ok(Err(complaints)) => !complaints.is_empty(),
        Err(_) => false,
    }
}

fn sample() -> Value {
    let mut message = Order::new("Z").approval(7, "Кольцо «Ветвь»");
    let facts = json!({
        "channel": "shop", "priority": "rush", "due_at": "2026-12-14T00:00:00+03:00", "comment": "«19.09»",
        "history": [{ "status": "SUBMITTED", "at": "2026-11-21T09:00:00Z" }, { "status": "X", "at": "2026-11-21T09:00:00Z" }],
        "model": { "key": "a/b.glb", "size": 1, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" },
    });
    if let (Some(order), Value::Object(facts)) = (message["order"].as_object_mut(), facts) {
        order.extend(facts);
    }
    message
}

fn message(random: &mut StdRng) -> Vec<u8> {
    match random.random_range(0..10) {
        0 => (0..random.random_range(0..400)).map(|_| random.random()).collect(),
        1 => value(random, 4).to_string().into_bytes(),
        2..6 => {
            let mut message = sample();
            for _ in 0..random.random_range(1..=4) {
                change(random, &mut message);
            }
            message.to_string().into_bytes()
        }
        _ => {
            let mut bytes = sample().to_string().into_bytes();
            for _ in 0..random.random_range(1..=8) {
                spoil(random, &mut bytes);
            }
            bytes
        }
    }
}

/// Puts something else into a random place of a message.
fn change(random: &mut StdRng, at: &mut Value) {
    let go_on = random.random_bool(0.8);
    match at {
        Value::Object(object) if go_on && !object.is_empty() => {
            let which = random.random_range(0..object.len());
            if let Some(inside) = object.values_mut().nth(which) {
                change(random, inside);
            }
        }
        Value::Array(list) if go_on && !list.is_empty() => {
            let which = random.random_range(0..list.len());
            change(random, &mut list[which]);
        }
        _ => *at = value(random, 3),
    }
}

fn value(random: &mut StdRng, depth: u32) -> Value {
    const WORDS: [&str; 12] = [
        "",
        "MANUFACTURING_APPROVED",
        "CANCELLED",
        "-0",
        "1e999",
        "9999999999.99",
        "2026-02-30T25:61:61Z",
        "..",
        "\0",
        "\u{202e}",
        "00000000-0000-0000-0000-000000000000",
        "9999-12-31T23:59:59.999999999+23:59",
    ];
    match random.random_range(0..if depth == 0 { 6 } else { 8 }) {
        0 => Value::Null,
        1 => json!(random.random::<bool>()),
        2 => json!(random.random::<i64>() >> random.random_range(0..63)),
        3 => json!(random.random::<f64>() * 1e18),
        4 => json!(WORDS[random.random_range(0..WORDS.len())]),
        5 => (0..random.random_range(0..20)).map(|_| random.random::<char>()).collect::<String>().into(),
        6 => (0..random.random_range(0..5)).map(|_| value(random, depth - 1)).collect(),
        _ => (0..random.random_range(0..5))
            .map(|_| (WORDS[random.random_range(0..WORDS.len())].to_owned(), value(random, depth - 1)))
            .collect(),
    }
}

fn spoil(random: &mut StdRng, bytes: &mut Vec<u8>) {
    let at = random.random_range(0..=bytes.len());
    match random.random_range(0..4) {
        0 if at < bytes.len() => bytes[at] = random.random(),
        1 => bytes.truncate(at),
        2 => bytes.insert(at, random.random()),
        _ => {
            let end = (at + random.random_range(0..40)).min(bytes.len());
            let part = bytes[at..end].to_vec();
            let to = random.random_range(0..=bytes.len());
            bytes.splice(to..to, part);
        }
    }
    bytes.truncate(LONGEST);
}

/// Messages of the longest length, each made to cost as much as one can.
fn worst() -> Vec<Vec<u8>> {
    let filled = |part: &str| part.repeat(LONGEST / part.len()).into_bytes();
    let wrapped = |key: &str, part: &str| {
        let mut message = sample();
        let list: Vec<Value> = std::iter::repeat_n(Value::Null, 1).collect();
        message["order"][key] = Value::Array(list);
        let text = message.to_string();
        let room = LONGEST.saturating_sub(text.len()) / (part.len() + 1);
        let parts = vec![part; room].join(",");
        text.replacen("[null]", &format!("[{parts}]"), 1).into_bytes()
    };
    vec![
        filled("["),
        filled("{\"a\":"),
        filled("[[],"),
        format!("[{}1]", "1,".repeat(LONGEST / 2 - 2)).into_bytes(),
        format!("\"{}\"", "\\u0000".repeat(LONGEST / 6 - 1)).into_bytes(),
        format!("1{}", "0".repeat(LONGEST - 1)).into_bytes(),
        wrapped("history", "{}"),
        wrapped("history", "{\"status\":\"SUBMITTED\",\"at\":\"2026-11-21T09:00:00Z\"}"),
        wrapped("comment", "0"),
    ]
}
