//! An order's passport: where it has been, with whom, for how long, and what the time was spent on. The server writes
//! it; `public/order.js` replaces it as a whole when the order moves on.

mod bar;
mod key;
mod promise;
mod steps;
mod sums;
mod who;

use leptos::prelude::*;

use crate::{
    address,
    domain::{
        OperatorName, OrderPage,
        passport::{Way, walk_entry},
    },
    i18n::{Lang, Passport},
};

pub use bar::bar;
pub use promise::promise;
pub use sums::{by_system, sums};
pub use who::who;

/// The passport on the order's page.
pub fn passport(page: &OrderPage, lang: Lang) -> AnyView {
    let OrderPage { entry, now, ready, .. } = page;
    let way: Way<&OperatorName> = walk_entry(entry, *now);
    let number = &entry.card.number;
    let known = !way.segments.is_empty();
    let figures = known.then(|| view! { {sums(&way, lang)} {bar(&way, lang)} });
    view! {
        <section class="passport" aria-labelledby="passport-title">
            <header>
                <h2 id="passport-title">{lang.passport(Passport::Title)}</h2>
                <a class="chip" href=address::passport(number) data-passport>{lang.passport(Passport::Sheet)}</a>
            </header>
            {figures}
            {ready.map(|days| promise(days, *now, lang, Passport::Ready))}
            {steps::steps(entry, &way, lang)}
        </section>
    }
    .into_any()
}
