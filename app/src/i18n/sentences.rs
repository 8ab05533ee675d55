//! Sentences with something in them: receipts, refusals, what to do next.

use super::{Lang, Noun, Word, due_in};
use crate::{
    domain::{Command, Timestamp},
    flash::{Flash, Outcome},
};

impl Lang {
    /// What a command or a log-in came to: what happened, and what now.
    #[must_use]
    pub fn told(self, flash: &Flash) -> String {
        if let (None, Some(detail)) = (flash.command, &flash.detail) {
            return detail.clone();
        }
        let number = flash.number.as_ref().map_or("", |number| number.as_str());
        match (flash.command, flash.outcome) {
            (Some(command), Outcome::Done) => self.receipt(command, number, flash.at),
            (Some(command), Outcome::Conflict) => self.lost(command, number, flash),
            (Some(_), Outcome::NotYours) => self.not_yours(number, flash.operator.as_deref()),
            (Some(_), Outcome::Unknown) => self.t(Word::NoSuchOrder).to_owned(),
            (_, Outcome::Invalid) => {
                flash.detail.clone().unwrap_or_else(|| self.t(Word::InvalidFields).to_owned())
            }
            (Some(_), Outcome::SignedOut) => self.t(Word::SessionEnded).to_owned(),
            (_, Outcome::TooMany) => self.too_many(flash.retry_after.unwrap_or(60)),
            (Some(_), Outcome::Unavailable) => self.not_saved(flash.retry_after),
            (None, Outcome::Unavailable) => self.no_login(flash.retry_after),
            (None, Outcome::Done) => String::new(),
            (None, _) => self.t(Word::WrongPassword).to_owned(),
        }
    }

    fn receipt(self, command: Command, number: &str, at: Option<Timestamp>) -> String {
        let at = at.map(|at| self.time(at)).unwrap_or_default();
        let (ru, en) = match command {
            Command::Take => ("взят вами", "is yours"),
            Command::Complete => ("изготовлен", "is made"),
            Command::Pack => ("передан в упаковку", "is being packed"),
            Command::Ship => ("отправлен", "is shipped"),
            Command::Release => ("возвращён в свободные", "is free again"),
            Command::Rework => ("возвращён на доработку", "is back at the bench"),
        };
        match self {
            Self::Ru => format!("Заказ {number} {ru} в {at}."),
            Self::En => format!("Order {number} {en} since {at}."),
        }
    }

    fn lost(self, command: Command, number: &str, flash: &Flash) -> String {
        let at = flash.at.map(|at| self.time(at)).unwrap_or_default();
        match (self, command, &flash.operator) {
            (Self::Ru, Command::Take, _) if flash.yours => format!("Заказ {number} уже у вас."),
            (Self::En, Command::Take, _) if flash.yours => format!("You already have order {number}."),
            (Self::Ru, Command::Take, Some(who)) => {
                format!("Не успели: заказ {number} уже взял мастер {who} в {at}.")
            }
            (Self::En, Command::Take, Some(who)) => format!("{who} was faster: took {number} at {at}."),
            (Self::Ru, ..) => {
                format!("Заказ {number} уже изменился на другом рабочем месте. Посмотрите, что в нём сейчас.")
            }
            (Self::En, ..) => {
                format!("Order {number} was changed at another bench. Look at it as it is now.")
            }
        }
    }

    fn not_yours(self, number: &str, who: Option<&str>) -> String {
        match (self, who) {
            (Self::Ru, Some(who)) => {
                format!("Заказ {number} у мастера {who}: менять его может только он или старший смены.")
            }
            (Self::En, Some(who)) => {
                format!("{who} has order {number}: only they or a supervisor can change it.")
            }
            (Self::Ru, None) => format!("Заказ {number} не у вас: сначала возьмите его."),
            (Self::En, None) => format!("You don’t have order {number}: take it first."),
        }
    }

    /// A change of which the server does not know whether it is recorded; nothing was lost.
    #[must_use]
    pub fn not_saved(self, retry_after: Option<u32>) -> String {
        let wait = self.count(u64::from(retry_after.unwrap_or(5)), Noun::Second);
        match self {
            Self::Ru => format!(
                "База данных не ответила: изменение могло не записаться. Ничего не потеряно, дважды не запишется: нажмите ещё раз через {wait}."
            ),
            Self::En => format!(
                "The database gave no answer, so this may not be saved. Nothing is lost, nothing is done twice: press again in {wait}."
            ),
        }
    }

    fn no_login(self, retry_after: Option<u32>) -> String {
        let wait = self.count(u64::from(retry_after.unwrap_or(5)), Noun::Second);
        match self {
            Self::Ru => format!("Сейчас войти нельзя: база данных не отвечает. Попробуйте через {wait}."),
            Self::En => {
                format!("Nobody can log in right now: the database doesn’t answer. Try again in {wait}.")
            }
        }
    }

    fn too_many(self, retry_after: u32) -> String {
        let wait = self.count(u64::from(retry_after), Noun::Second);
        match self {
            Self::Ru => format!("Слишком много неудачных попыток. Попробуйте через {wait}."),
            Self::En => format!("Too many failed attempts. Try again in {wait}."),
        }
    }

