//! A whole server for one test: its own database, Redis and S3, real sockets, and browsers that talk to it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::{path::Path, time::Duration};

use app::domain::Role;
use clap::Parser;
use reqwest::{Client, RequestBuilder, Response, header::HeaderMap, redirect::Policy};
use serde_json::{Value, json};
use server::{
    clock::{Clock as _, SystemClock, SystemEntropy},
    config::Config,
    desk::people::{PersonAsk, add_person},
    lifecycle::Lifecycle,
    startup,
};

use crate::{
    floor::{self, program::Program, redis::OwnRedis},
    workshop::{message::approval, s3::OwnS3},
};

/// The token that the shop brings.
pub const TOKEN: &str = "the-shop-s-token";

#[derive(Debug, Parser)]
struct CommandLine {
    #[command(flatten)]
    config: Config,
}

/// A running server.
pub struct Site {
    pub url: String,
    pub admin: String,
    pub database: floor::Database,
    pub redis: OwnRedis,
    pub s3: OwnS3,
    pub life: Lifecycle,
    files: std::path::PathBuf,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.life.draining.cancel();
        self.life.stopping.cancel();
        let _ = std::fs::remove_dir_all(&self.files);
    }
}

/// Starts one, with its first board complete.
pub async fn site() -> Site {
    site_with(&[]).await
}

/// The same with more of the command line.
pub async fn site_with(more: &[&str]) -> Site {
    let (database, redis, s3) = (floor::database().await, OwnRedis::start(), OwnS3::start().await);
    let files = built_site();
    let config = config(&database.url, &redis.url(), &files, &s3, more);
    let life = Lifecycle::default();
    let running = startup::start(&config, &life).await.unwrap();
    let (url, admin) = (format!("http://{}", running.site), format!("http://{}", running.admin));
    let site = Site { url, admin, database, redis, s3, life, files };
    let ready = async || site.get_admin("/readyz").await.status() == 200;
    floor::until("the first board", Duration::from_secs(30), ready).await;
    site
}

fn config(database: &str, redis: &str, files: &Path, s3: &OwnS3, more: &[&str]) -> Config {
    let bucket = s3.settings();
    let root = files.to_string_lossy().into_owned();
    let hashes = format!("{root}/hash.txt");
    let mut line = vec![
        "verstak",
        "--database_url",
        database,
        "--redis_url",
        redis,
        "--leptos_site_addr",
        "127.0.0.1:0",
        "--admin_addr",
        "127.0.0.1:0",
        "--leptos_site_root",
        &root,
        "--intake_token",
        TOKEN,
        "--s3_endpoint",
        &bucket.endpoint,
        "--s3_bucket",
        &bucket.bucket,
        "--aws_access_key_id",
        &bucket.access_key,
        "--aws_secret_access_key",
        &bucket.secret_key,
        "--leptos_hash_files",
        "true",
        "--leptos_hash_file_name",
        &hashes,
    ];
    line.extend(more);
    CommandLine::parse_from(line).config
}

/// A few files as the build would leave them: of the pages' own ones the names, of the program less.
fn built_site() -> std::path::PathBuf {
    let root = std::env::temp_dir().join(floor::name());
    for folder in ["pkg/page.abc", "pkg/vendor.abc"] {
        std::fs::create_dir_all(root.join(folder)).unwrap();
    }
    let public = Path::new(env!("CARGO_MANIFEST_DIR")).join("../public");
    for file in std::fs::read_dir(public).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if (name.ends_with(".js") && !name.starts_with("sw")) || name.ends_with(".css") {
            std::fs::write(root.join("pkg/page.abc").join(&name), name).unwrap();
        }
    }
    let script = "console.log('verstak');".repeat(40);
    for (name, text) in [
        ("pkg/verstak.abc.js", script.as_str()),
        ("pkg/verstak.abc.css", "body{margin:0}"),
        ("pkg/verstak.abc.js.br", "(brotli)"),
        ("pkg/verstak.abc.js.gz", "(gzip)"),
        ("pkg/vendor.abc/model-viewer.min.js", "html`<style>:host{display:block}</style>`"),
        ("hash.txt", "js: abc\nwasm: abc\ncss: abc\n"),
        ("live.js", "1"),
        ("sw.js", "self.on = true"),
        ("sw-off.js", "self.registration.unregister()"),
    ] {
        std::fs::write(root.join(name), text).unwrap();
    }
    root
}

/// A browser: keeps cookies, follows no redirects, and says where its requests come from.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    url: String,
}

/// A second server on the database, the Redis and the models of a first one.
pub struct Beside {
    pub url: String,
    life: Lifecycle,
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.life.draining.cancel();
        self.life.stopping.cancel();
    }
}

impl Site {
    /// Starts another server beside this one, with its first board complete.
    pub async fn beside(&self) -> Beside {
        let config = config(&self.database.url, &self.redis.url(), &self.files, &self.s3, &[]);
        let life = Lifecycle::default();
        let running = startup::start(&config, &life).await.unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        let ready = async || {
            let answer = client.get(format!("http://{}/readyz", running.admin)).send().await;
            answer.unwrap().status() == 200
        };
        floor::until("the second server's first board", Duration::from_secs(30), ready).await;
        Beside { url: format!("http://{}", running.site), life }
    }

