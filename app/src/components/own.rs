//! The site's own scripts and styles (`public/`), as pages name them.

use leptos::prelude::*;

use crate::visit::OwnFiles;

/// The address of one of them. Without the web layer (when routes are listed) the plain one.
pub fn own(name: &str) -> String {
    let files = use_context::<OwnFiles>();
    format!("{}{name}", files.as_ref().map_or("/", |files| &files.0))
}

/// One of the page's scripts, which runs when the page is read.
pub fn script(name: &str) -> AnyView {
    view! { <script type="module" src=own(name) nonce=leptos::nonce::use_nonce()></script> }.into_any()
}
