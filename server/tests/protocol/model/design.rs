//! The protocol as it is built, and designs that are known to be wrong: the model has to refute each of those, or it
//! could not be trusted about the first.

/// How the cache is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Design {
    /// As `server/src/board` does it: a log, compare-and-set on the mark, an epoch.
    Built,
    /// Revisions without the epoch of the database's timeline.
    NoEpoch,
    /// Redis takes changes without comparing its mark.
    NoFence,
    /// Redis takes a whole board even when its own is newer.
    InstallsOlder,
    /// A board without a mark takes changes as if it were complete.
    ColdIsEmpty,
    /// The near board takes over an older board.
    NearGoesBack,
    /// The near board takes changes that don't follow what it has.
    GapSwallowed,
    /// The ring keeps its changes when the near board jumps.
    RingKeptOverJump,
    /// A follower whose cursor fell out of the ring is not told.
    NoReset,
    /// A board that was read from Redis in parts is taken as it was read, for what the mark says at the end.
    PartsAsRead,
    /// A take goes by the order alone, and not by the version of it that the person saw.
    TakeUnseen,
    /// After each commit SET or DEL; a refresh replaces everything.
    SetAndDelete,
    /// SET if newer, DEL without a trace; a refresh deletes what it doesn't name.
    SetIfNewer,
    /// SET and DEL if newer, with tombstones; a refresh deletes what it doesn't name.
    Tombstones,
    /// The same, and a refresh deletes only what is not newer than itself.
    FencedTombstones,
    /// The same, and nothing is taken before a first refresh.
    CompleteTombstones,
}

impl Design {
    /// Whether revisions and a mark are used at all.
    pub const fn is_log(self) -> bool {
        !matches!(
            self,
            Self::SetAndDelete
                | Self::SetIfNewer
                | Self::Tombstones
                | Self::FencedTombstones
                | Self::CompleteTombstones
        )
    }
}

/// How far the model goes: every bound is a budget that an interleaving may spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scope {
    pub design: Design,
    /// Server processes, 1 or 2.
    pub servers: usize,
    /// Whether a browser follows `/live`, and may change the server.
    pub follower: bool,
    /// Commits. An order appears, changes, leaves, and (as a stress) comes back; see `World::write` for how soon.
    pub writes: u8,
    /// Presses of "take" on an order that some server's board shows, however old that board is.
    pub takes: u8,
    /// Messages on their way at once, and boards that are half read.
    pub flights: usize,
    /// Messages sent in all, and boards begun to be read.
    pub sent: u8,
    /// Messages that arrive twice.
    pub doubled: u8,
    /// Messages that never arrive.
    pub dropped: u8,
    /// Redis emptied.
    pub flushes: u8,
    /// Redis falls back to a replica that lacks the last writes.
    pub redis_failovers: u8,
    /// PostgreSQL falls back to a standby that lacks the last commits.
    pub postgres_failovers: u8,
    /// Servers that start anew.
    pub crashes: u8,
    /// The old part of the log forgotten.
    pub forgets: u8,
}

impl Scope {
    /// No faults: only races.
    pub const fn races(design: Design) -> Self {
        Self {
            design,
            servers: 1,
            follower: false,
            writes: 4,
            takes: 0,
            flights: 2,
            sent: 4,
            doubled: 0,
            dropped: 0,
            flushes: 0,
            redis_failovers: 0,
            postgres_failovers: 0,
            crashes: 0,
            forgets: 0,
        }
    }
}
