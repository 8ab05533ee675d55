//! A virtual host of the test's own in a real RabbitMQ, looked at and published to through RabbitMQ's own HTTP
//! interface, which none of this project's code wrote; and a client for publishing by the thousand.
//!
//! `TEST_AMQP_URL` names a user that may do everything, `TEST_AMQP_API` the HTTP interface with its password.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so"
)]

pub mod own;
pub mod proxy;

use std::{sync::Arc, time::Duration};

use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{BasicPublishOptions, ConfirmSelectOptions},
};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use server::{
    broker::{Broker, Settings},
    clock::{SystemClock, SystemEntropy},
    desk::Desk,
};
use tokio::runtime::{Builder, Runtime};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::floor;

/// Where messages come in.
pub const QUEUE: &str = "mes.orders";
/// Where those lie that could not be taken in.
pub const DEAD: &str = "mes.orders.dead";
/// The bound of waits on a healthy system; far above what is needed.
pub const SOON: Duration = Duration::from_secs(30);

/// A virtual host of the test's own; deleted with the value.
pub struct Vhost {
    pub name: String,
    api: String,
    client: Client,
}

/// Makes one.
pub async fn vhost() -> Vhost {
    let vhost = Vhost {
        name: floor::name(),
        api: floor::address("TEST_AMQP_API").trim_end_matches('/').to_owned(),
        client: Client::new(),
    };
    vhost.ask(Method::PUT, &format!("vhosts/{}", vhost.name), Value::Null).await;
    let (user, _) = floor::amqp().split_once("://").unwrap().1.split_once(':').map(owned).unwrap();
    let all = json!({ "configure": ".*", "write": ".*", "read": ".*" });
    vhost.ask(Method::PUT, &format!("permissions/{}/{user}", vhost.name), all).await;
    vhost
}

fn owned((one, two): (&str, &str)) -> (String, String) {
    (one.to_owned(), two.to_owned())
}

impl Vhost {
    /// Its address, as the product is given it.
    pub fn url(&self) -> String {
        let (base, _) = floor::amqp().rsplit_once('/').map(owned).unwrap();
        format!("{base}/{}", self.name)
    }

    /// Its address through something else that listens on a loopback port.
    pub fn url_through(&self, port: u16) -> String {
        let url = self.url();
        let (user, rest) = url.split_once('@').unwrap();
        format!("{user}@127.0.0.1:{port}/{}", rest.rsplit_once('/').unwrap().1)
    }

    /// Asks the HTTP interface.
    pub async fn ask(&self, method: Method, path: &str, body: Value) -> Value {
        let mut request = self.client.request(method, format!("{}/api/{path}", self.api));
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Publishes as RabbitMQ's own tools do; it must reach a queue.
    pub async fn publish(&self, body: &str) {
        let letter = json!({
            "properties": {}, "routing_key": "order.status_changed", "payload": body, "payload_encoding": "string",
        });
        let path = format!("exchanges/{}/orders/publish", self.name);
        assert_eq!(self.ask(Method::POST, &path, letter).await["routed"], true, "{body:.80}");
    }

    /// Takes what lies in a queue, at most so much.
    pub async fn take(&self, queue: &str, at_most: usize) -> Vec<Value> {
        let ask = json!({ "count": at_most, "ackmode": "ack_requeue_false", "encoding": "auto" });
        let taken = self.ask(Method::POST, &format!("queues/{}/{queue}/get", self.name), ask).await;
        taken.as_array().unwrap().clone()
    }

    /// Takes so many, and waits for them.
    pub async fn take_all(&self, queue: &str, wanted: usize) -> Vec<Value> {
        let mut taken = Vec::new();
        let begun = std::time::Instant::now();
        while taken.len() < wanted {
            taken.extend(self.take(queue, wanted - taken.len()).await);
            assert!(begun.elapsed() < SOON, "{} of {wanted} in {queue}", taken.len());
        }
        taken
    }

    /// A queue that hears all of what the workshop tells.
    pub async fn listen(&self) {
        let name = &self.name;
        self.ask(Method::PUT, &format!("queues/{name}/world"), json!({ "durable": true })).await;
        let all = json!({ "routing_key": "#" });
        self.ask(Method::POST, &format!("bindings/{name}/e/mes/q/world"), all).await;
    }

    /// Deletes a queue.
    pub async fn delete_queue(&self, queue: &str) {
        self.ask(Method::DELETE, &format!("queues/{}/{queue}", self.name), Value::Null).await;
    }

    /// A client that publishes by the thousand.
    pub async fn publisher(&self) -> Publisher {
        publisher(&self.url()).await
    }
}

/// A client that publishes by the thousand.
pub async fn publisher(url: &str) -> Publisher {
    let connection = Connection::connect(url, ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
    Publisher { _connection: connection, channel }
}

impl Drop for Vhost {
    fn drop(&mut self) {
        let (api, name) = (self.api.clone(), self.name.clone());
        let deleted = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let answer = Client::new().delete(format!("{api}/api/vhosts/{name}")).send().await;
                answer.is_ok_and(|answer| answer.status() == StatusCode::NO_CONTENT)
            })
        });
        if !matches!(deleted.join(), Ok(true)) {
            eprintln!("vhost {} is left behind", self.name);
        }
    }
}

