//! A RabbitMQ that is restarted and killed under the server: nothing is lost either way.

use app::domain::{Command, Role};

use crate::{
    floor,
    rabbit::{Lines, SOON, own::OwnRabbit, publisher},
    workshop::{message::approval, press_once, workshop},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_restarted_or_killed_loses_nothing() {
    let mut rabbit = OwnRabbit::start();
    let shop = workshop().await;
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    let anna = shop.person("anna", Role::Operator).await;
    for round in 0..2 {
        let bodies: Vec<String> = (0..300).map(|n| approval(&format!("A-{round}-{n}")).to_string()).collect();
        publisher(&rabbit.url()).await.publish_all(bodies.iter().map(String::as_bytes)).await;
        // While some of them are at work, some on their way and some in the queue.
        if round == 0 {
            rabbit.stop()
        } else {
            rabbit.kill()
        }
        let away = async || lines.broker.check().is_err();
        floor::until("the loss is noticed", SOON, away).await;
        // The workshop goes on; its news wait.
        let id = shop.order(&format!("C-{round}")).await;
        press_once(&shop.desk, &anna, Command::Take, id, 1).await.unwrap();
        rabbit.come_back(&lines).await;
        let wanted = (round + 1) * 301;
        let all = async || shop.count("SELECT count(*) FROM orders").await == wanted;
        floor::until("every order is in", SOON, all).await;
        let told = async || shop.count("SELECT count(*) FROM outbox WHERE published_at IS NULL").await == 0;
        floor::until("the news are told", SOON, told).await;
        lines.work().await;
    }
    assert_eq!(shop.count("SELECT count(*) FROM inbox WHERE outcome = 'accepted'").await, 602);
}
