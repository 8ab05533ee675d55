//! The browser's entry: wakes the islands of the page.

/// Called once by the page's script when the program is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::look_at_the_wall();
    leptos::mount::hydrate_islands();
}