/// Publishes by the thousand.
pub struct Publisher {
    _connection: Connection,
    channel: Channel,
}

impl Publisher {
    /// Publishes in this order; returns when RabbitMQ has all of it.
    pub async fn publish_all<'a>(&self, bodies: impl IntoIterator<Item = &'a [u8]>) {
        let mut confirms = Vec::new();
        for body in bodies {
            let (options, properties) =
                (BasicPublishOptions { mandatory: true, immediate: false }, BasicProperties::default());
            let key = "order.status_changed".into();
            let published = self.channel.basic_publish("orders".into(), key, options, body, properties);
            confirms.push(published.await.unwrap());
        }
        for confirm in confirms {
            let confirmed = confirm.await.unwrap();
            assert!(confirmed.is_ack() && confirmed.take_message().is_none());
        }
    }
}

/// The broker's two directions of one server, as tests start and stop them.
pub struct Lines {
    pub broker: Broker,
    tasks: TaskTracker,
    stop: CancellationToken,
    apart: Option<Runtime>,
}

impl Lines {
    /// Starts them, to be killed later: in a runtime of their own that can be ended at any moment.
    pub fn start_mortal(url: &str, desk: &Arc<Desk>) -> Self {
        let apart = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let lines = {
            let _inside = apart.enter();
            Self::start(url, desk)
        };
        lines.in_runtime(apart)
    }

    fn in_runtime(mut self, apart: Runtime) -> Self {
        self.apart = Some(apart);
        self
    }

    /// Starts them.
    pub fn start(url: &str, desk: &Arc<Desk>) -> Self {
        let settings =
            Settings { url: url.to_owned(), clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) };
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let broker = Broker::start(&settings, desk, &tasks, &stop, &stop).unwrap();
        Self { broker, tasks, stop, apart: None }
    }

    /// Waits until both work.
    pub async fn work(&self) {
        let works = async || self.broker.check().is_ok();
        floor::until("both directions work", SOON, works).await;
    }

    /// Stops them, within the bound that the server has.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        assert!(
            tokio::time::timeout(Duration::from_secs(2), self.tasks.wait()).await.is_ok(),
            "both end in time"
        );
    }

    /// Ends them at once, as a killed process does: nothing is finished, nothing is said.
    pub fn kill(mut self) {
        self.apart.take().unwrap().shutdown_background();
    }
}

impl own::OwnRabbit {
    /// Starts it again, until the lines work.
    pub async fn come_back(&mut self, lines: &Lines) {
        self.again();
        floor::until("the lines work", SOON * 4, async || lines.broker.check().is_ok()).await;
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(apart) = self.apart.take() {
            apart.shutdown_background();
        }
    }
}

/// The reason in a dead letter's header.
pub fn reason(letter: &Value) -> &str {
    letter["properties"]["headers"]["x-reason"].as_str().unwrap_or_else(|| panic!("{letter}"))
}
