//! A reader who looks at boards, orders and models, on whichever server: most of the time to hear that nothing has
//! changed.

use std::sync::{Arc, atomic::Ordering};

use app::domain::{OrderId, Revision};
use rand::{Rng as _, rngs::StdRng};
use sha2::{Digest as _, Sha256};

use super::{
    Crowd,
    board::Board,
    client::{Asked, Client},
    rest,
};
use crate::{
    history::record::{Came, Failed, Found, ModelRead, OrderRead, Place, Read, Record, Span, note},
    http::Answer,
};

/// How much of a reader's looks are at single orders, and at models.
const ORDERS: f64 = 0.15;
const MODELS: f64 = 0.02;

/// A reader.
pub struct Reader {
    pub crowd: Arc<Crowd>,
    pub client: Client,
    dice: StdRng,
    encoding: &'static str,
    /// Whether boards are read as rows, as our own pages do.
    rows: bool,
    /// What the browser keeps, with its tag.
    kept: Option<(String, Arc<Board>)>,
    pub seen: Revision,
    pub lines: Vec<Record>,
}

impl Reader {
    /// Who asks for boards in this encoding.
    pub fn new(crowd: &Arc<Crowd>, client: Client, encoding: &'static str) -> Self {
        let (crowd, dice) = (Arc::clone(crowd), crowd.dice());
        let (seen, lines) = (Revision::default(), Vec::new());
        Self { crowd, client, dice, encoding, rows: false, kept: None, seen, lines }
    }

    /// Who asks for them as rows, as our own pages do, or not.
    pub fn of_rows(self, rows: bool) -> Self {
        Self { rows, ..self }
    }

    /// The same person's second browser, which has seen nothing yet.
    pub fn beside(&self) -> Self {
        Self::new(&self.crowd, self.client.again(), self.encoding)
    }

    /// The newest board that was shown.
    pub fn board_in_hand(&self) -> Option<Arc<Board>> {
        self.kept.as_ref().map(|(_, board)| Arc::clone(board))
    }

    /// Reads until it is over, with about so many milliseconds between two looks.
    pub async fn run(mut self, pause: u64) {
        while !self.crowd.is_over() {
            rest(&mut self.dice, pause).await;
            let server = self.crowd.some_server(&mut self.dice);
            self.look(server).await;
        }
        self.finish().await;
    }

    /// The last look, at every server: by then everything must be the same.
    pub async fn finish(mut self) {
        for server in 0..self.crowd.servers {
            self.board(server).await;
        }
        let crowd = Arc::clone(&self.crowd);
        crowd.hand_in(self.lines);
    }

    async fn look(&mut self, server: usize) {
        self.crowd.reads.fetch_add(1, Ordering::Relaxed);
        let dice = self.dice.random::<f64>();
        match self.board_in_hand() {
            Some(board) if dice < MODELS && !board.lines.is_empty() => self.model(server, &board).await,
            Some(board) if dice < MODELS + ORDERS && !board.lines.is_empty() => {
                self.order(server, &board).await;
            }
            _ => self.board(server).await,
        }
    }

    /// Looks at the whole board.
    pub async fn board(&mut self, server: usize) {
        let mut more = format!("Accept-Encoding: {}\r\n", self.encoding);
        if let Some((tag, _)) = &self.kept {
            more.push_str(&format!("If-None-Match: {tag}\r\n"));
        }
        let path = if self.rows { "/api/board/compact" } else { "/api/board" };
        let Asked { span, answer } = self.client.get(server, path, self.seen, &more).await;
        let answer = answer
            .and_then(|answer| self.understood(&answer).map_err(|why| (Came::Answer(answer.status), why)));
        match answer {
            Ok(board) => self.saw(server, span, &board),
            Err((came, why)) => self.failed(server, span, None, came, why),
        }
    }

    fn understood(&mut self, answer: &Answer) -> Result<Arc<Board>, String> {
        let tag = answer.header("etag").unwrap_or_default().to_owned();
        match (answer.status, &self.kept) {
            (304, Some((known, board))) if *known == tag => Ok(Arc::clone(board)),
            (200, _) => {
                let encoding = answer.header("content-encoding").unwrap_or_default();
                let board = self.crowd.boards.read(&answer.body, encoding, self.rows)?;
                // Only what is newer replaces what the browser shows.
                if board.at >= self.seen {
                    self.kept = Some((tag, Arc::clone(&board)));
                }
                Ok(board)
            }
            (status, _) => Err(format!("the board answers {status}")),
        }
    }

