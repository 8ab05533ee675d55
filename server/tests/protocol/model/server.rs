//! What a server does: the near board with its ring, the follower, and the reads that messages are made of
//! (`server/src/board/{near,ring,drain,refresh,follow}.rs`).

use super::{
    design::Design,
    world::{Board, Event, KEPT, Loading, Message, Revision, Server, World},
};

impl Server {
    /// Takes changes as far as they follow. Says whether something is missing.
    pub fn feed(&mut self, design: Design, epoch: u8, events: &[Event]) -> bool {
        let Some((start, mut board)) = self.near else { return true };
        let mut at = start;
        let mut gap = false;
        for event in events.iter().filter(|event| (epoch, event.rev) > start) {
            let follows = epoch == at.0 && event.rev == at.1 + 1;
            if !follows && design != Design::GapSwallowed {
                gap = true;
                break;
            }
            at = (epoch, event.rev);
            board[usize::from(event.order)] = event.actual.then_some(event.write);
            self.ring.push((at, *event));
            while self.ring.len() > KEPT {
                self.base = self.ring.remove(0).0;
            }
        }
        self.near = Some((at, board));
        gap
    }

    /// Takes over a whole board, if it is newer, or other at the same revision.
    pub fn adopt(&mut self, design: Design, at: Revision, board: &Board) {
        let wanted = self.near.is_none_or(|(near, held)| {
            design == Design::NearGoesBack || at > near || (at == near && held != *board)
        });
        if wanted {
            self.near = Some((at, *board));
            if design != Design::RingKeptOverJump {
                (self.base, self.ring) = (at, Vec::new());
            }
        }
    }
}

/// Reads, each of one moment.
impl World {
    /// A look of `drain`: what Redis and this near board lack.
    pub fn look(&self, server: usize) -> Vec<Message> {
        let mut found = Vec::new();
        let epoch = self.database.epoch;
        if let Some((near, _)) = self.servers[server].near.filter(|(near, _)| near.0 == epoch) {
            let events = self.database.after(near.1);
            if !events.is_empty() {
                found.push(Message::Feed { server, epoch, events });
            }
        }
        if let Some(mark) = self.shelf.mark.filter(|mark| mark.0 == epoch) {
            let events = self.database.after(mark.1);
            if events.first().is_some_and(|first| first.rev == mark.1 + 1) {
                found.push(Message::Apply { epoch, from: mark.1, events });
            }
        }
        found
    }

    /// A look at a Redis that has no mark, by a design that takes this for an empty board.
    pub fn look_at_cold(&self) -> Message {
        Message::Apply {
            epoch: self.database.epoch,
            from: 0,
            events: self.database.after(self.database.head().saturating_sub(1)),
        }
    }

    /// What a full refresh reads.
    pub fn everything(&self) -> (Revision, Board) {
        ((self.database.epoch, self.database.head()), self.now())
    }

    /// What the stream has for a near board: changes, or nothing when it says "begin anew".
    pub fn hear(&self, server: usize) -> Option<Message> {
        let (near, _) = self.servers[server].near?;
        let mut events = Vec::new();
        let mut epoch = near.0;
        for (at, event) in self.shelf.stream.iter().filter(|(at, _)| *at > near) {
            let Some(event) = event else { break };
            if !events.is_empty() && at.0 != epoch {
                break;
            }
            epoch = at.0;
            events.push(*event);
        }
        (!events.is_empty()).then_some(Message::Feed { server, epoch, events })
    }

    /// The first half of a board from Redis.
    pub fn begin_load(&self) -> Option<Loading> {
        Some(Loading { begun: self.shelf.mark?, part: self.shelf.board[0] })
    }

    /// The second half, brought together with the first: what changed since is in the stream, up to what the mark says
    /// by now. Nothing when it isn't there, or when the end isn't what Redis says of itself.
    pub fn end_load(&self, design: Design, server: usize) -> Option<Message> {
        let Loading { begun, part } = *self.servers[server].loading.as_ref()?;
        let at = self.shelf.mark?;
        let read = [part, self.shelf.board[1]];
        if design == Design::PartsAsRead {
            return Some(Message::Adopt { server, at, board: read });
        }
        let board = self.bring_up(begun, at, read)?;
        (board == self.shelf.board).then_some(Message::Adopt { server, at, board })
    }

    fn bring_up(&self, begun: Revision, mark: Revision, mut board: Board) -> Option<Board> {
        let mut at = begun;
        for (next, event) in self.shelf.stream.iter().filter(|(next, _)| *next > begun) {
            if at == mark {
                break;
            }
            let event = event.filter(|_| *next <= mark && (at.0, at.1 + 1) == *next)?;
            board[usize::from(event.order)] = event.actual.then_some(event.write);
            at = *next;
        }
        (at == mark).then_some(board)
    }

    /// The browser reads what a server's ring has after its cursor; a cursor from before the ring begins again from
    /// the whole board, and what is older than what it has changes nothing.
    pub fn follow(&mut self, design: Design, server: usize) {
        let Some((near, board)) = self.servers[server].near else { return };
        let follower = &mut self.follower;
        if follower.at < self.servers[server].base && design != Design::NoReset {
            if near > follower.at {
                (follower.at, follower.board) = (near, board);
            }
            return;
        }
        for (at, event) in &self.servers[server].ring {
            if *at > follower.at {
                follower.at = *at;
                follower.board[usize::from(event.order)] = event.actual.then_some(event.write);
            }
        }
    }

    pub fn arrive(&mut self, design: Design, message: &Message) {
        let before = self.shelf.mark;
        match message {
            Message::Apply { epoch, from, events } => self.shelf.apply(design, *epoch, *from, events),
            Message::Install { at, board } if design.is_log() => self.shelf.install(design, *at, board),
            Message::Install { at, board } => self.shelf.refresh(design, at.1, board),
            Message::Feed { server, epoch, events } => {
                self.servers[*server].feed(design, *epoch, events);
            }
            Message::Adopt { server, at, board } => {
                let before = self.servers[*server].near.map(|(at, _)| at);
                self.servers[*server].adopt(design, *at, board);
                self.went_back |= self.servers[*server].near.map(|(at, _)| at) < before;
            }
            Message::Take { order, seen } => self.take(*order, *seen, design != Design::TakeUnseen),
            Message::Set { event } => self.shelf.set(design, event),
        }
        self.went_back |= design.is_log() && self.shelf.mark < before;
    }

    /// What the servers do by themselves once nothing more goes wrong: everything arrives, every loop runs.
    pub fn healed(&self, design: Design) -> Self {
        let mut world = self.clone();
        for message in std::mem::take(&mut world.flying) {
            world.arrive(design, &message);
        }
        for server in 0..world.servers.len() {
            if let Some(loaded) = world.end_load(design, server) {
                world.arrive(design, &loaded);
            }
            world.servers[server].loading = None;
        }
        for _ in 0..3 {
            for server in 0..world.servers.len() {
                for message in world.look(server) {
                    world.arrive(design, &message);
                }
                let (at, board) = world.everything();
                if world.shelf.mark.is_none_or(|mark| mark != at) {
                    world.shelf.install(design, at, &board);
                }
                if world.servers[server].near.is_none_or(|(near, _)| near < at) {
                    world.servers[server].adopt(design, at, &board);
                }
                world.follow(design, server);
            }
        }
        world
    }
}
