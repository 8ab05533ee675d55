//! Orders and people for the tests of this crate.

#![expect(clippy::unwrap_used, reason = "tests")]

use uuid::Uuid;

use crate::domain::{
    Actor, Amount, BoardPage, Card, CardModel, Column, Entry, HistoryStep, ModelDigest, ModelState, Money,
    OperatorName, OrderId, Priority, Revision, Role, Status, Timestamp, Totals,
};

/// A moment for tests: 2026-11-23T08:15:00Z.
pub const NOW: Timestamp = Timestamp::from_millis(1_795_421_700_000);

pub fn actor() -> Actor {
    Actor {
        user: Uuid::from_u128(1),
        login: "operator1".into(),
        name: "Анна Ким".into(),
        role: Role::Operator,
    }
}

pub fn card(n: u128) -> Card {
    let rub = |whole: i64| Money { amount: Amount::from_hundredths(whole * 100), currency: "RUB".into() };
    let ago = |minutes: i64| Timestamp::from_millis(NOW.millis() - minutes * 60_000);
    Card {
        id: OrderId(Uuid::from_u128(n)),
        number: format!("A-{n}").parse().unwrap(),
        title: format!("Кольцо «Ветвь» {n}"),
        status: Status::Approved,
        version: 1,
        operator: None,
        approved_at: ago(12 + i64::try_from(n).unwrap()),
        status_since: ago(12),
        due_at: Some("2026-12-14T00:00:00Z".parse().unwrap()),
        priority: Priority::Normal,
        material: "gold-585-yellow".into(),
        size: Some("17.5".into()),
        quantity: 3,
        price: rub(45_900),
        pay: Some(rub(6_900)),
        bonus: None,
        comment: Some("гравировка внутри: «19.09»".into()),
        model: Some(CardModel { sha256: ModelDigest([0xab; 32]), size: 7_340_032 }),
        model_state: ModelState::Ready,
        model_before: None,
    }
}

pub fn taken(n: u128, login: &str, status: Status) -> Card {
    let operator = Some(OperatorName { login: login.into(), name: format!("Мастер {login}") });
    Card { status, operator, version: 2, ..card(n) }
}

/// What the cache holds of an order that says nothing else.
pub fn entry(card: Card, history: Vec<HistoryStep>) -> Entry {
    Entry {
        card,
        channel: "shop".into(),
        history,
        received_at: None,
        model_facts: None,
        model_problem: None,
        model_before_facts: None,
    }
}

/// A first screen with these cards, at revision 1.10.
pub fn page(cards: Vec<Card>) -> BoardPage {
    let columns = Status::COLUMNS.map(|status| {
        let cards: Vec<_> = cards.iter().filter(|card| card.status == status).cloned().collect();
        let mine = cards.iter().filter(|card| card.is_of("operator1")).count();
        Column { status, count: cards.len().try_into().unwrap(), mine: mine.try_into().unwrap(), cards }
    });
    let mine = columns.iter().map(|column| column.mine).sum();
    let totals =
        Totals { all: cards.len().try_into().unwrap(), mine, free: columns[0].count, ..Totals::default() };
    BoardPage {
        revision: Revision::new(1, 10),
        fresh_at: NOW,
        now: NOW,
        seen: NOW,
        columns: columns.into(),
        totals,
    }
}