    fn saw(&mut self, server: usize, span: Span, board: &Board) {
        let read = Read {
            place: place(server),
            first: span,
            last: span,
            times: 1,
            at: board.at,
            at_least: self.seen,
            digest: board.digest,
            orders: board.lines.len(),
            fresh_at: None,
        };
        self.seen = self.seen.max(board.at);
        note(&mut self.lines, read);
    }

    async fn order(&mut self, server: usize, board: &Board) {
        let line = &board.lines[self.dice.random_range(0..board.lines.len())];
        let path = format!("/orders/{}", line.number);
        let Asked { span, answer } = self.client.get(server, &path, self.seen, "Accept: text/html\r\n").await;
        let read = answer.and_then(|answer| page(&answer).map_err(|why| (Came::Answer(answer.status), why)));
        match read {
            // An order that has left is read from the database by key, and its page is no part of the board.
            Ok((at, Found::Page { status, .. })) if is_over(&status) => {
                let found = Found::Nothing;
                self.saw_order(server, span, at, line.order, found);
            }
            Ok((at, found)) => self.saw_order(server, span, at, line.order, found),
            Err((came, why)) => {
                self.failed(server, span, Some(line.order), came, format!("{path}: {why}"));
            }
        }
    }

    fn saw_order(&mut self, server: usize, span: Span, at: Revision, order: OrderId, found: Found) {
        let at_least = self.seen;
        self.seen = self.seen.max(at);
        let place = place(server);
        self.lines.push(Record::Order(Box::new(OrderRead { place, span, at, at_least, order, found })));
    }

    async fn model(&mut self, server: usize, board: &Board) {
        let line = &board.lines[self.dice.random_range(0..board.lines.len())];
        let Some(named) = line.facts.model.clone() else { return };
        let path = format!("/models/{named}.glb");
        let Asked { span, answer } = self.client.get(server, &path, self.seen, "").await;
        let (served, refused) = match answer {
            Ok(answer) if answer.status == 200 => {
                let hash = Sha256::digest(&answer.body);
                (Some(hash.iter().map(|byte| format!("{byte:02x}")).collect()), None)
            }
            Ok(answer) => {
                let why = format!("a model answers {}", answer.status);
                (None, Some((Came::Answer(answer.status), why)))
            }
            // A line that broke while the file was on its way, too.
            Err((came, why)) => (None, Some((came, format!("a model: {why}")))),
        };
        let (place, order, at) = (place(server), line.order, board.at);
        let read = ModelRead { place, span, order, at, named, served, refused };
        self.lines.push(Record::Model(Box::new(read)));
    }

    fn failed(&mut self, server: usize, span: Span, about: Option<OrderId>, came: Came, why: String) {
        self.lines.push(Record::Failed(Box::new(Failed { place: place(server), span, about, came, why })));
    }
}

/// A server as the history names it.
pub fn place(server: usize) -> Place {
    Place::Server(u8::try_from(server).unwrap_or(u8::MAX))
}

fn is_over(status: &str) -> bool {
    matches!(status, "SHIPPED" | "CANCELLED")
}

/// What an order's page tells: `html[data-revision]`, and the card's version and status.
fn page(answer: &Answer) -> Result<(Revision, Found), String> {
    if answer.status != 200 {
        return Err(format!("the page answers {}", answer.status));
    }
    let text = String::from_utf8_lossy(&answer.body);
    let attribute = |name: &str| {
        let (_, rest) = text.split_once(&format!(" {name}=\""))?;
        rest.split('"').next()
    };
    let at = attribute("data-revision").and_then(|it| it.parse().ok()).ok_or("a page without revision")?;
    let version = attribute("data-version").and_then(|it| it.parse().ok()).ok_or("a page without version")?;
    let status = attribute("data-status").ok_or("a page without status")?.to_owned();
    Ok((at, Found::Page { version, status }))
}
