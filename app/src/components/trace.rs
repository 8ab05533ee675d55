//! A slow trace: what was done, inside of what, since when and for how long.

use leptos::prelude::*;

use super::wide::wide;
use crate::{
    i18n::{Lang, Slow},
    visit::{SlowSpan, SlowTrace, TraceLinks},
};

/// The bars' own units.
const WIDTH: f64 = 400.0;

/// One trace, folded unless it is `open`.
pub fn trace(trace: &SlowTrace, open: bool, links: &TraceLinks, lang: Lang) -> AnyView {
    let name = trace.spans.first().map(title).unwrap_or_default();
    let link = match links.to(&trace.id) {
        Some(link) => view! { <a href=link rel="noreferrer">{trace.id.clone()}</a> }.into_any(),
        None => view! { <span>{trace.id.clone()}</span> }.into_any(),
    };
    let rows = trace.spans.iter().map(|span| row(span, trace.ms, lang));
    view! {
        <details class="trace" open=open data-trace=trace.id.clone()>
            <summary>
                <strong>{lang.seconds(trace.ms)}</strong>
                " "
                <span>{name}</span>
                " "
                <time datetime=trace.at.to_string()>{lang.moment(trace.at)}</time>
            </summary>
            <p class="code">{link}</p>
            {wide(view! {
                <table>
                    <tbody>{rows.collect::<Vec<_>>()}</tbody>
                </table>
            })}
        </details>
    }
    .into_any()
}

/// A request by its method and route, anything else by its name.
fn title(span: &SlowSpan) -> String {
    let fact = |name: &str| span.facts.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    match (fact("http.request.method"), fact("http.route")) {
        (Some(method), Some(route)) => format!("{method} {route}"),
        _ => span.name.clone(),
    }
}

fn row(span: &SlowSpan, whole: f64, lang: Lang) -> AnyView {
    let scale = WIDTH / whole.max(0.001);
    let (x, width) = ((span.from_ms * scale).clamp(0.0, WIDTH), (span.ms * scale).clamp(1.0, WIDTH));
    let facts: Vec<_> = span.facts.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let failed = span.failed.then(|| view! { " " <strong>{lang.slow(Slow::Failed)}</strong> });
    let class = if span.failed { "time failed" } else { "time working" };
    view! {
        <tr data-depth=span.depth.to_string() data-span=span.name.clone()>
            <th scope="row" class="span">
                {"\u{2003}".repeat(span.depth)}
                {span.name.clone()}
                {failed}
                <bdi class="title">{facts.join("  ")}</bdi>
            </th>
            <td class="number" title=lang.slow(Slow::Took)>{lang.seconds(span.ms)}</td>
            <td>
                <svg class="span-bar" viewBox=format!("0 0 {WIDTH} 12") aria-hidden="true" focusable="false" preserveAspectRatio="none">
                    <rect class=class x=format!("{x:.1}") y="2" width=format!("{width:.1}") height="8" />
                </svg>
            </td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::NOW;

    fn span(name: &str, depth: usize, failed: bool) -> SlowSpan {
        let facts = vec![("order.id".to_owned(), "<7>".to_owned())];
        SlowSpan { name: name.into(), depth, from_ms: 10.0, ms: 250.0, facts, failed }
    }

    fn row<'a>(html: &'a str, span: &str) -> &'a str {
        let (_, rest) = html.split_once(&format!("data-span=\"{span}\"")).unwrap();
        rest.split("</tr>").next().unwrap_or_default()
    }

    #[test]
    fn what_failed_inside_of_a_trace_is_told_in_words_and_the_rest_is_not_said_to_have() {
        let spans = vec![span("request", 0, false), span("commit", 1, true), span("apply", 1, false)];
        let kept = SlowTrace { id: "4bf9".into(), at: NOW, ms: 1_300.0, spans };
        for (lang, words) in [(Lang::Ru, "не удалось"), (Lang::En, "failed")] {
            let html = trace(&kept, true, &TraceLinks::default(), lang).to_html();
            let said = |span| row(&html, span).contains(&format!("<strong>{words}</strong>"));
            assert_eq!(["request", "commit", "apply"].map(said), [false, true, false], "{html}");
            assert!(html.contains("data-depth=\"1\" data-span=\"commit\""), "{html}");
            assert!(row(&html, "commit").contains("order.id=&lt;7&gt;"), "a fact is text");
        }
    }
}
