//! Word of what this person has seen. The script that watches over it (`public/news.js`) tells the server, and then
//! the page: `html[data-seen]` and the event `verstak:seen`.

use leptos::prelude::*;

use super::{hand, listen};
use crate::{components::board::Board, domain::Timestamp};

/// Takes the marks off what has been seen.
pub fn attend(board: Board) {
    listen("verstak:seen", move |_| {
        let root = document().document_element();
        let told = root.and_then(|root| root.get_attribute("data-seen")?.parse::<Timestamp>().ok());
        if let Some(at) = told.filter(|at| *at > board.seen.get_value()) {
            board.saw(at, hand::columns());
        }
    });
}
