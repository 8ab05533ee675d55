//! A panel or an alert on a metric or a label that nobody counts is silent for ever, and an alert without a word of what to
//! do wakes somebody for nothing. Every `.json` in `docs/dashboards` and every `.yml` below `docs` is looked at.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use server::telemetry::meter;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Name and text of every file below the folder with this ending.
fn files(folder: &Path, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path.file_name().unwrap().to_string_lossy().into_owned(), text));
        }
    }
    found.sort();
    found
}

/// Every metric that the server names, with those that Prometheus makes of a histogram, and the labels of each.
fn counted() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (_, text) in files(&root().join("server/src"), "rs") {
        for (kind, endings) in
            [("counter!(", &[""][..]), ("gauge!(", &[""]), ("histogram!(", &["_bucket", "_sum", "_count"])]
        {
            for (at, _) in text.match_indices(kind).filter(|(at, _)| !text[..*at].ends_with("describe_")) {
                let rest = within(&text[at + kind.len()..]).trim_start();
                let Some(name) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) else {
                    continue;
                };
                // Each label stands before an arrow; what comes after the last one is a value.
                let parts: Vec<&str> = rest.split("=>").collect();
                let named = parts[..parts.len() - 1].iter().filter_map(|it| it.trim_end().strip_suffix('"'));
                let labels: Vec<&str> = named.filter_map(|it| it.rsplit('"').next()).collect();
                for ending in endings {
                    let its = found.entry(format!("{name}{ending}")).or_default();
                    its.extend(labels.iter().map(|label| (*label).to_owned()));
                    its.extend((*ending == "_bucket").then(|| "le".to_owned()));
                }
            }
        }
    }
    found
}

/// What stands before the parenthesis that closes one opened before.
fn within(text: &str) -> &str {
    let mut depth = 1;
    let end = text.find(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0
    });
    &text[..end.unwrap_or(text.len())]
}

/// Prometheus' own metric: whether a server could be asked.
const UP: &str = "up";
/// What Prometheus itself says of every metric: from where it has it.
const SCRAPED: [&str; 2] = ["instance", "job"];

/// Metric and label of whatever a query looks at more closely: in braces, and in what it groups by.
fn labels(query: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (at, _) in query.match_indices('{') {
        let name = query[..at].rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap();
        // Values are quoted, and may hold commas.
        let plain: String = query[at + 1..].split('}').next().unwrap().split('"').step_by(2).collect();
        found.extend(
            plain.split(',').map(|it| (name.to_owned(), it.trim_end_matches(['=', '!', '~']).to_owned())),
        );
    }
    for word in [" by (", " without (", " on (", " ignoring ("] {
        for (at, _) in query.match_indices(word) {
            let (names, rest) = query[at + word.len()..].split_once(')').unwrap();
            let over = rest.trim_start().strip_prefix('(').map_or(query, within);
            for name in metrics(over) {
                found.extend(names.split(',').map(|label| (name.clone(), label.to_owned())));
            }
        }
    }
    found
        .into_iter()
        .map(|(name, label)| (name, label.trim().to_owned()))
        .filter(|(_, it)| !it.is_empty())
        .collect()
}

/// The metrics of a query: its words, without what stands in braces and brackets, without functions and what they are
/// grouped by.
fn metrics(query: &str) -> BTreeSet<String> {
    let (mut plain, mut depth) = (String::new(), 0);
    for c in query.chars() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let plain: Vec<&str> = plain.split(" offset ").collect();
    // What follows an offset is a time, and then the rest of the query.
    let mut kept = plain[0].to_owned();
    for after in &plain[1..] {
        kept.push_str(after.trim_start_matches(|c: char| c.is_ascii_alphanumeric()));
    }
    let mut names = BTreeSet::new();
    let mut rest = kept.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        rest = &rest[start..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (word, after) = (&rest[..end], rest[end..].trim_start());
        rest = &rest[end..];
        if ["by", "without", "on", "ignoring"].contains(&word) {
            rest = after.split_once(')').map_or("", |(_, rest)| rest);
        } else if !after.starts_with('(') && !["sum", "max", "min", "and", "or", "unless"].contains(&word) {
            names.insert(word.to_owned());
        }
    }
    names
}

