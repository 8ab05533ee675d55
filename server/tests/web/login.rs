//! Guessed passwords: how many an account and an address have, and whose address it is.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use app::domain::Role;
use reqwest::{Client, Response, StatusCode, redirect::Policy};

use crate::site::{Site, header, site, site_with};

/// What an account holds, and what an address does (`server/src/desk/people/attempts.rs`).
const ACCOUNT: usize = 10;
const ADDRESS: usize = 50;

/// Somebody at a machine of their own: all of 127.0.0.0/8 is this one, and the server sees which of them asks.
struct Door<'a> {
    site: &'a Site,
    client: Client,
}

impl<'a> Door<'a> {
    fn of(site: &'a Site, machine: &str) -> Self {
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).no_proxy();
        Self { site, client: client.local_address(Some(machine.parse().unwrap())).build().unwrap() }
    }

    /// Tries to get in; `forwarded` is what `X-Forwarded-For` says, nothing when empty.
    async fn knock(&self, login: &str, password: &str, forwarded: &str, accept: &str) -> Response {
        let mut request = self.client.post(format!("{}/api/login", self.site.url));
        if !forwarded.is_empty() {
            request = request.header("x-forwarded-for", forwarded);
        }
        let request = request.header("origin", &self.site.url).header("accept", accept);
        request.form(&[("login", login), ("password", password)]).send().await.unwrap()
    }

    /// The same with the password that fits.
    async fn enter(&self, login: &str, forwarded: &str) -> StatusCode {
        self.knock(login, &login.repeat(8), forwarded, "application/json").await.status()
    }

    /// Guesses until it is told to stop: how often it could, and what it was told. Some guesses are forgiven meanwhile.
    async fn guess(
        &self,
        login: impl Fn(usize) -> String,
        forwarded: impl Fn(usize) -> String,
    ) -> (usize, Response) {
        let mut tried = 0;
        loop {
            let answer = self.knock(&login(tried), "guessed", &forwarded(tried), "application/json").await;
            if answer.status() != 401 {
                return (tried, answer);
            }
            tried += 1;
            assert!(tried < 10 * ADDRESS, "nobody stops who guesses");
        }
    }
}

#[tokio::test]
async fn who_guesses_an_account_s_password_is_told_to_wait_and_nobody_else_is() {
    let site = site().await;
    for login in ["anna", "boris"] {
        site.person(login, Role::Operator).await;
    }
    let guesser = Door::of(&site, "127.0.0.2");
    let (tried, told) = guesser.guess(|_| "anna".to_owned(), |_| String::new()).await;
    assert!((ACCOUNT..2 * ACCOUNT).contains(&tried), "{tried}");
    assert_eq!(told.status(), 429);
    let wait: u32 = header(told.headers(), "retry-after").parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    let problem: serde_json::Value = told.json().await.unwrap();
    assert!(problem.to_string().contains("too many failures"), "{problem}");

    // A form without a script leads back to a page that says it in words.
    let form = guesser.knock("anna", "guessed", "", "text/html,*/*;q=0.8").await;
    assert_eq!((form.status().as_u16(), header(form.headers(), "location")), (303, "/login"));
    let page = guesser.client.get(format!("{}/login", site.url)).header("accept", "text/html");
    let page = page.send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Слишком много неудачных попыток. Попробуйте через"), "{page}");

    // The account is closed wherever one comes from, also to the password that fits; others are not.
    let other = Door::of(&site, "127.0.0.3");
    assert_eq!(other.enter("anna", "").await, 429);
    assert_eq!(other.enter("boris", "").await, 200);
    assert_eq!(guesser.enter("boris", "").await, 200);
}

#[tokio::test]
async fn an_address_that_guesses_many_accounts_is_closed_and_its_neighbours_behind_the_proxy_are_not() {
    let site = site_with(&["--trusted_proxies", "127.0.0.1"]).await;
    site.person("anna", Role::Operator).await;
    let proxy = Door::of(&site, "127.0.0.1");
    // What the guesser writes there itself stands before what the proxy adds.
    let guesser = |n: usize| format!("203.0.113.{n}, 198.51.100.7");
    let (tried, told) = proxy.guess(|n| format!("u{n}"), guesser).await;
    assert!((ADDRESS..2 * ADDRESS).contains(&tried), "{tried}");
    assert_eq!((told.status().as_u16(), header(told.headers(), "retry-after").is_empty()), (429, false));

    assert_eq!(proxy.enter("anna", "198.51.100.7").await, 429);
    assert_eq!(proxy.enter("anna", "198.51.100.8").await, 200, "a neighbour");
    assert_eq!(proxy.enter("anna", "").await, 200, "the proxy's own machine");
    assert_eq!(
        Door::of(&site, "127.0.0.4").enter("anna", "").await,
        200,
        "a machine that no proxy stands before"
    );
}

#[tokio::test]
async fn an_address_that_no_proxy_speaks_for_is_its_own_whatever_it_says() {
    let site = site().await;
    site.person("anna", Role::Operator).await;
    let guesser = Door::of(&site, "127.0.0.2");
    let (tried, told) = guesser.guess(|n| format!("u{n}"), |n| format!("203.0.113.{n}")).await;
    assert!((ADDRESS..2 * ADDRESS).contains(&tried), "{tried}");
    assert_eq!(told.status(), 429);
    assert_eq!(guesser.enter("anna", "198.51.100.8").await, 429);
    // Nor can it close somebody else's by naming it.
    assert_eq!(Door::of(&site, "127.0.0.3").enter("anna", "").await, 200);
}
