//! What the service worker may keep: the ready models of actual orders (ARCHITECTURE.md, walk 4).

use std::collections::BTreeMap;

use app::{
    backend::Unavailable,
    domain::{Actor, Card, ModelDigest, ModelState, OrderId, Revision, Status},
};
use bytes::Bytes;
use serde::Serialize;

use crate::{board::Live, desk::Desk};

/// More changes than the ring keeps: all that follow the cursor, or none.
const ALL: usize = usize::MAX;

#[derive(Serialize)]
struct Manifest<'a> {
    revision: Revision,
    /// `models` is everything there is; otherwise what changed.
    full: bool,
    models: Vec<Listed<'a>>,
    removed: Vec<OrderId>,
}

#[derive(Serialize)]
struct Listed<'a> {
    order: OrderId,
    sha256: &'a ModelDigest,
    size: u64,
    status: Status,
    version: i32,
    mine: bool,
}

fn listed<'a>(card: &'a Card, actor: &Actor) -> Option<Listed<'a>> {
    let model = card.model.as_ref().filter(|_| card.model_state == ModelState::Ready)?;
    Some(Listed {
        order: card.id,
        sha256: &model.sha256,
        size: model.size,
        status: card.status,
        version: card.version,
        mine: card.is_of(&actor.login),
    })
}

impl Desk {
    /// The worker's manifest as JSON, for this person: everything, or what changed after a revision that is still
    /// within reach; of `at_least` or later, and never older than what it goes on from. An order that has no ready
    /// model any more is removed, too.
    ///
    /// # Errors
    /// When the board was never complete yet.
    pub async fn manifest(
        &self,
        actor: &Actor,
        after: Option<Revision>,
        at_least: Option<Revision>,
    ) -> Result<Bytes, Unavailable> {
        let near = self.near(at_least.max(after)).await?;
        if let Some(after) = after
            && let Live::Changes(changes) = self.board.changes(after, ALL)
        {
            let last: BTreeMap<_, _> = changes.iter().map(|change| (change.order, &change.held)).collect();
            let models = last.values().filter_map(|held| listed(&held.as_ref()?.card, actor)).collect();
            let gone = |held: &Option<_>| {
                held.as_ref()
                    .and_then(|held: &std::sync::Arc<crate::board::Held>| listed(&held.card, actor))
                    .is_none()
            };
            let removed = last.iter().filter(|(_, held)| gone(held)).map(|(order, _)| *order).collect();
            let revision = changes.last().map_or(after, |change| change.revision);
            return encode(&Manifest { revision, full: false, models, removed });
        }
        let models = near.all().filter_map(|held| listed(&held.card, actor)).collect();
        encode(&Manifest { revision: near.revision(), full: true, models, removed: Vec::new() })
    }
}

fn encode(manifest: &Manifest<'_>) -> Result<Bytes, Unavailable> {
    serde_json::to_vec(manifest).map(Bytes::from).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "the manifest cannot be written");
        Unavailable { retry_after: 5 }
    })
}
