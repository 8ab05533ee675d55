//! What may be wider than its screen.

use leptos::prelude::*;

/// A table or a chart that scrolls by itself, not the page around it. It takes the focus, so that keys can scroll it.
pub fn wide(content: impl IntoView + 'static) -> AnyView {
    view! { <div class="wide" tabindex="0">{content}</div> }.into_any()
}
