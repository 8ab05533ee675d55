//! The state: the database with its log, Redis, the servers, a follower, and what is on its way between them.

/// Orders in the model.
pub const ORDERS: usize = 2;
/// Entries that the stream in Redis keeps, and changes that a ring keeps.
pub const KEPT: usize = 2;
/// Writes above this are takes.
const TAKES: u8 = 100;
/// What was there before anything happens: order 0, by the first write, as it first appeared.
const BEGUN: Event = Event { rev: 1, order: 0, write: 1, actual: true };

/// Whether it is a take that made an order what it is.
pub const fn is_taken(write: u8) -> bool {
    write > TAKES
}

/// `(epoch, rev)`.
pub type Revision = (u8, u8);
/// What each order holds: the number of the write that made it so, or nothing.
pub type Board = [Option<u8>; ORDERS];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Event {
    pub rev: u8,
    pub order: u8,
    /// Which write; a write is never made twice, so it stands for the content.
    pub write: u8,
    /// Whether the order is actual after it.
    pub actual: bool,
}

/// PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Database {
    pub epoch: u8,
    pub log: Vec<Event>,
    /// Events up to this revision are no longer kept.
    pub forgotten: u8,
}

impl Database {
    pub fn head(&self) -> u8 {
        self.log.last().map_or(0, |event| event.rev)
    }

    /// What the log says at a revision.
    pub fn at(&self, rev: u8) -> Board {
        let mut board = Board::default();
        for event in self.log.iter().take_while(|event| event.rev <= rev) {
            board[usize::from(event.order)] = event.actual.then_some(event.write);
        }
        board
    }

    /// The events after a revision, as far as they are still kept.
    pub fn after(&self, rev: u8) -> Vec<Event> {
        self.log.iter().filter(|event| event.rev > rev.max(self.forgotten)).copied().collect()
    }
}

/// Redis.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Shelf {
    /// `@`: of which revision the board is. Designs without a log use it as "something is there".
    pub mark: Option<Revision>,
    pub board: Board,
    /// The newest removal of each order, for designs that remember removals.
    pub tombs: [u8; ORDERS],
    /// Changes, or nothing for "begin anew".
    pub stream: Vec<(Revision, Option<Event>)>,
}

/// One server's memory.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Server {
    pub near: Option<(Revision, Board)>,
    pub base: Revision,
    pub ring: Vec<(Revision, Event)>,
    /// A board from Redis that is only half read.
    pub loading: Option<Loading>,
}

/// The first half of a board from Redis.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Loading {
    /// What the mark said at the beginning.
    pub begun: Revision,
    /// Its first part: order 0.
    pub part: Option<u8>,
}

/// A browser with a board.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Follower {
    pub at: Revision,
    pub board: Board,
}

/// On its way: decided on what was read, carried out when it arrives.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Message {
    /// `apply`: changes for Redis.
    Apply { epoch: u8, from: u8, events: Vec<Event> },
    /// `install`: a whole board for Redis.
    Install { at: Revision, board: Board },
    /// Changes for a near board, from the log or the stream.
    Feed { server: usize, epoch: u8, events: Vec<Event> },
    /// A whole board for a near board.
    Adopt { server: usize, at: Revision, board: Board },
    /// Somebody wants an order as the write that they saw left it.
    Take { order: usize, seen: u8 },
    /// For designs without a log: one order's state, right after the commit.
    Set { event: Event },
}

/// Everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct World {
    pub database: Database,
    /// Every timeline to its end, also what a failover lost: what a revision once meant stays true.
    pub timelines: Vec<Database>,
    pub standby: Option<Database>,
    pub shelf: Shelf,
    pub replica: Option<Shelf>,
    pub flying: Vec<Message>,
    pub servers: Vec<Server>,
    pub follower: Follower,
    /// Something went back that must not.
    pub went_back: bool,
    /// Takes that were carried out.
    pub given: u8,
    /// An order that somebody had was given to somebody else.
    pub given_twice: bool,
    /// A message was lost.
    pub lost: bool,
    pub spent: Spent,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Spent {
    pub writes: u8,
    pub takes: u8,
    pub sent: u8,
    pub doubled: u8,
    pub dropped: u8,
    pub flushes: u8,
    pub redis_failovers: u8,
    pub postgres_failovers: u8,
    pub crashes: u8,
    pub forgets: u8,
}

impl World {
    pub fn new(servers: usize) -> Self {
        let database = Database { epoch: 1, log: vec![BEGUN], ..Database::default() };
        let (at, board) = ((1, BEGUN.rev), database.at(BEGUN.rev));
        let begun = Server { near: Some((at, board)), base: at, ..Server::default() };
        Self {
            timelines: vec![database.clone()],
            database,
            shelf: Shelf { mark: Some(at), board, ..Shelf::default() },
            servers: vec![begun; servers],
            follower: Follower { at, board },
            ..Self::default()
        }
    }

    /// Whether this was the board at this revision, on a timeline that had it.
    pub fn is_true(&self, (epoch, rev): Revision, board: &Board) -> bool {
        let mut timelines = self.timelines.iter();
        timelines.any(|kept| kept.epoch == epoch && rev <= kept.head() && kept.at(rev) == *board)
    }

    pub fn now(&self) -> Board {
        self.database.at(self.database.head())
    }

    /// A commit. Order 0, which is there, leaves, comes back, changes; order 1 appears, changes, leaves, comes back: two
    /// commits are enough for an order to come back, and four for one that nobody had heard of.
    pub fn write(&mut self, order: usize) -> Event {
        self.spent.writes += 1;
        let before = self.database.log.iter().filter(|event| usize::from(event.order) == order).count();
        let leaves = if order == usize::from(BEGUN.order) { 1 } else { 2 };
        self.commit(order, BEGUN.write + self.spent.writes, before % 3 != leaves)
    }

    fn commit(&mut self, order: usize, write: u8, actual: bool) -> Event {
        let (rev, number) = (self.database.head() + 1, u8::try_from(order).unwrap_or_default());
        let event = Event { rev, order: number, write, actual };
        self.database.log.push(event);
        self.follow_timeline();
        event
    }

    /// Somebody wants an order: it is theirs when it still is as they saw it.
    pub fn take(&mut self, order: usize, seen: u8, looks: bool) {
        let Some(now) = self.now()[order].filter(|now| !looks || *now == seen) else { return };
        self.given_twice |= is_taken(now);
        self.given += 1;
        // A number that no other write has.
        self.commit(order, TAKES + self.given, true);
    }

    /// PostgreSQL goes on from the standby, on a timeline of its own. A design that doesn't know of timelines sees
    /// the same number go on.
    pub fn promote(&mut self, standby: Database, knows_epochs: bool) {
        let next = self.database.epoch + u8::from(knows_epochs);
        self.database = Database { epoch: next, ..standby };
        self.timelines.push(self.database.clone());
    }

    /// Messages, and boards that are half read.
    pub fn under_way(&self) -> usize {
        self.flying.len() + self.servers.iter().filter(|server| server.loading.is_some()).count()
    }

    fn follow_timeline(&mut self) {
        if let Some(timeline) = self.timelines.last_mut() {
            timeline.log.clone_from(&self.database.log);
        }
    }
}
