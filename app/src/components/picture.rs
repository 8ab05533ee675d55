//! The picture of a piece, over a drawing of its kind: where there is no picture, or not yet, the drawing is seen.

use leptos::prelude::*;

use super::erase::Erase;
use crate::{address, domain::Card};

/// What a title seems to be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A ring; also whatever says nothing of itself.
    Ring,
    /// Earrings.
    Earrings,
    /// A pendant, a necklace, a chain.
    Pendant,
    /// A bracelet.
    Bracelet,
    /// A brooch, cuff-links, a pin.
    Brooch,
}

impl Kind {
    /// From the words of the title.
    #[must_use]
    pub fn of(title: &str) -> Self {
        let title = title.to_lowercase();
        let says = |stems: &[&str]| stems.iter().any(|stem| title.contains(stem));
        if says(&["серьг", "серёж", "пусет", "каффы", "earring", "studs", "hoops"]) {
            Self::Earrings
        } else if says(&[
            "подвес",
            "кулон",
            "колье",
            "цепь",
            "цепоч",
            "крест",
            "медальон",
            "pendant",
            "neckl",
            "chain",
            "locket",
        ]) {
            Self::Pendant
        } else if says(&["браслет", "bracelet", "bangle"]) {
            Self::Bracelet
        } else if says(&["брош", "запонк", "значок", "зажим", "brooch", "cuff", "pin"]) {
            Self::Brooch
        } else {
            Self::Ring
        }
    }

    const fn drawing(self) -> &'static str {
        match self {
            Self::Ring => "#kind-ring",
            Self::Earrings => "#kind-earrings",
            Self::Pendant => "#kind-pendant",
            Self::Bracelet => "#kind-bracelet",
            Self::Brooch => "#kind-brooch",
        }
    }
}

/// The drawing for a title, for the eye alone.
pub fn picture(title: &str) -> impl IntoView + use<> {
    view! {
        <svg class="picture" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
            <use href=Kind::of(title).drawing() />
        </svg>
    }
    .erased()
}

/// The picture of a card's model, over the drawing for its title. A picture that can't be had shows nothing, as its
/// alternative text is empty.
pub fn picture_of(card: &Card) -> impl IntoView + use<> {
    let photo = card.model.as_ref().map(|model| {
        let (src, side) = (address::picture(model.sha256), "320");
        view! { <img class="picture photo" src=src alt="" width=side height=side loading="lazy" decoding="async" /> }
    });
    view! {
        {picture(&card.title)}
        {photo}
    }
    .erased()
}

/// The drawings themselves, once a page.
#[cfg(feature = "ssr")]
#[component]
pub fn Drawings() -> impl IntoView {
    view! {
        <svg class="drawings" width="0" height="0" aria-hidden="true" focusable="false">
            <symbol id="kind-ring" viewBox="0 0 48 48">
                <circle cx="24" cy="29" r="13" />
                <circle cx="24" cy="29" r="10" />
                <path d="M19 11h10l3 4-8 7-8-7zM16 15h16M21 15l3 7 3-7" />
            </symbol>
            <symbol id="kind-earrings" viewBox="0 0 48 48">
                <path d="M14 8a3 3 0 1 1 3 3v5M34 8a3 3 0 1 0-3 3v5" />
                <path d="M17 16l6 8-6 15-6-15zM11 24h12M31 16l6 8-6 15-6-15zM25 24h12" />
            </symbol>
            <symbol id="kind-pendant" viewBox="0 0 48 48">
                <path d="M9 5c2 10 8 16 15 17 7-1 13-7 15-17" />
                <circle cx="24" cy="24" r="2" />
                <path d="M24 26l9 7-9 11-9-11zM15 33h18M20 33l4 11 4-11" />
            </symbol>
            <symbol id="kind-bracelet" viewBox="0 0 48 48">
                <ellipse cx="24" cy="25" rx="18" ry="12" />
                <ellipse cx="24" cy="24" rx="14.5" ry="8.5" />
                <path d="M20 33.5l4-3.5 4 3.5-4 4z" />
            </symbol>
            <symbol id="kind-brooch" viewBox="0 0 48 48">
                <circle cx="24" cy="24" r="5" />
                <path d="M24 19c-6-7-4-13 0-13s6 6 0 13M29 24c7-6 13-4 13 0s-6 6-13 0M24 29c6 7 4 13 0 13s-6-6 0-13M19 24c-7 6-13 4-13 0s6-6 13 0" />
            </symbol>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_in_either_language_gets_its_drawing() {
        assert_eq!(Kind::of("Серьги-пусеты «Лён»"), Kind::Earrings);
        assert_eq!(Kind::of("Necklace with a locket"), Kind::Pendant);
        assert_eq!(Kind::of("Браслет"), Kind::Bracelet);
        assert_eq!(Kind::of("Кольцо «Ветвь»"), Kind::Ring);
        assert_eq!(Kind::of(""), Kind::Ring);
    }
}
