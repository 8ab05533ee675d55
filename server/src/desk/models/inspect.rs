//! Whether a fetched file is what it claims to be, and may be shown.

use app::domain::{ModelDigest, ModelState};
use sha2::{Digest, Sha256};

use crate::{
    model::{self, Limits, ModelFacts},
    store::postgres::models::Finding,
};

/// What came of looking at a file.
pub(super) struct Inspected {
    pub finding: Finding,
    /// What the reader says of a file that is ready.
    pub read: Option<ModelFacts>,
}

/// Checks and hashes a file: first whether it is a model at all, then whether it is the announced one. Takes up to a
/// second of a core for the largest files.
pub(super) fn inspect(bytes: &[u8], declared: Option<ModelDigest>) -> Inspected {
    let sha256 = ModelDigest(Sha256::digest(bytes).into());
    let found = |state, read, problem: Option<&str>| {
        let (sha256, bytes) = (Some(sha256), Some(bytes.len() as u64));
        let finding = Finding { state, sha256, bytes, facts: None, problem: problem.map(str::to_owned) };
        Inspected { finding, read }
    };
    match model::read(bytes, &Limits::default()) {
        Err(refused) => found(ModelState::Refused, None, Some(refused.code())),
        Ok(_) if declared.is_some_and(|declared| declared != sha256) => {
            found(ModelState::Mismatch, None, Some("sha256"))
        }
        Ok(read) => found(ModelState::Ready, Some(read), None),
    }
}

/// A file that could not be had at all.
pub(super) fn absent(state: ModelState, problem: &str) -> Inspected {
    let problem = Some(problem.to_owned());
    Inspected { finding: Finding { state, sha256: None, bytes: None, facts: None, problem }, read: None }
}
