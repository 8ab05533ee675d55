//! A model that the shop changed while somebody had the order: what it was, what it is, and the operator's word that
//! they work to the new one. Both places are on the page of every order, empty as a rule: `public/order.js` fills them
//! when a change arrives.

use leptos::prelude::*;

use super::{
    command::press_id,
    facts::dimensions,
    own::own,
    picture::pictured,
    viewer::{Shown, host},
};
use crate::{
    domain::{Actor, Alloy, Card, CardModel, Entry, ModelFacts, ModelState},
    i18n::{Changed, Lang, Phrase, Word},
};

/// The notice with what has changed, and the form that confirms it.
pub fn change(entry: &Entry, actor: &Actor, seed: &str, lang: Lang) -> AnyView {
    let card = &entry.card;
    let shown = card.model_before.as_deref().map(|before| {
        let words = match card.model_state {
            ModelState::Ready => Changed::Ready,
            ModelState::Pending => Changed::Pending,
            ModelState::None => Changed::Removed,
            ModelState::Missing | ModelState::Refused | ModelState::Mismatch => Changed::Unusable,
        };
        let compared = card.model.as_ref().map(|now| differences(entry, before, now, lang));
        view! {
            <link rel="stylesheet" href=own("change.css") />
            <h2 id="change-title">{lang.changed(Changed::Title)}</h2>
            <p>{lang.changed(words)}</p>
            {compared}
            {answer(card, actor, seed, lang)}
        }
    });
    view! {
        <section
            class="change"
            aria-labelledby="change-title"
            hidden=card.model_before.is_none()
            data-version=card.version.to_string()
            data-model-state=format!("{:?}", card.model_state).to_lowercase()
        >
            {shown}
        </section>
    }
    .into_any()
}

/// The button for the operator who has the order; for everybody else, whom it waits for. Nothing while there is no model
/// that could be confirmed.
fn answer(card: &Card, actor: &Actor, seed: &str, lang: Lang) -> AnyView {
    let (Some(operator), Some(model)) = (&card.operator, &card.model) else { return ().into_any() };
    if operator.login == actor.login {
        view! {
            <form method="post" action="/api/confirm" data-command="confirm">
                <input type="hidden" name="id" value=card.id.to_string() />
                <input type="hidden" name="version" value=card.version.to_string() />
                <input type="hidden" name="request_id" value=press_id(seed, card, "confirm") />
                <input type="hidden" name="sha256" value=model.sha256.to_string() />
                <button type="submit" class="primary" data-action="confirm">{lang.changed(Changed::Confirm)}</button>
            </form>
        }
        .into_any()
    } else {
        let name = operator.name.clone();
        view! { <p class="hint">{lang.changed(Changed::Waits)} " " <bdi>{name}</bdi></p> }.into_any()
    }
}

/// What differs stands out; what is known of one of them alone is left out.
fn differences(entry: &Entry, before: &CardModel, now: &CardModel, lang: Lang) -> AnyView {
    let row = |what: &'static str, before: String, now: String| {
        let same = before == now;
        let now = if same { now.into_any() } else { view! { <strong>{now}</strong> }.into_any() };
        view! { <tr><th scope="row">{what}</th> <td>{before}</td> <td>{now}</td></tr> }
    };
    let facts = entry.model_before_facts.as_ref().zip(entry.model_facts.as_ref());
    let volume = |facts: &ModelFacts| facts.bench.as_ref()?.volume_mm3;
    let volumes = facts.and_then(|(before, now)| volume(before).zip(volume(now)));
    let alloy = Alloy::named(&entry.card.material);
    view! {
        <table aria-label=lang.changed(Changed::Compared)>
            <thead>
                <tr>
                    <th scope="col"><span class="unseen">{lang.changed(Changed::What)}</span></th>
                    <th scope="col">{lang.changed(Changed::Before)}</th>
                    <th scope="col">{lang.changed(Changed::After)}</th>
                </tr>
            </thead>
            <tbody>
                {facts.map(|(before, now)| row(lang.t(Word::Measures), dimensions(before, lang), dimensions(now, lang)))}
                {volumes.zip(alloy).map(|((before, now), alloy)| {
                    row(lang.says(Phrase::Weight), lang.grams(alloy.grams(before)), lang.grams(alloy.grams(now)))
                })}
                {volumes.map(|(before, now)| row(lang.says(Phrase::Volume), lang.volume(before), lang.volume(now)))}
                {row(lang.changed(Changed::File), lang.file_size(before.size), lang.file_size(now.size))}
            </tbody>
        </table>
    }
    .into_any()
}

/// The model that was, beside the one that is; it is loaded when somebody opens it.
pub fn model_before(entry: &Entry, lang: Lang) -> AnyView {
    let card = &entry.card;
    let facts = entry.model_before_facts.as_ref();
    let shown = card.model_before.as_deref().map(|model| {
        view! {
            <p class="which">{lang.changed(Changed::Before)}</p>
            <details>
                <summary class="second scripted">
                    {lang.changed(Changed::Turn)} <span class="unseen">" " {lang.changed(Changed::TurnWhich)}</span>
                </summary>
                {host(Some(Shown { card, model, facts, eager: false }), lang)}
            </details>
            <p class="shot">{pictured(card, Some(model))}</p>
        }
    });
    view! { <div class="before" hidden=card.model_before.is_none()>{shown}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{ModelDigest, Status},
        samples::{actor, entry, taken},
    };

    fn page(card: Card, actor: &Actor) -> String {
        change(&entry(card, Vec::new()), actor, "seed", Lang::En).to_html()
    }

    fn changed(state: ModelState) -> Card {
        let mut card = taken(1, "operator1", Status::Started);
        card.model_before = Some(Box::new(CardModel { sha256: ModelDigest([0xcd; 32]), size: 12_164 }));
        if state != ModelState::Ready {
            card.model = None;
        }
        Card { model_state: state, ..card }
    }

    #[test]
    fn an_order_whose_model_did_not_change_has_an_empty_place() {
        let html = page(taken(1, "operator1", Status::Started), &actor());
        assert!(html.contains(" hidden") && !html.contains("<h2"), "{html}");
        let before =
            model_before(&entry(taken(1, "operator1", Status::Started), Vec::new()), Lang::En).to_html();
        assert!(before.contains(" hidden") && !before.contains("<p"), "{before}");
    }

    #[test]
    fn the_operator_confirms_the_model_that_is_shown_and_nobody_else_does() {
        let mine = page(changed(ModelState::Ready), &actor());
        assert!(mine.contains("action=\"/api/confirm\"") && mine.contains(&"ab".repeat(32)), "{mine}");
        assert!(mine.contains("13\u{a0}KB") && mine.contains("<strong>7.3\u{a0}MB</strong>"), "{mine}");
        let other = Actor { login: "operator2".into(), ..actor() };
        let theirs = page(changed(ModelState::Ready), &other);
        assert!(!theirs.contains("<form") && theirs.contains("Мастер operator1"), "{theirs}");
    }

    #[test]
    fn a_model_that_cannot_be_shown_cannot_be_confirmed() {
        for state in [ModelState::Pending, ModelState::None, ModelState::Missing, ModelState::Refused] {
            let html = page(changed(state), &actor());
            assert!(html.contains("The model was changed") && !html.contains("<form"), "{html}");
        }
    }

    #[test]
    fn the_model_before_is_not_loaded_until_it_is_opened() {
        let html = model_before(&entry(changed(ModelState::Ready), Vec::new()), Lang::En).to_html();
        assert!(html.contains(&"cd".repeat(32)) && !html.contains("data-eager"), "{html}");
    }
}
