//! Who may ask what, and what every answer carries.

use std::collections::BTreeSet;

use server::web::router;

use crate::site::{header, site, site_with};

/// The method and path of every route, with something in the place of its parameters.
fn routes() -> Vec<(String, String)> {
    let filled = |path: String| {
        path.replace("{file}", "x.glb")
            .replace("{code}", "en")
            .replace("{number}", "A-1")
            .replace("{table}", "days.csv")
    };
    router::paths().into_iter().map(|(method, path)| (method, filled(path))).collect()
}

#[tokio::test]
async fn every_route_but_a_few_named_ones_needs_a_session() {
    let site = site().await;
    let stranger = site.stranger();
    let mut open = BTreeSet::new();
    for (method, path) in routes() {
        let request = stranger.ask(&method, &path).header("origin", &site.url).header("accept", "*/*");
        let answer = request.send().await.unwrap();
        let led_away = answer.status() == 303 && header(answer.headers(), "location").starts_with("/login");
        if answer.status() != 401 && !led_away {
            open.insert(path);
        } else {
            let data = ["/api/", "/models/", "/live", "/intake/"].iter().any(|under| path.starts_with(under));
            assert_eq!(answer.status(), if data { 401 } else { 303 }, "{path}");
        }
    }
    assert_eq!(open.into_iter().collect::<Vec<_>>(), ["/api/login", "/lang/en", "/login", "/sw.js"]);
}

#[tokio::test]
async fn the_routes_of_the_contract_are_there() {
    let paths: BTreeSet<_> = router::paths().into_iter().collect();
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/orders/{number}"),
        ("GET", "/login"),
        ("POST", "/api/login"),
        ("POST", "/api/logout"),
        ("GET", "/api/board"),
        ("POST", "/api/take"),
        ("POST", "/api/complete"),
        ("POST", "/api/pack"),
        ("POST", "/api/ship"),
        ("POST", "/api/release"),
        ("POST", "/api/rework"),
        ("POST", "/api/seen"),
        ("POST", "/api/save_view"),
        ("POST", "/api/rename_view"),
        ("POST", "/api/delete_view"),
        ("GET", "/views"),
        ("GET", "/orders/{number}/passport"),
        ("GET", "/flow"),
        ("GET", "/flow/{table}"),
        ("GET", "/slow"),
        ("GET", "/api/promise"),
        ("POST", "/api/bonus"),
        ("POST", "/api/confirm"),
        ("POST", "/api/known"),
        ("POST", "/api/vitals"),
        ("POST", "/api/slow"),
        ("GET", "/radar"),
        ("POST", "/api/replay"),
        ("POST", "/api/dismiss"),
        ("GET", "/api/broker"),
        ("GET", "/live"),
        ("GET", "/models/{file}"),
        ("GET", "/api/models"),
        ("GET", "/sw.js"),
        ("POST", "/intake/orders"),
        ("POST", "/intake/reconcile"),
    ] {
        assert!(paths.contains(&(method.to_owned(), path.to_owned())), "{method} {path} is not in {paths:?}");
    }
}

#[test]
fn no_server_function_answers_a_get() {
    let mut count = 0;
    for (path, method) in server_fn::axum::server_fn_paths() {
        assert_eq!(method.as_str(), "POST", "{path}");
        count += 1;
    }
    assert!(count >= 12, "log-in, log-out, six commands, what was seen and saved views, not {count}");
}

#[tokio::test]
async fn posts_from_other_sites_are_refused_and_those_that_say_nothing_too() {
    let site = site().await;
    let anna = site.operator("anna").await;
    for path in ["/api/take", "/api/logout", "/api/login"] {
        let silent = anna.ask("POST", path).send().await.unwrap();
        assert_eq!(silent.status(), 403, "{path}");
        let foreign = anna.ask("POST", path).header("origin", "https://evil.example").send().await.unwrap();
        assert_eq!(foreign.status(), 403, "{path}");
        let both = anna.ask("POST", path).header("origin", &site.url).header("sec-fetch-site", "cross-site");
        assert_eq!(both.send().await.unwrap().status(), 403, "{path}");
    }
    // The session comes first: a stranger from another site is told 401.
    assert_eq!(site.stranger().ask("POST", "/api/take").send().await.unwrap().status(), 401);
    assert_eq!(
        anna.ask("POST", "/api/take").header("sec-fetch-site", "same-origin").send().await.unwrap().status(),
        422
    );
}

