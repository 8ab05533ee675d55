//! `verstak doctor`: says what does not work, in words that somebody can act on, and gives no secret away.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    process::{Command, Output},
    time::Duration,
};

use fred::interfaces::HashesInterface as _;
use serde_json::json;

use crate::{
    collector,
    floor::{
        self,
        redis::OwnRedis,
        server::{RARELY, Server, redis_says_what_the_log_says},
        shared::Shared,
    },
    workshop::{Workshop, message::approval, workshop},
};

const RING: &[u8] = include_bytes!("../../src/model/tests/files/plain.glb");
const TOKEN: &str = "geheim-4711";
const REDIS_PASSWORD: &str = "geheim-0815";

/// What the program says of this workshop, and whether all is well.
async fn doctor(shop: &Workshop, redis: &str) -> (bool, String) {
    doctor_with(shop, redis, &[]).await
}

async fn doctor_with(shop: &Workshop, redis: &str, more: &[(&str, &str)]) -> (bool, String) {
    let bucket = shop.s3.settings();
    let secret = bucket.secret_key.clone();
    let mut command = Command::new(env!("CARGO_BIN_EXE_verstak"));
    command.arg("doctor").env_clear();
    command.env("DATABASE_URL", &shop.database.url).env("REDIS_URL", redis).env("INTAKE_TOKEN", TOKEN);
    command.env("S3_ENDPOINT", bucket.endpoint).env("S3_BUCKET", bucket.bucket);
    command.env("AWS_ACCESS_KEY_ID", bucket.access_key).env("AWS_SECRET_ACCESS_KEY", bucket.secret_key);
    command.env("LEPTOS_SITE_ROOT", env!("CARGO_MANIFEST_DIR"));
    command.envs(more.iter().copied());
    let ran = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let Output { status, stdout, stderr } = ran;
    let text = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(!text.contains(TOKEN) && !text.contains(&secret), "{text}");
    let password = shop.database.url.split_once("://").unwrap().1.split('@').next().unwrap();
    if let Some((_, password)) = password.split_once(':') {
        assert!(!text.contains(password), "the database's password is told");
    }
    assert!(!text.contains(REDIS_PASSWORD), "the password of Redis is told: {text}");
    (status.success(), text)
}

/// A Redis that a server has filled with this workshop's board.
async fn filled(shop: &Workshop) -> (OwnRedis, Shared) {
    let redis = OwnRedis::start();
    let server = Server::start(shop.database.another(), &redis.url(), "{board}", RARELY);
    server.complete().await;
    let shared = Shared::open(&redis.url(), "{board}").await;
    redis_says_what_the_log_says(&shared, &shop.database).await;
    server.end().await;
    (redis, shared)
}

