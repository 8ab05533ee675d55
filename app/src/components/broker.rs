//! What a supervisor is told on every page while messages do not come: the board goes on, and how old it is in this
//! respect.

use leptos::prelude::*;

use super::own::script;
use crate::{
    domain::{Actor, Timestamp},
    i18n::{Lang, RadarWord},
    radar::BrokerAway,
};

/// The banner; hidden while all is well. `public/broker.js` keeps it true. Nothing for those who could do nothing.
pub fn broker_banner(actor: &Actor, away: Option<BrokerAway>, now: Timestamp, lang: Lang) -> AnyView {
    if !actor.role.is_supervisor() {
        return ().into_any();
    }
    let hidden = away.is_none();
    let words = away.map(|away| lang.broker_away(&away, now));
    view! {
        <div class="notice broker" role="status" data-broker hidden=hidden>
            <p class="told bad">
                <span>{words.unwrap_or_default()}</span>
                " "
                <a href="/radar">{lang.radar(RadarWord::ToRadar)}</a>
            </p>
        </div>
        {script("broker.js")}
    }
    .into_any()
}
