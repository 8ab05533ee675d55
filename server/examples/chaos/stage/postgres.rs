//! A PostgreSQL of the suite's own, reached past everything that is broken.

use std::{path::PathBuf, sync::atomic::AtomicU64, sync::atomic::Ordering};

use app::domain::{OrderId, Revision};
use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use super::{
    Place,
    service::{Service, Start, free_port, until},
};
use crate::{Failure, history::log::Log};

/// It.
pub struct Postgres {
    pub service: Service,
    pub port: u16,
    password: String,
    folder: PathBuf,
    /// Sessions that were ended by word of the suite.
    pub terminated: AtomicU64,
}

impl Postgres {
    /// Makes an empty one and starts it. `durable`: with fsync.
    pub async fn start(place: &Place, durable: bool) -> Result<Self, Failure> {
        let folder = place.folder("postgres")?;
        let bin = programs()?;
        let password = place.secret();
        let word = folder.join("password");
        std::fs::write(&word, &password)?;
        place.give_away(&word)?;
        let data = folder.join("data");
        let initdb = Start {
            program: bin.join("initdb"),
            arguments: vec![
                "-U".to_owned(),
                "postgres".to_owned(),
                "--auth=scram-sha-256".to_owned(),
                format!("--pwfile={}", word.display()),
                "-E".to_owned(),
                "UTF8".to_owned(),
                "--locale=C.UTF-8".to_owned(),
                "-D".to_owned(),
                data.display().to_string(),
            ],
            folder: folder.clone(),
            unprivileged: true,
            ..Start::default()
        };
        initdb.run()?;
        std::fs::remove_file(&word)?;
        let port = free_port()?;
        let mut arguments =
            vec!["-D".to_owned(), data.display().to_string(), "-p".to_owned(), port.to_string()];
        let mut settings = vec![
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            "shared_buffers=128MB",
            "max_wal_size=256MB",
            "min_wal_size=80MB",
            // An hour of the suite writes what a workshop writes in years: what is dead is cleared as it comes.
            "autovacuum_naptime=5s",
            "autovacuum_vacuum_scale_factor=0.02",
            "autovacuum_analyze_scale_factor=0.02",
        ];
        if !durable {
            // A commit still reaches the kernel before it is acknowledged: a killed PostgreSQL loses none.
            settings.extend(["fsync=off", "full_page_writes=off"]);
        }
        arguments.extend(settings.iter().flat_map(|it| ["-c".to_owned(), (*it).to_owned()]));
        let start = Start {
            program: bin.join("postgres"),
            arguments,
            folder: folder.clone(),
            unprivileged: true,
            ..Start::default()
        };
        let service = Service::start("postgres", place.log("postgres"), start)?;
        let postgres = Self { service, port, password, folder, terminated: AtomicU64::new(0) };
        postgres.answers().await?;
        postgres.run("CREATE DATABASE verstak").await?;
        Ok(postgres)
    }

    /// Its address by way of this port.
    pub fn url(&self, port: u16) -> String {
        self.database(port, "verstak")
    }

    fn database(&self, port: u16, name: &str) -> String {
        format!("postgres://postgres:{}@127.0.0.1:{port}/{name}", self.password)
    }

    /// Where its data is.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Waits until it answers.
    pub async fn answers(&self) -> Result<(), Failure> {
        let url = self.database(self.port, "postgres");
        until("PostgreSQL answers", async || {
            if !self.service.lives() {
                // What was killed leaves its shared memory a moment longer than itself.
                let _ = self.service.again();
            }
            PgConnection::connect(&url).await.is_ok()
        })
        .await
    }

    /// Carries out one statement in the administrator's database.
    pub async fn run(&self, statement: &'static str) -> Result<u64, Failure> {
        let mut line = PgConnection::connect(&self.database(self.port, "postgres")).await?;
        Ok(sqlx::query(statement).execute(&mut line).await?.rows_affected())
    }

    /// A connection to the product's database.
    pub async fn line(&self) -> Result<PgConnection, Failure> {
        Ok(PgConnection::connect(&self.url(self.port)).await?)
    }