#[tokio::test]
async fn every_answer_carries_the_headers_also_when_it_is_an_error() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let mut asked = routes();
    asked.extend(
        [("GET", "/nowhere"), ("GET", "/live.js"), ("DELETE", "/"), ("GET", "/api/nothing")]
            .map(|(method, path)| (method.to_owned(), path.to_owned())),
    );
    let stranger = site.stranger();
    let asked: Vec<_> = asked.iter().flat_map(|route| [(&anna, route), (&stranger, route)]).collect();
    for (browser, (method, path)) in asked {
        if path == "/api/logout" {
            continue;
        }
        let request = browser.ask(method, path).header("origin", &site.url).header("accept", "text/html");
        let answer = request.send().await.unwrap();
        let headers = answer.headers();
        let policy = header(headers, "content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe-inline"),
            "{path}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(policy.contains(" 'sha256-"), "the viewer's own styles: {policy}");
        assert_eq!(header(headers, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header(headers, "referrer-policy"), "same-origin", "{path}");
        assert_eq!(header(headers, "cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(headers.contains_key("permissions-policy"), "{path}");
        assert!(headers.contains_key("cache-control"), "{path}");
        assert_eq!(header(headers, "x-request-id").len(), 32, "{path}");
        assert!(
            !headers.contains_key("x-verstak-session") && !headers.contains_key("strict-transport-security")
        );
    }
}

#[tokio::test]
async fn a_page_s_scripts_carry_the_nonce_of_its_policy_and_every_page_has_another_one() {
    let site = site().await;
    let mut seen = BTreeSet::new();
    for _ in 0..3 {
        let answer = site.stranger().open("/login").await;
        let policy = header(answer.headers(), "content-security-policy").to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert_eq!(header(answer.headers(), "cache-control"), "no-store");
        let html = answer.text().await.unwrap();
        for script in html.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains("src=") || tag.contains(&format!("nonce=\"{nonce}\"")), "{tag}");
        }
        seen.insert(nonce);
    }
    assert_eq!(seen.len(), 3);
}

