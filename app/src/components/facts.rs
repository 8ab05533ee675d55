//! What a goldsmith needs to know of an order, in the order in which it is needed.

use leptos::prelude::*;

use super::{
    bench::{measures, thin_wall, weight},
    due::{age, due},
};
use crate::{
    domain::{Entry, ModelFacts, SizeFrom, Timestamp},
    i18n::{Lang, Phrase, Word},
};

/// The facts of an order.
pub fn facts(entry: &Entry, lang: Lang, now: RwSignal<Timestamp>) -> AnyView {
    let card = &entry.card;
    let fact = |word: Word, value: AnyView| view! { <dt>{lang.t(word)}</dt> <dd>{value}</dd> };
    let alloy = view! { <bdi>{lang.material(&card.material).into_owned()}</bdi> }.into_any();
    let size =
        card.size.as_ref().map(|size| fact(Word::Size, view! { <bdi>{lang.decimal(size)}</bdi> }.into_any()));
    let comment = card.comment.as_ref().map(|comment| {
        fact(Word::Comment, view! { <p class="comment" dir="auto">{comment.clone()}</p> }.into_any())
    });
    let pay = card.pay.as_ref().map(|pay| fact(Word::Pay, lang.money(pay).into_any()));
    let promised = if card.due_at.is_some() {
        due(card.due_at, lang, now).into_any()
    } else {
        lang.says(Phrase::NoDue).into_any()
    };
    view! {
        <dl class="facts">
            {fact(Word::Alloy, alloy)}
            {weight(entry, lang)}
            {thin_wall(entry, lang)}
            {size}
            {fact(Word::Quantity, lang.pieces(card.quantity).into_any())}
            {comment}
            {fact(Word::Due, promised)}
            {pay}
        </dl>
    }
    .into_any()
}

/// What is good to know besides.
pub fn details(entry: &Entry, lang: Lang, now: RwSignal<Timestamp>) -> AnyView {
    let card = &entry.card;
    let channel = channel(&entry.channel, lang).map(|words| {
        view! { <dt>{lang.says(Phrase::Channel)}</dt> <dd>{words}</dd> }
    });
    view! {
        <dl class="details">
            {measures(entry, lang)}
            <dt>{lang.t(Word::Price)}</dt>
            <dd>{lang.money(&card.price)}</dd>
            <dt>{lang.says(Phrase::Approved)}</dt>
            <dd>{age(card.approved_at, lang, now)}</dd>
            {channel}
        </dl>
    }
    .into_any()
}

fn channel(name: &str, lang: Lang) -> Option<&'static str> {
    match name {
        "shop" => Some(lang.says(Phrase::ChannelShop)),
        "api" => Some(lang.says(Phrase::ChannelApi)),
        _ => None,
    }
}

/// Length, width and height of a model, and whose word it is where they were not measured.
pub fn dimensions(facts: &ModelFacts, lang: Lang) -> String {
    let unit = match lang {
        Lang::Ru => "мм",
        Lang::En => "mm",
    };
    let size = format!("{}\u{a0}{unit}", facts.size_mm.map(|mm| lang.millimetres(mm)).join(" × "));
    match facts.size_from {
        SizeFrom::Measured => size,
        SizeFrom::Claimed => lang.claimed(&size),
        SizeFrom::Unknown => lang.no_size().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(facts: &str, lang: Lang) -> String {
        dimensions(&serde_json::from_str(facts).unwrap(), lang).replace('\u{a0}', " ")
    }

    #[test]
    fn a_size_that_was_not_measured_is_never_shown_without_a_word() {
        let measured = r#"{"size_mm":[20.0,2.0,1.0],"size_from":"measured","triangles":12}"#;
        assert_eq!(told(measured, Lang::En), "20.0 × 2.0 × 1.0 mm");
        let claimed = measured.replace("measured", "claimed");
        assert_eq!(told(&claimed, Lang::En), "20.0 × 2.0 × 1.0 mm, as the file says");
        assert_eq!(told(&claimed, Lang::Ru), "20,0 × 2,0 × 1,0 мм, так записано в файле");
        let older = r#"{"size_mm":[20.0,2.0,1.0],"triangles":12}"#;
        assert_eq!(told(older, Lang::En), "20.0 × 2.0 × 1.0 mm, as the file says");
        for unknown in ["unknown", "weighed"] {
            let words = told(&measured.replace("measured", unknown), Lang::En);
            assert!(words.starts_with("can’t tell") && !words.contains("20"), "{words}");
        }
    }
}
