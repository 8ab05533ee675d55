//! An order's passport: rarely opened, so it is read from the database by key, with its messages and traces.

use app::{
    backend::{PassportPage, Unavailable},
    domain::OrderNumber,
};

use super::{Desk, away};

impl Desk {
    pub(super) async fn find_passport(
        &self,
        number: &OrderNumber,
    ) -> Result<Option<PassportPage>, Unavailable> {
        let found = self.store.read_passport(number).await.map_err(|error| away(&error))?;
        let Some((entry, notes)) = found else { return Ok(None) };
        let promised = self.promised(entry.card.id).await.map_err(|error| away(&error))?;
        let ready = self.promise_of(&entry).ready;
        Ok(Some(PassportPage { now: self.clock.now(), entry, notes, ready, promised }))
    }
}
