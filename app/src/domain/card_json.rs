//! A card as JSON. All of it goes to every open board with every change, so that its texts share a room: a comment that
//! does not fit is cut where the card says so with `…`. The order's own page has it whole.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::Card;

/// Bytes that the texts of a card take at most as JSON, together: with everything else at its limits a change then takes
/// 6 KB. 2,000 Cyrillic letters fit beside any title that people write; of letters that JSON writes with six bytes
/// each not all do.
const ROOM: usize = 4_800;
/// What tells that there is more.
const MORE: char = '…';

impl Card {
    /// The customer's words as far as they are told to boards, and searched.
    #[must_use]
    pub fn told_comment(&self) -> Option<Cow<'_, str>> {
        let comment = self.comment.as_deref()?;
        let operator = self.operator.as_ref().map_or("", |operator| operator.name.as_str());
        let others = [&self.title, &self.material, self.size.as_deref().unwrap_or_default(), operator];
        let others: usize = others.into_iter().map(weight).sum();
        Some(cut(comment, ROOM.saturating_sub(others)))
    }
}

/// The bytes of a text within JSON.
fn weight(text: &str) -> usize {
    text.chars().map(weight_of).sum()
}

const fn weight_of(letter: char) -> usize {
    match letter {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        _ => letter.len_utf8(),
    }
}

fn cut(text: &str, room: usize) -> Cow<'_, str> {
    if weight(text) <= room {
        return Cow::Borrowed(text);
    }
    let mut left = room.saturating_sub(MORE.len_utf8());
    let kept = text.chars().take_while(|letter| match left.checked_sub(weight_of(*letter)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    });
    Cow::Owned(kept.chain([MORE]).collect())
}

impl Serialize for Card {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let more = usize::from(self.bonus.is_some()) + usize::from(self.model_before.is_some());
        let mut card = serializer.serialize_struct("Card", 18 + more)?;
        card.serialize_field("id", &self.id)?;
        card.serialize_field("number", &self.number)?;
        card.serialize_field("title", &self.title)?;
        card.serialize_field("status", &self.status)?;
        card.serialize_field("version", &self.version)?;
        card.serialize_field("operator", &self.operator)?;
        card.serialize_field("approved_at", &self.approved_at)?;
        card.serialize_field("status_since", &self.status_since)?;
        card.serialize_field("due_at", &self.due_at)?;
        card.serialize_field("priority", &self.priority)?;
        card.serialize_field("material", &self.material)?;
        card.serialize_field("size", &self.size)?;
        card.serialize_field("quantity", &self.quantity)?;
        card.serialize_field("price", &self.price)?;
        card.serialize_field("pay", &self.pay)?;
        if let Some(bonus) = &self.bonus {
            card.serialize_field("bonus", bonus)?;
        }
        card.serialize_field("comment", &self.told_comment())?;
        card.serialize_field("model", &self.model)?;
        card.serialize_field("model_state", &self.model_state)?;
        if let Some(before) = &self.model_before {
            card.serialize_field("model_before", before)?;
        }
        card.end()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;
    use crate::{
        domain::{Amount, Money, OperatorName, Row, Status},
        samples::{card, taken},
    };

    /// What comes around a card in a change: `id`, `event`, the revision twice, the trace.
    const AROUND: usize = 230;

    /// A card on which everything but its texts is as long as it can be.
    fn longest() -> Card {
        let mut card = taken(1, &"o".repeat(64), Status::Completed);
        let money = Money::new("9999999999.99".parse::<Amount>().unwrap(), "RUB").unwrap();
        (card.number, card.version) = ("9".repeat(32).parse().unwrap(), i32::MAX);
        (card.quantity, card.due_at) = (10_000, Some(card.approved_at));
        (card.price, card.pay, card.bonus) = (money.clone(), Some(money.clone()), Some(money));
        card.model = card.model.or_else(|| crate::samples::card(4).model);
        if let Some(model) = &mut card.model {
            model.size = 64 << 20;
        }
        card.model_before = card.model.clone().map(Box::new);
        assert!(card.model_before.is_some());
        card
    }

    /// A text of so many letters at most, all of one kind or mixed.
    fn text(longest: usize) -> impl Strategy<Value = String> {
        let letters = vec!['Щ', '😀', '\u{1}', '\u{1f}', '"', '\\', '\n', '\t', '\u{7f}', '\u{2028}', 'x'];
        let one = (prop::sample::select(letters.clone()), Just(longest))
            .prop_map(|(letter, times)| letter.to_string().repeat(times));
        let mixed = prop::collection::vec(prop::sample::select(letters), longest / 2..=longest);
        prop_oneof![one, mixed.prop_map(String::from_iter)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_letters_make_a_change_longer_than_6_kb_and_every_reader_sees_the_same_comment(
            title in text(200), material in text(64), size in text(64), name in text(100), comment in text(2_000),
        ) {
            let mut card = longest();
            (card.title, card.material, card.size) = (title, material, Some(size));
            card.comment = Some(comment.clone());
            card.operator = Some(OperatorName { login: "o".repeat(64), name });
            let json = serde_json::to_string(&card).unwrap();
            prop_assert!(json.len() + AROUND <= 6 * 1_024, "{} bytes", json.len());
            let row = serde_json::to_string(&Row(&card)).unwrap();
            prop_assert!(row.len() < json.len());
            let read: Card = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Card>(&row).unwrap(), &read);
            prop_assert_eq!(read.searched_text(), card.searched_text());
            prop_assert_eq!(serde_json::to_string(&read).unwrap(), json, "what was cut is not cut again");
            let told = read.comment.unwrap();
            let whole = told == comment;
            prop_assert!(whole || comment.starts_with(told.strip_suffix(MORE).unwrap()));
            prop_assert!(told.chars().count() > 350, "something of it is told whatever stands beside it");
        }
    }

    #[test]
    fn two_thousand_cyrillic_letters_are_told_whole() {
        let mut card = card(1);
        card.title = "Щ".repeat(120);
        card.comment = Some("Щ".repeat(2_000));
        assert_eq!(card.told_comment().as_deref(), card.comment.as_deref());
    }
}
