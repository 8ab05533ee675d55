//! A primary, its replica, and three Sentinels that promote the replica when the primary is gone.

use std::time::Duration;

use super::{redis::OwnRedis, until};

/// Of the Redis servers, and, by another word, of the Sentinels.
const PASSWORDS: [&str; 2] = ["of-the-servers", "of-the-sentinels"];

/// Promotion takes a second or two; far less than this.
const BOUND: Duration = Duration::from_secs(30);

/// A Redis that fails over.
pub struct Watched {
    /// The first primary, and its replica.
    pub servers: [OwnRedis; 2],
    /// Who watches them.
    pub sentinels: [OwnRedis; 3],
}

impl Watched {
    /// Starts all of it; the replica follows its primary, and the Sentinels know each other.
    pub async fn start() -> Self {
        let [password, _] = PASSWORDS;
        let options =
            ["--requirepass", password, "--masterauth", password, "--repl-diskless-sync-delay", "0"];
        let first = OwnRedis::with(&options);
        let primary = format!("127.0.0.1 {}", first.port());
        let second = OwnRedis::with(&[&options[..], &["--replicaof", &primary]].concat());
        let watched = Self { sentinels: [(); 3].map(|()| sentinel(&primary)), servers: [first, second] };
        let ready = async || {
            let knows =
                |about: &str| about.contains("num-other-sentinels\n2") && about.contains("num-slaves\n1");
            let about = |sentinel: &OwnRedis| asked(sentinel, &["SENTINEL", "MASTER", "board"]);
            watched.replicas() == [1, 0] && watched.sentinels.iter().all(|sentinel| knows(&about(sentinel)))
        };
        until("the Sentinels know everybody", BOUND, ready).await;
        watched
    }

    /// The address of all of it: it names the Sentinels, never a server.
    pub fn url(&self) -> String {
        let [password, of_sentinels] = PASSWORDS;
        let [first, second, third] = [0, 1, 2].map(|at| self.sentinels[at].port());
        format!(
            "redis-sentinel://:{password}@127.0.0.1:{first}?sentinelServiceName=board&sentinelPassword={of_sentinels}\
             &node=127.0.0.1:{second}&node=127.0.0.1:{third}"
        )
    }

    /// The address of one of the servers.
    pub fn url_of(&self, server: usize) -> String {
        format!("redis://:{}@127.0.0.1:{}", PASSWORDS[0], self.servers[server].port())
    }

    /// Waits until the Sentinels say that this server is the primary.
    pub async fn is_primary(&self, server: usize) {
        let port = self.servers[server].port().to_string();
        let says = async || {
            let agreed =
                |sentinel| asked(sentinel, &["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "board"]).contains(&port);
            self.sentinels.iter().all(agreed)
        };
        until("the Sentinels agree on the primary", BOUND, says).await;
    }

    /// Waits until this server follows the primary with all that it has.
    pub async fn follows(&self, server: usize) {
        let follows = async || self.replicas()[1 - server] == 1;
        until("the replica follows", BOUND, follows).await;
    }

    /// Has the Sentinels change the roles, with nothing broken. They refuse until they have heard that somebody could
    /// take over.
    pub async fn change_roles(&self) {
        let agrees = async || asked(&self.sentinels[0], &["SENTINEL", "FAILOVER", "board"]).trim() == "OK";
        until("the Sentinels change the roles", BOUND, agrees).await;
    }

    /// How many replicas each server has that are connected and up to date.
    fn replicas(&self) -> [usize; 2] {
        [0, 1].map(|at| {
            let told =
                self.servers[at].told(&["-a", PASSWORDS[0], "--no-auth-warning", "INFO", "replication"]);
            told.matches("state=online").count()
        })
    }
}

fn asked(sentinel: &OwnRedis, words: &[&str]) -> String {
    sentinel.told(&[&["-a", PASSWORDS[1], "--no-auth-warning"], words].concat())
}

fn sentinel(primary: &str) -> OwnRedis {
    let [password, own] = PASSWORDS;
    OwnRedis::begin(|port, folder| {
        let file = folder.join("sentinel.conf");
        // A Sentinel writes down in it what it learns.
        let lines = format!(
            "port {port}\nbind 127.0.0.1\ndir {}\nrequirepass {own}\nsentinel sentinel-pass {own}\n\
             sentinel monitor board {primary} 2\nsentinel auth-pass board {password}\n\
             sentinel down-after-milliseconds board 500\nsentinel failover-timeout board 2000\n",
            folder.display()
        );
        std::fs::write(&file, lines).unwrap();
        vec![file.display().to_string(), "--sentinel".to_owned()]
    })
}
