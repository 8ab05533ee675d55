//! Dead letters from a real RabbitMQ: kept once each, tried again, and gone from the queue when they are settled.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use app::{
    backend::Backend as _,
    domain::{Actor, Role},
    radar::{Dealt, Letter, LettersAction, LettersAsk, Which},
};
use reqwest::Method;
use serde_json::{Value, json};
use server::desk::Desk;

use crate::{
    floor,
    rabbit::{self, DEAD, Lines, SOON, Vhost, own::OwnRabbit, publisher, reason, vhost},
    workshop::{Workshop, message::approval, workshop},
};

async fn letters(desk: &Desk) -> Vec<Letter> {
    desk.radar(0, None).await.known.unwrap().letters.items
}

async fn kept(shop: &Workshop, wanted: usize) -> Vec<Letter> {
    let there = async || letters(&shop.desk).await.len() == wanted;
    floor::until("the letters are kept", SOON, there).await;
    letters(&shop.desk).await
}

async fn replay(desk: &Desk, actor: &Actor, which: Which) -> Dealt {
    let request_id = floor::name().replace('_', "-").parse().unwrap();
    let ask = LettersAsk { actor: actor.clone(), action: LettersAction::Replay, which, request_id };
    let begun = std::time::Instant::now();
    loop {
        match desk.letters(ask.clone()).await {
            Ok(dealt) => return dealt,
            // Somebody else is at it: the same press again.
            Err(refusal) => assert!(begun.elapsed() < SOON, "{refusal:?}"),
        }
    }
}

async fn in_queue(rabbit: &Vhost) -> u64 {
    let queue = rabbit.ask(Method::GET, &format!("queues/{}/{DEAD}", rabbit.name), Value::Null).await;
    queue["messages"].as_u64().unwrap_or_default()
}

async fn queue_has(rabbit: &Vhost, wanted: u64) {
    let there = async || in_queue(rabbit).await == wanted;
    floor::until("the queue of dead letters has as many", SOON, there).await;
}

/// Bad only for as long as this constraint stands: what a release or a person mends.
async fn refuse_poison(shop: &Workshop, refuse: bool) {
    let statement = if refuse {
        "ALTER TABLE orders ADD CONSTRAINT no_poison CHECK (title <> 'poison')"
    } else {
        "ALTER TABLE orders DROP CONSTRAINT no_poison"
    };
    sqlx::raw_sql(statement).execute(shop.database.pool()).await.unwrap();
}

fn poison(number: &str) -> String {
    let mut poison = approval(number);
    poison["order"]["title"] = json!("poison");
    poison.to_string()
}

#[tokio::test]
async fn what_was_put_aside_is_kept_once_and_taken_in_when_its_cause_is_mended() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let olga = shop.person("olga", Role::Supervisor).await;
    refuse_poison(&shop, true).await;
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    let (one, junk) = (poison("A-1"), "не JSON".to_owned());
    // One after the other: two that are put aside at the same moment are one and the same to whoever counts them.
    for (wanted, body) in (1..).zip([&one, &junk, &one, &one]) {
        rabbit.publish(body).await;
        let times =
            async || letters(&shop.desk).await.iter().map(|letter| letter.times).sum::<u32>() == wanted;
        floor::until("every delivery is counted", SOON, times).await;
    }
    let there = kept(&shop, 2).await;
    let letter = there.iter().find(|letter| letter.excerpt == one).unwrap();
    assert_eq!((letter.times, letter.reason.as_str(), letter.is_whole), (3, "malformed", true));
    assert!(letter.detail.contains("the database can keep"), "{}", letter.detail);
    queue_has(&rabbit, 4).await;

    let dealt = replay(&shop.desk, &olga, Which::All).await;
    assert_eq!(dealt, Dealt { bad: 2, ..Dealt::default() }, "nothing was mended yet");
    assert!(kept(&shop, 2).await.iter().all(|letter| letter.tries == 1));
    refuse_poison(&shop, false).await;
    let dealt = replay(&shop.desk, &olga, Which::One(letter.id)).await;
    assert_eq!(dealt, Dealt { accepted: 1, ..Dealt::default() });
    assert_eq!(shop.count("SELECT count(*) FROM orders WHERE number = 'A-1'").await, 1);
    // All of its copies leave RabbitMQ, and nothing else does.
    queue_has(&rabbit, 1).await;
    assert_eq!(kept(&shop, 1).await[0].excerpt, junk);
    let left = rabbit.take_all(DEAD, 1).await;
    assert_eq!((reason(&left[0]), left[0]["payload"].as_str()), ("malformed", Some("не JSON")));
    lines.stop().await;
}

