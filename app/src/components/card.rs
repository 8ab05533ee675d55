//! A card of the board: what is it, how old is it, whose is it, what do I do next. The server and the browser write it
//! as the same text; elements, white space and comments that nobody needs are not in it, for a page has many cards.

use super::{command::next_step, due::tone, markup::Markup, person::initials, picture::Kind};
use crate::{
    address,
    domain::{Actor, Card, Command, ModelState, Priority, Status, Timestamp, view::Onlooker},
    flash::{Flash, Outcome},
    i18n::{Lang, Word},
};

/// What is going on with an order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extra {
    /// A command is on its way.
    pub sending: Option<Command>,
    /// What the last one came to.
    pub told: Option<Flash>,
}

/// A card as a column shows it.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The order.
    pub card: &'a Card,
    /// The column that it is shown in.
    pub column: Status,
    /// It has left the board, and nobody said to where.
    pub gone: bool,
    /// What is going on with it.
    pub extra: Option<&'a Extra>,
    /// Its place in the column, from 1 on, and of how many; nothing when whoever draws it says so later.
    pub place: Option<(usize, u32)>,
}

/// What all cards of a page are drawn with.
#[derive(Debug, Clone, Copy)]
pub struct Light<'a> {
    /// The language.
    pub lang: Lang,
    /// Who looks.
    pub me: &'a Actor,
    /// Random per page, for request ids.
    pub seed: &'a str,
    /// The clock.
    pub now: Timestamp,
    /// Up to when this person has looked at the board.
    pub seen: Timestamp,
}

/// The attributes of a card's element that belong to its order; all others belong to its place in the page.
#[cfg(feature = "hydrate")]
pub const ATTRIBUTES: [&str; 6] =
    ["class", "data-order", "data-order-id", "data-status", "data-version", "data-model-sha"];

/// The card of an order. One that has moved on while a hand was over it stays where it was, says so, and no longer
/// answers to its number.
pub fn card(html: &mut Markup, row: Row<'_>, light: Light<'_>) {
    let Row { card, gone, extra, .. } = row;
    let lang = light.lang;
    let moved = gone || card.status != row.column;
    let mine = card.is_of(&light.me.login);
    let eye = Onlooker { login: &light.me.login, now: light.now, seen: Some(light.seen) };
    let new = !moved && eye.finds_new(card);
    let rush = card.priority == Priority::Rush;
    let mut class = format!("card {}", Kind::of(&card.title).name());
    // Where it was taken from it stays among free orders, and sets none of them apart.
    let apart = mine && row.column != Status::Approved;
    for (is, name) in [(apart, " mine"), (rush, " rush"), (moved, " moved"), (new, " new")] {
        class.push_str(if is { name } else { "" });
    }
    html.open("li").attr("class", &class).attr("tabindex", "-1");
    if let Some((place, of)) = row.place {
        html.attr("aria-posinset", &place.to_string()).attr("aria-setsize", &of.to_string());
    }
    if !moved {
        html.attr("data-order", card.number.as_str()).attr("data-order-id", &card.id.to_string());
    }
    html.attr("data-status", card.status.wire()).attr("data-version", &card.version.to_string());
    if let Some(model) = &card.model {
        html.attr("data-model-sha", &model.sha256.to_string());
    }
    title(html, card, lang);
    html.open("p").attr("class", "what").open("b").text(card.number.as_str()).close();
    html.text(" ").text(&lang.material(&card.material)).close();
    how(html, card, new, !moved && card.is_neglected(light.now), lang);
    when(html, row, moved, light);
    money(html, card, lang);
    if let Some(operator) = &card.operator {
        html.open("bdi").attr("class", if mine { "person me" } else { "person" });
        html.attr("title", &operator.login).attr("data-initials", &initials(&operator.name));
        html.text(if mine { lang.t(Word::You) } else { &operator.name }).close();
    }
    if let Some(command) = next_step(card, light.me).filter(|_| !moved) {
        form(html, card, command, extra.is_some_and(|extra| extra.sending.is_some()), light);
    }
    if let Some(flash) = extra.and_then(|extra| extra.told.as_ref()) {
        told(html, flash, lang);
    }
    html.close();
}

