//! The working side of an order's page: where it stands, the one next action, the step back.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::markup::Markup;
use super::{
    command::{command_form, fields, next_step, step_back},
    erase::Erase,
    notice::notice,
    person::person,
};
use crate::{
    domain::{Actor, Card, Command, Priority, Status},
    flash::Flash,
    i18n::{Lang, Word},
};

/// The state of an order's page.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    /// The order.
    pub card: RwSignal<Card>,
    /// A command on its way.
    pub sending: RwSignal<Option<Command>>,
    /// What the last one came to.
    pub told: RwSignal<Option<Flash>>,
    /// Who looks.
    pub me: StoredValue<Actor>,
    /// Random per page, for request ids.
    pub seed: StoredValue<String>,
    /// The language.
    pub lang: Lang,
}

impl Desk {
    /// The page as the server rendered it.
    #[must_use]
    pub fn new(card: Card, me: Actor, seed: String, lang: Lang, flash: Option<Flash>) -> Self {
        Self {
            card: RwSignal::new(card),
            sending: RwSignal::new(None),
            told: RwSignal::new(flash),
            me: StoredValue::new(me),
            seed: StoredValue::new(seed),
            lang,
        }
    }

    /// What is called back from a refused step, so that it isn't typed again.
    fn typed(&self, command: Command) -> Option<String> {
        self.told.read().as_ref().filter(|flash| flash.command == Some(command))?.reason.clone()
    }
}

/// The view of it.
pub fn desk_view(desk: Desk) -> impl IntoView + use<> {
    let lang = desk.lang;
    let told = move || notice(desk.told.read().as_ref(), lang, false);
    view! {
        <section class="desk" aria-label=lang.t(Word::NextStep)>
            {told}
            {move || standing(&desk.card.read(), desk)}
            {move || steps(&desk.card.read(), desk)}
        </section>
    }
    .erased()
}

fn standing(card: &Card, desk: Desk) -> impl IntoView + use<> {
    let lang = desk.lang;
    let place = Status::COLUMNS.iter().position(|status| *status == card.status);
    let stages = Status::COLUMNS.into_iter().enumerate().map(move |(at, status)| {
        let now = place == Some(at);
        view! {
            <li class:done=place.is_none_or(|place| at < place) aria-current=now.then_some("step")>
                {lang.stage(status)}
            </li>
        }
    });
    let over = place.is_none().then(|| view! { <p class="over">{lang.stage(card.status)}</p> });
    let rush = (card.priority == Priority::Rush)
        .then(|| view! { <span class="mark urgent">{lang.t(Word::Rush)}</span> });
    view! {
        <ol class="stages">{stages.collect::<Vec<_>>()}</ol>
        <p class="standing">
            {rush}
            {person(card, &desk.me.read_value().login, lang)}
        </p>
        {over}
    }
    .erased()
}

fn steps(card: &Card, desk: Desk) -> impl IntoView + use<> {
    let lang = desk.lang;
    let actor = desk.me.read_value();
    let next = next_step(card, &actor);
    let idle = next.is_none().then(|| {
        let words = if card.status.is_actual() { Word::NotYours } else { Word::NothingToDo };
        view! { <p class="idle">{lang.t(words)}</p> }
    });
    view! {
        <div
            class="steps"
            data-order=card.number.to_string()
            data-order-id=card.id.to_string()
            data-status=card.status.wire()
            data-version=card.version.to_string()
        >
            {next.map(|command| {
                command_form(card, command, &desk.seed.read_value(), lang, desk.sending.get() == Some(command))
            })}
            {idle}
            {step_back(card, &actor).map(|command| back_form(card, command, desk))}
        </div>
    }
    .erased()
}

/// What a field of several lines holds: the renderer writes it as it is, and a browser that has the page takes it as it is.
#[cfg(feature = "ssr")]
fn content(typed: &str) -> String {
    let mut html = Markup::default();
    html.text(typed);
    html.into_html()
}

#[cfg(not(feature = "ssr"))]
fn content(typed: &str) -> String {
    typed.to_owned()
}

fn back_form(card: &Card, command: Command, desk: Desk) -> impl IntoView + use<> {
    let lang = desk.lang;
    let typed = desk.typed(command).map(|typed| content(&typed));
    let open = typed.is_some();
    view! {
        <details class="back" open=open>
            <summary>{lang.command(command)} "…"</summary>
            <form method="post" action=format!("/api/{}", command.name()) data-command=command.name()>
                {fields(card, command, &desk.seed.read_value())}
                <label for="reason">{lang.t(Word::Reason)}</label>
                <textarea id="reason" name="reason" required maxlength="500" rows="3" aria-describedby="reason-hint" dir="auto">
                    {typed}
                </textarea>
                <p id="reason-hint" class="hint">{lang.t(Word::ReasonHint)}</p>
                <button type="submit" class="second" data-action=command.name() aria-disabled=(desk.sending.get() == Some(command)).then_some("true")>
                    {lang.command(command)}
                </button>
            </form>
        </details>
    }
    .erased()
}