    /// The program as it is run, on the database at this address, and on the Redis and the models of this site.
    pub fn program(&self, database: &str, more: &[(&str, &str)]) -> Program {
        let s3 = self.s3.settings();
        let mut variables = vec![
            ("S3_ENDPOINT", s3.endpoint.as_str()),
            ("S3_BUCKET", &s3.bucket),
            ("AWS_ACCESS_KEY_ID", &s3.access_key),
            ("AWS_SECRET_ACCESS_KEY", &s3.secret_key),
        ];
        variables.extend(more);
        Program::start(database, &self.redis.url(), &variables)
    }

    /// The same in place of this site's server, which has ended then.
    pub async fn program_instead(&self, database: &str) -> Program {
        self.life.stop().await;
        let program = self.program(database, &[]);
        program.ready().await;
        program
    }

    /// Somebody who is not signed in.
    pub fn stranger(&self) -> Browser {
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).no_proxy();
        Browser { client: client.build().unwrap(), url: self.url.clone() }
    }

    /// Adds a person; the password is the log-in name, eight times.
    pub async fn person(&self, login: &str, role: Role) {
        let ask = PersonAsk {
            login: login.to_owned(),
            name: format!("Мастер {login}"),
            role,
            password: login.repeat(8),
            demo: false,
        };
        add_person(&self.database.store, &SystemEntropy, SystemClock.now(), &ask).await.unwrap();
    }

    /// A new person at their bench, signed in.
    pub async fn operator(&self, login: &str) -> Browser {
        self.person(login, Role::Operator).await;
        self.again(login).await
    }

    /// Another browser of a person who is there.
    pub async fn again(&self, login: &str) -> Browser {
        let browser = self.stranger();
        let password = login.repeat(8);
        let answer = browser.send("/api/login", &[("login", login), ("password", &password)]).await;
        assert_eq!(answer.status(), 200);
        browser
    }

    /// Sends a message as the shop does.
    pub async fn post(&self, body: impl Into<reqwest::Body>) -> Response {
        let client = Client::builder().no_proxy().build().unwrap();
        let post = client.post(format!("{}/intake/orders", self.url)).bearer_auth(TOKEN);
        post.body(body).send().await.unwrap()
    }

    /// A new approved order, on the board when this returns; its id.
    pub async fn order(&self, number: &str) -> String {
        let message = approval(number);
        assert_eq!(self.post(message.to_string()).await.status(), 201);
        message["order"]["id"].as_str().unwrap().to_owned()
    }

    /// Asks the admin side.
    pub async fn get_admin(&self, path: &str) -> Response {
        self.get_admin_as(path, "*/*").await
    }

    /// Asks the admin side for an answer of a kind.
    pub async fn get_admin_as(&self, path: &str, accept: &str) -> Response {
        let client = Client::builder().no_proxy().build().unwrap();
        client.get(format!("{}{path}", self.admin)).header("accept", accept).send().await.unwrap()
    }
}

impl Browser {
    /// The same browser, at another server: cookies go by the host, whatever the port.
    pub fn at(&self, url: &str) -> Self {
        Self { client: self.client.clone(), url: url.to_owned() }
    }

    /// A request to be changed before it is sent.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    /// The same for any method.
    pub fn ask(&self, method: &str, path: &str) -> RequestBuilder {
        self.client.request(method.parse().unwrap(), format!("{}{path}", self.url))
    }

    /// A form from a page of this site, as a script sends it.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        self.ask("POST", path).header("origin", &self.url).form(fields)
    }

    /// The same, sent.
    pub async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.form(path, fields).send().await.unwrap()
    }

    /// A plain form on the page `from`, without a script.
    pub async fn submit(&self, from: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let form = self.form(path, fields).header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        form.header("referer", format!("{}{from}", self.url)).send().await.unwrap()
    }

    /// Opens a page.
    pub async fn open(&self, path: &str) -> Response {
        self.get(path).header("accept", "text/html").send().await.unwrap()
    }

    /// What a page that is there says.
    pub async fn page(&self, path: &str) -> String {
        let answer = self.open(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    /// Presses a button that nobody pressed before.
    pub async fn press(&self, command: &str, id: &str, version: &str) -> Response {
        let request = floor::name().replace('_', "-");
        let fields = [("id", id), ("version", version), ("request_id", &request), ("reason", "брак литья")];
        let needs_reason = matches!(command, "release" | "rework");
        self.send(&format!("/api/{command}"), &fields[..if needs_reason { 4 } else { 3 }]).await
    }

    /// The board as a program reads it.
    pub async fn board(&self, query: &str) -> Value {
        let answer = self.get(&format!("/api/board{query}")).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }
}

/// A header's value as text; empty when it is not there.
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// What the flash cookie of an answer says.
pub fn flash(answer: &Response) -> Value {
    let cookies = answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let found = cookies.filter_map(|cookie| cookie.strip_prefix("flash=")).next();
    found.map_or(Value::Null, |cookie| {
        assert!(cookie.contains("HttpOnly; SameSite=Lax") && cookie.contains("Max-Age=60"), "{cookie}");
        json!(cookie.split(';').next().unwrap())
    })
}
