//! The picture of a piece over a drawing of its kind: where there is no picture, or not yet, the drawing is seen.
//! `style/picture.css` has the drawings.

use leptos::prelude::*;

use super::erase::Erase;
use crate::{
    address,
    domain::{Card, CardModel},
};

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

    /// The class of an element that shows the drawing.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ring => "ring",
            Self::Earrings => "earrings",
            Self::Pendant => "pendant",
            Self::Bracelet => "bracelet",
            Self::Brooch => "brooch",
        }
    }
}

/// The picture of a card's model, over the drawing for its title. A picture that can't be had shows nothing, as its
/// alternative text is empty.
pub fn picture_of(card: &Card) -> impl IntoView + use<> {
    pictured(card, card.model.as_ref())
}

/// The same of another model of that card.
pub fn pictured(card: &Card, model: Option<&CardModel>) -> impl IntoView + use<> {
    let photo = model.map(|model| {
        let (src, side) = (address::picture(model.sha256), "320");
        view! { <img class="photo" src=src alt="" width=side height=side decoding="async" /> }
    });
    view! {
        <span class=format!("picture {}", Kind::of(&card.title).name())></span>
        {photo}
    }
    .erased()
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
