//! The one place where everything meets: reads the configuration, builds the parts, starts them.

use std::{process::ExitCode, sync::Arc};

use app::domain::Role;
use leptos::config::{Env, LeptosOptions};
use tokio::net::TcpListener;

use crate::{
    board::{self, Board},
    clock::{Clock as _, SharedClock, SharedEntropy, SystemClock, SystemEntropy},
    config::{self, Config, Secret},
    desk::{
        Desk, Parts, Reads,
        people::{AddPersonError, PersonAsk, add_person, generated_password},
    },
    lifecycle::Lifecycle,
    store::{Postgres, StoreError, background, models, postgres::schema::Schema},
    telemetry::{TelemetryError, meter},
    web::{
        self, Files, Policy, Settings, Web,
        admin::{self, Admin, Part},
    },
};

/// Why the program cannot do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Logs or traces.
    #[error("telemetry cannot be set up")]
    Telemetry(#[from] TelemetryError),
    /// Counters.
    #[error("the counters cannot be set up")]
    Meter(#[from] metrics_exporter_prometheus::BuildError),
    /// The database is away or refused.
    #[error("the database does not do what is needed; is DATABASE_URL right, and is it running?")]
    Database(#[source] StoreError),
    /// The address of Redis.
    #[error("REDIS_URL cannot be used")]
    Redis(#[from] board::BadAddress),
    /// No tables, or old ones.
    #[error("the database is not prepared for this version: run `verstak migrate` first")]
    NotMigrated,
    /// The site's folder.
    #[error("the built site cannot be read from {root}: build it, or set LEPTOS_SITE_ROOT")]
    ReadSite {
        /// Where it was looked for.
        root: String,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// A port that is taken.
    #[error("{variable}={address} cannot be listened on: choose another port, or stop what uses it")]
    Listen {
        /// The variable that names it.
        variable: &'static str,
        /// The address.
        address: std::net::SocketAddr,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// Signals.
    #[error("the system does not tell of signals")]
    ListenForSignals(#[source] std::io::Error),
    /// A person who cannot be added.
    #[error("the person was not added")]
    AddPerson(#[from] AddPersonError),
    /// Demo data.
    #[error("demo data is not part of this build yet")]
    Seed,
}

/// Where a server listens, for tests that let the system choose the ports.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// Pages.
    pub site: std::net::SocketAddr,
    /// Metrics and health.
    pub admin: std::net::SocketAddr,
}

/// The database, not yet connected.
///
/// # Errors
/// When its address cannot be used.
pub fn store(config: &config::Database) -> Result<Postgres, StartError> {
    Postgres::open(config.url.reveal(), config.connections).map_err(StartError::Database)
}

/// Builds everything and serves in the background. Redis, S3 and the database may still be away.
///
/// # Errors
/// See [`StartError`].
pub async fn start(config: &Config, life: &Lifecycle) -> Result<Running, StartError> {
    meter::install()?;
    let (clock, entropy): (SharedClock, SharedEntropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let store = store(&config.database)?;
    match store.schema().await {
        Ok(Schema::Ready) => {}
        Ok(Schema::Behind) => return Err(StartError::NotMigrated),
        Err(error) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the database is away: the board is shown as soon as it or Redis answers"
        ),
    }
    let site = listen("LEPTOS_SITE_ADDR", config.web.listen).await?;
    let admin_site = listen("ADMIN_ADDR", config.web.admin).await?;
    let running = Running { site: address(&site)?, admin: address(&admin_site)? };
    let files = files(&config.site)?;

    let settings = board::Settings::new(config.redis.url.reveal().to_owned(), clock.clone(), entropy.clone());
    let board = Board::start(settings, store.clone(), &life.background, &life.stopping)?;
    let models = models::Models::open(&bucket(&config.models));
    let desk = Arc::new(Desk::new(Parts {
        store: store.clone(),
        models: models.clone(),
        board: board.clone(),
        clock: clock.clone(),
        entropy: entropy.clone(),
        reads: reads(config.cache.reads),
    }));
    desk.start(&life.background, &life.stopping);
    if config.broker.url.is_some() {
        tracing::warn!("AMQP_URL is set, but this build has no consumer yet: messages come over HTTP alone");
    }

    let admin = Admin {
        board,
        clock: clock.clone(),
        parts: Arc::new(parts(&store, &models)),
        draining: life.draining.clone(),
    };
    let web = Web {
        backend: desk.clone(),
        desk,
        clock,
        entropy,
        policy: Arc::new(Policy::of(&files, config.web.is_https(), watched(&config.site))),
        files: Arc::new(files),
        leptos: leptos_options(config),
        settings: Arc::new(settings_of(config)),
        draining: life.draining.clone(),
    };
    life.spawn(background(admin.clone().watch()));
    life.requests.spawn(web::serve::serve(site, web::router::router(web), life.clone()));
    // The admin listener goes last: `/readyz` says "draining" until the requests have ended.
    life.spawn(web::serve::serve_until_stop(admin_site, admin::router(admin)));
    tracing::info!(site = %running.site, admin = %running.admin, "serving");
    Ok(running)
}

async fn listen(variable: &'static str, address: std::net::SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { variable, address, source })
}

fn address(listener: &TcpListener) -> Result<std::net::SocketAddr, StartError> {
    listener.local_addr().map_err(StartError::ListenForSignals)
}

fn reads(reads: config::Reads) -> Reads {
    match reads {
        config::Reads::Near => Reads::Near,
        config::Reads::Redis => Reads::Redis,
        config::Reads::Off => Reads::Postgres,
    }
}

fn bucket(config: &config::Models) -> models::Settings {
    // Without an endpoint nothing listens: models stay pending, everything else works.
    let endpoint = config.endpoint.as_ref().map_or("http://127.0.0.1:9", config::Address::reveal);
    models::Settings {
        endpoint: endpoint.to_owned(),
        region: config.region.clone(),
        bucket: config.bucket.clone(),
        access_key: config.key_id.reveal().to_owned(),
        secret_key: config.key.reveal().to_owned(),
    }
}

fn watched(site: &config::Site) -> Option<u32> {
    site.watch.is_some().then_some(site.reload_port)
}

fn files(site: &config::Site) -> Result<Files, StartError> {
    Files::read(&site.root, &site.pkg_dir, site.hash_files, site.watch.is_some())
        .map_err(|source| StartError::ReadSite { root: site.root.clone(), source })
}

fn settings_of(config: &Config) -> Settings {
    Settings {
        https: config.web.is_https(),
        public_host: config.web.public_url.as_ref().map(|url| url.authority().to_owned()),
        proxies: config.web.trusted_proxies.clone(),
        intake_token: config.intake.token.clone(),
        worker_off: config.web.worker == config::Switch::Off,
    }
}

fn leptos_options(config: &Config) -> LeptosOptions {
    let site = &config.site;
    LeptosOptions::builder()
        .output_name(site.output_name.as_str())
        .site_root(site.root.as_str())
        .site_pkg_dir(site.pkg_dir.as_str())
        .env(if site.watch.is_some() { Env::DEV } else { Env::PROD })
        .site_addr(config.web.listen)
        .reload_port(site.reload_port)
        .hash_files(site.hash_files)
        .hash_file(site.hash_file.as_str().into())
        .build()
}

/// Everything that may be away, and how it is asked.
fn parts(store: &Postgres, models: &models::Models) -> Vec<Part> {
    let (store, models) = (store.clone(), models.clone());
    let database = Part::new(
        "database",
        Box::new(move || {
            let store = store.clone();
            Box::pin(async move {
                match store.schema().await {
                    Ok(Schema::Ready) => Ok(()),
                    Ok(Schema::Behind) => Err("not prepared for this version: run `verstak migrate`".to_owned()),
                    Err(error) => {
                        tracing::debug!(error = &error as &dyn std::error::Error, "no answer");
                        Err("does not answer".to_owned())
                    }
                }
            })
        }),
    );
    let bucket = Part::new(
        "models",
        Box::new(move || {
            let models = models.clone();
            // Any key will do: that there is no such file is an answer.
            Box::pin(async move { models.size("verified/none").await.map(drop).map_err(|_| "does not answer".into()) })
        }),
    );
    vec![database, bucket]
}

/// Adds a person; without a password a random one is made, and printed once.
///
/// # Errors
/// When the database is away, or the person cannot be added.
#[expect(clippy::print_stdout, reason = "the answer to a command")]
pub async fn add_user(
    database: &config::Database,
    login: &str,
    name: Option<&str>,
    role: Role,
    password: Option<Secret>,
) -> Result<ExitCode, StartError> {
    let made = password.is_none();
    let password = password.map_or_else(|| generated_password(&SystemEntropy), |it| it.reveal().to_owned());
    let ask = PersonAsk {
        login: login.to_owned(),
        name: name.unwrap_or(login).to_owned(),
        role,
        password,
        demo: false,
    };
    add_person(&store(database)?, &SystemEntropy, SystemClock.now(), &ask).await?;
    println!("added {login} ({})", role.name());
    if made {
        println!("password: {}", ask.password);
    }
    Ok(ExitCode::SUCCESS)
}

/// Fills the database and the bucket with demo data.
///
/// # Errors
/// When something that it needs is away, or the database holds orders that it did not make.
pub async fn seed(
    _database: &config::Database,
    _models: &config::Models,
    _orders: u32,
    _seed: u64,
) -> Result<ExitCode, StartError> {
    Err(StartError::Seed)
}

/// Prints the configuration without secrets, and what every part says.
///
/// # Errors
/// When the configuration cannot be used.
#[expect(clippy::print_stdout, reason = "the answer to a command")]
pub async fn doctor(config: &Config) -> Result<ExitCode, StartError> {
    println!("{config:#?}");
    let store = store(&config.database)?;
    let models = models::Models::open(&bucket(&config.models));
    let mut code = ExitCode::SUCCESS;
    let mut tell = |name: &str, said: Result<(), String>| match said {
        Ok(()) => println!("{name}: ok"),
        Err(what) => {
            println!("{name}: {what}");
            code = ExitCode::FAILURE;
        }
    };
    for part in parts(&store, &models) {
        tell(part.name(), part.ask().await);
    }
    tell("site", files(&config.site).map(drop).map_err(|error| error.to_string()));
    Ok(code)
}