    /// The due date on a card, with a word when it is near or past.
    #[must_use]
    pub fn due(self, due: Timestamp, now: Timestamp) -> String {
        let day = self.day(due, now);
        match (self, due_in(due, now), due < now) {
            (_, ..0, _) | (_, _, true) => format!("{} · {day}", self.t(Word::Overdue)),
            (Self::Ru, 0, _) => format!("до сегодня, {}", self.time(due)),
            (Self::En, 0, _) => format!("due today, {}", self.time(due)),
            (Self::Ru, 1, _) => format!("до завтра, {day}"),
            (Self::En, 1, _) => format!("due tomorrow, {day}"),
            (Self::Ru, ..) => format!("до {day}"),
            (Self::En, ..) => format!("due {day}"),
        }
    }

    /// «3 шт», `3 pcs`.
    #[must_use]
    pub fn pieces(self, n: i32) -> String {
        let n = self.number(u64::from(n.unsigned_abs()));
        match self {
            Self::Ru => format!("{n}\u{a0}шт"),
            Self::En => format!("{n}\u{a0}{}", if n == "1" { "pc" } else { "pcs" }),
        }
    }

    /// Where a column ends before its cards do.
    #[must_use]
    pub fn more(self, hidden: u32) -> String {
        let n = self.count(u64::from(hidden), Noun::Order);
        match self {
            Self::Ru => format!("Ещё {n}. Уточните поиск или"),
            Self::En => format!("{n} more. Narrow the search, or"),
        }
    }

    /// A column that shows no more, whatever is asked.
    #[must_use]
    pub fn more_still(self, hidden: u32) -> String {
        let n = self.count(u64::from(hidden), Noun::Order);
        match self {
            Self::Ru => format!("Ещё {n}. Уточните поиск."),
            Self::En => format!("{n} more. Narrow the search."),
        }
    }

    /// What waits above, so that nothing jumps.
    #[must_use]
    pub fn arrivals(self, n: u32) -> String {
        format!("{}: {}", self.count(u64::from(n), Noun::Arrival), self.t(Word::ShowArrivals))
    }

    /// The way out of a lost take.
    #[must_use]
    pub fn next_free(self, number: &str) -> String {
        match self {
            Self::Ru => format!("Свободен {number}"),
            Self::En => format!("{number} is free"),
        }
    }

    /// How many of a column are mine.
    #[must_use]
    pub fn of_mine(self, n: u32) -> String {
        match self {
            Self::Ru => format!("{n} у вас"),
            Self::En => format!("{n} yours"),
        }
    }

    /// How old the page is, when it is not live: «данные на 12:04».
    #[must_use]
    pub fn as_of(self, at: Timestamp) -> String {
        format!("{} {}", self.t(Word::Behind), self.time(at))
    }

    /// What a screen reader is told of a column.
    #[must_use]
    pub fn column_label(self, title: &str, count: u32) -> String {
        format!("{title}: {}", self.count(u64::from(count), Noun::Order))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_of_every_command_has_a_sentence() {
        let outcomes = [
            Outcome::Done,
            Outcome::Conflict,
            Outcome::NotYours,
            Outcome::Unknown,
            Outcome::Invalid,
            Outcome::SignedOut,
            Outcome::TooMany,
            Outcome::Unavailable,
        ];
        for lang in [Lang::Ru, Lang::En] {
            for command in Command::ALL {
                for outcome in outcomes {
                    let flash = Flash {
                        command: Some(command),
                        outcome,
                        number: "A-1".parse().ok(),
                        operator: Some("Анна".into()),
                        yours: false,
                        at: Some(Timestamp::from_millis(0)),
                        next_free: None,
                        retry_after: Some(21),
                        reason: None,
                        detail: None,
                    };
                    assert!(lang.told(&flash).chars().count() > 10, "{lang:?} {command:?} {outcome:?}");
                }
            }
        }
    }

    #[test]
    fn who_loses_a_race_is_told_who_won() {
        let flash = Flash::read(
            Some(Command::Take),
            409,
            None,
            r#"{"order":{"id":"0193c1a2-6f0e-7d3a-9c1b-2f4f5a6b7c8d","number":"A-7","title":"x","status":"MANUFACTURING_STARTED","version":2,"operator":{"login":"o2","name":"Анна Ким"},"approved_at":"2026-11-23T08:15:00Z","status_since":"2026-11-23T09:15:00Z","due_at":null,"priority":"normal","material":"m","size":null,"quantity":1,"price":{"amount":"1.00","currency":"RUB"},"pay":null,"comment":null,"model":null,"model_state":"none"},"next_free":"A-8"}"#,
            None,
        );
        assert_eq!(Lang::Ru.told(&flash), "Не успели: заказ A-7 уже взял мастер Анна Ким в 12:15.");
        assert_eq!(flash.next_free.as_ref().map(|n| n.as_str()), Some("A-8"));
        let mine = Flash { yours: true, ..flash };
        assert_eq!(Lang::Ru.told(&mine), "Заказ A-7 уже у вас.");
        assert_eq!(Lang::En.told(&mine), "You already have order A-7.");
    }

    #[test]
    fn what_was_typed_survives_a_refusal_and_not_a_success() {
        let read = |status| Flash::read(Some(Command::Release), status, Some(7), "{}", Some("сломан замок"));
        assert_eq!(read(503).reason.as_deref(), Some("сломан замок"));
        assert!(Lang::Ru.told(&read(503)).contains("7"));
        assert_eq!(read(200).reason, None);
        assert_eq!(read(0).outcome, Outcome::Unavailable);
    }
}
