//! By when an order is ready, and how sure that is.

use leptos::prelude::*;

use crate::{
    domain::{Timestamp, promise::LEVELS},
    i18n::{Lang, Passport},
};

/// The three days.
pub fn promise(days: [Timestamp; LEVELS.len()], now: Timestamp, lang: Lang, words: Passport) -> AnyView {
    let items = LEVELS.into_iter().zip(days).map(|(percent, day)| {
        view! {
            <li data-percent=percent.to_string()>
                <time datetime=day.to_string()>{lang.day(day, now)}</time>
                " "
                <span>{lang.with_certainty(percent)}</span>
            </li>
        }
    });
    view! {
        <div class="promise">
            <h3>{lang.passport(words)}</h3>
            <ul>{items.collect::<Vec<_>>()}</ul>
        </div>
    }
    .into_any()
}
