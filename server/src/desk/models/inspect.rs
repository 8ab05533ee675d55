//! Whether a fetched file is what it claims to be, and may be shown.

use app::domain::{ModelDigest, ModelFacts, ModelState};
use sha2::{Digest, Sha256};

use crate::{
    model::{self, Limits},
    store::postgres::models::Finding,
};

/// Checks, hashes and measures a file: first whether it is a model at all, then whether it is the announced one.
/// Takes up to seconds of a core for the largest files.
pub(super) fn inspect(bytes: &[u8], declared: Option<ModelDigest>) -> Finding {
    let sha256 = ModelDigest(Sha256::digest(bytes).into());
    let finding = |state, facts, problem: Option<&str>| Finding {
        state,
        sha256: Some(sha256),
        bytes: Some(bytes.len() as u64),
        facts,
        problem: problem.map(str::to_owned),
    };
    match model::read(bytes, &Limits::default()) {
        Err(refused) => finding(ModelState::Refused, None, Some(refused.code())),
        Ok(_) if declared.is_some_and(|declared| declared != sha256) => {
            finding(ModelState::Mismatch, None, Some("sha256"))
        }
        Ok(measured) => {
            let facts = ModelFacts { size_mm: measured.size_mm, triangles: measured.triangles };
            finding(ModelState::Ready, serde_json::to_string(&facts).ok(), None)
        }
    }
}

/// A file that could not be had at all.
pub(super) fn absent(state: ModelState, problem: &str) -> Finding {
    Finding { state, sha256: None, bytes: None, facts: None, problem: Some(problem.to_owned()) }
}
