//! The one place where everything meets: builds the parts from the configuration, and starts them.

mod error;
pub mod parts;

use std::{net::SocketAddr, sync::Arc};

use leptos::config::{Env, LeptosOptions};
use tokio::{net::TcpListener, runtime::Handle};

use crate::{
    board::{self, Board},
    clock::{SharedClock, SharedEntropy, SystemClock, SystemEntropy},
    config::{self, Config},
    desk::{Desk, Parts, Reads},
    lifecycle::Lifecycle,
    store::{background, postgres::schema::Schema},
    telemetry::meter,
    web::{
        self, Files, Policy, Settings, Web,
        admin::{self, Admin},
    },
};

pub use error::StartError;

/// Where a server listens, for tests that let the system choose the ports.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// Pages.
    pub site: SocketAddr,
    /// Metrics and health.
    pub admin: SocketAddr,
}

/// Builds everything and serves in the background. Redis, S3 and the database may still be away.
///
/// # Errors
/// See [`StartError`].
pub async fn start(config: &Config, life: &Lifecycle) -> Result<Running, StartError> {
    start_beside(config, life, &Handle::current()).await
}

/// The same with the board's own work on another thread.
///
/// # Errors
/// See [`StartError`].
pub async fn start_beside(config: &Config, life: &Lifecycle, boards: &Handle) -> Result<Running, StartError> {
    meter::install()?;
    app::i18n::set_wall_clock(config.workshop.utc_offset.minutes());
    let (clock, entropy): (SharedClock, SharedEntropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let store = parts::store(&config.database)?;
    match store.schema().await {
        Ok(Schema::Ready) => {}
        Ok(Schema::Behind) => return Err(StartError::NotMigrated),
        Err(error) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the database is away: the board is shown as soon as it or Redis answers"
        ),
    }
    let (pages, site_addr) = listen("LEPTOS_SITE_ADDR", config.web.listen).await?;
    let (metrics, admin_addr) = listen("ADMIN_ADDR", config.web.admin).await?;
    let running = Running { site: site_addr, admin: admin_addr };
    let files = files(&config.site)?;

    let settings = board::Settings::new(config.redis.url.reveal().to_owned(), clock.clone(), entropy.clone());
    let board = {
        let _there = boards.enter();
        Board::start(settings, store.clone(), &life.background, &life.stopping)?
    };
    let models = parts::bucket(&config.models, clock.clone());
    let desk = Arc::new(Desk::new(Parts {
        store: store.clone(),
        models: models.clone(),
        board: board.clone(),
        clock: clock.clone(),
        entropy: entropy.clone(),
        reads: reads(config.cache.reads),
    }));
    desk.start(&life.background, &life.stopping);
    let broker = parts::broker(&config.broker, &desk, life, &clock, &entropy)?;

    let (pool, pool_of_board) = (store.clone(), board.clone());
    let note_pools = Arc::new(move || {
        pool.note_connections("desk");
        pool_of_board.note_connections();
    });
    let mut asked =
        vec![parts::database_part(store), parts::redis_part(board.clone()), parts::models_part(models)];
    asked.extend(broker.map(parts::broker_part));
    let admin =
        Admin { board: board.clone(), parts: Arc::new(asked), note_pools, draining: life.draining.clone() };
    let web = Web::from(web::Parts {
        backend: desk.clone(),
        desk,
        clock,
        entropy,
        policy: Policy::of(&files, config.web.is_https(), watched(&config.site)),
        files,
        leptos: leptos_options(config),
        settings: settings_of(config),
        draining: life.draining.clone(),
    });
    life.spawn(background(admin.clone().watch()));
    life.requests.spawn(web::serve::serve(pages, web::router::router(web), life.clone()));
    // The admin listener goes last: `/readyz` says "draining" until the requests have ended.
    life.spawn(web::serve::serve_until_stop(metrics, admin::router(admin)));
    tracing::info!(site = %running.site, admin = %running.admin, "serving");
    Ok(running)
}

async fn listen(
    variable: &'static str,
    address: SocketAddr,
) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { variable, address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let chosen = listener.local_addr().map_err(failed)?;
    Ok((listener, chosen))
}

fn reads(reads: config::Reads) -> Reads {
    match reads {
        config::Reads::Near => Reads::Near,
        config::Reads::Redis => Reads::Redis,
        config::Reads::Off => Reads::Postgres,
    }
}

fn watched(site: &config::Site) -> Option<u32> {
    site.watch.is_some().then_some(site.reload_port)
}

/// The built site.
///
/// # Errors
/// When its folder cannot be read.
pub fn files(site: &config::Site) -> Result<Files, StartError> {
    if site.hash_files {
        // Leptos reads this list for every page, and cannot make one without it.
        let beside =
            std::env::current_exe().ok().and_then(|program| Some(program.parent()?.join(&site.hash_file)));
        let list = beside.unwrap_or_else(|| site.hash_file.clone().into());
        std::fs::metadata(&list)
            .map_err(|source| StartError::ReadSite { root: list.display().to_string(), source })?;
    }
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
        trace_url: config.telemetry.trace_url.as_ref().map(|url| url.reveal().to_owned()),
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
