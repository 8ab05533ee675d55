//! Clients of another ecosystem, which none of this code wrote: what they publish is taken in, and they hear the news.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
};

use app::domain::{Command as Press, Role};
use serde_json::{Value, json};
use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    time::timeout,
};

use crate::{
    floor,
    rabbit::{DEAD, Lines, SOON, reason, vhost},
    workshop::{
        message::{approval, whole},
        press_once, workshop,
    },
};

/// The program that uses the client library of Node (`amqplib`); it ends with the value.
struct Source {
    child: Child,
    said: UnboundedReceiver<String>,
}

impl Drop for Source {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Source {
    fn start(url: &str, arguments: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rabbit/source.mjs");
        let mut command = Command::new("node");
        command.arg(script).arg(url).args(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (tell, said) = unbounded_channel();
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(tell.send(line))));
        Self { child, said }
    }

    /// The next line that it prints.
    async fn next(&mut self) -> String {
        timeout(SOON, self.said.recv()).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn what_another_client_publishes_is_taken_in_and_it_hears_the_news() {
    let (shop, rabbit) = (workshop().await, vhost().await);
    let lines = Lines::start(&rabbit.url(), &shop.desk);
    lines.work().await;
    let mut listener = Source::start(&rabbit.url(), &["listen", "2"]);
    assert_eq!(listener.next().await, "listening");

    let mut bad = approval("A-BAD");
    bad["order"]["quantity"] = json!(0);
    let first = whole("A-0");
    let mut bodies: Vec<String> = (1..200).map(|n| approval(&format!("A-{n}")).to_string()).collect();
    bodies.extend([first.to_string(), first.to_string(), bad.to_string()]);
    let mut publisher = Source::start(&rabbit.url(), &["publish"]);
    let input = publisher.child.stdin.take().unwrap();
    let all = bodies.join("\n") + "\n";
    std::thread::spawn(move || { &input }.write_all(all.as_bytes()));
    assert_eq!(publisher.next().await, "202");
    assert!(publisher.child.wait().unwrap().success());

    let all = async || shop.count("SELECT count(*) FROM orders").await == 200;
    floor::until("every order is in", SOON, all).await;
    assert_eq!(shop.count("SELECT count(*) FROM inbox").await, 200, "the doubled one once");
    assert_eq!(reason(&rabbit.take_all(DEAD, 1).await[0]), "malformed");

    let anna = shop.person("anna", Role::Operator).await;
    let id = first["order"]["id"].as_str().unwrap().parse().unwrap();
    for (press, version) in [(Press::Take, 1), (Press::Complete, 2)] {
        press_once(&shop.desk, &anna, press, id, version).await.unwrap();
    }
    for key in ["order.started", "order.completed"] {
        let news: Value = serde_json::from_str(&listener.next().await).unwrap();
        assert_eq!(
            (news["routingKey"].as_str(), news["contentType"].as_str()),
            (Some(key), Some("application/json"))
        );
        assert_eq!(news["messageId"], news["body"]["message_id"]);
        assert_eq!((&news["body"]["type"], &news["body"]["order"]["number"]), (&json!(key), &json!("A-0")));
    }
    lines.stop().await;
}
