//! Parts of an island that no script ever changes.

/// Renders on the server and is left alone in the browser, whose program then need not know it: an island is one view,
/// so what stands still in the middle of it would otherwise be compiled, weighed and walked through.
/// The element has no box of its own (`display: contents`).
macro_rules! still {
    ($parts:expr) => {{
        #[cfg(feature = "ssr")]
        let still = ::leptos::prelude::view! {
            <div class="still">{::leptos::prelude::IntoAny::into_any($parts)}</div>
        };
        #[cfg(not(feature = "ssr"))]
        let still = ::leptos::prelude::view! { <div class="still"></div> };
        still
    }};
}

pub(crate) use still;
