//! Log-in, sessions and their end, limits on failures.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use app::{
    backend::{Backend, LoginRefusal, SignedIn},
    domain::Role,
};
use server::{
    clock::{Clock, SystemEntropy},
    desk::{
        Desk,
        people::{AddPersonError, PersonAsk, add_person, generated_password},
    },
};

use crate::{floor, workshop::workshop};

const PASSWORD: &str = "annaannaannaannaannaannaannaanna";

async fn sign_in(desk: &Desk) -> SignedIn {
    desk.login("anna", PASSWORD, "10.0.0.1").await.unwrap()
}

async fn is_open(desk: &Desk, token: &str) -> bool {
    desk.session(token).await.unwrap().is_some()
}

#[tokio::test]
async fn a_session_belongs_to_who_signed_in_and_only_its_hash_is_stored() {
    let shop = workshop().await;
    let anna = shop.person("anna", Role::Supervisor).await;
    let signed_in = shop.desk.login(" Anna ", PASSWORD, "10.0.0.1").await.unwrap();
    assert_eq!(signed_in.actor, anna);
    assert_eq!(shop.desk.session(&signed_in.token).await.unwrap(), Some(std::sync::Arc::new(anna)));
    let stored: String = sqlx::query_scalar("SELECT encode(token_hash, 'hex') FROM sessions")
        .fetch_one(shop.database.pool())
        .await
        .unwrap();
    assert_ne!(stored, signed_in.token);
    for foreign in ["", "x", &stored, &"0".repeat(64), &"я".repeat(32)] {
        assert!(!is_open(&shop.desk, foreign).await, "{foreign}");
    }
}

#[tokio::test]
async fn a_session_in_memory_outlives_the_database_for_twelve_hours() {
    let shop = workshop().await;
    shop.person("anna", Role::Operator).await;
    let token = sign_in(&shop.desk).await.token;
    shop.database.away(true).await;
    assert!(is_open(&shop.desk, &token).await);
    shop.clock.pass(Duration::from_secs(12 * 3600));
    assert!(shop.desk.session(&token).await.is_err());
    shop.database.away(false).await;
    let open = async || matches!(shop.desk.session(&token).await, Ok(Some(_)));
    floor::until("the session is verified again", Duration::from_secs(10), open).await;
    shop.clock.pass(Duration::from_secs(14 * 24 * 3600));
    assert!(!is_open(&shop.desk, &token).await);
}

#[tokio::test]
async fn wrong_words_are_all_the_same_answer() {
    let shop = workshop().await;
    shop.person("anna", Role::Operator).await;
    let long = "x".repeat(2000);
    for (login, password) in
        [("anna", "wrong"), ("nobody", PASSWORD), ("", ""), ("anna\0", PASSWORD), ("anna", &long)]
    {
        let answer = shop.desk.login(login, password, "10.0.0.1").await;
        assert_eq!(answer.map(|_| ()), Err(LoginRefusal::Wrong), "{login:?}");
    }
}

#[tokio::test]
async fn ten_failures_close_an_account_for_a_while_and_successes_do_not_count() {
    let shop = workshop().await;
    shop.person("anna", Role::Operator).await;
    for _ in 0..12 {
        sign_in(&shop.desk).await;
    }
    let guesses = (0..16).map(|_| shop.desk.login("anna", "guess", "10.0.0.2"));
    let answers = futures_util::future::join_all(guesses).await;
    let wrong = answers.iter().filter(|answer| matches!(answer, Err(LoginRefusal::Wrong))).count();
    assert_eq!(wrong, 10);
    let closed = shop.desk.login("anna", PASSWORD, "10.0.0.1").await;
    assert!(matches!(closed, Err(LoginRefusal::TooMany { retry_after: 1..=30 })));
    shop.clock.pass(Duration::from_secs(31));
    sign_in(&shop.desk).await;
}

#[tokio::test]
async fn a_session_that_ends_anywhere_ends_on_every_server() {
    let shop = workshop().await;
    let other = shop.another().await;
    shop.person("anna", Role::Operator).await;
    let ends: [&dyn Fn() -> _; 3] = [
        &|| "DELETE FROM sessions",
        &|| "UPDATE users SET role = CASE role WHEN 'admin' THEN 'operator' ELSE 'admin' END",
        &|| "UPDATE users SET disabled_at = now()",
    ];
    for end in ends {
        let token = sign_in(&shop.desk).await.token;
        assert!(is_open(&shop.desk, &token).await && is_open(&other, &token).await);
        let mut endings = other.session_endings();
        sqlx::query(end()).execute(shop.database.pool()).await.unwrap();
        for desk in [&shop.desk, &other] {
            let ended = async || !is_open(desk, &token).await;
            floor::until("the session has ended", Duration::from_secs(5), ended).await;
        }
        assert!(endings.has_changed().unwrap());
        endings.mark_unchanged();
    }
    let disabled = shop.desk.login("anna", PASSWORD, "10.0.0.1").await;
    assert_eq!(disabled.map(|_| ()), Err(LoginRefusal::Wrong));
}

#[tokio::test]
async fn a_log_out_ends_the_session_everywhere_and_only_this_one() {
    let shop = workshop().await;
    let other = shop.another().await;
    shop.person("anna", Role::Operator).await;
    let (mine, tablet) = (sign_in(&shop.desk).await.token, sign_in(&other).await.token);
    assert!(is_open(&other, &mine).await);
    shop.desk.logout(&mine).await.unwrap();
    assert!(!is_open(&shop.desk, &mine).await);
    let ended = async || !is_open(&other, &mine).await;
    floor::until("the session has ended", Duration::from_secs(5), ended).await;
    assert!(is_open(&shop.desk, &tablet).await && is_open(&other, &tablet).await);
}

#[tokio::test]
async fn missed_word_of_an_end_is_made_up_for_by_asking() {
    let shop = workshop().await;
    shop.person("anna", Role::Operator).await;
    let token = sign_in(&shop.desk).await.token;
    let silent = "ALTER TABLE sessions DISABLE TRIGGER session_ended";
    sqlx::query(silent).execute(shop.database.pool()).await.unwrap();
    sqlx::query("DELETE FROM sessions").execute(shop.database.pool()).await.unwrap();
    assert!(is_open(&shop.desk, &token).await);
    shop.desk.recheck_sessions().await.unwrap();
    assert!(!is_open(&shop.desk, &token).await);
}

#[tokio::test]
async fn a_person_is_added_once_and_by_the_rules() {
    let shop = workshop().await;
    let good = PersonAsk {
        login: "olga".to_owned(),
        name: "Ольга".to_owned(),
        role: Role::Admin,
        password: generated_password(&SystemEntropy),
        demo: false,
    };
    let add =
        async |ask: &PersonAsk| add_person(&shop.database.store, &SystemEntropy, shop.clock.now(), ask).await;
    add(&good).await.unwrap();
    assert!(matches!(add(&good).await, Err(AddPersonError::Taken)));
    assert!(matches!(
        add(&PersonAsk { login: "O l".into(), ..good.clone() }).await,
        Err(AddPersonError::Login)
    ));
    let nameless = PersonAsk { login: "x".into(), name: String::new(), ..good.clone() };
    assert!(matches!(add(&nameless).await, Err(AddPersonError::Name)));
    let short = PersonAsk { login: "x".into(), password: "1234567".into(), ..good.clone() };
    assert!(matches!(add(&short).await, Err(AddPersonError::Password)));
    assert_eq!(shop.desk.login("olga", &good.password, "a").await.unwrap().actor.role, Role::Admin);
}
