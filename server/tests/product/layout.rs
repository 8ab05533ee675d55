//! The shape of the code, held: who may name whom, where drivers may be named, how long a file may be.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Every file below a folder of the project with one of these endings, as `path, text`.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    fn walk(at: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(at).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let (root, mut found) = (root(), Vec::new());
    walk(&root.join(folder), &mut found);
    found.retain(|path| endings.iter().any(|ending| path.extension().is_some_and(|it| it == *ending)));
    found.sort();
    let named = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
    found.iter().map(|path| (named(path), fs::read_to_string(path).unwrap())).collect()
}

/// A file without its comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Whether a crate is named: as a path (`sqlx::`) or in `use sqlx`.
fn names(text: &str, name: &str) -> bool {
    code(text)
        .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
        .any(|word| word == name || word.starts_with(&format!("{name}::")))
}

#[test]
fn drivers_are_named_in_one_place_each() {
    let places = [
        ("sqlx", "server/src/store/"),
        ("aws_sdk_s3", "server/src/store/"),
        ("aws_smithy_async", "server/src/store/"),
        ("fred", "server/src/board/"),
        ("lapin", "server/src/broker/"),
    ];
    for (driver, place) in places {
        let strays: Vec<_> = files("server/src", &["rs"])
            .into_iter()
            .filter(|(path, text)| !path.starts_with(place) && names(text, driver))
            .map(|(path, _)| path)
            .collect();
        assert!(strays.is_empty(), "{driver} is named outside {place}: {strays:?}");
    }
}

#[test]
fn the_browser_s_half_names_no_storage_cache_or_broker() {
    for (path, text) in files("app/src", &["rs"]).into_iter().chain(files("frontend/src", &["rs"])) {
        for driver in ["sqlx", "fred", "aws_sdk_s3", "lapin", "tokio", "hyper"] {
            assert!(!names(&text, driver), "{path} names {driver}");
        }
    }
    for (path, text) in files("app/src/domain", &["rs"]) {
        for framework in ["leptos", "axum", "web_sys", "js_sys"] {
            assert!(!names(&text, framework), "{path} names {framework}: the domain has no framework");
        }
    }
}

/// What each module of the server may name; what is not listed may name everybody (`startup`, `cli`).
const ARROWS: [(&str, &[&str]); 11] = [
    ("web", &["web", "desk", "board", "config", "clock", "lifecycle", "telemetry", "trace"]),
    ("broker", &["broker", "desk", "config", "clock", "telemetry", "store::background", "trace"]),
    ("desk", &["desk", "board", "store", "clock", "model", "trace"]),
    ("board", &["board", "store", "clock", "trace"]),
    ("store", &["store", "clock"]),
    ("model", &["model"]),
    ("trace", &["trace"]),
    ("seed", &["seed", "model", "store", "clock"]),
    ("config", &["config"]),
    ("telemetry", &["telemetry", "config", "trace"]),
    ("lifecycle", &["lifecycle"]),
];

#[test]
fn arrows_between_the_server_s_modules_point_one_way() {
    let mut wrong = Vec::new();
    for (module, may_name) in ARROWS {
        let below = format!("server/src/{module}");
        for (path, text) in files("server/src", &["rs"]) {
            if !(path.starts_with(&format!("{below}/")) || path == format!("{below}.rs"))
                || path.contains("tests")
            {
                continue;
            }
            // What only tests of the module name is no arrow of the program.
            let program = code(text.split("#[cfg(test)]").next().unwrap_or_default());
            for named in crate_paths(&program) {
                let allowed =
                    may_name.iter().any(|may| named == *may || named.starts_with(&format!("{may}::")));
                if !allowed {
                    wrong.push(format!("{path} names crate::{named}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every path after `crate::`, groups included: `crate::{a, b::c}` gives `a` and `b::c`.
fn crate_paths(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in text.split("crate::").skip(1) {
        let end = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(rest.split(end).next().unwrap_or_default().trim_end_matches(':').to_owned());
            continue;
        };
        let (mut depth, mut word) = (1, String::new());
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => {
                    found.insert(std::mem::take(&mut word));
                }
                c if depth == 1 && !end(c) => word.push(c),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        found.insert(word);
    }
    let named = found.into_iter().map(|path| path.trim_end_matches(':').to_owned());
    named.filter(|path| !path.is_empty()).collect()
}

#[test]
fn a_group_of_paths_is_read_whole() {
    let text = "use crate::{board::{self, Board}, clock, desk::people::{A, B}}; crate::store::x()";
    let expected = ["board", "clock", "desk::people", "store::x"].map(str::to_owned);
    assert_eq!(crate_paths(text), BTreeSet::from(expected));
}

#[test]
fn files_are_short_and_named_for_what_they_are() {
    let folders =
        ["app/src", "frontend/src", "server/src", "server/tests", "public", "style", "scripts", "end2end"];
    let endings = ["rs", "js", "mjs", "ts", "css", "lua", "sql", "sh"];
    let mut wrong = Vec::new();
    for (path, text) in folders.into_iter().flat_map(|folder| files(folder, &endings)) {
        if ["/vendor/", "node_modules", "test-results"].iter().any(|theirs| path.contains(theirs)) {
            continue;
        }
        let lines = text.lines().count();
        if lines > 400 {
            wrong.push(format!("{path} has {lines} lines; 400 is the limit"));
        }
        for vague in ["utils", "util", "helpers", "helper", "common", "misc", "manager"] {
            if path.split(['/', '.']).any(|part| part == vague) {
                wrong.push(format!("{path} does not say what it is"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_browser_s_program_holds_no_server_crate() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "-p",
            "frontend",
            "--target",
            "wasm32-unknown-unknown",
            "-e",
            "normal",
            "--prefix",
            "none",
        ])
        .args(["--locked", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let crates: BTreeSet<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(crates.contains("leptos") && crates.contains("app"), "{crates:?}");
    for server in ["tokio", "axum", "sqlx", "fred", "aws-sdk-s3", "hyper", "rustls", "lapin", "server"] {
        assert!(!crates.contains(server), "the browser's program holds {server}");
    }
}
