//! A model of the board's cache for the `stateright` checker: every interleaving of commits, drains, refreshes, reads
//! of the stream and faults, within a scope. What it leaves out: time, the bytes, and what Redis and PostgreSQL do
//! inside a script or a transaction, which is taken as one step.

pub mod design;
pub mod promises;
mod server;
mod shelf;
mod world;

use stateright::{Model, Property};

use design::{Design, Scope};
use world::{Database, Message, ORDERS, World};

/// One step of the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Write(usize),
    /// Somebody who looks at this server's board presses "take" on this order.
    Take(usize, usize),
    /// A server looks at the log, and sends what Redis and its near board lack.
    Drain(usize),
    /// A server reads all actual orders, for Redis or for its near board.
    Refresh(usize, Whom),
    /// A server reads the stream.
    Hear(usize),
    /// A server reads the first half of the board in Redis, and then what is left of it.
    Load(usize),
    LoadRest(usize),
    /// The browser reads from a server's ring.
    Follow(usize),
    Arrive(usize),
    Double(usize),
    Drop(usize),
    Flush,
    Replicate,
    FailRedisOver,
    Standby,
    FailPostgresOver,
    Crash(usize),
    Forget(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    Redis,
    Near,
}

impl Model for Scope {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self.servers)]
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        let spent = &world.spent;
        if spent.writes < self.writes {
            steps.extend((0..ORDERS).map(Step::Write));
        }
        let room = world.under_way() < self.flights;
        if room && spent.takes < self.takes {
            steps
                .extend((0..self.servers).flat_map(|at| (0..ORDERS).map(move |order| Step::Take(at, order))));
        }
        let may_send = room && spent.sent < self.sent;
        for server in 0..self.servers {
            if may_send {
                steps.push(Step::Refresh(server, Whom::Redis));
            }
            if self.design.is_log() {
                if may_send {
                    steps.extend([
                        Step::Drain(server),
                        Step::Refresh(server, Whom::Near),
                        Step::Hear(server),
                    ]);
                }
                if world.servers[server].loading.is_some() {
                    steps.push(Step::LoadRest(server));
                } else if may_send {
                    steps.push(Step::Load(server));
                }
                if self.follower {
                    steps.push(Step::Follow(server));
                }
                if spent.crashes < self.crashes {
                    steps.push(Step::Crash(server));
                }
                if spent.forgets < self.forgets {
                    steps.push(Step::Forget(server));
                }
            }
        }
        for at in 0..world.flying.len() {
            steps.push(Step::Arrive(at));
            if spent.doubled < self.doubled {
                steps.push(Step::Double(at));
            }
            if spent.dropped < self.dropped {
                steps.push(Step::Drop(at));
            }
        }
        if spent.flushes < self.flushes {
            steps.push(Step::Flush);
        }
        if spent.redis_failovers < self.redis_failovers {
            steps.push(if world.replica.is_none() { Step::Replicate } else { Step::FailRedisOver });
        }
        if spent.postgres_failovers < self.postgres_failovers {
            steps.push(if world.standby.is_none() { Step::Standby } else { Step::FailPostgresOver });
        }
    }

    fn next_state(&self, before: &World, step: Step) -> Option<World> {
        let mut world = before.clone();
        match step {
            Step::Write(order) => {
                let event = world.write(order);
                if !self.design.is_log() {
                    world.flying.push(Message::Set { event });
                }
            }
            Step::Take(server, order) => {
                let (_, board) = world.servers[server].near?;
                let seen = board[order].filter(|write| !world::is_taken(*write))?;
                world.spent.takes += 1;
                world.flying.push(Message::Take { order, seen });
            }
            Step::Drain(server) => {
                let mut found = world.look(server);
                if self.design == Design::ColdIsEmpty && world.shelf.mark.is_none() {
                    found.push(world.look_at_cold());
                }
                world.send(found)?;
            }
            Step::Refresh(server, whom) => {
                let (at, board) = world.everything();
                let message = match whom {
                    Whom::Redis => Message::Install { at, board },
                    Whom::Near => Message::Adopt { server, at, board },
                };
                world.send(vec![message])?;
            }
            Step::Hear(server) => {
                let heard = world.hear(server)?;
                world.send(vec![heard])?;
            }
            Step::Load(server) => {
                world.servers[server].loading = Some(world.begin_load()?);
                world.spent.sent += 1;
            }
            Step::LoadRest(server) => {
                let loaded = world.end_load(self.design, server);
                world.servers[server].loading = None;
                world.flying.extend(loaded);
            }
            Step::Follow(server) => {
                let at = world.follower.at;
                world.follow(self.design, server);
                world.went_back |= world.follower.at < at;
            }
            Step::Arrive(at) => {
                let message = world.flying.remove(at);
                world.arrive(self.design, &message);
            }
            Step::Double(at) => {
                world.spent.doubled += 1;
                let message = world.flying[at].clone();
                world.arrive(self.design, &message);
            }
            Step::Drop(at) => {
                world.spent.dropped += 1;
                world.flying.remove(at);
                world.lost = true;
            }
            Step::Flush => {
                world.spent.flushes += 1;
                world.shelf = world::Shelf::default();
            }
            Step::Replicate => world.replica = Some(world.shelf.clone()),
            Step::FailRedisOver => {
                world.spent.redis_failovers += 1;
                world.shelf = world.replica.take()?;
            }
            Step::Standby => world.standby = Some(world.database.clone()),
            Step::FailPostgresOver => {
                world.spent.postgres_failovers += 1;
                let standby: Database = world.standby.take()?;
                world.promote(standby, self.design != Design::NoEpoch);
            }
            Step::Crash(server) => world.crash(server),
            Step::Forget(server) => world.forget(server)?,
        }
        world.flying.sort();
        (world != *before).then_some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        promises::of(self.design)
    }
}

impl World {
    /// Puts messages on their way; nothing when there are none.
    fn send(&mut self, messages: Vec<Message>) -> Option<()> {
        (!messages.is_empty()).then(|| {
            self.spent.sent += 1;
            self.flying.extend(messages);
        })
    }

    /// The server's memory is gone, and what it was about to do with it. What it sent to Redis is still on its way.
    fn crash(&mut self, server: usize) {
        self.spent.crashes += 1;
        self.servers[server] = world::Server::default();
        self.flying.retain(|message| {
            !matches!(message, Message::Feed { server: of, .. } | Message::Adopt { server: of, .. } if *of == server)
        });
    }

    /// What this server and Redis both have is forgotten by the log.
    fn forget(&mut self, server: usize) -> Option<()> {
        let (near, _) = self.servers[server].near?;
        let before = near.min(self.shelf.mark?);
        let known = before.0 == self.database.epoch && before.1 > self.database.forgotten + 1;
        known.then(|| {
            self.spent.forgets += 1;
            self.database.forgotten = before.1 - 1;
        })
    }
}
