//! Who did a step of an order's way.

use crate::{
    domain::{HistoryStep, OperatorName, passport::Way},
    i18n::{Lang, Passport},
};

/// The person of the workshop, or else whose doing such a step is. What the shop only repeats is told as that.
#[must_use]
pub fn who<'a>(step: &'a HistoryStep, place: usize, way: &Way<&OperatorName>, lang: Lang) -> &'a str {
    if let Some(by) = &step.by {
        return &by.name;
    }
    let counts = way.segments.iter().any(|part| part.step == place) || ends(step, way);
    if counts { lang.doer(&step.status) } else { lang.passport(Passport::Repeated) }
}

/// Whether a step ended the way, so that no time of its own follows.
fn ends(step: &HistoryStep, way: &Way<&OperatorName>) -> bool {
    way.end.is_some() && matches!(step.status.as_str(), "SHIPPED" | "CANCELLED" | "CLOSED")
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::*;
    use crate::{
        components::passport::passport,
        domain::{OrderPage, Revision, passport::walk_entry},
        samples::{NOW, card, entry},
    };

    fn step(status: &str, time: &str, by: Option<&str>) -> HistoryStep {
        HistoryStep {
            status: status.into(),
            at: format!("2026-11-23T{time}Z").parse().unwrap(),
            by: by.map(|name| OperatorName { login: name.to_lowercase(), name: name.into() }),
            reason: None,
        }
    }

    #[test]
    fn a_step_names_who_did_it_and_not_who_has_the_order_then() {
        let history = vec![
            step("SUBMITTED", "05:00:00", None),
            step("PRICE_CALCULATED", "05:03:00", None),
            step("ON_HOLD", "05:10:00", None),
            step("RESUMED", "05:20:00", None),
            step("MANUFACTURING_APPROVED", "06:00:00", None),
            step("BONUS", "06:05:00", Some("Вера")),
            step("MANUFACTURING_STARTED", "06:10:00", Some("Анна")),
            step("PRICE_CALCULATED", "06:20:00", None),
            step("CANCELLED", "07:00:00", None),
        ];
        let entry = entry(card(1), history);
        let way = walk_entry(&entry, NOW);
        let told = |lang| -> Vec<&str> {
            entry.history.iter().enumerate().map(|(place, step)| who(step, place, &way, lang)).collect()
        };
        let repeated = "повторено магазином, на путь не влияет";
        let russian = ["клиент", "расчёт цены", "магазин", "магазин", "CRM", "Вера", "Анна", repeated, "CRM"];
        assert_eq!(told(Lang::Ru), russian);
        assert_eq!(told(Lang::En)[..3], ["customer", "price calculation", "shop"]);

        let page = OrderPage {
            revision: Revision::new(1, 10),
            fresh_at: NOW,
            now: NOW,
            entry: entry.clone(),
            ready: None,
        };
        let html = passport(&page, Lang::Ru).to_html();
        let told: Vec<_> =
            html.split("class=\"by\">").skip(1).filter_map(|part| part.split("</bdi>").next()).collect();
        assert_eq!(told, russian, "the order's page says the same");
    }
}