#[tokio::test]
async fn behind_https_the_cookie_is_bound_to_this_host() {
    let site = site_with(&["--public_url", "https://board.example"]).await;
    site.person("anna", app::domain::Role::Operator).await;
    let stranger = site.stranger();
    let login = stranger.form("/api/login", &[("login", "anna"), ("password", &"anna".repeat(8))]);
    let answer = login.header("sec-fetch-site", "same-origin").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let cookie = header(answer.headers(), "set-cookie");
    assert!(cookie.starts_with("__Host-verstak=") && cookie.contains("; Secure"), "{cookie}");
    assert!(cookie.contains("; Path=/; ") && cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    assert!(header(answer.headers(), "strict-transport-security").starts_with("max-age="));
}

#[tokio::test]
async fn a_session_that_was_logged_out_opens_nothing_any_more() {
    let site = site().await;
    let anna = site.operator("anna").await;
    assert_eq!(anna.open("/").await.status(), 200);
    assert_eq!(header(anna.open("/login").await.headers(), "location"), "/");
    let copy = anna.clone();
    let answer = anna.send("/api/logout", &[]).await;
    assert_eq!(answer.status(), 200);
    assert!(header(answer.headers(), "set-cookie").starts_with("verstak=; Path=/; Max-Age=0"));
    assert_eq!(copy.get("/api/board").send().await.unwrap().status(), 401);
    let away = copy.open("/orders/A-1?x=1").await;
    assert_eq!(
        (away.status().as_u16(), header(away.headers(), "location")),
        (303, "/login?next=%2Forders%2FA-1%3Fx%3D1")
    );
}

#[tokio::test]
async fn a_stolen_or_made_up_cookie_is_nobody() {
    let site = site().await;
    for cookie in ["", "x", &"0".repeat(64), &"f".repeat(4000), "' OR 1=1"] {
        let asked = site.stranger().get("/api/board").header("cookie", format!("verstak={cookie}"));
        assert_eq!(asked.send().await.unwrap().status(), 401, "{cookie}");
    }
}

#[tokio::test]
async fn built_files_are_kept_for_ever_and_others_are_asked_for_again() {
    let site = site().await;
    let stranger = site.stranger();
    let program =
        stranger.get("/pkg/verstak.abc.js").header("accept-encoding", "gzip, br").send().await.unwrap();
    assert_eq!(header(program.headers(), "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header(program.headers(), "content-encoding"), "br");
    assert_eq!(header(program.headers(), "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(program.text().await.unwrap(), "(brotli)");
    let stream = stranger.get("/live.js").send().await.unwrap();
    assert_eq!(header(stream.headers(), "cache-control"), "no-cache");
    let tag = header(stream.headers(), "etag").to_owned();
    let again = stranger.get("/live.js").header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    for path in ["/pkg/../sw-off.js", "/pkg/%2e%2e/%2e%2e/etc/passwd", "/pkg/none.js", "/pkg/page.abc/"] {
        assert_eq!(
            stranger.get(path).send().await.unwrap().status().is_success(),
            path.contains("/../"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_service_worker_can_be_switched_off() {
    let on = site().await;
    let script = on.stranger().get("/sw.js").send().await.unwrap();
    assert_eq!(header(script.headers(), "cache-control"), "no-cache");
    assert_eq!(script.text().await.unwrap(), "self.on = true");
    let off = site_with(&["--worker", "off"]).await;
    let script = off.stranger().get("/sw.js").send().await.unwrap();
    assert!(script.text().await.unwrap().contains("unregister"));
}

#[tokio::test]
async fn a_language_is_remembered_and_leads_back_to_this_site_alone() {
    let site = site().await;
    let stranger = site.stranger();
    let chosen = stranger.open("/lang/en?back=%2Flogin%3Fa%3D1").await;
    assert_eq!((chosen.status().as_u16(), header(chosen.headers(), "location")), (303, "/login?a=1"));
    assert!(stranger.open("/login").await.text().await.unwrap().contains("lang=\"en\""));
    for back in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example"] {
        let chosen = stranger.open(&format!("/lang/ru?back={back}")).await;
        assert_eq!(header(chosen.headers(), "location"), "/", "{back}");
    }
    assert_eq!(stranger.open("/lang/xx").await.status(), 404);
}

#[tokio::test]
async fn health_and_counters_are_told_on_a_port_of_their_own() {
    let site = site().await;
    assert_eq!(site.get_admin("/livez").await.status(), 200);
    let ready: serde_json::Value = site.get_admin("/readyz").await.json().await.unwrap();
    assert_eq!(ready["parts"]["board"]["state"], "ok");
    assert!(ready["parts"]["board"]["age_seconds"].as_f64().unwrap() < 5.0);
    for part in ["database", "redis", "models"] {
        assert!(ready["parts"][part]["state"].is_string(), "{part}");
    }
    let counted = site.get_admin("/metrics").await.text().await.unwrap();
    for pool in ["desk", "board"] {
        for gauge in ["used", "max"] {
            let told = format!("store_connections_{gauge}{{pool=\"{pool}\"}} ");
            assert!(counted.contains(&told), "{told}: {counted}");
        }
    }
    for path in ["/livez", "/readyz", "/metrics"] {
        assert_ne!(
            site.stranger().get(path).send().await.unwrap().status(),
            200,
            "{path} is not for everybody"
        );
    }
}

#[tokio::test]
async fn who_asks_for_a_page_and_can_not_have_it_gets_one_that_says_why_in_the_site_s_own_look() {
    let site = site().await;
    let anna = site.operator("anna").await;
    let page = async |answer: reqwest::Response| {
        let styled = answer.headers()["content-type"].to_str().unwrap().starts_with("text/html");
        let text = answer.text().await.unwrap();
        assert!(styled && text.contains("rel=\"stylesheet\""), "{text}");
        text
    };
    let unknown = anna.open("/lang/xx").await;
    assert_eq!(unknown.status(), 404);
    assert!(page(unknown).await.contains("Запрос не принят"));

    // An order that is only in the database, and that is away: the order's own page says so.
    site.database.away(true).await;
    let away = anna.open("/orders/A-GONE").await;
    assert_eq!(away.status(), 503);
    let text = page(away).await;
    assert!(text.contains("Заказ сейчас не прочитать") && text.contains("A-GONE"), "{text}");
}

#[tokio::test]
async fn who_mistypes_the_password_types_the_password_again_and_not_the_name() {
    let site = site().await;
    site.person("anna", app::domain::Role::Operator).await;
    let stranger = site.stranger();
    let wrong = [("login", "anna"), ("password", "wrong")];
    let answer = stranger.submit("/login?next=%2Fviews", "/api/login", &wrong).await;
    assert_eq!(header(answer.headers(), "location"), "/login?next=%2Fviews");
    let page = stranger.open("/login?next=%2Fviews").await.text().await.unwrap();
    assert!(page.contains("value=\"anna\"") && !page.contains("wrong"), "{page}");
    assert!(
        page.contains("/lang/en?back=%2Flogin%3Fnext%3D%252Fviews"),
        "the other language leads there too"
    );
    assert!(!stranger.open("/login").await.text().await.unwrap().contains("value=\"anna\""), "told once");
}
