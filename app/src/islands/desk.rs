//! What can be done with one order, and its history, which grows as it is done.

use leptos::prelude::*;

use crate::{
    components::desk::{Desk, desk_view},
    domain::{Actor, Card, HistoryStep, Timestamp},
    flash::Flash,
    i18n::Lang,
};

/// The commands and the history of an order's page.
#[island]
pub fn DeskIsland(
    /// The order.
    card: Card,
    /// Its way so far.
    history: Vec<HistoryStep>,
    /// The server's clock.
    now: Timestamp,
    /// Who looks.
    actor: Actor,
    /// The language.
    lang: Lang,
    /// Random per page, for request ids.
    seed: String,
    /// What the last plain form came to.
    flash: Option<Flash>,
) -> impl IntoView {
    let desk = Desk::new((card, history, now), actor, seed, lang, flash);
    #[cfg(feature = "hydrate")]
    crate::browser::desk::attend(desk);
    desk_view(desk)
}