/// The way in, and the picture of the piece, if there is one; the drawing before it and the word after it come from the
/// style. A picture that can't be had shows nothing, as its alternative text is empty.
fn title(html: &mut Markup, card: &Card, lang: Lang) {
    html.open("h3").open("a").attr("href", &address::order(&card.number)).attr("data-action", "open");
    html.attr("data-word", lang.t(Word::Open)).attr("dir", "auto").text(&card.title).close().close();
    if let Some(model) = &card.model {
        html.open("img").attr("class", "photo").attr("src", &address::picture(model.sha256));
        html.attr("alt", "").attr("loading", "lazy").close();
    }
}

fn how(html: &mut Markup, card: &Card, new: bool, neglected: bool, lang: Lang) {
    html.open("p").attr("class", "how");
    if let Some(size) = &card.size {
        html.open("b").text(&lang.decimal(size)).close().text(" · ");
    }
    html.text(&lang.pieces(card.quantity));
    let marks = [
        (new, "mark fresh", lang.t(Word::NewMark), lang.t(Word::NewToYou)),
        (card.priority == Priority::Rush, "mark urgent", lang.t(Word::Rush), lang.t(Word::Rush)),
        (neglected, "mark waits", lang.t(Word::Neglected), lang.t(Word::Neglected)),
        (card.model_before.is_some(), "mark changed", lang.t(Word::ModelChanged), lang.t(Word::ModelChanged)),
        (card.comment.is_some(), "mark noted", "✎", lang.t(Word::HasComment)),
        (card.model_state == ModelState::Ready, "mark solid", "3D", lang.t(Word::ModelReady)),
    ];
    if marks.iter().any(|(is, ..)| *is) {
        html.open("span").attr("class", "marks");
        for (_, class, sign, words) in marks.into_iter().filter(|(is, ..)| *is) {
            html.open("i").attr("class", class).attr("role", "img").attr("aria-label", words);
            html.attr("title", words).attr("data-sign", sign).close();
        }
        html.close();
    }
    html.close();
}

fn when(html: &mut Markup, row: Row<'_>, moved: bool, Light { lang, now, .. }: Light<'_>) {
    let card = row.card;
    let time = |html: &mut Markup, class, at: Timestamp, words: &str| {
        html.open("time").attr("class", class).attr("datetime", &at.to_string());
        html.attr("title", &lang.moment(at)).text(words).close();
    };
    html.open("p").attr("class", "when");
    if !moved {
        time(html, "age", card.status_since, &lang.ago(card.status_since, now));
    }
    if let Some(due) = card.due_at {
        time(html, tone(due, now), due, &lang.due(due, now));
    }
    if moved {
        let place = if row.gone { lang.t(Word::Moved) } else { lang.stage(card.status) };
        html.open("span").attr("class", "gone").text("→ ").text(place).close();
    }
    html.close();
}

fn money(html: &mut Markup, card: &Card, lang: Lang) {
    html.open("p").attr("class", "money");
    if let Some(pay) = &card.pay {
        html.open("b").attr("title", lang.t(Word::Pay)).text(&lang.money(pay)).close();
    }
    if let Some(bonus) = &card.bonus {
        html.open("span").attr("class", "bonus").text("+").text(&lang.money(bonus)).close();
    }
    html.open("span").attr("class", "price");
    html.text(lang.t(Word::Price)).text(" ").text(&lang.money(&card.price)).close().close();
}

/// The next step. The button comes first and its fields after it: a script sends the fields by itself, and cards that
/// are drawn in the browser have none.
fn form(html: &mut Markup, card: &Card, command: Command, sending: bool, light: Light<'_>) {
    let (lang, name) = (light.lang, command.name());
    html.open("form").attr("class", "act").attr("method", "post");
    html.attr("action", &format!("/api/{name}")).attr("data-command", name);
    html.open("button").attr("class", "primary").attr("data-action", name);
    html.attr("aria-label", &format!("{}: {}", lang.command(command), card.number));
    if sending {
        html.attr("aria-disabled", "true");
    }
    html.text(if sending { lang.t(Word::Sending) } else { lang.command(command) }).close();
    #[cfg(feature = "ssr")]
    for (name, value) in super::command::values(card, command, light.seed) {
        html.open("input").attr("type", "hidden").attr("name", name).attr("value", &value).close();
    }
    html.close();
}

/// What the last command came to, and the order that is free next.
fn told(html: &mut Markup, flash: &Flash, lang: Lang) {
    let class = if flash.outcome == Outcome::Done { "told good" } else { "told bad" };
    html.open("p").attr("class", class).text(&lang.told(flash));
    if let Some(number) = &flash.next_free {
        html.text(" ").open("a").attr("href", &address::order(number));
        html.text(&lang.next_free(number.as_str())).close();
    }
    html.close();
}
