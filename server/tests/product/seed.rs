//! `verstak seed`: fills what is empty or its own, whoever has come since, and leaves everything else alone.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::process::Command;

use app::backend::Backend;
use server::store::models::Settings;

use crate::{
    floor,
    workshop::{Workshop, workshop},
};

const ZOE: &str = "zoe-s-own-password";

/// Runs the program on this database and bucket; whether it did well, and what it said.
async fn verstak(url: &str, bucket: Settings, args: &[&str], password: (&str, &str)) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_verstak"));
    command.args(args).env_clear().env("DATABASE_URL", url).env(password.0, password.1);
    command.env("S3_ENDPOINT", bucket.endpoint).env("S3_BUCKET", bucket.bucket);
    command.env("AWS_ACCESS_KEY_ID", bucket.access_key).env("AWS_SECRET_ACCESS_KEY", bucket.secret_key);
    let ran = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.success(), String::from_utf8_lossy(&said).into_owned())
}

async fn seed(url: &str, shop: &Workshop, password: &str) -> (bool, String) {
    let args = ["seed", "--orders", "20", "--weeks", "2", "--detail", "0.02"];
    verstak(url, shop.s3.settings(), &args, ("VERSTAK_DEMO_PASSWORD", password)).await
}

async fn add_zoe(url: &str, shop: &Workshop) -> (bool, String) {
    let args = ["user", "add", "--login", "zoe", "--role", "operator"];
    verstak(url, shop.s3.settings(), &args, ("VERSTAK_PASSWORD", ZOE)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seeding_again_sets_the_demo_people_s_password_and_nothing_else_whoever_has_come_since() {
    let shop = workshop().await;
    let url = &shop.database.url;
    let held = async || {
        let (orders, steps) = ("SELECT count(*) FROM orders", "SELECT count(*) FROM order_history");
        (shop.count(orders).await, shop.count(steps).await)
    };
    let enters =
        async |login: &str, password: &str| shop.desk.login(login, password, "10.0.0.1").await.is_ok();

    let (well, said) = seed(url, &shop, "the-first-password").await;
    assert!(well && said.contains("made 40 orders"), "{said}");
    assert!(enters("operator1", "the-first-password").await);
    let filled = held().await;
    assert_eq!(filled.0, 40);
    let (well, said) = seed(url, &shop, "the-first-password").await;
    assert!(well && said.contains("there already"), "{said}");
    assert_eq!(held().await, filled);

    let (well, said) = add_zoe(url, &shop).await;
    assert!(well, "{said}");
    let (well, said) = seed(url, &shop, "the-second-password").await;
    assert!(well && said.contains("there already"), "{said}");
    assert_eq!(held().await, filled);
    assert!(enters("operator1", "the-second-password").await);
    assert!(!enters("operator1", "the-first-password").await);
    assert!(enters("zoe", ZOE).await && !enters("zoe", "the-second-password").await, "hers is her own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_was_never_the_demo_s_is_left_as_it_is() {
    let shop = workshop().await;
    let rows = async || {
        let people = "SELECT count(*) FROM users";
        (shop.count("SELECT count(*) FROM orders").await, shop.count(people).await)
    };
    // Orders alone, and then a person, too.
    shop.order("A-1").await;
    for people in [0, 1] {
        if people == 1 {
            let (well, said) = add_zoe(&shop.database.url, &shop).await;
            assert!(well, "{said}");
        }
        let (well, said) = seed(&shop.database.url, &shop, "a-password").await;
        assert!(!well && said.contains("it is left alone"), "{said}");
        assert_eq!(rows().await, (1, people));
    }
    assert!(shop.s3.verified().await.is_empty());
    // And a person alone.
    let other = floor::database().await;
    assert!(add_zoe(&other.url, &shop).await.0);
    let (well, said) = seed(&other.url, &shop, "a-password").await;
    assert!(!well && said.contains("it is left alone"), "{said}");
}
