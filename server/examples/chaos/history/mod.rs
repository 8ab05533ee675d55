//! The checker of histories: every read and every write of a run, held against the log of the database afterwards, in
//! linear time. It knows nothing of how the product works; it knows the promises K1 to K8.

pub mod check;
pub mod digest;
pub mod log;
pub mod members;
pub mod record;
pub mod sight;

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Promise {
    /// A board is the projection of the log at the revision that it names.
    K1,
    /// It is not older than the bound, and what it says of its age is true.
    K2,
    /// A client never goes backwards, whichever server answers.
    K3,
    /// A client sees its own writes.
    K4,
    /// The board is complete, and what is absent is not actual.
    K5,
    /// A shipped order is gone within the bound.
    K6,
    /// The changes of a stream rebuild the same board; no gap without a word.
    K7,
    /// A model is the one that the board names.
    K8,
    /// What was acknowledged is in the log, once.
    Kept,
    /// Of several who want an order one gets it; nothing leaves a terminal status.
    Once,
}

impl Promise {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::K1,
        Self::K2,
        Self::K3,
        Self::K4,
        Self::K5,
        Self::K6,
        Self::K7,
        Self::K8,
        Self::Kept,
        Self::Once,
    ];

    /// For tables.
    pub const fn words(self) -> &'static str {
        match self {
            Self::K1 => "K1 a board is what the log says at its revision",
            Self::K2 => "K2 it is not older than the bound, and tells its age truly",
            Self::K3 => "K3 nobody goes backwards",
            Self::K4 => "K4 everybody sees what they wrote",
            Self::K5 => "K5 it is complete, and absence is true",
            Self::K6 => "K6 what has left is gone within the bound",
            Self::K7 => "K7 the changes rebuild the board, no gap unsaid",
            Self::K8 => "K8 a model is the one that the board names",
            Self::Kept => "acknowledged is kept",
            Self::Once => "one winner, and nothing comes back",
        }
    }
}
