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
pub fn card_view(row: &Row, place: Status, light: Light) -> impl IntoView + use<> {
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