    /// Ends every session of the product; how many.
    pub async fn terminate(&self) -> Result<u64, Failure> {
        let mut line = PgConnection::connect(&self.database(self.port, "postgres")).await?;
        let statement = "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity \
                         WHERE datname = 'verstak' AND application_name LIKE 'verstak%'";
        let ended: i64 = sqlx::query_scalar(statement).fetch_one(&mut line).await?;
        let ended = u64::try_from(ended)?;
        self.terminated.fetch_add(ended, Ordering::Relaxed);
        Ok(ended)
    }

    /// The process of one session of the product.
    pub async fn backend(&self) -> Result<Option<i32>, Failure> {
        let mut line = PgConnection::connect(&self.database(self.port, "postgres")).await?;
        let statement = "SELECT pid FROM pg_stat_activity WHERE datname = 'verstak' AND application_name LIKE 'verstak%' \
             ORDER BY backend_start LIMIT 1";
        Ok(sqlx::query_scalar(statement).fetch_optional(&mut line).await?)
    }

    /// The log's end.
    pub async fn head(line: &mut PgConnection) -> Result<Revision, sqlx::Error> {
        let row = sqlx::query("SELECT board_epoch() AS epoch, rev FROM board_clock").fetch_one(line).await?;
        let (epoch, rev): (i32, i64) = (row.try_get("epoch")?, row.try_get("rev")?);
        Ok(Revision::new(u32::try_from(epoch).unwrap_or_default(), u64::try_from(rev).unwrap_or_default()))
    }

    /// The whole log.
    pub async fn log(&self) -> Result<Log, Failure> {
        let mut line = self.line().await?;
        let epoch = Self::head(&mut line).await?.epoch;
        let all = "SELECT rev, order_id, payload FROM order_events ORDER BY rev";
        let mut rows = sqlx::query(all).fetch(&mut line);
        let mut log = Log::default();
        // A long run's log is gigabytes: one row at a time.
        while let Some(row) = rows.try_next().await? {
            let at = Revision::new(epoch, u64::try_from(row.try_get::<i64, _>("rev")?)?);
            log.read(at, OrderId(row.try_get("order_id")?), row.try_get("payload")?)?;
        }
        Ok(log)
    }

    /// More people with the password of the first.
    pub async fn add_people(&self, count: usize) -> Result<(), Failure> {
        let mut line = self.line().await?;
        let statement = format!(
            "INSERT INTO users (id, login, name, role, password_hash)
             SELECT gen_random_uuid(), 'hand' || n, 'Мастер ' || n, 'operator', password_hash
             FROM users, generate_series(2, {count}) AS n WHERE login = 'hand1'"
        );
        sqlx::query(AssertSqlSafe(statement)).execute(&mut line).await?;
        Ok(())
    }

    /// Free orders, each with a name, a comment and a price as people know them.
    pub async fn add_orders(&self, count: u32) -> Result<(), Failure> {
        let mut line = self.line().await?;
        let statement = format!(
            "INSERT INTO orders (id, number, title, material, size, quantity, price, price_currency, pay, pay_currency,
                                 comment, status, status_since, approved_at)
             SELECT gen_random_uuid(), 'S-' || n, 'Кольцо «Ветвь»', 'gold-585-yellow', '17.5', 1, 45900, 'RUB', 6900,
                    'RUB', CASE WHEN n % 3 = 0 THEN 'гравировка внутри: «19.09»' END, 'MANUFACTURING_APPROVED',
                    now() - n * interval '1 minute', now() - n * interval '1 minute'
             FROM generate_series(1, {count}) AS n"
        );
        sqlx::query(AssertSqlSafe(statement)).execute(&mut line).await?;
        Ok(())
    }
}

/// The newest that the system has.
fn programs() -> Result<PathBuf, Failure> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")?.flatten().map(|entry| entry.path());
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.max_by_key(number).ok_or("PostgreSQL is not installed")?;
    Ok(newest.join("bin"))
}
