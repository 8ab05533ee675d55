//! Numbers, money, dates and spans of time as people of either language write them.

use std::sync::atomic::{AtomicI32, Ordering};

use super::{Lang, Word};
use crate::domain::{Money, Timestamp, timestamp::Day};

/// The clock on the workshop's wall, in minutes ahead of UTC. Everybody looks at this one, wherever the server or
/// the tablet thinks it is. It belongs to the process as a time zone does: set once, before anything is shown.
static WALL: AtomicI32 = AtomicI32::new(180);

/// Sets the clock on the workshop's wall, in minutes ahead of UTC.
pub fn set_wall_clock(minutes: i32) {
    WALL.store(minutes, Ordering::Relaxed);
}

/// By how many minutes the clock on the workshop's wall is ahead of UTC.
#[must_use]
pub fn wall_clock() -> i32 {
    WALL.load(Ordering::Relaxed)
}

/// The day on the wall, and the milliseconds into it.
fn on_the_wall(at: Timestamp) -> (Day, i64) {
    at.day(wall_clock())
}

const NBSP: char = '\u{a0}';
const NARROW: char = '\u{202f}';
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Calendar days from the day of `now` to the day of `due`, by the workshop's clock; negative when it is past.
#[must_use]
pub fn due_in(due: Timestamp, now: Timestamp) -> i64 {
    let ahead = i64::from(wall_clock()) * 60_000;
    let day = |at: Timestamp| (at.millis() + ahead).div_euclid(DAY * 1000);
    day(due) - day(now)
}

impl Lang {
    /// A whole number, grouped from five digits on in Russian and from four in English.
    #[must_use]
    pub fn number(self, n: u64) -> String {
        let digits = n.to_string();
        let (mark, least) = match self {
            Self::Ru => (NARROW, 5),
            Self::En => (',', 4),
        };
        if digits.len() < least { digits } else { grouped(&digits, mark) }
    }

    /// `6 900 ₽`, `₽6,900`; hundredths only where there are any.
    #[must_use]
    pub fn money(self, money: &Money) -> String {
        let hundredths = money.amount.hundredths();
        let (whole, part) = (hundredths / 100, hundredths % 100);
        let whole = whole.to_string();
        let (mark, point) = match self {
            Self::Ru => (NARROW, ','),
            Self::En => (',', '.'),
        };
        let mut amount = grouped(&whole, mark);
        if part != 0 {
            amount.push_str(&format!("{point}{part:02}"));
        }
        let sign = match money.currency.as_str() {
            "RUB" => "₽",
            "EUR" => "€",
            "USD" => "$",
            "KZT" => "₸",
            other => return format!("{amount}{NBSP}{other}"),
        };
        match self {
            Self::Ru => format!("{amount}{NBSP}{sign}"),
            Self::En => format!("{sign}{amount}"),
        }
    }

    /// A number as it was sent (`17.5`) with the language's decimal mark; other texts stay as they are.
    #[must_use]
    pub fn decimal(self, text: &str) -> String {
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if plain && self == Self::Ru && text.bytes().filter(|b| *b == b'.').count() == 1 {
            text.replace('.', ",")
        } else {
            text.to_owned()
        }
    }

    /// Millimetres with one decimal: `21,4`.
    #[must_use]
    pub fn millimetres(self, value: f64) -> String {
        self.decimal(&format!("{value:.1}"))
    }

    /// «14 дек», `14 Dec`; with the year when it is another than that of `now`.
    #[must_use]
    pub fn day(self, at: Timestamp, now: Timestamp) -> String {
        let (day, _) = on_the_wall(at);
        let (today, _) = on_the_wall(now);
        let month = self.month(day.month);
        if day.year == today.year {
            format!("{}{NBSP}{month}", day.day)
        } else {
            format!("{}{NBSP}{month}{NBSP}{}", day.day, day.year)
        }
    }

    /// A day of this or the last weeks: «14 дек».
    #[must_use]
    pub fn day_of(self, day: Day) -> String {
        format!("{}{NBSP}{}", day.day, self.month(day.month))
    }

    /// `12:04` by the workshop's clock.
    #[must_use]
    pub fn time(self, at: Timestamp) -> String {
        let (_, ms) = on_the_wall(at);
        format!("{:02}:{:02}", ms / 3_600_000, ms / 60_000 % 60)
    }

    /// «14 дек 2026, 12:04»: the absolute time on demand.
    #[must_use]
    pub fn moment(self, at: Timestamp) -> String {
        let (day, _) = on_the_wall(at);
        format!("{}{NBSP}{}{NBSP}{}, {}", day.day, self.month(day.month), day.year, self.time(at))
    }

    /// «14 дек 2026, 12:04:31»: to the second, for sheets.
    #[must_use]
    pub fn exact_moment(self, at: Timestamp) -> String {
        format!("{}:{:02}", self.moment(at), at.full_seconds().rem_euclid(MINUTE))
    }

    /// A share of a hundred: «34 %», `34%`; under ten with one decimal.
    #[must_use]
    pub fn percent(self, share: f64) -> String {
        let number = if share < 9.95 { format!("{share:.1}") } else { format!("{share:.0}") };
        match self {
            Self::Ru => format!("{}{NBSP}%", self.decimal(&number)),
            Self::En => format!("{number}%"),
        }
    }

