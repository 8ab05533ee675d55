//! Sentences of the radar with something in them.

use crate::{
    domain::Timestamp,
    i18n::{Lang, RadarWord},
    radar::{BrokerAway, COUNTED, Dealt, Line, Standing},
};

impl Lang {
    /// The name of a direction.
    #[must_use]
    pub const fn line(self, line: Line) -> &'static str {
        self.radar(match line {
            Line::Intake => RadarWord::LineIntake,
            Line::Relay => RadarWord::LineRelay,
            Line::Letters => RadarWord::LineLetters,
        })
    }

    /// How a direction stands.
    #[must_use]
    pub const fn standing(self, standing: Standing) -> &'static str {
        self.radar(match standing {
            Standing::Working => RadarWord::Working,
            Standing::Held => RadarWord::Held,
            Standing::New => RadarWord::New,
            Standing::Away => RadarWord::Away,
            Standing::Leaderless => RadarWord::Leaderless,
            Standing::Misdeclared => RadarWord::Misdeclared,
            Standing::Forbidden => RadarWord::Forbidden,
        })
    }

    /// At how many servers.
    #[must_use]
    pub fn servers(self, n: u32) -> String {
        let n = u64::from(n);
        let noun = match (self, n % 10, n % 100) {
            (Self::En, ..) => {
                if n == 1 {
                    "server"
                } else {
                    "servers"
                }
            }
            (Self::Ru, 1, rest) if rest != 11 => "сервер",
            (Self::Ru, 2..=4, rest) if !(12..=14).contains(&rest) => "сервера",
            (Self::Ru, ..) => "серверов",
        };
        format!("{}\u{a0}{noun}", self.number(n))
    }

    /// How many; what was not counted to its end says so.
    #[must_use]
    pub fn at_least(self, n: u64) -> String {
        if n > COUNTED {
            let bound = self.number(COUNTED);
            format!("{} {bound}", self.one_of("больше", "over"))
        } else {
            self.number(n)
        }
    }

    /// A span in its unit, also one of less than a second.
    #[must_use]
    pub fn lag(self, ms: i64) -> String {
        let ms = ms.max(0);
        if ms < 1_000 { format!("{ms}\u{a0}{}", self.one_of("мс", "ms")) } else { self.span(ms / 1_000) }
    }

    /// Messages do not come: since when, how old the last one is, and that nothing is lost.
    #[must_use]
    pub fn broker_away(self, away: &BrokerAway, now: Timestamp) -> String {
        let since = self.time(away.since);
        let last = away.last.map(|last| self.ago(last.received_at, now));
        let what = match (self, away.standing) {
            (Self::Ru, Standing::Held) => {
                format!("База данных не отвечает с {since}: новые заказы ждут в RabbitMQ.")
            }
            (Self::En, Standing::Held) => {
                format!("The database hasn’t answered since {since}: new orders wait in RabbitMQ.")
            }
            (Self::Ru, _) => format!("Нет связи с RabbitMQ с {since}: новые заказы не приходят."),
            (Self::En, _) => format!("No connection to RabbitMQ since {since}: new orders don’t come in."),
        };
        let last = match (self, last) {
            (Self::Ru, Some(last)) => format!(" Последнее сообщение: {last}."),
            (Self::En, Some(last)) => format!(" Last message: {last}."),
            (_, None) => String::new(),
        };
        let calm = self.one_of(
            "Доска работает; всё придёт само, когда связь вернётся.",
            "The board works; everything comes by itself when the connection is back.",
        );
        format!("{what}{last} {calm}")
    }

    /// What became of dead letters, in one or more short sentences.
    #[must_use]
    pub fn dealt(self, dealt: &Dealt) -> String {
        let said = [
            (dealt.accepted, "Принято", "Taken in"),
            (dealt.updated, "Обновили заказ", "Updated an order"),
            (dealt.duplicate, "Уже были приняты раньше", "Had been taken in before"),
            (dealt.idle, "Цеху ничего делать не нужно", "Nothing to do for the workshop"),
            (dealt.bad, "Всё ещё негодные, остались в письмах", "Still bad, back among the letters"),
            (dealt.cut, "Нельзя повторить, нет конца", "Can’t be tried, their end is missing"),
            (dealt.dismissed, "Убрано", "Put away"),
            (dealt.gone, "Уже разобрано", "Dealt with before"),
            (dealt.left, "Не успели, нажмите ещё раз", "Not tried yet, press again"),
        ];
        let said: Vec<String> = said
            .into_iter()
            .filter(|(n, ..)| *n > 0)
            .map(|(n, ru, en)| format!("{}: {}.", self.one_of(ru, en), self.number(n)))
            .collect();
        if said.is_empty() {
            self.one_of("Писем нет: разбирать нечего.", "There are no letters: nothing to do.").to_owned()
        } else {
            said.join(" ")
        }
    }

    /// A letter that was tried again and is still bad.
    #[must_use]
    pub fn still_bad(self, tries: u32) -> String {
        let n = self.number(u64::from(tries));
        match self {
            Self::Ru => format!("Повторяли: {n}. Всё ещё негодное."),
            Self::En => format!("Tried again: {n}. Still bad."),
        }
    }

    /// The length of a message.
    #[must_use]
    pub fn bytes(self, n: u64) -> String {
        if n < 1024 {
            format!("{}\u{a0}{}", self.number(n), self.one_of("Б", "B"))
        } else {
            format!("{}\u{a0}{}", self.number(n.div_ceil(1024)), self.one_of("КиБ", "KiB"))
        }
    }

    /// What became of one letter, by the outcome's name.
    #[must_use]
    pub fn letter_outcome(self, outcome: &str) -> &str {
        match outcome {
            "accepted" => self.one_of("принято", "taken in"),
            "updated" => self.one_of("обновило заказ", "updated an order"),
            "duplicate" => self.one_of("уже было принято раньше", "had been taken in before"),
            "ignored" => self.one_of("цеху делать нечего", "nothing to do for the workshop"),
            "stale" => self.one_of("источник уже сказал новее", "the source had said something newer"),
            "dismissed" => self.one_of("убрано", "put away"),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::radar::LastMessage;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_banner_says_since_when_how_old_and_that_nothing_is_lost() {
        let last =
            LastMessage { received_at: at("2026-11-23T08:03:00Z"), occurred_at: at("2026-11-23T08:03:00Z") };
        let away =
            BrokerAway { standing: Standing::Away, since: at("2026-11-23T08:05:00Z"), last: Some(last) };
        let said = Lang::Ru.broker_away(&away, at("2026-11-23T08:15:00Z")).replace('\u{a0}', " ");
        assert_eq!(
            said,
            "Нет связи с RabbitMQ с 11:05: новые заказы не приходят. Последнее сообщение: 12 мин назад. Доска \
             работает; всё придёт само, когда связь вернётся."
        );
        let never = BrokerAway { last: None, ..away };
        assert!(!Lang::En.broker_away(&never, at("2026-11-23T08:15:00Z")).contains("Last message"));
    }

    #[test]
    fn what_became_of_letters_names_only_what_happened() {
        let dealt = Dealt { accepted: 3, bad: 1, ..Dealt::default() };
        assert_eq!(Lang::En.dealt(&dealt), "Taken in: 3. Still bad, back among the letters: 1.");
        assert!(Lang::Ru.dealt(&Dealt::default()).contains("разбирать нечего"));
    }

    #[test]
    fn what_was_not_counted_to_its_end_says_so() {
        assert_eq!(Lang::En.at_least(COUNTED), "10,000");
        assert_eq!(Lang::En.at_least(COUNTED + 1), "over 10,000");
        assert_eq!(Lang::Ru.lag(40).replace('\u{a0}', " "), "40 мс");
    }
}
