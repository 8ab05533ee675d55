//! An alert on a metric that nobody counts is silent for ever, and one without a word of what to do wakes somebody for
//! nothing.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Every metric that the server names, with those that Prometheus makes of a histogram.
fn counted() -> BTreeSet<String> {
    fn walk(at: &Path, text: &mut String) {
        for entry in fs::read_dir(at).unwrap().flatten() {
            if entry.path().is_dir() {
                walk(&entry.path(), text);
            } else if entry.path().extension().is_some_and(|it| it == "rs") {
                text.push_str(&fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    let mut text = String::new();
    walk(&root().join("server/src"), &mut text);
    let mut found = BTreeSet::new();
    for (kind, endings) in
        [("counter!(", &[""][..]), ("gauge!(", &[""]), ("histogram!(", &["_bucket", "_sum", "_count"])]
    {
        for rest in text.split(kind).skip(1) {
            if let Some(name) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                found.extend(endings.iter().map(|ending| format!("{name}{ending}")));
            }
        }
    }
    found
}

/// The metrics of an expression: names that are no function, no keyword and no label.
fn metrics(expression: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    // Labels and ranges name no metric.
    let (mut plain, mut depth) = (String::new(), 0);
    for c in expression.chars() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let plain = plain.replace("by (le)", "");
    let mut rest = plain.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_lowercase()) {
        let word: String =
            rest[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let after = rest[start + word.len()..].trim_start();
        if !after.starts_with('(') {
            names.insert(word.clone());
        }
        rest = &rest[start + word.len()..];
    }
    names.remove("sum");
    names
}

/// Name and expression of every alert.
fn alerts() -> Vec<(String, String)> {
    let text = read("docs/alerts.yml");
    let values = |key: &str| -> Vec<String> {
        let lines = text.lines().map(|line| line.trim().trim_start_matches("- "));
        lines.filter_map(|line| line.strip_prefix(key)).map(|value| value.trim().to_owned()).collect()
    };
    let (names, expressions) = (values("alert:"), values("expr:"));
    assert_eq!(names.len(), expressions.len(), "every alert is one name and one line of expression");
    names.into_iter().zip(expressions).collect()
}

#[test]
fn every_metric_that_an_alert_names_is_counted() {
    let counted = counted();
    assert!(counted.len() > 30, "{counted:?}");
    for (alert, expression) in alerts() {
        let names = metrics(&expression);
        assert!(!names.is_empty(), "{alert} looks at nothing");
        for name in names {
            assert!(counted.contains(&name), "{alert} looks at {name}, which nobody counts");
        }
    }
}

#[test]
fn every_alert_has_a_section_that_says_what_to_do() {
    let runbook = read("docs/runbook.md");
    let alerts = alerts();
    assert!(alerts.len() >= 14);
    for (alert, _) in alerts {
        assert!(runbook.contains(&format!("\n### {alert}\n")), "docs/runbook.md has no section {alert}");
    }
}

#[test]
fn the_metrics_of_an_expression_are_found() {
    let found = |text| metrics(text).into_iter().collect::<Vec<_>>();
    assert_eq!(found("increase(a_total{x=\"y\"}[15m]) > 0"), ["a_total"]);
    assert_eq!(found("sum(rate(b_total{status=~\"5..\"}[5m])) / sum(rate(c[5m])) > 0.01"), ["b_total", "c"]);
    assert_eq!(found("histogram_quantile(0.99, sum by (le) (rate(d_bucket[5m]))) > 1"), ["d_bucket"]);
}
