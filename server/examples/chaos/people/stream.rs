//! An open board that follows `/live`: it begins from a board at any revision, makes its own of the changes, and moves
//! to another server whenever its stream ends.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use app::domain::{OrderId, Revision, Timestamp};
use rand::{Rng as _, rngs::StdRng};
use serde_json::Value;
use tokio::{io::AsyncReadExt as _, net::TcpStream, time::timeout};

use super::{
    Crowd,
    board::Change,
    client::{Asked, Client},
    now,
    reader::place,
    rest,
};
use crate::history::{
    digest::Digest,
    record::{Came, Failed, Heard, Read, Record, Span, What, note},
};

/// Ten seconds of silence mean that the stream is dead: ticks come every five.
const SILENCE: Duration = Duration::from_secs(11);

/// One.
pub struct Stream {
    crowd: Arc<Crowd>,
    client: Client,
    dice: StdRng,
    at: Revision,
    digest: Digest,
    cards: HashMap<OrderId, Digest>,
    server: usize,
    lines: Vec<Record>,
}

impl Stream {
    pub fn new(crowd: &Arc<Crowd>, client: Client) -> Self {
        Self {
            crowd: Arc::clone(crowd),
            client,
            dice: crowd.dice(),
            at: Revision::default(),
            digest: Digest::default(),
            cards: HashMap::new(),
            server: 0,
            lines: Vec::new(),
        }
    }

    /// Follows until it is over. Says where it is then.
    pub async fn run(mut self) -> Revision {
        while !self.crowd.is_over() {
            self.server = self.crowd.some_server(&mut self.dice);
            // Now and then it begins from a whole board, otherwise from where it was.
            let anew = self.at == Revision::default() || self.dice.random_bool(0.2);
            if (anew && !self.begin().await) || !self.follow().await {
                rest(&mut self.dice, 200).await;
            }
        }
        let crowd = Arc::clone(&self.crowd);
        crowd.hand_in(self.lines);
        self.at
    }

    /// Reads a whole board.
    async fn begin(&mut self) -> bool {
        let more = "Accept-Encoding: br\r\n";
        let Asked { span, answer } = self.client.get(self.server, "/api/board", self.at, more).await;
        self.crowd.reads.fetch_add(1, Ordering::Relaxed);
        let place = place(self.server);
        let read = answer.and_then(|answer| {
            let status = answer.status;
            let encoding = answer.header("content-encoding").unwrap_or_default();
            let board = match status {
                200 => self.crowd.boards.read(&answer.body, encoding, false),
                _ => Err(format!("the board answers {status}")),
            };
            board.map_err(|why| (Came::Answer(status), why))
        });
        let board = match read {
            Ok(board) => board,
            Err((came, why)) => {
                self.failed(span, came, why);
                return false;
            }
        };
        let read = Read {
            place,
            first: span,
            last: span,
            times: 1,
            at: board.at,
            at_least: self.at,
            digest: board.digest,
            orders: board.lines.len(),
            fresh_at: None,
        };
        note(&mut self.lines, read);
        if board.at < self.at {
            return false;
        }
        (self.at, self.digest) = (board.at, board.digest);
        self.cards = board.lines.iter().map(|line| (line.order, line.facts.digest)).collect();
        true
    }

    /// Follows one stream to its end; for 5 to 60 seconds at most.
    async fn follow(&mut self) -> bool {
        let Some((mut stream, begun)) = self.open().await else { return false };
        self.hear(What::Begin(self.at, self.digest));
        let until = now() + self.dice.random_range(5..60) * 1_000_000;
        let mut whole = Events::default();
        let mut events = whole.take(&begun);
        let mut buffer = vec![0; 16 << 10];
        while now() < until && !self.crowd.is_over() {
            for event in std::mem::take(&mut events) {
                if !self.understand(&event) {
                    self.hear(What::End);
                    return self.begin().await;
                }
            }
            match timeout(SILENCE, stream.read(&mut buffer)).await {
                Ok(Ok(read)) if read > 0 => events = whole.take(&buffer[..read]),
                _ => break,
            }
        }
        self.hear(What::End);
        true
    }

