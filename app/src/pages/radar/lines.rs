//! Whether messages come and go: the broker's lines, the last message, the news that wait.

use leptos::prelude::*;

use crate::{
    i18n::{Lang, RadarWord},
    radar::{Backlog, LineReport, Radar, Standing},
};

pub(super) fn lines(radar: &Radar, lang: Lang) -> AnyView {
    let now = radar.now;
    let rows = radar.lines.iter().map(|report| line(report, lang)).collect::<Vec<_>>();
    let none = (!radar.has_broker && radar.lines.is_empty())
        .then(|| view! { <p class="hint">{lang.radar(RadarWord::NoBroker)}</p> });
    let last = radar.last.map_or_else(
        || lang.radar(RadarWord::NoMessage).to_owned(),
        |last| format!("{} ({})", lang.ago(last.received_at, now), lang.moment(last.received_at)),
    );
    let lag = radar.last.map(|last| {
        let lag = lang.lag(last.received_at.millis() - last.occurred_at.millis());
        view! { <div data-figure="lag"><dt>{lang.radar(RadarWord::Lag)}</dt><dd>{lag}</dd></div> }
    });
    let waiting = radar.known.as_ref().map(|known| {
        let late = known.backlog.count > 0;
        view! {
            <div data-figure="backlog" class:late=late>
                <dt>{lang.radar(RadarWord::Backlog)}</dt>
                <dd>{backlog(known.backlog, radar, lang)}</dd>
            </div>
        }
    });
    view! {
        <section class="panel">
            <h2>{lang.radar(RadarWord::Lines)}</h2>
            {none}
            <dl>
                {rows}
                <div data-figure="last"><dt>{lang.radar(RadarWord::LastMessage)}</dt><dd>{last}</dd></div>
                {lag}
                {waiting}
            </dl>
        </section>
    }
    .into_any()
}

fn line(report: &LineReport, lang: Lang) -> AnyView {
    let works = report.standing == Standing::Working;
    let servers = lang.servers(report.servers);
    view! {
        <div data-line=report.line.name() data-standing=report.standing.name() class:bad=!works>
            <dt>{lang.line(report.line)}</dt>
            <dd>
                <b>{lang.standing(report.standing)}</b>
                " · " {lang.moment(report.since)} " · " {servers}
            </dd>
        </div>
    }
    .into_any()
}

fn backlog(backlog: Backlog, radar: &Radar, lang: Lang) -> String {
    if backlog.count == 0 {
        return lang.radar(RadarWord::BacklogNone).to_owned();
    }
    let oldest = backlog.since.map(|since| {
        format!(", {} {}", lang.radar(RadarWord::BacklogOldest), lang.span(radar.now.seconds_since(since)))
    });
    format!("{}{}", lang.at_least(backlog.count), oldest.unwrap_or_default())
}
