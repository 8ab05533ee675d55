//! A card of the board: what is it, how old is it, whose is it, what do I do next.

use leptos::prelude::*;

use super::{
    command::{command_form, next_step},
    due::{age, due},
    erase::Erase,
    notice::told,
    person::person,
    picture::picture,
};
use crate::{
    address,
    domain::{Actor, Card, Command, ModelState, Priority, Status, Timestamp, view::Onlooker},
    flash::Flash,
    i18n::{Lang, Word},
};

/// A card, and what is going on with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The order.
    pub card: Card,
    /// A command is on its way.
    pub sending: Option<Command>,
    /// What the last one came to.
    pub told: Option<Flash>,
    /// It has left the board, and nobody said to where.
    pub gone: bool,
}

impl From<Card> for Row {
    fn from(card: Card) -> Self {
        Self { card, sending: None, told: None, gone: false }
    }
}

/// What all cards of a page are drawn with.
#[derive(Debug, Clone, Copy)]
pub struct Light {
    /// The language.
    pub lang: Lang,
    /// Who looks.
    pub me: StoredValue<Actor>,
    /// Random per page, for request ids.
    pub seed: StoredValue<String>,
    /// The clock.
    pub now: RwSignal<Timestamp>,
    /// Up to when this person has looked at the board.
    pub seen: RwSignal<Timestamp>,
}

/// A card in the column of `place`. One that has moved on while a hand was over it stays where it was, says so,
/// and no longer answers to its number.
#[cfg(not(feature = "ssr"))]
pub fn card_view(row: &Row, place: Status, light: Light) -> impl IntoView + use<> {
    drawn(row, place, light)
}

/// The same as HTML, which the server keeps and gives again as long as nothing that shows on it has changed.
#[cfg(feature = "ssr")]
pub fn card_view(row: &Row, place: Status, light: Light) -> impl IntoView + use<> {
    use super::fragment::{Circumstances, html};
    use leptos::tachys::html::InertElement;
    let Light { lang, me, seed, now, seen } = light;
    if row.gone || row.sending.is_some() || row.told.is_some() {
        return drawn(row, place, light).into_any();
    }
    let moments = (now.get_untracked(), seen.get_untracked());
    let circumstances = Circumstances::of(&row.card, place, lang, &me.read_value(), moments);
    let draw = |seed: &str| {
        let seed = StoredValue::new(seed.to_owned());
        drawn(row, place, Light { seed, ..light }).to_html()
    };
    InertElement::new(html(&row.card, circumstances, &seed.read_value(), draw)).into_any()
}

fn drawn(row: &Row, place: Status, light: Light) -> impl IntoView + use<> {
    let Light { lang, me, seed, now, seen } = light;
    let card = &row.card;
    let (login, moved) = (me.read_value().login.clone(), row.gone || card.status != place);
    let next = next_step(card, &me.read_value()).filter(|_| !moved);
    let eye = Onlooker { login: &login, now: now.get_untracked(), seen: Some(seen.get()) };
    let new = !moved && eye.finds_new(card);
    let classes = [
        "card",
        if card.is_of(&login) { "mine" } else { "" },
        if card.priority == Priority::Rush { "rush" } else { "" },
        if moved { "moved" } else { "" },
        if new { "new" } else { "" },
    ];
    let link = address::order(&card.number);
    let model = card.model.as_ref().map(|model| model.sha256.to_string());
    view! {
        <li
            class=classes.join(" ")
            tabindex="-1"
            data-order=(!moved).then(|| card.number.to_string())
            data-order-id=(!moved).then(|| card.id.to_string())
            data-status=card.status.wire()
            data-version=card.version.to_string()
            data-model-sha=model
        >
            {picture(&card.title)}
            <h3>
                <a href=link.clone() dir="auto">{card.title.clone()}</a>
            </h3>
            {what(card, lang)}
            {marks(card, new, lang)}
            <p class="when">
                {(!moved).then(|| age(card.status_since, lang, now))} {due(card.due_at, lang, now)}
                {moved.then(|| {
                    let place = if row.gone { lang.t(Word::Moved) } else { lang.stage(card.status) };
                    view! { <span class="gone">"→ " {place}</span> }
                })}
            </p>
            {money(card, lang)}
            {person(card, &login, lang)}
            <div class="do">
                <a class="open" data-action="open" href=link aria-label=format!("{}: {}", lang.t(Word::Open), card.number)>
                    <span>{lang.t(Word::Open)}</span>
                </a>
                {next.map(|command| command_form(card, command, &seed.read_value(), lang, row.sending.is_some()))}
            </div>
            {row.told.as_ref().map(|flash| told(flash, lang, false))}
        </li>
    }
    .erased()
}

