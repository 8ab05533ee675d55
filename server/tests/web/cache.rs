//! The page "Cache": for those who watch over the workshop; it names every difference and costs the database little.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::time::Duration;

use app::domain::Role;
use fred::interfaces::HashesInterface as _;
use futures_util::future::join_all;

use crate::{
    floor::{self, behind::fall_behind, server::redis_says_what_the_log_says, shared::Shared},
    site::{Browser, Site, site, site_with},
};

/// A site with three orders, and a supervisor who looks at it.
async fn watched() -> (Site, Browser, Shared, Vec<String>) {
    let site = site().await;
    site.person("vera", Role::Supervisor).await;
    let vera = site.again("vera").await;
    let mut orders = Vec::new();
    for number in ["A-1", "A-2", "A-3"] {
        orders.push(site.order(number).await);
    }
    let shared = Shared::open(&site.redis.url(), "{board}").await;
    redis_says_what_the_log_says(&shared, &site.database).await;
    (site, vera, shared, orders)
}

/// What the page says after the comparison: differences in all, and its text.
async fn compare(browser: &Browser) -> (Option<usize>, String) {
    let page = browser.open("/cache?compare=1").await.text().await.unwrap();
    let count = page.split_once("data-differences=\"").and_then(|(_, rest)| rest.split('"').next());
    (count.map(|count| count.parse().unwrap()), page)
}

/// What the page says beside this word.
fn fact<'a>(page: &'a str, word: &str) -> &'a str {
    let from = page.split_once(&format!("<dt>{word}</dt><dd>"));
    assert!(from.is_some(), "{word}: {page}");
    from.unwrap().1.split('<').next().unwrap()
}

/// Reads from memory, from Redis and from the database, and the share of the first of them in percent, as told in English.
async fn reads(browser: &Browser) -> ([u32; 3], String) {
    assert_eq!(browser.open("/lang/en?back=/cache").await.status(), 303);
    let page = browser.page("/cache").await;
    let counts = ["Reads from memory", "Reads from Redis", "Reads from the database"];
    (counts.map(|word| fact(&page, word).parse().unwrap()), fact(&page, "Answered from memory").to_owned())
}

#[tokio::test]
async fn only_supervisors_and_admins_open_it() {
    let site = site().await;
    for (login, role, status) in
        [("anna", Role::Operator, 403), ("vera", Role::Supervisor, 200), ("gleb", Role::Admin, 200)]
    {
        site.person(login, role).await;
        let browser = site.again(login).await;
        let answer = browser.open("/cache").await;
        assert_eq!(answer.status(), status, "{login}");
        let text = answer.text().await.unwrap();
        assert!(text.contains("<h1>"), "{login} reads a page: {text}");
        let menu = browser.open("/").await.text().await.unwrap();
        assert_eq!(
            menu.contains("href=\"/cache\""),
            status == 200,
            "{login} is shown the way only if it leads there"
        );
    }
    let stranger = site.stranger().open("/cache").await;
    assert_eq!(stranger.status(), 303);
}

#[tokio::test]
async fn it_tells_how_the_cache_is_doing_in_both_languages() {
    let (_site, vera, _shared, _) = watched().await;
    vera.board("").await;
    let russian = vera.open("/cache").await.text().await.unwrap();
    for words in
        ["Прочитано из памяти", "Изменений ещё не в кэше", "Полные обновления", "Последние изменения", "A-3"]
    {
        assert!(russian.contains(words), "{words}");
    }
    assert_eq!(fact(&russian, "Прочитано из памяти"), "100,00\u{a0}%", "every read so far");
    assert_eq!(fact(&russian, "Изменений ещё не в кэше"), "0");
    assert_eq!(vera.open("/lang/en?back=/cache").await.status(), 303);
    let english = vera.open("/cache").await.text().await.unwrap();
    for words in ["Answered from memory", "Full refreshes", "Last changes"] {
        assert!(english.contains(words), "{words}: {english}");
    }
}

#[tokio::test]
async fn the_share_of_the_memory_is_what_it_answered_among_all_reads() {
    let (site, vera, _shared, orders) = watched().await;
    let ([memory, ..], _) = reads(&vera).await;
    for _ in 0..3 {
        vera.board("").await;
    }
    assert_eq!(reads(&vera).await, ([memory + 3, 0, 0], "100.00\u{a0}%".to_owned()));
    // An order that has left the board is the database's to tell of.
    let left = "UPDATE orders SET status = 'SHIPPED', version = version + 1 WHERE id = $1::uuid";
    sqlx::query(left).bind(&orders[0]).execute(site.database.pool()).await.unwrap();
    let two = async || vera.board("").await["orders"].as_array().unwrap().len() == 2;
    floor::until("two orders are on the board", Duration::from_secs(5), two).await;
    let ([before, ..], _) = reads(&vera).await;
    assert_eq!(vera.open("/orders/A-1").await.status(), 200);
    let ([memory, redis, database], share) = reads(&vera).await;
    assert_eq!((memory, redis, database), (before, 0, 1));
    let expected = f64::from(memory) * 100.0 / f64::from(memory + 1);
    assert_eq!(share, format!("{expected:.2}\u{a0}%"));
}

