//! The supervisor's lever on an order that nobody takes: a plain form on the order's page.

use leptos::prelude::*;

use super::command::press_id;
use crate::{
    domain::{Actor, Card, Status},
    i18n::{Lang, Passport},
};

/// The form; nothing for operators, and nothing once somebody has the order.
pub fn bonus(card: &Card, actor: &Actor, seed: &str, lang: Lang) -> Option<AnyView> {
    let shown = actor.role.is_supervisor() && card.status == Status::Approved;
    shown.then(|| {
        let now = card.bonus.as_ref().map(|bonus| bonus.amount.to_string());
        let put = card.bonus.as_ref().map(|bonus| {
            view! { <p class="hint">{lang.passport(Passport::BonusNow)} " " <b>{lang.money(bonus)}</b></p> }
        });
        let words = if now.is_some() { Passport::BonusChange } else { Passport::BonusPut };
        view! {
            <section class="bonus" aria-labelledby="bonus-title">
                <h2 id="bonus-title">{lang.passport(Passport::Bonus)}</h2>
                {put}
                <form method="post" action="/api/bonus">
                    <input type="hidden" name="id" value=card.id.to_string() />
                    <input type="hidden" name="version" value=card.version.to_string() />
                    <input type="hidden" name="request_id" value=press_id(seed, card, "bonus") />
                    <label for="amount">{lang.passport(Passport::BonusAmount)}</label>
                    <input id="amount" name="amount" value=now required inputmode="decimal" pattern="[0-9]{1,6}([.,][0-9]{1,2})?" autocomplete="off" aria-describedby="bonus-hint" />
                    <button type="submit" class="second" data-action="bonus">{lang.passport(words)}</button>
                    <p id="bonus-hint" class="hint">{lang.passport(Passport::BonusHint)}</p>
                </form>
            </section>
        }
        .into_any()
    })
}
