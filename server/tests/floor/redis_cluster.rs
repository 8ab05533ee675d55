//! A Redis Cluster: three primaries that share the keys, and a replica of each.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use super::{
    redis::{OwnRedis, free_port},
    until,
};

/// Making it and promoting a replica take some seconds; far less than this.
const BOUND: Duration = Duration::from_secs(30);

/// Six servers.
pub struct RedisCluster(Vec<OwnRedis>);

impl RedisCluster {
    /// Starts all of it.
    pub async fn start() -> Self {
        let servers: Vec<OwnRedis> = (0..6).map(|_| server()).collect();
        let addresses = servers.iter().map(|server| format!("127.0.0.1:{}", server.port()));
        let mut make = Command::new("redis-cli");
        make.args(["--cluster", "create"]).args(addresses).args(["--cluster-replicas", "1", "--cluster-yes"]);
        assert!(make.output().unwrap().status.success());
        let cluster = Self(servers);
        let whole = async || {
            cluster.0.iter().all(|server| {
                let nodes = server.told(&["CLUSTER", "NODES"]);
                let count = |role: &str| nodes.lines().filter(|line| line.contains(role)).count();
                server.told(&["CLUSTER", "INFO"]).contains("cluster_state:ok")
                    && (count("master"), count("slave")) == (3, 3)
            })
        };
        until("the cluster is whole", BOUND, whole).await;
        cluster
    }

    /// Its address: it names some of the servers.
    pub fn url(&self) -> String {
        let [first, second, third] = [0, 2, 5].map(|at| self.0[at].port());
        format!("redis-cluster://127.0.0.1:{first}?node=127.0.0.1:{second}&node=127.0.0.1:{third}")
    }

    /// The server that answers for this key, as the living ones agree.
    pub async fn holder(&self, key: &str, except: Option<u16>) -> &OwnRedis {
        let mut found = None;
        let agreed = async || {
            let slot: u16 = self.any(except).told(&["CLUSTER", "KEYSLOT", key]).trim().parse().unwrap();
            let named = self.living(except).map(|server| named(&server.told(&["CLUSTER", "NODES"]), slot));
            let mut named: Vec<Option<u16>> = named.collect();
            named.dedup();
            found = match named[..] {
                [Some(port)] if Some(port) != except => self.0.iter().find(|server| server.port() == port),
                _ => None,
            };
            found.is_some()
        };
        until("the cluster agrees on the holder of the key", BOUND, agreed).await;
        found.unwrap()
    }

    /// Waits until this server is a replica that has all of its primary's keys.
    pub async fn follows(&self, server: &OwnRedis) {
        let follows = async || server.told(&["INFO", "replication"]).contains("master_link_status:up");
        until("the replica follows", BOUND, follows).await;
    }

    /// Hands a key over to this server, a replica. The servers give up on it after five seconds when they do not meet.
    pub async fn hand_over(&self, key: &str, server: &OwnRedis) {
        let mut asked: Option<Instant> = None;
        let has_it = async || {
            if asked.is_none_or(|at| at.elapsed() > Duration::from_secs(6)) {
                server.told(&["CLUSTER", "FAILOVER"]);
                asked = Some(Instant::now());
            }
            let slot: u16 = server.told(&["CLUSTER", "KEYSLOT", key]).trim().parse().unwrap();
            self.0.iter().all(|it| named(&it.told(&["CLUSTER", "NODES"]), slot) == Some(server.port()))
        };
        until("the key is handed over", BOUND * 2, has_it).await;
    }

    fn any(&self, except: Option<u16>) -> &OwnRedis {
        self.living(except).next().unwrap()
    }

    fn living(&self, except: Option<u16>) -> impl Iterator<Item = &OwnRedis> {
        self.0.iter().filter(move |server| Some(server.port()) != except)
    }
}

fn server() -> OwnRedis {
    let bus = free_port().to_string();
    let options = ["--cluster-enabled", "yes", "--cluster-port", &bus, "--cluster-node-timeout", "1000"];
    OwnRedis::with(
        &[&options[..], &["--cluster-config-file", "nodes.conf", "--repl-diskless-sync-delay", "0"]].concat(),
    )
}

/// The port of the primary that has this slot, out of `CLUSTER NODES`:
/// `<id> 127.0.0.1:<port>@<bus> master - 0 <time> <epoch> connected 0-5460 …`.
fn named(nodes: &str, slot: u16) -> Option<u16> {
    nodes.lines().filter(|line| line.contains("master") && !line.contains("fail")).find_map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let port = words.get(1)?.split([':', '@']).nth(1)?.parse().ok()?;
        let has = words.iter().skip(8).any(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            matches!((first.parse::<u16>(), last.parse::<u16>()), (Ok(first), Ok(last)) if (first..=last).contains(&slot))
        });
        has.then_some(port)
    })
}
