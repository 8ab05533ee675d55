//! A client of the test's own for looking into Redis, and for changing it behind the product's back.

use std::{collections::BTreeMap, time::Duration};

use fred::{
    clients::Client,
    error::Error,
    interfaces::{ClientLike as _, HashesInterface as _, KeysInterface as _, LuaInterface as _},
    types::{
        Builder,
        config::{Config, ReconnectPolicy},
    },
};

use super::orders::{Projection, value};

/// Looks into one board's keys.
pub struct Shared {
    /// The client.
    pub client: Client,
    prefix: String,
}

impl Shared {
    /// Connects.
    pub async fn open(url: &str, prefix: &str) -> Self {
        let client = Builder::from_config(Config::from_url(url).unwrap())
            .with_performance_config(|config| config.default_command_timeout = Duration::from_secs(2))
            .set_policy(ReconnectPolicy::new_constant(0, 20))
            .build()
            .unwrap();
        client.init().await.unwrap();
        Self { client, prefix: format!("{prefix}:v2") }
    }

    /// The board's hash.
    pub fn board(&self) -> String {
        format!("{}:o", self.prefix)
    }

    /// The board's stream.
    pub fn stream(&self) -> String {
        format!("{}:s", self.prefix)
    }

    /// No server reads everything anew, but for a board that it lacks: each finds that somebody else does.
    pub async fn keep_refreshes_away(&self) {
        for lock in ["refresh", "rush"] {
            let key = format!("{}:lock:{lock}", self.prefix);
            let _: () = self.client.set(key, "1", None, None, false).await.unwrap();
        }
    }

    /// The field `@`, if Redis answers.
    pub async fn mark(&self) -> Option<String> {
        self.client.hget(self.board(), "@").await.ok().flatten()
    }

    /// Of which revision the board is: `epoch.rev`.
    pub async fn revision(&self) -> Option<String> {
        let mark = self.mark().await?;
        let mut parts = mark.split(':');
        Some(format!("{}.{}", parts.next()?, parts.next()?))
    }

    /// Every order with its entry.
    pub async fn held(&self) -> Projection {
        let mut fields: BTreeMap<String, String> = self.client.hgetall(self.board()).await.unwrap();
        fields.remove("@");
        fields.iter().map(|(order, payload)| (order.parse().unwrap(), value(payload))).collect()
    }

    /// Deletes everything in this Redis.
    pub async fn flush(&self) {
        let _: () = self.client.flushall(false).await.unwrap();
    }

    /// Deletes a key.
    pub async fn delete(&self, key: String) {
        let _: i64 = self.client.del(key).await.unwrap();
    }

    /// Runs a script.
    pub async fn eval(&self, script: &str, keys: &[String], args: &[&str]) -> Vec<String> {
        self.try_eval(script, keys, args).await.unwrap()
    }

    /// The same, where Redis may refuse.
    pub async fn try_eval(&self, script: &str, keys: &[String], args: &[&str]) -> Result<Vec<String>, Error> {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        self.client.eval(script, keys.to_vec(), args).await
    }
}
