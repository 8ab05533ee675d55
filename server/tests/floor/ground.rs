//! What a board stands on, and a look into all of it: a database, and a Redis that is shared or the test's own.

use std::time::Duration;

use app::domain::OrderId;
use sqlx::PgPool;

use super::{
    Database, orders,
    redis::OwnRedis,
    server::{Server, redis_says_what_the_log_says},
    shared::Shared,
};

/// A database and a Redis.
pub struct Ground {
    pub database: Database,
    /// A look into Redis.
    pub shared: Shared,
    url: String,
    prefix: String,
}

impl Ground {
    /// With the Redis that tests share, under a prefix of its own.
    pub async fn new() -> Self {
        let (url, prefix) = super::redis();
        Self::at(url, prefix).await
    }

    /// With a Redis of the test's own, which it may stop, freeze and flush.
    pub async fn with_own_redis() -> (Self, OwnRedis) {
        let redis = OwnRedis::start();
        (Self::with_redis(redis.url()).await, redis)
    }

    /// With the Redis behind this address, which is the test's own.
    pub async fn with_redis(url: String) -> Self {
        Self::at(url, "{board}".to_owned()).await
    }

    async fn at(url: String, prefix: String) -> Self {
        let database = super::database().await;
        Self { database, shared: Shared::open(&url, &prefix).await, url, prefix }
    }

    /// For statements behind the product's back.
    pub fn pool(&self) -> &PgPool {
        self.database.pool()
    }

    /// Approves a new order.
    pub async fn approve(&self, number: &str) -> OrderId {
        orders::approve(self.pool(), number).await
    }

    /// Changes an order's status.
    pub async fn set_status(&self, order: OrderId, status: &str) {
        orders::set_status(self.pool(), order, status).await;
    }

    /// A server with its first board, that refreshes so often.
    pub async fn server(&self, refresh: Duration) -> Server {
        let server = Server::start(self.database.another(), &self.url, &self.prefix, refresh);
        server.complete().await;
        server
    }

    /// A server that reaches this Redis but no database, with its first board.
    pub async fn server_without_database(&self, refresh: Duration) -> Server {
        // Nothing listens on port 1.
        let nowhere = ::server::store::Postgres::open("postgres://app@127.0.0.1:1/none", 5).unwrap();
        let server = Server::start(nowhere, &self.url, &self.prefix, refresh);
        server.complete().await;
        server
    }

    /// Waits until Redis is at the log's head and says what the log says.
    pub async fn redis_agrees(&self) {
        redis_says_what_the_log_says(&self.shared, &self.database).await;
    }

    /// Waits until this server is at the log's head and says what the log says.
    pub async fn near_agrees(&self, server: &Server) {
        server.says_what_the_log_says(&self.database).await;
    }
}
