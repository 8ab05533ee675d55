//! What a model's measures say to a goldsmith. The server alone writes them.

use super::Lang;
use crate::domain::{Doubt, THINNEST_WALL_MM};

const NBSP: char = '\u{a0}';

impl Lang {
    /// «4,21 г»: three digits say all that an estimate knows.
    #[must_use]
    pub fn grams(self, grams: f64) -> String {
        let unit = self.one_of("г", "g");
        format!("{}{NBSP}{unit}", self.measured(grams))
    }

    /// A measured number with about three digits.
    fn measured(self, value: f64) -> String {
        self.decimal(&match value {
            ..10.0 => format!("{value:.2}"),
            10.0..100.0 => format!("{value:.1}"),
            _ => return self.number(value.round() as u64),
        })
    }

    /// The weight of an order in its alloy: of a piece, and of all of them together.
    #[must_use]
    pub fn weight(self, grams: f64, quantity: i32) -> String {
        let one = self.grams(grams);
        if quantity < 2 {
            return format!("≈{NBSP}{one}");
        }
        let all = self.grams(grams * f64::from(quantity));
        match self {
            Self::Ru => format!("≈{NBSP}{one} каждое, {all} вместе"),
            Self::En => format!("≈{NBSP}{one} each, {all} together"),
        }
    }

    /// «1 234 мм³», «312 мм²».
    #[must_use]
    pub fn volume(self, mm3: f64) -> String {
        format!("{}{NBSP}{}", self.measured(mm3), self.one_of("мм³", "mm³"))
    }

    /// «312 мм²».
    #[must_use]
    pub fn surface(self, mm2: f64) -> String {
        format!("{}{NBSP}{}", self.measured(mm2), self.one_of("мм²", "mm²"))
    }

    /// The wall, mm.
    #[must_use]
    pub fn wall(self, mm: f64) -> String {
        let mm = self.decimal(&format!("{mm:.2}"));
        format!("{mm}{NBSP}{}", self.one_of("мм", "mm"))
    }

    /// A size that only the file says.
    #[must_use]
    pub fn claimed(self, size: &str) -> String {
        format!("{size}, {}", self.one_of("так записано в файле", "as the file says"))
    }

    /// A size that can't be told.
    #[must_use]
    pub const fn no_size(self) -> &'static str {
        self.one_of("не узнать: координаты не читаются", "can’t tell: the positions can’t be read")
    }

    /// What to mind before casting a wall that thin.
    #[must_use]
    pub fn thin_wall(self, mm: f64) -> String {
        let (wall, rule) = (self.wall(mm), self.decimal(&THINNEST_WALL_MM.to_string()));
        match self {
            Self::Ru => format!(
                "Местами стенка всего {wall}, а отливаем не тоньше {rule}{NBSP}мм. До литья посмотрите, где это."
            ),
            Self::En => format!(
                "The wall is only {wall} in places; we cast {rule}{NBSP}mm and more. See where before casting."
            ),
        }
    }

    /// How many bodies of metal, and of what else.
    #[must_use]
    pub fn bodies(self, metal: u32, inlays: u32) -> String {
        let metal = self.number(u64::from(metal));
        let more = self.number(u64::from(inlays));
        match (self, inlays) {
            (Self::Ru, 0) => format!("металл{NBSP}— {metal}"),
            (Self::En, 0) => format!("{metal} of metal"),
            (Self::Ru, _) => format!("металл{NBSP}— {metal}, камни и вставки{NBSP}— {more}"),
            (Self::En, _) => format!("{metal} of metal, {more} of stone and the like"),
        }
    }

    /// Whether the surface is closed.
    #[must_use]
    pub const fn watertight(self, closed: bool) -> &'static str {
        if closed {
            self.one_of("замкнута", "closed")
        } else {
            self.one_of("с дырами или вывернута", "has holes or is inside out")
        }
    }

    /// Why a weight can't be told, and what helps.
    #[must_use]
    pub const fn doubt(self, doubt: Doubt) -> &'static str {
        match doubt {
            Doubt::Packed => self.one_of(
                "не посчитать: файл сжат (Draco), его открывает только просмотр",
                "can’t tell: the file is packed (Draco), only the viewer opens it",
            ),
            Doubt::TooLarge => self.one_of(
                "не посчитать: в модели слишком много треугольников",
                "can’t tell: the model has too many triangles",
            ),
            Doubt::Units => self.one_of(
                "не посчитать: габариты не ювелирные, проверьте единицы в файле",
                "can’t tell: that is no size of jewellery, check the file’s units",
            ),
            Doubt::Open => self.one_of(
                "не посчитать: поверхность не замкнута, в ней дыры",
                "can’t tell: the surface is not closed, it has holes",
            ),
            Doubt::Tangled => self.one_of(
                "не посчитать: поверхность местами вывернута наизнанку",
                "can’t tell: the surface is inside out in places",
            ),
            Doubt::Flat => self
                .one_of("не посчитать: это лист без толщины", "can’t tell: it is a sheet without thickness"),
            Doubt::Unread => self.one_of(
                "не посчитать: модель устроена необычно",
                "can’t tell: the model is built in an unusual way",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        text.replace(['\u{a0}', '\u{202f}'], " ")
    }

    #[test]
    fn a_weight_has_three_digits_and_counts_the_pieces() {
        assert_eq!(plain(&Lang::Ru.weight(4.2149, 1)), "≈ 4,21 г");
        assert_eq!(plain(&Lang::Ru.weight(4.2149, 3)), "≈ 4,21 г каждое, 12,6 г вместе");
        assert_eq!(plain(&Lang::En.weight(123.6, 1)), "≈ 124 g");
    }

    #[test]
    fn every_doubt_is_told_in_both_languages() {
        let all = [
            Doubt::Packed,
            Doubt::TooLarge,
            Doubt::Units,
            Doubt::Open,
            Doubt::Tangled,
            Doubt::Flat,
            Doubt::Unread,
        ];
        for doubt in all {
            assert!(Lang::Ru.doubt(doubt).starts_with("не посчитать"));
            assert!(Lang::En.doubt(doubt).starts_with("can’t tell"));
        }
    }

    #[test]
    fn a_thin_wall_is_told_with_the_rule_it_breaks() {
        assert!(
            plain(&Lang::Ru.thin_wall(0.5))
                .starts_with("Местами стенка всего 0,50 мм, а отливаем не тоньше 0,8 мм")
        );
    }
}
