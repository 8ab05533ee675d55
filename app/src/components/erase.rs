//! Types of views, forgotten where they cost and kept where forgetting costs.

use leptos::prelude::*;

/// On the server a part of a page forgets its type: types of whole pages are too long for the compiler. In the
/// browser it keeps it: a forgotten type brings every way of rendering into the program, 40 % more of it.
/// The HTML is the same.
pub trait Erase: IntoView + Sized {
    /// The view, without its type on the server.
    fn erased(self) -> impl IntoView + use<Self>;
}

#[cfg(feature = "ssr")]
impl<T: IntoAny + IntoView> Erase for T {
    fn erased(self) -> impl IntoView + use<T> {
        self.into_any()
    }
}

#[cfg(not(feature = "ssr"))]
impl<T: IntoView> Erase for T {
    fn erased(self) -> impl IntoView + use<T> {
        self
    }
}
