//! How long each stage takes, this period against the last, and the efficiency of it all.

use leptos::prelude::*;

use crate::{
    components::{
        chart::{fill, patterns},
        wide::wide,
    },
    domain::{
        flow::{Measured, Period, StageTimes},
        passport::Stage,
    },
    i18n::{Flow, Lang},
};

/// The table, with a bar for half and nine tenths in each row.
pub fn stages(measured: &Measured, lang: Lang) -> AnyView {
    let [this, last] = &measured.stages;
    let longest = this
        .iter()
        .filter(|times| times.stage.is_workshop() && times.stays > 0)
        .max_by(|a, b| a.p50.total_cmp(&b.p50))
        .map(|times| times.stage);
    let top = this.iter().chain(last).map(|times| times.p90).fold(1.0, f64::max);
    let of = |all: &[StageTimes], stage| all.iter().find(|times| times.stage == stage).copied();
    let rows: Vec<_> = Stage::ALL
        .into_iter()
        .filter_map(|stage| {
            let (this, last) = (of(this, stage), of(last, stage));
            (this.is_some() || last.is_some())
                .then(|| row(stage, [this, last], longest == Some(stage), top, lang))
        })
        .collect();
    if rows.is_empty() {
        return view! { <p class="empty">{lang.flow(Flow::NotYet)}</p> }.into_any();
    }
    let head = |phrase| view! { <th scope="col" class="number">{lang.flow(phrase)}</th> };
    view! {
        {wide(view! {
            <table data-table="stages">
                <thead>
                    <tr>
                        <th scope="col" rowspan="2">{lang.flow(Flow::Stage)}</th>
                        <th scope="colgroup" colspan="2">{lang.flow(Flow::Half)}</th>
                        <th scope="colgroup" colspan="2">{lang.flow(Flow::Most)}</th>
                        <th scope="col" rowspan="2" class="number">{lang.flow(Flow::Ended)}</th>
                        <td rowspan="2"></td>
                    </tr>
                    <tr>{head(Flow::This)} {head(Flow::Last)} {head(Flow::This)} {head(Flow::Last)}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        })}
    }
    .into_any()
}

fn row(stage: Stage, [this, last]: [Option<StageTimes>; 2], longest: bool, top: f64, lang: Lang) -> AnyView {
    let time = |times: Option<StageTimes>, of: fn(StageTimes) -> f64| {
        times.map_or_else(|| "—".to_owned(), |times| lang.long_span(of(times).round() as i64))
    };
    let trend = this.zip(last).map(|(this, last)| change(this.p50, last.p50, lang));
    let mark = longest.then(|| view! { <span class="mark urgent">{lang.flow(Flow::Longest)}</span> });
    view! {
        <tr data-stage=stage.name()>
            <th scope="row">{lang.way_stage(stage)} " " {mark}</th>
            <td class="number" data-p50=this.map(|it| it.p50.to_string())>{time(this, |it| it.p50)} " " {trend}</td>
            <td class="number soft">{time(last, |it| it.p50)}</td>
            <td class="number" data-p90=this.map(|it| it.p90.to_string())>{time(this, |it| it.p90)}</td>
            <td class="number soft">{time(last, |it| it.p90)}</td>
            <td class="number" data-stays=this.map(|it| it.stays.to_string())>
                {lang.number(this.map_or(0, |it| u64::try_from(it.stays).unwrap_or_default()))}
            </td>
            <td>{bars(stage, [this, last], top)}</td>
        </tr>
    }
    .into_any()
}

/// By how much a time has grown, in percent; what is under five is noise and not told.
fn change(this: f64, last: f64, lang: Lang) -> Option<AnyView> {
    let share = (last >= 1.0).then(|| (this - last) * 100.0 / last).filter(|share| share.abs() >= 5.0)?;
    let (sign, class) = if share > 0.0 { ("▲", "trend worse") } else { ("▼", "trend better") };
    Some(view! { <span class=class>{sign} {lang.percent(share.abs())}</span> }.into_any())
}

/// Two bars: this period's above, the last one's below; each solid to a half and hatched to nine tenths.
fn bars(stage: Stage, periods: [Option<StageTimes>; 2], top: f64) -> AnyView {
    let chart = format!("stage-{}", stage.name());
    let rects = periods.into_iter().enumerate().filter_map(|(at, times)| {
        let times = times?;
        let (y, height) = (3 + at * 12, if at == 0 { 9 } else { 6 });
        let width = |seconds: f64| format!("{:.1}", (seconds / top * 200.0).clamp(1.0, 200.0));
        Some(view! {
            <rect class="time waiting" x="0" y=y.to_string() width=width(times.p90) height=height.to_string() fill=fill(&chart, crate::domain::passport::Spent::Waiting) />
            <rect class="time working" x="0" y=y.to_string() width=width(times.p50) height=height.to_string() />
        })
    });
    view! {
        <svg class="bars" viewBox="0 0 200 24" aria-hidden="true" focusable="false">
            {patterns(&chart)}
            {rects.collect::<Vec<_>>()}
        </svg>
    }
    .into_any()
}

/// Work over the whole time of the orders that were shipped, and how long they took.
pub fn efficiency(measured: &Measured, lang: Lang) -> AnyView {
    let row = |period: &Period, words: Flow, mark: &'static str| {
        let share = period.sums.efficiency();
        let lead = period.lead.map(|[half, most]| (lang.long_span(half as i64), lang.long_span(most as i64)));
        let (half, most) = lead.unwrap_or_else(|| ("—".to_owned(), "—".to_owned()));
        view! {
            <tr data-period=mark>
                <th scope="row">{lang.flow(words)}</th>
                <td class="number" data-efficiency=share.map(|share| format!("{share:.2}"))>
                    {share.map_or_else(|| "—".to_owned(), |share| lang.percent(share))}
                </td>
                <td class="number">{half}</td>
                <td class="number">{most}</td>
                <td class="number">{lang.number(u64::try_from(period.shipped).unwrap_or_default())}</td>
            </tr>
        }
    };
    let [this, last] = &measured.periods;
    view! {
        {wide(view! {
            <table data-table="efficiency">
                <caption>{lang.flow(Flow::EfficiencyHint)}</caption>
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col" class="number">{lang.flow(Flow::Efficiency)}</th>
                        <th scope="col" class="number">{lang.flow(Flow::Lead)} ": " {lang.flow(Flow::Half)}</th>
                        <th scope="col" class="number">{lang.flow(Flow::Most)}</th>
                        <th scope="col" class="number">{lang.flow(Flow::Shipped)}</th>
                    </tr>
                </thead>
                <tbody>{row(this, Flow::This, "this")} {row(last, Flow::Last, "last")}</tbody>
            </table>
        })}
    }
    .into_any()
}
