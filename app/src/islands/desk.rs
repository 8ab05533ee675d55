//! What can be done with one order, and its history, which grows as it is done.

use leptos::prelude::*;

use crate::{
    components::desk::{Desk, desk_view},
    domain::{Actor, OrderPage},
    flash::Flash,
    i18n::Lang,
};

/// The commands and the history of an order's page.
#[island]
pub fn DeskIsland(
    /// The order.
    page: OrderPage,
    /// Who looks.
    actor: Actor,
    /// The language.
    lang: Lang,
    /// Random per page, for request ids.
    seed: String,
    /// What the last plain form came to.
    flash: Option<Flash>,
) -> impl IntoView {
    let desk = Desk::new(page, actor, seed, lang, flash);
    #[cfg(feature = "hydrate")]
    crate::browser::desk::attend(desk);
    desk_view(desk)
}
