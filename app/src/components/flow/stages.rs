//! How long each stage takes, this period against the last, and the efficiency of it all.

use leptos::prelude::*;

use crate::{
    components::{
        chart::{fill, patterns, swatch},
        wide::wide,
    },
    domain::{
        flow::{Measured, Period, StageTimes},
        passport::{Spent, Stage},
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
        {key(measured, lang)}
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
    let trend =
        |of: fn(StageTimes) -> f64| this.zip(last).map(|(this, last)| change(of(this), of(last), lang));
    let mark = longest.then(|| view! { <span class="mark urgent">{lang.flow(Flow::Longest)}</span> });
    view! {
        <tr data-stage=stage.name()>
            <th scope="row">{lang.way_stage(stage)} " " {mark}</th>
            <td class="number" data-p50=this.map(|it| it.p50.to_string())>{time(this, |it| it.p50)} " " {trend(|it| it.p50)}</td>
            <td class="number soft">{time(last, |it| it.p50)}</td>
            <td class="number" data-p90=this.map(|it| it.p90.to_string())>{time(this, |it| it.p90)} " " {trend(|it| it.p90)}</td>
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

/// Where this period's bar stands, and the last one's: from above, and how thick.
const PLACES: [(u8, u8); 2] = [(3, 9), (15, 6)];

/// The name of a row's bars, which its hatchings begin with.
fn chart(stage: Stage) -> String {
    format!("stage-{}", stage.name())
}

/// What the bars mean: how far each filling reaches, and which bar is whose.
fn key(measured: &Measured, lang: Lang) -> AnyView {
    let all = || measured.stages.iter().flatten();
    // Any row's hatching will do.
    let hatched = all()
        .find(|times| times.p90 > times.p50)
        .map(|times| swatch("waiting", fill(&chart(times.stage), Spent::Waiting), lang.flow(Flow::Most)));
    let bar = |at: usize, name: &'static str, words| {
        let (y, height) = PLACES[at];
        (!measured.stages[at].is_empty()).then(|| {
            view! {
                <span class="swatch" data-key=name>
                    <svg viewBox="0 0 36 24" aria-hidden="true" focusable="false">
                        <rect class="time working" y=y.to_string() width="36" height=height.to_string() />
                    </svg>
                    {format!("\u{a0}{}", lang.flow(words))}
                </span>
            }
        })
    };
    view! {
        <p class="legend">
            {swatch("working", fill("", Spent::Working), lang.flow(Flow::Half))}
            {hatched}
            {bar(0, "this", Flow::Upper)}
            {bar(1, "last", Flow::Lower)}
        </p>
    }
    .into_any()
}

/// Two bars: this period's above, the last one's below; each solid to a half and hatched to nine tenths.
fn bars(stage: Stage, periods: [Option<StageTimes>; 2], top: f64) -> AnyView {
    let chart = chart(stage);
    let rects = periods.into_iter().enumerate().filter_map(|(at, times)| {
        let times = times?;
        let (y, height) = PLACES[at];
        let width = |seconds: f64| format!("{:.1}", (seconds / top * 200.0).clamp(1.0, 200.0));
        Some(view! {
            <rect class="time waiting" x="0" y=y.to_string() width=width(times.p90) height=height.to_string() fill=fill(&chart, Spent::Waiting) />
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::flow::BonusEffect;

    fn told(this: f64, last: f64, lang: Lang) -> Option<String> {
        change(this, last, lang).map(|view| view.to_html().replace("<!>", ""))
    }

    #[test]
    fn a_change_says_which_way_and_by_how_much_and_noise_says_nothing() {
        let worse = told(130.0, 100.0, Lang::En).unwrap();
        assert!(worse.contains("▲30%") && worse.contains("worse"), "{worse}");
        let better = told(50.0, 200.0, Lang::Ru).unwrap();
        assert!(better.contains("▼75\u{a0}%") && better.contains("better"), "{better}");
        assert!(told(105.0, 100.0, Lang::En).is_some() && told(95.0, 100.0, Lang::En).is_some());
        assert_eq!(told(104.9, 100.0, Lang::En), None);
        assert_eq!(told(95.1, 100.0, Lang::En), None);
        // Of nothing there is no percent.
        assert_eq!(told(3600.0, 0.0, Lang::En), None);
    }

    fn times(stage: Stage, p50: f64, p90: f64) -> StageTimes {
        StageTimes { stage, stays: 3, p50, p90 }
    }

    fn page(this: Vec<StageTimes>, last: Vec<StageTimes>) -> String {
        let measured = Measured {
            made_at: None,
            stages: [this, last],
            periods: [Period::default(); 2],
            days: Vec::new(),
            people: Vec::new(),
            bonuses: [BonusEffect::default(); 2],
        };
        stages(&measured, Lang::En).to_html().replace("<!>", "")
    }

    #[test]
    fn half_and_nine_tenths_are_both_compared_with_the_period_before() {
        let html = page(vec![times(Stage::Bench, 100.0, 900.0)], vec![times(Stage::Bench, 200.0, 600.0)]);
        let cell = |mark: &str| html.split(mark).nth(1).unwrap().split("</td>").next().unwrap().to_owned();
        assert!(cell("data-p50").contains("▼50%"), "{html}");
        assert!(cell("data-p90").contains("▲50%"), "{html}");
    }

    #[test]
    fn the_key_of_the_bars_tells_only_what_occurs() {
        let keys = |html: &str| -> Vec<String> {
            let key = html.split("</p>").next().unwrap();
            key.split("data-key=\"")
                .skip(1)
                .filter_map(|part| Some(part.split('"').next()?.to_owned()))
                .collect()
        };
        let bench = times(Stage::Bench, 100.0, 900.0);
        let both = page(vec![bench], vec![times(Stage::Bench, 200.0, 600.0)]);
        assert_eq!(keys(&both), ["working", "waiting", "this", "last"]);
        assert!(
            both.contains("<pattern id=\"stage-bench-waiting\""),
            "the hatching of the key is there: {both}"
        );
        assert!(both.split("</p>").next().unwrap().contains("url(#stage-bench-waiting)"), "{both}");
        assert_eq!(keys(&page(vec![bench], Vec::new())), ["working", "waiting", "this"]);
        assert_eq!(keys(&page(Vec::new(), vec![times(Stage::Made, 5.0, 5.0)])), ["working", "last"]);
        assert!(keys(&page(Vec::new(), Vec::new())).is_empty());
    }
}
