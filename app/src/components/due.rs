//! When an order is promised, with a word and a tone as it comes near.

use leptos::prelude::*;

use super::erase::Erase;

use crate::{
    domain::Timestamp,
    i18n::{Lang, due_in},
};

/// How near the promised time is. The tone always goes with a word ([`Lang::due`]).
#[must_use]
pub fn tone(due: Timestamp, now: Timestamp) -> &'static str {
    match due_in(due, now) {
        _ if due < now => "due late",
        ..=2 => "due soon",
        _ => "due",
    }
}

/// The promised time of a card.
pub fn due(at: Option<Timestamp>, lang: Lang, now: RwSignal<Timestamp>) -> impl IntoView + use<> {
    at.map(|at| {
        view! {
            <time class=move || tone(at, now.get()) datetime=at.to_string() title=lang.moment(at)>
                {move || lang.due(at, now.get())}
            </time>
        }
    })
    .erased()
}

/// How long ago, ticking.
pub fn age(at: Timestamp, lang: Lang, now: RwSignal<Timestamp>) -> impl IntoView + use<> {
    view! {
        <time class="age" datetime=at.to_string() title=lang.moment(at)>
            {move || lang.ago(at, now.get())}
        </time>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_turns_amber_before_it_turns_red() {
        let now: Timestamp = "2026-11-23T08:15:00Z".parse().unwrap();
        let tone_of = |text: &str| tone(text.parse().unwrap(), now);
        assert_eq!(tone_of("2026-12-14T00:00:00Z"), "due");
        assert_eq!(tone_of("2026-11-25T12:00:00Z"), "due soon");
        assert_eq!(tone_of("2026-11-23T08:15:00Z"), "due soon");
        assert_eq!(tone_of("2026-11-23T08:14:59Z"), "due late");
    }
}