/// A workshop with two orders, one of them with its model.
async fn with_a_model() -> Workshop {
    let shop = workshop().await;
    shop.order("A-1").await;
    shop.s3.put("ring.glb", RING).await;
    let mut message = approval("A-2");
    message["order"]["model"] = json!({ "key": "ring.glb", "size": RING.len() });
    shop.post(&message).await;
    let ready = "SELECT count(*) FROM orders WHERE model_state = 'ready'";
    floor::until("the model is ready", Duration::from_secs(10), async || shop.count(ready).await == 1).await;
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_says_that_all_is_well() {
    let shop = with_a_model().await;
    let (redis, _) = filled(&shop).await;
    let (well, text) = doctor(&shop, &redis.url()).await;
    for line in [
        "ok    database: answers",
        "ok    redis: answers",
        "ok    models: answers",
        "ok    broker: none is configured",
        "ok    traces: no collector is configured",
        "ok    site: is there",
        "ok    copies: 0 differences among 2 orders",
        "ok    models named: 1 none, 1 ready",
        "ok    models kept: 1 of 1 files are there",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(text.contains("are done") && !text.contains("WRONG"), "{text}");
    assert!(well);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_names_what_is_wrong() {
    let shop = with_a_model().await;
    let mut message = approval("A-3");
    message["order"]["model"] = json!({ "key": "nowhere.glb", "size": 7 });
    shop.post(&message).await;
    let missing = "SELECT count(*) FROM orders WHERE model_state = 'missing'";
    floor::until("the model is missed", Duration::from_secs(20), async || shop.count(missing).await == 1)
        .await;
    let (redis, shared) = filled(&shop).await;
    // An entry taken out by hand; a file that is gone; a migration that this program does not know.
    let orders = shared.held().await;
    let first = orders.keys().next().unwrap().to_string();
    let _: i64 = shared.client.hdel(shared.board(), first).await.unwrap();
    shop.s3.forget_verified().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (4711, 'later', true, '', 0)";
    sqlx::query(newer).execute(shop.database.pool()).await.unwrap();
    let (well, text) = doctor(&shop, &redis.url()).await;
    for line in
        ["WRONG copies: 2 differences", "Missing", "Sum", "WRONG models kept: 0 of 1", "is not in the bucket"]
    {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(
        text.contains("models named: 1 missing, 1 none, 1 ready") && text.contains("A-3: missing"),
        "{text}"
    );
    assert!(
        text.contains("4711  is of a newer version of this program, and keeps this one working"),
        "{text}"
    );
    assert!(!well);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_says_which_part_does_not_answer() {
    let (shop, redis) = (with_a_model().await, OwnRedis::start());
    let url = redis.url();
    redis.kill();
    shop.s3.leave();
    let (well, text) = doctor(&shop, &url).await;
    for line in ["WRONG redis: does not answer", "WRONG models: ", "ok    database: answers"] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(text.contains("; Redis does not answer: whether it says the same is unknown"), "{text}");
    assert!(
        text.contains("WRONG copies: 2 orders at ") && !text.contains("no server has filled it"),
        "{text}"
    );
    assert!(!well);
    shop.database.away(true).await;
    let (well, text) = doctor(&shop, &url).await;
    assert!(!well && text.contains("WRONG database: does not answer"), "{text}");
    assert!(text.contains("WRONG copies: cannot be compared"), "{text}");
    shop.database.away(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_asks_the_broker_where_there_is_to_be_one() {
    let shop = with_a_model().await;
    let (redis, _) = filled(&shop).await;
    let url = floor::amqp();
    let (well, text) = doctor_with(&shop, &redis.url(), &[("AMQP_URL", &url)]).await;
    assert!(well && text.contains("ok    broker: answers"), "{text}");
    let password = url.split_once("://").unwrap().1.split_once('@').unwrap().0.split_once(':').unwrap().1;
    assert!(!text.contains(password), "the broker's password is told");
    let nobody = url.replace(url.rsplit_once('@').unwrap().1, "127.0.0.1:9");
    let (well, text) = doctor_with(&shop, &redis.url(), &[("AMQP_URL", &nobody)]).await;
    assert!(!well && text.contains("WRONG broker: "), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_asks_the_collector_of_traces_as_a_collector_is_asked() {
    let shop = with_a_model().await;
    let (redis, _) = filled(&shop).await;
    let ask =
        async |url: &str| doctor_with(&shop, &redis.url(), &[("OTEL_EXPORTER_OTLP_ENDPOINT", url)]).await;
    let collector = collector::Collector::open().await;
    let (well, text) = ask(&collector.url).await;
    assert!(well && text.contains("ok    traces: answers"), "{text}");
    assert_eq!(collector.asked(), ["/opentelemetry.proto.collector.trace.v1.TraceService/Export"]);
    // Something listens there, and it is no collector.
    let (well, text) = ask(&shop.s3.settings().endpoint).await;
    assert!(!well && text.contains("WRONG traces: does not take them"), "{text}");
    collector.leave();
    let (well, text) = ask(&collector.url).await;
    assert!(!well && text.contains("WRONG traces: does not take them"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_tells_a_redis_that_nobody_has_filled_from_one_that_says_nothing_to_be_read() {
    let shop = with_a_model().await;
    let redis = OwnRedis::start();
    let (well, text) = doctor(&shop, &redis.url()).await;
    assert!(text.contains("; Redis has no board: no server has filled it"), "{text}");
    assert!(well && text.contains("ok    copies: 2 orders at "), "{text}");
    let shared = Shared::open(&redis.url(), "{board}").await;
    let _: i64 = shared.client.hset(shared.board(), ("@", "no mark")).await.unwrap();
    let (well, text) = doctor(&shop, &redis.url()).await;
    assert!(
        text.contains("; what Redis has does not say of what it is: a server that runs fills it"),
        "{text}"
    );
    assert!(!well && text.contains("WRONG copies: 2 orders at "), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_says_what_to_do_about_migrations_that_are_missing_or_were_changed() {
    let shop = with_a_model().await;
    let (redis, _) = filled(&shop).await;
    let pool = shop.database.pool();
    let names: Vec<(i64, String)> =
        sqlx::query_as("SELECT version, description FROM _sqlx_migrations ORDER BY version")
            .fetch_all(pool)
            .await
            .unwrap();
    let (all, (first, name), (last, newest)) = (names.len(), &names[0], &names[names.len() - 1]);
    sqlx::query("UPDATE _sqlx_migrations SET checksum = '' WHERE version = $1")
        .bind(first)
        .execute(pool)
        .await
        .unwrap();
    let (well, text) = doctor(&shop, &redis.url()).await;
    let told = format!(
        "{first} {name} was changed after it ran, and `verstak migrate` goes no further: run the program"
    );
    assert!(text.contains(&format!("WRONG migrations: {} of {all} are done", all - 1)), "{text}");
    assert!(!well && text.contains(&told), "{text}");
    assert!(shop.database.store.migrate().await.is_err(), "it goes no further");

    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = $1").bind(last).execute(pool).await.unwrap();
    let (well, text) = doctor(&shop, &redis.url()).await;
    assert!(text.contains(&format!("WRONG migrations: {} of {all} are done", all - 2)), "{text}");
    assert!(!well && text.contains(&format!("{last} {newest} is missing: run `verstak migrate`")), "{text}");

    sqlx::query("DROP TABLE _sqlx_migrations").execute(pool).await.unwrap();
    let (well, text) = doctor(&shop, &redis.url()).await;
    assert!(text.contains(&format!("WRONG migrations: 0 of {all} are done")), "{text}");
    assert!(!well && text.contains(&format!("{first} {name} is missing: run `verstak migrate`")), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_password_of_redis_is_used_and_not_told() {
    let shop = with_a_model().await;
    let redis = OwnRedis::with(&["--requirepass", REDIS_PASSWORD]);
    let url = |password: &str| format!("redis://:{password}@127.0.0.1:{}", redis.port());
    let (well, text) = doctor(&shop, &url(REDIS_PASSWORD)).await;
    assert!(well && text.contains("ok    redis: answers"), "{text}");
    assert!(text.contains(&url("***")), "where it is is told: {text}");
    let (well, text) = doctor(&shop, &url(&format!("not-{REDIS_PASSWORD}"))).await;
    assert!(!well && text.contains("WRONG redis: does not answer"), "{text}");
    let by_query =
        format!("redis-sentinel://127.0.0.1:1?sentinelServiceName=board&sentinelPassword={REDIS_PASSWORD}");
    let (well, text) = doctor(&shop, &by_query).await;
    assert!(!well && text.contains("WRONG redis: does not answer"), "{text}");
}