#[tokio::test]
async fn the_memory_has_no_share_in_what_redis_answers() {
    let site = site_with(&["--cache", "redis"]).await;
    site.person("vera", Role::Supervisor).await;
    let vera = site.again("vera").await;
    let (before, _) = reads(&vera).await;
    for _ in 0..3 {
        vera.board("").await;
    }
    let (after, share) = reads(&vera).await;
    assert_eq!(after, [before[0], before[1] + 3, before[2]]);
    assert_eq!((before[0], share.as_str()), (0, "0.00\u{a0}%"));
}

#[tokio::test]
async fn changes_that_the_board_lacks_are_told() {
    let (site, vera, ..) = watched().await;
    let lag = async || fact(&vera.page("/cache").await, "Изменений ещё не в кэше").to_owned();
    assert_eq!(lag().await, "0");
    let holding = fall_behind(&site.database, 4).await;
    floor::until("the board lacks four changes", Duration::from_secs(5), async || lag().await == "4").await;
    holding.rollback().await.unwrap();
    floor::until("it lacks none any more", Duration::from_secs(10), async || lag().await == "0").await;
}

#[tokio::test]
async fn a_whole_board_has_no_differences_also_while_people_work() {
    let (site, vera, _shared, orders) = watched().await;
    let anna = site.operator("anna").await;
    let (work, compared) =
        tokio::join!(join_all(orders.iter().map(|order| anna.press("take", order, "1"))), compare(&vera));
    assert!(work.iter().all(|answer| answer.status() == 200));
    assert_eq!(compared.0, Some(0), "{}", compared.1);
}

#[tokio::test]
async fn every_difference_in_redis_is_named() {
    let (_site, vera, shared, orders) = watched().await;
    shared.keep_refreshes_away().await;
    let (board, client) = (shared.board(), &shared.client);
    let _: i64 = client.hdel(&board, orders[0].as_str()).await.unwrap();
    let entry: String = client.hget(&board, orders[1].as_str()).await.unwrap();
    let other = entry.replace("gold-585-yellow", "tin");
    let extra = entry.replace(&orders[1], "0193c1a2-6f0e-7d3a-9c1b-2f4f5a6b7c8d").replace("A-2", "A-9");
    let fields = [(orders[1].clone(), other), ("0193c1a2-6f0e-7d3a-9c1b-2f4f5a6b7c8d".to_owned(), extra)];
    let _: () = client.hset(&board, fields.to_vec()).await.unwrap();
    let (count, page) = compare(&vera).await;
    assert_eq!(count, Some(4), "one lacking, one other, one too many, and the sum: {page}");
    for (order, fault) in [
        ("A-1", "нет заказа"),
        ("A-2", "данные заказа отличаются"),
        ("A-9", "которого на доске быть не должно"),
        ("@", "контрольная сумма"),
    ] {
        let line = page.split("<li>").find(|line| line.contains(&format!("<bdi>{order}</bdi>"))).unwrap();
        assert!(line.contains(fault) && line.contains("Redis"), "{order}: {line}");
    }
}

#[tokio::test]
async fn a_change_behind_the_log_s_back_is_named_for_both_copies() {
    let (site, vera, _shared, _) = watched().await;
    let silent = "BEGIN; SET LOCAL session_replication_role = replica; UPDATE orders SET comment = 'x' WHERE number = 'A-2'; COMMIT";
    sqlx::raw_sql(silent).execute(site.database.pool()).await.unwrap();
    let (count, page) = compare(&vera).await;
    assert_eq!(count, Some(2), "{page}");
}

#[tokio::test]
async fn a_press_within_ten_seconds_costs_the_database_nothing() {
    let (site, vera, shared, orders) = watched().await;
    assert_eq!(compare(&vera).await.0, Some(0));
    let _: i64 = shared.client.hdel(shared.board(), orders[0].as_str()).await.unwrap();
    let pages = join_all((0..20).map(|_| compare(&vera))).await;
    assert!(pages.iter().all(|(count, _)| count.is_none_or(|count| count == 0)), "nothing was compared anew");
    // Without the database there is nothing to compare with, and it says so.
    site.database.away(true).await;
    tokio::time::timeout(Duration::from_secs(30), async {
        while compare(&vera).await.0.is_some() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    })
    .await
    .unwrap();
    let (_, page) = compare(&vera).await;
    assert!(page.contains("база данных не отвечает"), "{page}");
    site.database.away(false).await;
}
