//! What people sent of slow pages: how it is spread over pages and devices, and of each what its browser measured.

use std::cmp::Reverse;

use leptos::prelude::*;

use super::wide::wide;
use crate::{
    domain::{
        Role,
        slow::{Device, Report, Route, Timings},
    },
    i18n::{Lang, Slow},
    visit::TraceLinks,
};

const DEVICES: [Device; 3] = [Device::Phone, Device::Tablet, Device::Desktop];

/// The list, as it comes, and above it how many there are.
pub fn reports(sent: &[Report], role: Role, links: &TraceLinks, lang: Lang) -> AnyView {
    let head = [Slow::When, Slow::Page, Slow::Device, Slow::Where, Slow::Trace];
    let across = head.len().to_string();
    let head = head.map(|words| view! { <th scope="col">{lang.slow(words)}</th> });
    let rows = sent.iter().map(|report| row(report, &across, role, links, lang));
    view! {
        {sum(sent, lang)}
        {wide(view! {
            <table data-table="reports">
                <thead><tr>{head.to_vec()}</tr></thead>
                <tbody>{rows.collect::<Vec<_>>()}</tbody>
            </table>
        })}
    }
    .into_any()
}

fn sum(sent: &[Report], lang: Lang) -> AnyView {
    let count = |route: Option<Route>| {
        DEVICES.map(|device| {
            let of =
                |it: &&Report| it.device == device && route.is_none_or(|route| Route::of(&it.path) == route);
            sent.iter().filter(of).count()
        })
    };
    let of = |name: &'static str, words: AnyView, counts: [usize; 3]| {
        let all: usize = counts.iter().sum();
        let cells = DEVICES.into_iter().zip(counts).map(|(device, count)| {
            view! { <td class="number" data-device=device.name()>{lang.number(count as u64)}</td> }
        });
        view! {
            <tr data-route=name data-count=all.to_string()>
                <th scope="row">{words}</th>
                <td class="number"><strong>{lang.number(all as u64)}</strong></td>
                {cells.collect::<Vec<_>>()}
            </tr>
        }
    };
    let mut routes: Vec<_> = Route::ALL.into_iter().map(|route| (route, count(Some(route)))).collect();
    routes.retain(|(_, counts)| counts.iter().any(|count| *count > 0));
    routes.sort_by_key(|(_, counts)| Reverse(counts.iter().sum::<usize>()));
    let rows = routes.into_iter().map(|(route, counts)| {
        let words = match route.name() {
            "other" => lang.slow(Slow::OtherPage).into_any(),
            name => view! { <bdi class="route">{name}</bdi> }.into_any(),
        };
        of(route.name(), words, counts)
    });
    let devices = DEVICES.map(|device| {
        view! { <th scope="col" class="number">{lang.device(device)}</th> }
    });
    view! {
        {wide(view! {
            <table data-table="reports-sum">
                <caption>{lang.slow(Slow::Sum)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{lang.slow(Slow::Page)}</th>
                        <th scope="col" class="number">{lang.slow(Slow::InAll)}</th>
                        {devices.to_vec()}
                    </tr>
                </thead>
                <tbody>{rows.collect::<Vec<_>>()}</tbody>
                <tfoot>{of("all", lang.slow(Slow::AllPages).into_any(), count(None))}</tfoot>
            </table>
        })}
    }
    .into_any()
}

fn row(report: &Report, across: &str, role: Role, links: &TraceLinks, lang: Lang) -> AnyView {
    let verdict = report.timings.verdict().map(|verdict| {
        let (ms, whole) = (lang.seconds(verdict.ms), lang.seconds(verdict.whole));
        view! { <strong data-part=verdict.part.name()>{lang.slow_part(verdict.part)}</strong> " " {ms} " / " {whole} }
    });
    let trace = report.trace.clone().map(|trace| match links.shown_to(role, &trace) {
        Some(link) => view! { <a href=link rel="noreferrer">{trace}</a> }.into_any(),
        None => view! { <span>{trace}</span> }.into_any(),
    });
    view! {
        <tr data-report>
            <td class="number">{lang.moment(report.at)}</td>
            <td><bdi>{report.path.clone()}</bdi></td>
            <td>{lang.device(report.device)} <bdi class="title">{report.about.clone()}</bdi></td>
            <td>{verdict}</td>
            <td class="code">{trace}</td>
        </tr>
        <tr>
            <td colspan=across.to_owned()>{measured(&report.timings, lang)}</td>
        </tr>
    }
    .into_any()
}

/// Everything that was measured of a page; it opens without a script.
fn measured(timings: &Timings, lang: Lang) -> AnyView {
    // Every field by its name: one that is added is shown, or this does not compile.
    let Timings {
        first_byte,
        server,
        database,
        cache,
        download,
        largest_paint,
        first_card,
        interaction,
        model,
        model_file,
        model_store,
    } = *timings;
    let all = [
        ("first_byte", Slow::FirstByte, first_byte),
        ("server", Slow::InServer, server),
        ("database", Slow::InDatabase, database),
        ("cache", Slow::InCache, cache),
        ("download", Slow::Download, download),
        ("largest_paint", Slow::LargestPaint, largest_paint),
        ("first_card", Slow::FirstCard, first_card),
        ("interaction", Slow::Interaction, interaction),
        ("model", Slow::Model, model),
        ("model_file", Slow::InModelFile, model_file),
        ("model_store", Slow::InModelStore, model_store),
    ];
    let rows: Vec<_> = all.into_iter().filter_map(|(name, words, ms)| Some((name, words, ms?))).collect();
    if rows.is_empty() {
        return view! { <span class="title">{lang.slow(Slow::NothingMeasured)}</span> }.into_any();
    }
    let rows = rows.into_iter().map(|(name, words, ms)| {
        view! {
            <div data-timing=name>
                <dt>{lang.slow(words)}</dt>
                <dd>{lang.seconds(ms)}</dd>
            </div>
        }
    });
    view! {
        <details class="timings">
            <summary>{lang.slow(Slow::Measured)}</summary>
            <dl>{rows.collect::<Vec<_>>()}</dl>
        </details>
    }
    .into_any()
}
