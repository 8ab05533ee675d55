//! Counted nouns: the plural rules of both languages (Unicode CLDR, cardinal, whole numbers).

use super::Lang;

/// A thing that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// An order.
    Order,
    /// A piece to make.
    Piece,
    /// A new order.
    Arrival,
    /// A second.
    Second,
}

/// Which form a number takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    One,
    Few,
    Many,
}

const fn form(lang: Lang, n: u64) -> Form {
    match (lang, n % 10, n % 100) {
        (Lang::En, ..) => {
            if n == 1 {
                Form::One
            } else {
                Form::Many
            }
        }
        (Lang::Ru, _, 11..=14) => Form::Many,
        (Lang::Ru, 1, _) => Form::One,
        (Lang::Ru, 2..=4, _) => Form::Few,
        (Lang::Ru, ..) => Form::Many,
    }
}

impl Lang {
    /// The noun alone, in the form that goes with `n`.
    #[must_use]
    pub const fn noun(self, n: u64, noun: Noun) -> &'static str {
        let [one, few, many] = match (self, noun) {
            (Self::Ru, Noun::Order) => ["заказ", "заказа", "заказов"],
            (Self::Ru, Noun::Piece) => ["штука", "штуки", "штук"],
            (Self::Ru, Noun::Arrival) => ["новый", "новых", "новых"],
            (Self::Ru, Noun::Second) => ["секунду", "секунды", "секунд"],
            (Self::En, Noun::Order) => ["order", "orders", "orders"],
            (Self::En, Noun::Piece) => ["piece", "pieces", "pieces"],
            (Self::En, Noun::Arrival) => ["new", "new", "new"],
            (Self::En, Noun::Second) => ["second", "seconds", "seconds"],
        };
        match form(self, n) {
            Form::One => one,
            Form::Few => few,
            Form::Many => many,
        }
    }

    /// «5 заказов», `5 orders`: number and noun, kept on one line.
    #[must_use]
    pub fn count(self, n: u64, noun: Noun) -> String {
        format!("{}\u{a0}{}", self.number(n), self.noun(n, noun))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_counts_as_people_do() {
        let said = |n| Lang::Ru.count(n, Noun::Order).replace(['\u{a0}', '\u{202f}'], " ");
        for (n, text) in [
            (0, "0 заказов"),
            (1, "1 заказ"),
            (2, "2 заказа"),
            (4, "4 заказа"),
            (5, "5 заказов"),
            (11, "11 заказов"),
            (12, "12 заказов"),
            (14, "14 заказов"),
            (21, "21 заказ"),
            (22, "22 заказа"),
            (111, "111 заказов"),
            (1_001, "1001 заказ"),
            (10_002, "10 002 заказа"),
        ] {
            assert_eq!(said(n), text);
        }
    }

    #[test]
    fn english_has_one_and_many() {
        let said = |n| Lang::En.count(n, Noun::Order).replace('\u{a0}', " ");
        assert_eq!([said(0), said(1), said(2), said(21)], ["0 orders", "1 order", "2 orders", "21 orders"]);
    }
}
