//! A card as a row: the values of its JSON without their names, in the order of [`Card`]'s fields. Half the bytes of
//! the contract's form, and what reads cards reads rows, too.

use serde::{Serialize, Serializer, ser::SerializeTuple};

use super::{Card, CardModel, Money, OperatorName};

/// The row of a card.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a>(pub &'a Card);

fn money(money: &Money) -> (&super::Amount, &str) {
    (&money.amount, &money.currency)
}

fn person(person: &OperatorName) -> (&str, &str) {
    (&person.login, &person.name)
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let card = self.0;
        let model = |model: &CardModel| (model.sha256, model.size);
        let mut row = serializer.serialize_tuple(20)?;
        row.serialize_element(&card.id)?;
        row.serialize_element(&card.number)?;
        row.serialize_element(&card.title)?;
        row.serialize_element(&card.status)?;
        row.serialize_element(&card.version)?;
        row.serialize_element(&card.operator.as_ref().map(person))?;
        row.serialize_element(&card.approved_at)?;
        row.serialize_element(&card.status_since)?;
        row.serialize_element(&card.due_at)?;
        row.serialize_element(&card.priority)?;
        row.serialize_element(&card.material)?;
        row.serialize_element(&card.size)?;
        row.serialize_element(&card.quantity)?;
        row.serialize_element(&money(&card.price))?;
        row.serialize_element(&card.pay.as_ref().map(money))?;
        row.serialize_element(&card.bonus.as_ref().map(money))?;
        row.serialize_element(&card.told_comment())?;
        row.serialize_element(&card.model.as_ref().map(model))?;
        row.serialize_element(&card.model_state)?;
        row.serialize_element(&card.model_before.as_deref().map(model))?;
        row.end()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::{
        domain::Status,
        samples::{card, taken},
    };

    #[test]
    fn a_row_reads_back_as_its_card() {
        let mut bare = card(2);
        (bare.pay, bare.model, bare.comment, bare.due_at, bare.size) = (None, None, None, None, None);
        let mut rich = card(4);
        rich.bonus = rich.pay.clone();
        let mut changed = taken(5, "operator1", Status::Completed);
        changed.model_before = changed.model.clone().map(Box::new);
        for card in [card(1), bare, taken(3, "operator1", Status::Started), rich, changed] {
            let row = serde_json::to_string(&Row(&card)).unwrap();
            assert!(row.len() * 5 < serde_json::to_string(&card).unwrap().len() * 4, "{row}");
            assert_eq!(serde_json::from_str::<Card>(&row).unwrap(), card);
        }
    }
}
