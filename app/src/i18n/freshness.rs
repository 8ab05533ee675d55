//! How fresh a page is, and what became of its order: words that the page's scripts fill in. They stay out of the
//! browser's program.

use super::Lang;

/// The words; `{}` is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// Nothing is missing.
    pub live: &'static str,
    /// The same, while the shared cache is away and the database is read.
    pub database: &'static str,
    /// Complete so long ago.
    pub behind: &'static str,
    /// Without a connection since then.
    pub offline: &'static str,
    /// Why no command can be given then.
    pub off: &'static str,
    /// The connection is there again.
    pub back: &'static str,
    /// Short units of time: seconds, minutes, hours, days.
    pub units: &'static str,
    /// An order's step was made elsewhere: what, who, when.
    pub changed: &'static str,
    /// An order's facts were changed by the shop.
    pub corrected: &'static str,
}

impl Lang {
    /// The words for how fresh a page is.
    #[must_use]
    pub const fn freshness(self) -> Freshness {
        match self {
            Self::Ru => Freshness {
                live: "сейчас",
                database: "из базы данных",
                behind: "отстаёт на {}",
                offline: "нет связи с {}, только чтение",
                off: "Кнопки заработают сами, когда связь вернётся.",
                back: "Связь вернулась.",
                units: "с мин ч дн.",
                changed: "Заказ изменили на другом рабочем месте: {} — {}, {}.",
                corrected: "Магазин изменил данные заказа.",
            },
            Self::En => Freshness {
                live: "live",
                database: "reading from the database",
                behind: "{} behind",
                offline: "no connection since {}, read only",
                off: "The buttons will work again by themselves when the connection is back.",
                back: "The connection is back.",
                units: "s min h d",
                changed: "The order was changed at another bench: {} — {}, {}.",
                corrected: "The shop has changed the order’s details.",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_has_its_places_in_both_languages() {
        for lang in [Lang::Ru, Lang::En] {
            let words = lang.freshness();
            let places = |text: &str| text.matches("{}").count();
            let found = [words.live, words.database, words.behind, words.offline, words.changed].map(places);
            assert_eq!(found, [0, 0, 1, 1, 3], "{lang:?}");
            assert_eq!(words.units.split(' ').count(), 4, "{lang:?}");
        }
    }
}