#[tokio::test]
async fn two_servers_and_two_people_who_try_all_at_once_take_each_order_in_once() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let (olga, ivan) = (shop.person("olga", Role::Supervisor).await, shop.person("ivan", Role::Admin).await);
    let other = shop.another().await;
    refuse_poison(&shop, true).await;
    let lines = [Lines::start(&rabbit.url(), &shop.desk), Lines::start(&rabbit.url(), &other)];
    for lines in &lines {
        lines.work().await;
    }
    let bodies: Vec<String> = (0..130).map(|n| poison(&format!("A-{n}"))).collect();
    rabbit.publisher().await.publish_all(bodies.iter().map(String::as_bytes)).await;
    let all = async || shop.desk.radar(0, None).await.known.unwrap().letters.total == 130;
    floor::until("all letters are kept", SOON, all).await;
    refuse_poison(&shop, false).await;
    let (here, there) =
        tokio::join!(replay(&shop.desk, &olga, Which::All), replay(&other, &ivan, Which::All));
    assert_eq!((here.accepted + there.accepted, here.bad + there.bad), (130, 0), "{here:?} {there:?}");
    assert_eq!(shop.count("SELECT count(*) FROM inbox WHERE outcome = 'accepted'").await, 130);
    queue_has(&rabbit, 0).await;
    let cleared =
        async || shop.count("SELECT count(*) FROM dead_letters WHERE cleared_at IS NULL").await == 0;
    floor::until("the clearing is noted", SOON, cleared).await;
    assert!(kept(&shop, 0).await.is_empty());
    // The same bad message once more, after it was settled, is a letter again.
    let bad = "{\"bad\":";
    rabbit.publish(bad).await;
    let letter = kept(&shop, 1).await.remove(0);
    let request_id = "r-away".parse().unwrap();
    let away =
        LettersAsk { actor: olga, action: LettersAction::Dismiss, which: Which::One(letter.id), request_id };
    assert_eq!(shop.desk.letters(away).await.unwrap().dismissed, 1);
    queue_has(&rabbit, 0).await;
    rabbit.publish(bad).await;
    let again = kept(&shop, 1).await.remove(0);
    assert_eq!((again.id, again.times), (letter.id, 2));
}

#[tokio::test]
async fn letters_wait_for_the_database_and_none_is_lost() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    shop.database.away(true).await;
    // Put aside by somebody else, with nothing of what this program writes into its own.
    let letter = json!({
        "properties": {}, "routing_key": "order.x", "payload": "{\"foreign\":1}", "payload_encoding": "string",
    });
    rabbit.ask(Method::POST, &format!("exchanges/{}/mes.dead/publish", rabbit.name), letter).await;
    let held = async || lines.broker.check().is_err();
    floor::until("the trouble is told", SOON, held).await;
    shop.database.away(false).await;
    let there = kept(&shop, 1).await;
    assert_eq!((there[0].reason.as_str(), there[0].excerpt.as_str()), ("unknown", "{\"foreign\":1}"));
    lines.work().await;
}

#[tokio::test]
async fn what_rabbitmq_puts_aside_itself_says_so() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    lines.stop().await;
    // Somebody rejects what waits in the queue, as a client without this program's care does.
    rabbit.publish(&approval("A-1").to_string()).await;
    let reject = json!({ "count": 1, "ackmode": "reject_requeue_false", "encoding": "auto" });
    rabbit.ask(Method::POST, &format!("queues/{}/{}/get", rabbit.name, rabbit::QUEUE), reject).await;
    queue_has(&rabbit, 1).await;
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    let letter = kept(&shop, 1).await.remove(0);
    assert_eq!(letter.reason, "rejected");
    let olga = shop.person("olga", Role::Supervisor).await;
    assert_eq!(replay(&shop.desk, &olga, Which::One(letter.id)).await.accepted, 1);
    queue_has(&rabbit, 0).await;
    lines.stop().await;
}

#[tokio::test]
async fn a_letter_longer_than_the_limit_is_kept_as_far_as_it_goes() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    rabbit.publish(&" ".repeat(200_000)).await;
    let letter = kept(&shop, 1).await.remove(0);
    assert_eq!((letter.reason.as_str(), letter.bytes, letter.is_whole), ("too_large", 200_000, false));
    assert!(letter.excerpt.len() <= 4_000);
    let olga = shop.person("olga", Role::Supervisor).await;
    assert_eq!(replay(&shop.desk, &olga, Which::All).await, Dealt { cut: 1, ..Dealt::default() });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_restarts_leaves_every_letter_once_and_the_rest_goes_on_without_it() {
    let mut rabbit = OwnRabbit::start();
    let shop = workshop().await;
    let olga = shop.person("olga", Role::Supervisor).await;
    refuse_poison(&shop, true).await;
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    let bodies: Vec<String> = (0..40).map(|n| poison(&format!("A-{n}"))).collect();
    publisher(&rabbit.url()).await.publish_all(bodies.iter().map(String::as_bytes)).await;
    let all = async || shop.desk.radar(0, None).await.known.unwrap().letters.total == 40;
    floor::until("all letters are kept", SOON, all).await;
    rabbit.kill();
    let away = async || lines.broker.check().is_err();
    floor::until("the loss is noticed", SOON, away).await;
    // Without the broker letters are read and tried all the same.
    refuse_poison(&shop, false).await;
    assert_eq!(replay(&shop.desk, &olga, Which::All).await.accepted, 40);
    rabbit.come_back(&lines).await;
    let cleared =
        async || shop.count("SELECT count(*) FROM dead_letters WHERE cleared_at IS NULL").await == 0;
    floor::until("the copies are removed when it is back", SOON, cleared).await;
    assert_eq!(shop.count("SELECT count(*) FROM dead_letters").await, 40);
    assert_eq!(shop.count("SELECT count(*) FROM dead_letters WHERE settled_at IS NULL").await, 0);
}