    async fn open(&mut self) -> Option<(TcpStream, Vec<u8>)> {
        let least = Revision::default();
        // A new browser says `after`, one that was cut off says what it heard last.
        let request = if self.dice.random_bool(0.5) {
            self.client.request(self.server, &format!("/live?after={}", self.at), least, "")
        } else {
            self.client.request(self.server, "/live", least, &format!("Last-Event-ID: {}\r\n", self.at))
        };
        let begun = now();
        let opened = async {
            let line = self.client.open(self.server).await.ok()?;
            line.follow(request.as_bytes()).await.ok()
        };
        let (came, why) = match timeout(SILENCE, opened).await {
            Ok(Some((200, stream, first))) => return Some((stream, first)),
            Ok(Some((status, ..))) => (Came::Answer(status), format!("/live answers {status}")),
            Ok(None) => (Came::End, "/live ended before it began".to_owned()),
            Err(_) => (Came::Nothing, "/live does not answer".to_owned()),
        };
        self.failed(Span { begun, ended: now() }, came, why);
        None
    }

    fn failed(&mut self, span: Span, came: Came, why: String) {
        let place = place(self.server);
        self.lines.push(Record::Failed(Box::new(Failed { place, span, about: None, came, why })));
    }

    /// An event that nobody can read ends the stream, and is an answer that is none.
    fn unreadable(&mut self, event: &str) -> bool {
        let moment = now();
        let why = format!("/live says {event:?}");
        self.failed(Span { begun: moment, ended: moment }, Came::Answer(200), why);
        false
    }

    /// Whether it goes on after this event.
    fn understand(&mut self, event: &str) -> bool {
        let field = |name: &str| {
            event.lines().find_map(|line| line.strip_prefix(name)).map(|rest| rest.trim_start_matches(' '))
        };
        let data = field("data:").unwrap_or_default();
        if field("event:") == Some("order") {
            let Some(change) = self.crowd.boards.change(data) else { return self.unreadable(event) };
            self.change(&change);
            self.at = self.at.max(change.at);
            self.hear(What::Change(change.at, self.digest));
            return true;
        }
        let told: Value = serde_json::from_str(data).unwrap_or_default();
        let Some(at) = told["revision"].as_str().and_then(|it| it.parse().ok()) else {
            return self.unreadable(event);
        };
        match field("event:") {
            Some("tick") => {
                let moment = |field: &str| told[field].as_str()?.parse::<Timestamp>().ok();
                let (Some(fresh), Some(said)) = (moment("fresh_at"), moment("at")) else {
                    return self.unreadable(event);
                };
                self.hear(What::Tick(at, fresh.millis() * 1000, said.millis() * 1000));
                true
            }
            Some("reload") => {
                self.hear(What::Reload(at));
                false
            }
            _ => self.unreadable(event),
        }
    }

    fn change(&mut self, change: &Change) {
        let Some((order, card)) = change.order else { return };
        if change.at <= self.at {
            // Again what is here already; the check of the history sees it, this board does not change.
            return;
        }
        let before = match card {
            Some(card) => self.cards.insert(order, card),
            None => self.cards.remove(&order),
        };
        self.digest = self.digest.without(before.unwrap_or_default()).with(card.unwrap_or_default());
    }

    fn hear(&mut self, what: What) {
        self.lines.push(Record::Stream(Heard { place: place(self.server), when: now(), what }));
    }
}

/// Takes whole events out of what has arrived.
#[derive(Default)]
struct Events {
    /// The beginning of one.
    text: Vec<u8>,
}

impl Events {
    fn take(&mut self, bytes: &[u8]) -> Vec<String> {
        self.text.extend_from_slice(bytes);
        let mut events = Vec::new();
        while let Some(end) = self.text.windows(2).position(|pair| pair == b"\n\n") {
            events.push(String::from_utf8_lossy(&self.text[..end]).into_owned());
            self.text.drain(..end + 2);
        }
        events
    }
}
