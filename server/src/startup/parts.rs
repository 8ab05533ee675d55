//! The services that the server leans on: how they are reached, and how they are asked whether they work.

use std::sync::Arc;

use crate::{
    board::Board,
    broker::{self, Broker},
    clock::{SharedClock, SharedEntropy},
    config,
    desk::Desk,
    lifecycle::Lifecycle,
    startup::StartError,
    store::{Postgres, models, postgres::schema::Schema},
    telemetry::traces,
    web::admin::Part,
};

/// The database, not yet connected.
///
/// # Errors
/// When its address cannot be used.
pub fn store(config: &config::Database) -> Result<Postgres, StartError> {
    Postgres::open(config.url.reveal(), config.connections).map_err(StartError::Database)
}

/// The models' bucket, not yet connected.
#[must_use]
pub fn bucket(config: &config::Models, clock: SharedClock) -> models::Models {
    // Without an endpoint nothing listens there: models stay pending, everything else works.
    let endpoint = config.endpoint.as_ref().map_or("http://127.0.0.1:9", config::Address::reveal);
    let settings = models::Settings {
        endpoint: endpoint.to_owned(),
        region: config.region.clone(),
        bucket: config.bucket.clone(),
        access_key: config.key_id.reveal().to_owned(),
        secret_key: config.key.reveal().to_owned(),
    };
    models::Models::open(&settings, clock)
}

/// The database as a part that may be away.
#[must_use]
pub fn database_part(store: Postgres) -> Part {
    Part::new("database", move || {
        let store = store.clone();
        async move {
            match store.schema().await {
                Ok(Schema::Ready) => Ok(()),
                Ok(Schema::Behind) => Err("not prepared for this version: run `verstak migrate`"),
                Err(error) => {
                    tracing::debug!(error = &error as &dyn std::error::Error, "the database does not answer");
                    Err("does not answer")
                }
            }
        }
    })
}

/// The bucket as a part that may be away.
#[must_use]
pub fn models_part(models: models::Models) -> Part {
    Part::new("models", move || {
        let models = models.clone();
        // Any key will do: that there is no such file is an answer.
        async move { models.size("verified/none").await.map(drop).map_err(|_| "does not answer") }
    })
}

/// Redis as a part that may be away, by the board's own last word with it.
#[must_use]
pub fn redis_part(board: Board) -> Part {
    Part::new("redis", move || {
        let away = board.redis_is_away();
        async move { if away { Err("does not answer") } else { Ok(()) } }
    })
}

/// Starts the broker's two directions, if there is to be a broker.
///
/// # Errors
/// When its address cannot be used; whether it answers does not matter.
pub fn broker(
    config: &config::Broker,
    desk: &Arc<Desk>,
    life: &Lifecycle,
    clock: &SharedClock,
    entropy: &SharedEntropy,
) -> Result<Option<Broker>, StartError> {
    let Some(url) = &config.url else { return Ok(None) };
    let settings =
        broker::Settings { url: url.reveal().to_owned(), clock: clock.clone(), entropy: entropy.clone() };
    Ok(Some(Broker::start(&settings, desk, &life.background, &life.draining, &life.stopping)?))
}

/// The broker as a part that may be away, by its own last word.
#[must_use]
pub fn broker_part(broker: Broker) -> Part {
    Part::new("broker", move || {
        let said = broker.check();
        async move { said }
    })
}

/// The broker as a part that is asked once.
#[must_use]
pub fn broker_probe(url: &config::Address) -> Part {
    let url = url.reveal().to_owned();
    Part::new("broker", move || {
        let url = url.clone();
        async move { broker::probe(&url).await }
    })
}

/// The collector of traces as a part that is asked once.
#[must_use]
pub fn traces_probe(endpoint: &config::Address) -> Part {
    let endpoint = endpoint.clone();
    Part::new("traces", move || {
        let endpoint = endpoint.clone();
        async move { traces::probe(&endpoint).await.map_err(|_| "does not take them") }
    })
}