    /// How long, in the largest unit that says something: «12 мин», «3 ч», «2 дн.».
    #[must_use]
    pub fn span(self, seconds: i64) -> String {
        let s = seconds.max(0);
        let (n, unit) = match (self, s) {
            (Self::Ru, ..MINUTE) => (s, "с"),
            (Self::En, ..MINUTE) => (s, "s"),
            (Self::Ru, ..HOUR) => (s / MINUTE, "мин"),
            (Self::En, ..HOUR) => (s / MINUTE, "min"),
            (Self::Ru, ..DAY) => (s / HOUR, "ч"),
            (Self::En, ..DAY) => (s / HOUR, "h"),
            (Self::Ru, _) => (s / DAY, "дн."),
            (Self::En, _) => (s / DAY, if s / DAY == 1 { "day" } else { "days" }),
        };
        format!("{n}{NBSP}{unit}")
    }

    /// As [`Self::span`], with the rest in the next unit: «2 дн. 4 ч». For the history, where gaps matter.
    #[must_use]
    pub fn long_span(self, seconds: i64) -> String {
        let s = seconds.max(0);
        let rest = match s {
            ..HOUR => 0,
            HOUR..DAY => s % HOUR / MINUTE * MINUTE,
            _ => s % DAY / HOUR * HOUR,
        };
        if rest == 0 { self.span(s) } else { format!("{} {}", self.span(s), self.span(rest)) }
    }

    /// «12 мин назад», `12 min ago`; under a minute it is now.
    #[must_use]
    pub fn ago(self, at: Timestamp, now: Timestamp) -> String {
        let seconds = now.seconds_since(at);
        if seconds < MINUTE {
            return self.t(Word::Now).to_owned();
        }
        let span = self.span(seconds);
        match self {
            Self::Ru => format!("{span} назад"),
            Self::En => format!("{span} ago"),
        }
    }

    const fn month(self, month: u8) -> &'static str {
        const RU: [&str; 12] =
            ["янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"];
        const EN: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let at = month as usize - 1;
        match self {
            Self::Ru => RU[at],
            Self::En => EN[at],
        }
    }
}

fn grouped(digits: &str, mark: char) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * mark.len_utf8());
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Amount;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn plain(text: &str) -> String {
        text.replace([NBSP, NARROW], " ")
    }

    #[test]
    fn money_is_written_as_in_a_price_list() {
        let money = |hundredths, currency| Money::new(Amount::from_hundredths(hundredths), currency).unwrap();
        assert_eq!(plain(&Lang::Ru.money(&money(690_000, "RUB"))), "6 900 ₽");
        assert_eq!(Lang::En.money(&money(690_000, "RUB")), "₽6,900");
        assert_eq!(plain(&Lang::Ru.money(&money(123_456_789, "RUB"))), "1 234 567,89 ₽");
        assert_eq!(Lang::En.money(&money(4_05, "USD")), "$4.05");
        assert_eq!(plain(&Lang::En.money(&money(100, "CHF"))), "1 CHF");
    }

    #[test]
    fn dates_follow_the_workshops_wall() {
        let now = at("2026-11-23T08:15:00Z");
        assert_eq!(plain(&Lang::Ru.day(at("2026-12-14T00:00:00Z"), now)), "14 дек");
        assert_eq!(plain(&Lang::En.day(at("2026-12-13T22:00:00Z"), now)), "14 Dec");
        assert_eq!(plain(&Lang::En.day(at("2027-01-02T09:00:00Z"), now)), "2 Jan 2027");
        assert_eq!(plain(&Lang::Ru.moment(now)), "23 ноя 2026, 11:15");
    }

    #[test]
    fn a_span_is_told_in_the_unit_that_says_something() {
        for (seconds, ru, en) in [
            (0, "0 с", "0 s"),
            (59, "59 с", "59 s"),
            (60, "1 мин", "1 min"),
            (3_599, "59 мин", "59 min"),
            (3_600, "1 ч", "1 h"),
            (86_400, "1 дн.", "1 day"),
            (172_800, "2 дн.", "2 days"),
        ] {
            assert_eq!(plain(&Lang::Ru.span(seconds)), ru);
            assert_eq!(plain(&Lang::En.span(seconds)), en);
        }
        assert_eq!(plain(&Lang::Ru.long_span(2 * 86_400 + 4 * 3_600 + 59)), "2 дн. 4 ч");
        assert_eq!(plain(&Lang::En.long_span(90 * 60)), "1 h 30 min");
    }

    #[test]
    fn what_has_just_happened_is_now_also_when_clocks_differ() {
        let now = at("2026-11-23T08:15:00Z");
        assert_eq!(Lang::Ru.ago(at("2026-11-23T08:15:30Z"), now), "сейчас");
        assert_eq!(plain(&Lang::Ru.ago(at("2026-11-23T08:03:00Z"), now)), "12 мин назад");
    }

    #[test]
    fn due_is_counted_in_days_of_the_calendar() {
        let now = at("2026-11-23T20:59:00Z");
        assert_eq!(due_in(at("2026-11-23T21:00:00Z"), now), 1);
        assert_eq!(due_in(at("2026-11-23T00:00:00Z"), now), 0);
        assert_eq!(due_in(at("2026-11-21T00:00:00Z"), now), -2);
    }

    #[test]
    fn a_size_has_the_languages_decimal_mark_and_other_texts_stay() {
        assert_eq!(Lang::Ru.decimal("17.5"), "17,5");
        assert_eq!(Lang::En.decimal("17.5"), "17.5");
        assert_eq!(Lang::Ru.decimal("v1.2.3"), "v1.2.3");
        assert_eq!(Lang::Ru.decimal("45 см"), "45 см");
    }
}
