//! An order's passport as a sheet to print: every stage to the second, every step with its message and its trace.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title};
use leptos_router::hooks::use_params_map;

use super::{answer_with, away::empty_page, here, session, visit};
use crate::{
    address,
    backend::{PassportPage, StepNote},
    barcode,
    components::{
        bar::brand,
        menu::{language, menu},
        own::own,
        passport::{bar, by_system, promise, sums, who},
        wide::wide,
    },
    domain::{
        Actor, HistoryStep, OperatorName, OrderNumber,
        passport::{Segment, walk_entry},
    },
    i18n::{Lang, Passport, Phrase},
    islands::Wake,
    visit::TraceLinks,
};

/// The page `/orders/{number}/passport`.
#[component]
pub fn PassportRoute() -> impl IntoView {
    let lang = visit().lang;
    let asked = use_params_map().with_untracked(|params| params.get("number").unwrap_or_default());
    let traces = use_context::<TraceLinks>().unwrap_or_default();
    session().map(|(actor, backend)| {
        let back = here();
        let page = Suspend::new(async move {
            let found = match asked.parse::<OrderNumber>() {
                Ok(number) => backend.passport(&number).await,
                Err(_) => Ok(None),
            };
            match found {
                Ok(Some(page)) => sheet(&page, &actor, &traces, lang, &back),
                Ok(None) => {
                    answer_with(StatusCode::NOT_FOUND);
                    empty_page(Phrase::OrderMissing, Phrase::MissingText, Some(&asked), lang)
                }
                Err(_) => {
                    answer_with(StatusCode::SERVICE_UNAVAILABLE);
                    empty_page(Phrase::OrderAway, Phrase::OrderAwayText, Some(&asked), lang)
                }
            }
        });
        view! { <Suspense>{page}</Suspense> }
    })
}

fn sheet(page: &PassportPage, actor: &Actor, traces: &TraceLinks, lang: Lang, back: &str) -> AnyView {
    let (card, way) = (&page.entry.card, walk_entry(&page.entry, page.now));
    let steps =
        page.entry.history.iter().zip(&page.notes).enumerate().map(|(place, (step, note))| {
            step_row(step, who(step, place, &way, lang), note, actor, traces, lang)
        });
    let stages = way.segments.iter().map(|part| stage_row(part, &page.entry.history[part.step], lang));
    let say = |phrase| lang.passport(phrase);
    view! {
        <Title text=format!("{} · {}", say(Passport::Title), card.number) />
        <Stylesheet href=own("figures.css") />
        <header class="bar">
            {brand(lang)}
            <a class="chip" href=address::order(&card.number) data-back>"← " {say(Passport::ToOrder)}</a>
            {language(lang, back)}
            {menu(actor, lang, back)}
        </header>
        <main class="sheet-page" id="content">
            <header class="heading">
                <div>
                    <p class="kind">{say(Passport::Title)}</p>
                    <h1>{card.number.to_string()}</h1>
                    <p><bdi>{card.title.clone()}</bdi></p>
                    <p class="hint">{say(Passport::AsOf)} " " {lang.moment(page.now)}</p>
                </div>
                {code(card.number.as_str())}
            </header>
            {sums(&way, lang)}
            {bar(&way, lang)}
            {page.ready.map(|days| promise(days, page.now, lang, Passport::Ready))}
            {page.promised.map(|days| promise(days, page.now, lang, Passport::Promised))}
            {wide(view! {
                <table data-table="stages">
                    <thead>
                        <tr>
                            <th scope="col">{say(Passport::SystemColumn)}</th>
                            <th scope="col">{say(Passport::Stage)}</th>
                            <th scope="col">{say(Passport::From)}</th>
                            <th scope="col">{say(Passport::To)}</th>
                            <th scope="col">{say(Passport::Time)}</th>
                            <th scope="col">{say(Passport::What)}</th>
                            <th scope="col">{say(Passport::Who)}</th>
                            <th scope="col">{say(Passport::Why)}</th>
                        </tr>
                    </thead>
                    <tbody>{stages.collect::<Vec<_>>()}</tbody>
                </table>
            })}
            {by_system(&way, lang)}
            {wide(view! {
                <table data-table="steps">
                    <caption>{say(Passport::Messages)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{say(Passport::When)}</th>
                            <th scope="col">{say(Passport::Step)}</th>
                            <th scope="col">{say(Passport::Who)}</th>
                            <th scope="col">{say(Passport::Why)}</th>
                            <th scope="col">{say(Passport::Message)}</th>
                            <th scope="col">{say(Passport::Trace)}</th>
                        </tr>
                    </thead>
                    <tbody>{steps.collect::<Vec<_>>()}</tbody>
                </table>
            })}
            <p class="hint">{say(Passport::Rule)}</p>
        </main>
        <Wake lang />
    }
    .into_any()
}

fn stage_row(part: &Segment<&OperatorName>, step: &HistoryStep, lang: Lang) -> AnyView {
    let until =
        if part.open { lang.passport(Passport::Still).to_owned() } else { lang.exact_moment(part.to) };
    view! {
        <tr data-stage=part.stage.name() data-spent=part.spent.name()>
            <td>{lang.system(part.stage.system())}</td>
            <th scope="row">{lang.way_stage(part.stage)}</th>
            <td class="number">{lang.exact_moment(part.from)}</td>
            <td class="number">{until}</td>
            <td class="number">{lang.exact_span(part.seconds())}</td>
            <td>{lang.spent(part.spent)}</td>
            <td class="said"><bdi>{part.holder.map(|who| who.name.clone())}</bdi></td>
            <td class="said"><bdi>{step.reason.clone()}</bdi></td>
        </tr>
    }
    .into_any()
}

fn step_row(
    step: &HistoryStep,
    who: &str,
    note: &StepNote,
    actor: &Actor,
    traces: &TraceLinks,
    lang: Lang,
) -> AnyView {
    let trace = note.trace.as_ref().map(|trace| match traces.shown_to(actor.role, trace) {
        Some(link) => {
            view! { <a href=link rel="noreferrer" data-trace=trace.clone()>{trace.clone()}</a> }.into_any()
        }
        None => view! { <span data-trace=trace.clone()>{trace.clone()}</span> }.into_any(),
    });
    view! {
        <tr data-step=step.status.clone()>
            <td class="number">{lang.exact_moment(step.at)}</td>
            <th scope="row"><bdi>{lang.step(&step.status, step.reason.is_some()).to_owned()}</bdi></th>
            <td class="said" data-who><bdi>{who.to_owned()}</bdi></td>
            <td class="said" data-why><bdi>{step.reason.clone()}</bdi></td>
            <td class="code">{note.message.map(|message| message.to_string())}</td>
            <td class="code">{trace}</td>
        </tr>
    }
    .into_any()
}

/// The number as a scanner reads it.
fn code(number: &str) -> Option<AnyView> {
    let code = barcode::bars(number)?;
    let bars = code.bars.iter().map(|(at, width)| {
        view! { <rect x=at.to_string() y="0" width=width.to_string() height="40" /> }
    });
    Some(
        view! {
            <svg class="barcode" viewBox=format!("0 0 {} 40", code.width) role="img" aria-label=number.to_owned() preserveAspectRatio="none" shape-rendering="crispEdges">
                {bars.collect::<Vec<_>>()}
            </svg>
        }
        .into_any(),
    )
}
