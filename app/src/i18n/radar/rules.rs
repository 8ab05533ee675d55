//! What is wrong with a message, in the words of whoever reads it. The reader of messages says it in English, in a
//! closed set of rules; what is not among them stays as it is.

use crate::i18n::Lang;

/// Rules without anything in them.
const FIXED: [(&str, &str); 11] = [
    ("must be a JSON object in UTF-8", "не объект JSON в кодировке UTF-8"),
    ("must be an object", "должно быть объектом"),
    ("must be a UUID", "должно быть идентификатором UUID"),
    ("must be three capital letters such as RUB", "три заглавные латинские буквы, например RUB"),
    ("must be 64 lower-case hexadecimal digits", "64 строчные шестнадцатеричные цифры"),
    ("must be 1 to 40 of A-Z _", "от 1 до 40 знаков A-Z _"),
    ("must be 1 to 32 of A-Z a-z 0-9 -", "от 1 до 32 знаков A-Z a-z 0-9 -"),
    ("must not contain \"..\"", "не может содержать «..»"),
    ("must not be the number of another order", "этот номер уже у другого заказа"),
    ("must be something that the database can keep", "база данных не может это сохранить"),
    (
        "must be a decimal text such as \"45900.00\", at most 10 digits before the point and 2 after it",
        "десятичный текст вроде «45900.00»: до 10 цифр до точки и до 2 после",
    ),
];

/// Rules with something in them: beginning and end around it, in English and in Russian.
const FILLED: [([&str; 2], [&str; 2]); 5] = [
    (["must be a whole number from ", ""], ["целое число: ", ""]),
    (["must be a text of 1 to ", " characters without U+0000"], ["текст от 1 до ", " знаков, без U+0000"]),
    (["must be one of ", ""], ["одно из: ", ""]),
    (["must be a list of at most ", ""], ["список не длиннее ", ""]),
    (
        ["must be a time such as ", " (RFC 3339), from 1970 to 9998"],
        ["время вроде ", " (RFC 3339), с 1970 по 9998 год"],
    ),
];

impl Lang {
    /// A rule that a field of a message breaks.
    #[must_use]
    pub fn rule(self, rule: &str) -> String {
        if self == Self::En {
            return rule.to_owned();
        }
        if let Some((_, ru)) = FIXED.iter().find(|(en, _)| *en == rule) {
            return (*ru).to_owned();
        }
        let filled = FILLED.iter().find_map(|([begin, end], [ru, after])| {
            let inside = rule.strip_prefix(begin)?.strip_suffix(end)?;
            Some(format!("{ru}{}{after}", inside.replace(" to ", "…")))
        });
        filled.unwrap_or_else(|| rule.to_owned())
    }

    /// Why a letter was put aside, by its reason's name.
    #[must_use]
    pub fn letter_reason(self, reason: &str) -> &'static str {
        match reason {
            "malformed" => self.one_of("Сообщение нарушает правила", "The message breaks its rules"),
            "too_large" => self.one_of("Сообщение длиннее 64 КиБ", "The message is longer than 64 KiB"),
            "delivery_limit" => self.one_of(
                "RabbitMQ отложил его сам: приём сто раз обрывался на нём",
                "RabbitMQ put it aside itself: taking it in broke off a hundred times",
            ),
            "rejected" | "expired" | "maxlen" => {
                self.one_of("RabbitMQ отложил его сам", "RabbitMQ put it aside itself")
            }
            _ => self.one_of("Причина не указана", "The reason was not given"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_told_in_russian_and_unknown_ones_stay() {
        for (en, ru) in [
            ("must be a UUID", "должно быть идентификатором UUID"),
            ("must be a whole number from 1 to 10000", "целое число: 1…10000"),
            ("must be one of normal, rush", "одно из: normal, rush"),
            ("must be a text of 1 to 200 characters without U+0000", "текст от 1 до 200 знаков, без U+0000"),
            ("is new", "is new"),
        ] {
            assert_eq!(Lang::Ru.rule(en), ru);
            assert_eq!(Lang::En.rule(en), en);
        }
    }
}
