//! The board, live.

use leptos::prelude::*;

use crate::{
    components::board::{Board, board_view},
    domain::{Actor, BoardPage, BoardView},
    flash::Flash,
    i18n::Lang,
};

/// The board's page. Its props are what the server rendered it from, so that both sides begin alike.
#[island]
pub fn BoardIsland(
    /// The first screen.
    page: BoardPage,
    /// What of it is shown.
    view: BoardView,
    /// Who looks.
    actor: Actor,
    /// The language.
    lang: Lang,
    /// Random per page, for request ids.
    seed: String,
    /// The words for the operator whom it was asked for.
    whose: Option<String>,
    /// What the last plain form came to.
    flash: Option<Flash>,
) -> impl IntoView {
    let board = Board::new(&page, view, actor, seed, lang);
    #[cfg(feature = "hydrate")]
    crate::browser::board::attend(board);
    board_view(board, whose, flash.as_ref())
}
