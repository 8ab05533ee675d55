//! What can be done with one order.

use leptos::prelude::*;

use crate::{
    components::desk::{Desk, desk_view},
    domain::{Actor, Card},
    flash::Flash,
    i18n::Lang,
};

/// The commands of an order's page.
#[island]
pub fn DeskIsland(
    /// The order.
    card: Card,
    /// Who looks.
    actor: Actor,
    /// The language.
    lang: Lang,
    /// Random per page, for request ids.
    seed: String,
    /// What the last plain form came to.
    flash: Option<Flash>,
) -> impl IntoView {
    let desk = Desk::new(card, actor, seed, lang, flash);
    #[cfg(feature = "hydrate")]
    crate::browser::desk::attend(desk);
    desk_view(desk)
}
