//! Views of the board that a person keeps, and who has orders in hand. A saved view is an address with a name.

use app::{
    backend::{Holder, Unavailable, ViewRefusal},
    domain::{Actor, BoardView, Revision, SavedView, ViewName},
};
use uuid::Uuid;

use super::{Desk, away};
use crate::store::StoreError;

/// Two presses at once may choose the same free place; the second of them chooses again.
const TRIES: usize = 3;

impl Desk {
    pub(super) async fn list_views(&self, actor: &Actor) -> Result<Vec<SavedView>, Unavailable> {
        self.store.list_views(actor.user).await.map_err(|error| away(&error))
    }

    pub(super) async fn keep_view(
        &self,
        actor: &Actor,
        name: ViewName,
        view: BoardView,
    ) -> Result<(), ViewRefusal> {
        let now = self.clock.now();
        let view = SavedView { id: self.entropy.id(now), name, view };
        let mut answer = self.store.save_view(actor.user, &view, now).await;
        for _ in 1..TRIES {
            match &answer {
                Err(error) if error.constraint() == Some("saved_views_slot_key") => {
                    answer = self.store.save_view(actor.user, &view, now).await;
                }
                _ => break,
            }
        }
        answer.map_err(|error| refusal(&error))
    }

    pub(super) async fn name_view(
        &self,
        actor: &Actor,
        id: Uuid,
        name: &ViewName,
    ) -> Result<(), ViewRefusal> {
        let renamed = self.store.rename_view(actor.user, id, name).await.map_err(|error| refusal(&error))?;
        if renamed { Ok(()) } else { Err(ViewRefusal::Unknown) }
    }

    pub(super) async fn forget_view(&self, actor: &Actor, id: Uuid) -> Result<(), ViewRefusal> {
        let deleted = self.store.delete_view(actor.user, id).await.map_err(|error| refusal(&error))?;
        if deleted { Ok(()) } else { Err(ViewRefusal::Unknown) }
    }

    /// From memory: everybody who has an order, most orders first.
    pub(super) async fn list_holders(&self, at_least: Option<Revision>) -> Result<Vec<Holder>, Unavailable> {
        let board = self.snapshot(at_least).await?;
        let mut holders: Vec<_> = board
            .operators()
            .map(|(operator, orders)| Holder {
                operator: operator.clone(),
                orders: u32::try_from(orders).unwrap_or(u32::MAX),
            })
            .collect();
        holders.sort_by(|a, b| b.orders.cmp(&a.orders).then_with(|| a.operator.login.cmp(&b.operator.login)));
        Ok(holders)
    }
}

fn refusal(error: &StoreError) -> ViewRefusal {
    match error.constraint() {
        Some("saved_views_slot_range") => ViewRefusal::TooMany,
        Some("saved_views_name_key") => ViewRefusal::Taken,
        _ => ViewRefusal::Unavailable(away(error)),
    }
}