fn what(card: &Card, lang: Lang) -> impl IntoView + use<> {
    let size = card.size.as_ref().map(|size| view! { <bdi class="size">{lang.decimal(size)}</bdi> " · " });
    view! {
        <p class="what">
            <span class="number">{card.number.to_string()}</span>
            " "
            <bdi>{lang.material(&card.material).into_owned()}</bdi>
        </p>
        <p class="how">{size} {lang.pieces(card.quantity)}</p>
    }
    .erased()
}

fn marks(card: &Card, new: bool, lang: Lang) -> impl IntoView + use<> {
    let new = new.then(|| mark("mark fresh", lang.t(Word::NewMark), lang.t(Word::NewToYou)));
    let rush = (card.priority == Priority::Rush)
        .then(|| view! { <span class="mark urgent">{lang.t(Word::Rush)}</span> });
    let comment = card.comment.is_some().then(|| mark("mark noted", "✎", lang.t(Word::HasComment)));
    let model =
        (card.model_state == ModelState::Ready).then(|| mark("mark solid", "3D", lang.t(Word::ModelReady)));
    view! { <p class="marks">{new} {rush} {comment} {model}</p> }
}

fn mark(class: &'static str, sign: &'static str, words: &'static str) -> impl IntoView {
    view! { <span class=class role="img" aria-label=words title=words>{sign}</span> }
}

fn money(card: &Card, lang: Lang) -> impl IntoView + use<> {
    let pay = card.pay.as_ref().map(|pay| {
        view! { <b title=lang.t(Word::Pay)><span class="unseen">{lang.t(Word::Pay)} " "</span>{lang.money(pay)}</b> }
    });
    view! {
        <p class="money">
            {pay}
            <span class="price">{lang.t(Word::Price)} " " {lang.money(&card.price)}</span>
        </p>
    }
    .erased()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::{
        domain::Role,
        samples::{NOW, actor, card, taken},
    };

    fn light(me: &Actor, seed: &str, lang: Lang, now: Timestamp, seen: Timestamp) -> Light {
        Light {
            lang,
            me: StoredValue::new(me.clone()),
            seed: StoredValue::new(seed.to_owned()),
            now: RwSignal::new(now),
            seen: RwSignal::new(seen),
        }
    }

    #[test]
    fn a_kept_card_is_what_would_be_drawn_for_this_person_now() {
        let boss = Actor { role: Role::Supervisor, login: "boss".into(), ..actor() };
        let other = Actor { login: "other".into(), ..actor() };
        let mut cards =
            vec![card(1), taken(2, "operator1", Status::Started), taken(2, "other", Status::Started)];
        cards.push(Card { priority: Priority::Rush, due_at: None, model: None, ..card(3) });
        cards.push(Card { title: "~the-seed-of-the-page~ <i>".into(), ..card(4) });
        cards.push(Card { title: "Кольцо".into(), ..card(1) });
        let later = |days: i64| Timestamp::from_millis(NOW.millis() + days * 86_400_000);
        let mut different = std::collections::BTreeSet::new();
        Owner::new().with(|| {
            for _ in 0..2 {
                for (me, seed) in [(actor(), "one"), (other.clone(), "two"), (boss.clone(), "three")] {
                    for (days, seen) in [(0, -1), (0, 0), (1, 0), (30, 0), (0, 0)] {
                        for (lang, card) in [Lang::Ru, Lang::En]
                            .into_iter()
                            .flat_map(|it| cards.iter().map(move |card| (it, card)))
                        {
                            let light = light(&me, seed, lang, later(days), later(seen));
                            let row = Row::from(card.clone());
                            let kept = card_view(&row, card.status, light).into_view().to_html();
                            assert_eq!(kept, drawn(&row, card.status, light).into_view().to_html());
                            different.insert(kept);
                        }
                    }
                }
            }
        });
        assert!(different.len() > 100, "{}", different.len());
    }

    #[test]
    fn a_card_with_something_going_on_is_never_kept() {
        Owner::new().with(|| {
            let light = light(&actor(), "seed", Lang::Ru, NOW, NOW);
            let still = Row::from(card(1));
            let busy = Row { sending: Some(Command::Take), ..still.clone() };
            let html = |row: &Row| card_view(row, Status::Approved, light).into_view().to_html();
            let before = html(&still);
            assert_ne!(html(&busy), before);
            assert_eq!(html(&still), before);
        });
    }
}