/// Every `expr` of a dashboard, wherever it is.
fn queries(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("expr").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| queries(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| queries(value, found)),
        _ => {}
    }
}

/// File, name and query of every alert.
fn alerts() -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (file, text) in files(&root().join("docs"), "yml") {
        let values = |key: &str| -> Vec<String> {
            let lines = text.lines().map(|line| line.trim().trim_start_matches("- "));
            lines.filter_map(|line| line.strip_prefix(key)).map(|value| value.trim().to_owned()).collect()
        };
        let (names, queries) = (values("alert:"), values("expr:"));
        assert_eq!(names.len(), queries.len(), "{file}: every alert is one name and one line of query");
        assert!(!names.is_empty(), "{file} has no alert");
        found.extend(names.into_iter().zip(queries).map(|(name, query)| (file.clone(), name, query)));
    }
    found
}

#[test]
fn every_metric_and_label_that_a_panel_or_an_alert_asks_for_is_counted() {
    let mut counted = counted();
    assert!(counted.len() > 50, "{counted:?}");
    counted.insert(UP.to_owned(), BTreeSet::new());
    let mut asked: Vec<(String, String)> =
        alerts().into_iter().map(|(file, name, query)| (format!("{file}, {name}"), query)).collect();
    let alerts = asked.len();
    for (file, text) in files(&root().join("docs/dashboards"), "json") {
        let mut found = Vec::new();
        queries(&serde_json::from_str(&text).unwrap(), &mut found);
        assert!(!found.is_empty(), "{file} asks for nothing");
        asked.extend(found.into_iter().map(|query| (file.clone(), query)));
    }
    assert!(alerts >= 25 && asked.len() > alerts + 30, "{alerts} alerts, {} queries", asked.len());
    let mut looked = 0;
    for (place, query) in asked {
        let names = metrics(&query);
        assert!(!names.is_empty(), "{place} looks at nothing: {query}");
        for name in names {
            assert!(counted.contains_key(&name), "{place} looks at {name}, which nobody counts");
        }
        for (name, label) in labels(&query) {
            let there = counted[&name].contains(&label) || SCRAPED.contains(&label.as_str());
            assert!(there, "{place} looks at {label} of {name}, which has {:?}", counted[&name]);
            looked += 1;
        }
    }
    assert!(looked >= 40, "{looked} labels");
}

#[test]
fn every_dashboard_has_a_name_an_identity_and_panels_that_do_not_lie_on_each_other() {
    let mut identities = BTreeSet::new();
    for (file, text) in files(&root().join("docs/dashboards"), "json") {
        let board: Value = serde_json::from_str(&text).unwrap();
        assert!(!board["title"].as_str().unwrap().is_empty(), "{file}");
        assert!(identities.insert(board["uid"].as_str().unwrap().to_owned()), "{file}");
        let mut covered = BTreeSet::new();
        for panel in board["panels"].as_array().unwrap() {
            let at = |key: &str| panel["gridPos"][key].as_u64().unwrap();
            assert!(at("x") + at("w") <= 24, "{file}: {}", panel["title"]);
            for x in at("x")..at("x") + at("w") {
                for y in at("y")..at("y") + at("h") {
                    assert!(covered.insert((x, y)), "{file}: {} lies on another", panel["title"]);
                }
            }
        }
    }
    assert!(identities.len() >= 3);
}

#[test]
fn every_alert_has_a_section_that_says_what_to_do() {
    let runbook = fs::read_to_string(root().join("docs/runbook.md")).unwrap();
    for (file, alert, _) in alerts() {
        assert!(
            runbook.contains(&format!("\n### {alert}\n")),
            "{file}: docs/runbook.md has no section {alert}"
        );
    }
}

#[test]
fn the_metrics_of_a_query_are_found() {
    let found = |text| metrics(text).into_iter().collect::<Vec<_>>();
    assert_eq!(found("increase(a_total{x=\"y\"}[15m]) > 0"), ["a_total"]);
    assert_eq!(found("sum(rate(b_total{status=~\"5..\"}[5m])) / sum(rate(c[5m])) > 0.01"), ["b_total", "c"]);
    assert_eq!(found("histogram_quantile(0.99, sum by (le, route) (rate(d_bucket[5m]))) > 1"), ["d_bucket"]);
    assert_eq!(
        found("sum without (x) (e) and time() - f_seconds > 900 and on (instance) g == 1"),
        ["e", "f_seconds", "g"]
    );
    assert_eq!(found("increase(h[15m]) > 0 or h unless h offset 15m"), ["h"]);
}

