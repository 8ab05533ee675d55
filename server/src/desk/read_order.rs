//! One order: an actual one from memory, any other from the database by key.

use app::{
    backend::Unavailable,
    domain::{OrderNumber, OrderPage, Revision},
};

use super::{Desk, Reads, away};

impl Desk {
    pub(super) async fn find_order(
        &self,
        number: &OrderNumber,
        at_least: Option<Revision>,
    ) -> Result<Option<OrderPage>, Unavailable> {
        let now = self.clock.now();
        if self.reads != Reads::Postgres {
            // Neither mode of reading knows an order's id by its number without the near snapshot.
            let near = self.near(at_least).await?;
            if let Some(held) = near.numbered(number) {
                let entry = match self.reads {
                    Reads::Redis => self.board.one_from_redis(held.card.id).await.ok().flatten(),
                    _ => None,
                };
                // The near snapshot may be ahead of Redis.
                let entry = entry.filter(|entry| entry.card.version >= held.card.version);
                if entry.is_some() {
                    self.answers.redis()
                } else {
                    self.answers.memory()
                }
                let entry = entry.unwrap_or_else(|| held.entry());
                let (revision, fresh_at) = (near.revision(), self.board.fresh_at(&near));
                let ready = self.promise_of(&entry).ready;
                return Ok(Some(OrderPage { revision, fresh_at, now, entry, ready }));
            }
        }
        self.answers.database();
        let found = self.store.read_order(number).await.map_err(|error| away(&error))?;
        Ok(found.map(|(revision, entry)| {
            let ready = self.promise_of(&entry).ready;
            OrderPage { revision, fresh_at: now, now, entry, ready }
        }))
    }
}
