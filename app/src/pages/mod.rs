//! stub
use leptos::prelude::*;
use leptos_router::{SsrMode, components::{Route, Router, Routes}, path};
/// stub
#[component]
pub fn App() -> impl IntoView {
    view! { <Router><Routes fallback=|| "lost"><Route path=path!("/login") view=|| "login" ssr=SsrMode::Async /><Route path=path!("/") view=|| "board" ssr=SsrMode::Async /></Routes></Router> }
}
/// stub
pub fn shell(_options: LeptosOptions) -> impl IntoView { view! { <!DOCTYPE html><html><body><App/></body></html> } }