#[test]
fn the_labels_of_a_query_are_found() {
    let found = |text| labels(text).into_iter().map(|(name, it)| format!("{name}.{it}")).collect::<Vec<_>>();
    assert_eq!(found("increase(a_total{x=\"y,z=\", u!~\"v\"}[15m]) > 0"), ["a_total.u", "a_total.x"]);
    assert_eq!(
        found("sum by (le, route) (rate(b_bucket[5m])) / sum(rate(c[5m]))"),
        ["b_bucket.le", "b_bucket.route"]
    );
    assert_eq!(found("sum(d) by (x)"), ["d.x"]);
    assert_eq!(found("max without (x) (e{y=\"1\"}) unless f"), ["e.x", "e.y"]);
    assert_eq!(found("g > 0"), [""; 0]);
}

/// OpenMetrics names a counter's family without its ending, and takes no second family of that name.
#[test]
fn no_two_families_have_one_name_in_open_metrics() {
    let mut families = BTreeSet::new();
    for name in counted().into_keys() {
        let histogram = ["_bucket", "_sum", "_count"].iter().find_map(|it| name.strip_suffix(it));
        if histogram.is_some() && !name.ends_with("_bucket") {
            continue;
        }
        let family = histogram.or(name.strip_suffix("_total")).unwrap_or(&name);
        assert!(families.insert(family.to_owned()), "{name}: there is a {family} already");
    }
}

/// The exposition of a server that has counted nothing yet, but for a measure of each of these histograms.
fn exposition(histograms: &BTreeSet<String>) -> String {
    meter::install().unwrap();
    for name in histograms {
        metrics::histogram!(name.clone()).record(1.0);
    }
    meter::render()
}

/// The number after the last comparison of a query.
fn threshold(query: &str) -> f64 {
    query.rsplit('>').next().unwrap().trim().parse().unwrap()
}

#[test]
fn no_alert_waits_for_a_quantile_that_its_buckets_cannot_reach() {
    let asked: Vec<_> = alerts().into_iter().filter(|(_, _, query)| query.contains("_bucket[")).collect();
    assert!(asked.len() >= 3, "{asked:?}");
    let of =
        |query: &str| metrics(query).into_iter().find_map(|it| it.strip_suffix("_bucket").map(str::to_owned));
    let told = exposition(&asked.iter().filter_map(|(_, _, query)| of(query)).collect());
    for (file, alert, query) in &asked {
        let buckets = format!("{}_bucket{{", of(query).unwrap());
        let bound = |line: &str| line.split("le=\"").nth(1)?.split('"').next()?.parse::<f64>().ok();
        let bounds = told.lines().filter(|line| line.starts_with(&buckets)).filter_map(bound);
        let largest = bounds.filter(|bound| bound.is_finite()).fold(0.0, f64::max);
        assert!(largest > threshold(query), "{file}, {alert}: no bucket is above {largest} s");
    }
}

/// An increase is the difference of two values, and a counter that is born with its first event has only one.
#[test]
fn a_counter_whose_increase_wakes_somebody_is_there_before_it_counts() {
    let told = exposition(&BTreeSet::new());
    let asked: Vec<_> = alerts().into_iter().filter(|(_, _, query)| query.contains("increase(")).collect();
    assert!(asked.len() >= 7, "{asked:?}");
    for (file, alert, query) in &asked {
        for name in metrics(query) {
            let zeros = told.lines().filter(|line| {
                let rest = line.strip_prefix(name.as_str());
                rest.is_some_and(|rest| rest.starts_with(['{', ' ']) && rest.ends_with(" 0"))
            });
            let born = format!("{name} unless {name} offset ");
            assert!(zeros.count() > 0 || query.contains(&born), "{file}, {alert}: {name} is born at 1");
        }
    }
}
