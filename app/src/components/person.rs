//! Who has an order: initials and name.

use leptos::prelude::*;

use super::erase::Erase;

use crate::{
    domain::Card,
    i18n::{Lang, Word},
};

/// The first letters of the first two words.
#[must_use]
pub fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}

/// The operator of a card; mine is said in a word, too.
pub fn person(card: &Card, me: &str, lang: Lang) -> impl IntoView + use<> {
    let mine = card.is_of(me);
    card.operator
        .as_ref()
        .map(|operator| {
            view! {
                <bdi class="person" class:me=mine title=operator.login.clone() data-initials=initials(&operator.name)>
                    {if mine { lang.t(Word::You).to_owned() } else { operator.name.clone() }}
                </bdi>
            }
        })
        .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_words_and_not_from_marks() {
        assert_eq!(initials("Анна Петровна Ким"), "АП");
        assert_eq!(initials("  «о́льга»"), "О");
        assert_eq!(initials("—"), "");
        assert_eq!(initials(""), "");
    }
}
