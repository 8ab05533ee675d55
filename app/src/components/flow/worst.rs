//! The orders that took longest, and why.

use leptos::prelude::*;

use crate::{
    address,
    components::wide::wide,
    domain::{
        ModelState, Status,
        flow::WorstOrder,
        passport::{Spent, Stage},
    },
    i18n::{Flow, Lang},
};

/// The table, the longest first.
pub fn worst(orders: &[WorstOrder], lang: Lang) -> AnyView {
    if orders.is_empty() {
        return view! { <p class="empty">{lang.flow(Flow::WorstNone)}</p> }.into_any();
    }
    let rows = orders.iter().map(|order| {
        let most = order
            .longest
            .map(|(stage, seconds)| format!("{}: {}", lang.way_stage(stage), lang.long_span(seconds)));
        view! {
            <tr data-order=order.number.to_string()>
                <th scope="row">
                    <a href=address::order(&order.number)>{order.number.to_string()}</a>
                    <bdi class="title">{order.title.clone()}</bdi>
                </th>
                <td>
                    {lang.stage(order.status)}
                    <bdi class="title">{order.operator.clone()}</bdi>
                </td>
                <td class="number">{lang.long_span(order.sums.total())}</td>
                <td>{most}</td>
                <td>{why(order, lang)}</td>
            </tr>
        }
    });
    view! {
        {wide(view! {
            <table data-table="worst">
                <caption>{lang.flow(Flow::WorstHint)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{lang.flow(Flow::Order)}</th>
                        <th scope="col">{lang.flow(Flow::Status)}</th>
                        <th scope="col" class="number">{lang.flow(Flow::InAll)}</th>
                        <th scope="col">{lang.flow(Flow::MostIn)}</th>
                        <th scope="col">{lang.flow(Flow::Why)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect::<Vec<_>>()}</tbody>
            </table>
        })}
    }
    .into_any()
}

/// What happened on the way, and what people said of it.
fn why(order: &WorstOrder, lang: Lang) -> AnyView {
    let times = |count: usize, phrase| (count > 0).then(|| format!("{}: {count}", lang.flow(phrase)));
    let held = (order.sums.held > 0)
        .then(|| format!("{}: {}", lang.spent(Spent::Held), lang.long_span(order.sums.held)));
    let mut facts: Vec<_> =
        [times(order.reworks, Flow::Reworked), times(order.releases, Flow::Released), held]
            .into_iter()
            .flatten()
            .collect();
    if facts.is_empty() && order.reasons.is_empty() {
        facts.extend(waited(order).map(|phrase| lang.flow(phrase).to_owned()));
    }
    let reasons = order.reasons.iter().map(|reason| view! { <q><bdi>{reason.clone()}</bdi></q> " " });
    view! { {facts.join(", ")} " " {reasons.collect::<Vec<_>>()} }.into_any()
}

/// Why an order took long to which nothing happened: where it stayed longest, and the model that its operator lacks.
fn waited(order: &WorstOrder) -> impl Iterator<Item = Flow> {
    let stayed = match order.longest.map(|(stage, _)| stage) {
        Some(Stage::Handover) => Some(Flow::NotHeard),
        Some(Stage::Bench) => Some(Flow::LongBench),
        Some(Stage::Made) => Some(Flow::LongMade),
        Some(Stage::Packing) => Some(Flow::LongPacking),
        _ if order.status == Status::Approved => Some(Flow::NotTaken),
        Some(_) => Some(Flow::NobodyTook),
        None => None,
    };
    let model = match order.model {
        _ if !matches!(order.status, Status::Approved | Status::Started) => None,
        ModelState::Ready => None,
        ModelState::None | ModelState::Missing => Some(Flow::NoModel),
        ModelState::Pending => Some(Flow::ModelUnchecked),
        ModelState::Refused | ModelState::Mismatch => Some(Flow::ModelRefused),
    };
    stayed.into_iter().chain(model)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::passport::Sums;

    const DAY: i64 = 86_400;

    fn order(status: Status, stage: Stage, model: ModelState) -> WorstOrder {
        WorstOrder {
            number: "A-1".parse().unwrap(),
            title: "Кольцо".into(),
            status,
            model,
            operator: None,
            sums: Sums { waiting: 20 * DAY, ..Sums::default() },
            longest: Some((stage, 20 * DAY)),
            reworks: 0,
            releases: 0,
            reasons: Vec::new(),
        }
    }

    fn told(order: WorstOrder, lang: Lang) -> String {
        let html = worst(&[order], lang).to_html().replace("<!>", "");
        let cell = html.rsplit("<td>").next().and_then(|rest| rest.split("</td>").next());
        cell.unwrap_or_default().trim().to_owned()
    }

    #[test]
    fn an_order_that_did_nothing_but_wait_says_what_it_waited_for() {
        use ModelState::{Mismatch, Missing, Pending, Ready};
        for (status, stage, model, ru, en) in [
            (Status::Approved, Stage::Free, Ready, "никто не взял", "nobody has taken it"),
            (
                Status::Approved,
                Stage::Free,
                Missing,
                "никто не взял, нет 3D-модели",
                "nobody has taken it, there is no 3D model",
            ),
            (
                Status::Started,
                Stage::Bench,
                Pending,
                "долго у мастера, 3D-модель ещё не проверена",
                "long at the bench, the 3D model is not checked yet",
            ),
            (Status::Shipped, Stage::Free, Mismatch, "долго никто не брал", "nobody took it for long"),
            (Status::Packaging, Stage::Made, Ready, "долго ждал упаковки", "waited long for packing"),
            (
                Status::Approved,
                Stage::Handover,
                Mismatch,
                "цех долго о нём не знал, 3D-модель не прошла проверку",
                "the workshop did not hear of it for long, the 3D model did not pass the check",
            ),
        ] {
            assert_eq!(told(order(status, stage, model), Lang::Ru), ru);
            assert_eq!(told(order(status, stage, model), Lang::En), en);
        }
    }

    #[test]
    fn what_happened_on_the_way_is_told_instead_of_the_waiting() {
        let reworked = WorstOrder { reworks: 2, ..order(Status::Started, Stage::Bench, ModelState::None) };
        assert_eq!(told(reworked, Lang::En), "reworks: 2");
        let reasons = vec!["ждём <b>камень".to_owned()];
        let held = WorstOrder { reasons, ..order(Status::Approved, Stage::Free, ModelState::Ready) };
        assert!(told(held, Lang::Ru).starts_with("<q><bdi>ждём &lt;b&gt;камень"));
    }
}
