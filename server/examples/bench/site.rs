//! A running server: where it listens, who may ask it, and what it counts.

use std::{net::SocketAddr, str::FromStr};

use crate::{
    Failure,
    http::{Answer, Connection},
    process::Process,
};

/// A server process. Written as `ADDRESS,ADMIN,PID`, the addresses with or without `http://`.
#[derive(Debug, Clone)]
pub struct Site {
    /// Pages.
    pub address: SocketAddr,
    /// Metrics.
    pub admin: SocketAddr,
    /// The process.
    pub process: Process,
}

impl FromStr for Site {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<_> = text.split(',').map(|part| part.trim_start_matches("http://")).collect();
        let [address, admin, pid] = parts[..] else { return Err("ADDRESS,ADMIN,PID are wanted".to_owned()) };
        Ok(Self {
            address: address.parse().map_err(|error| format!("{address}: {error}"))?,
            admin: admin.parse().map_err(|error| format!("{admin}: {error}"))?,
            process: Process(pid.parse().map_err(|error| format!("{pid}: {error}"))?),
        })
    }
}

/// A person who is signed in: the value of the `Cookie` header.
#[derive(Debug, Clone)]
pub struct Person(pub String);

impl Site {
    /// The bytes of a request by this person.
    pub fn get(&self, person: &Person, path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
        let mut text = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n", self.address, person.0);
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        text.into_bytes()
    }

    /// The bytes of a form sent by this person from a page of the site.
    pub fn form(&self, person: Option<&Person>, path: &str, body: &str) -> Vec<u8> {
        let cookie = person.map_or_else(String::new, |person| format!("Cookie: {}\r\n", person.0));
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n{cookie}Accept: application/json\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len(),
            host = self.address,
        )
        .into_bytes()
    }

    /// Asks on a connection of its own.
    pub async fn ask(&self, request: &[u8]) -> Result<Answer, Failure> {
        Ok(Connection::open(self.address).await?.ask(request).await?)
    }

    /// Signs in with the demo's password, and reads the board once: a session's first request may cost a statement.
    pub async fn sign_in(&self, login: &str) -> Result<Person, Failure> {
        let password = std::env::var("VERSTAK_DEMO_PASSWORD")?;
        let form = self.form(None, "/api/login", &format!("login={login}&password={password}"));
        let answer = self.ask(&form).await?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        let person = match (answer.status, cookie) {
            (200, Some(cookie)) => Person(cookie.to_owned()),
            (status, _) => return Err(format!("{login} could not sign in: {status}").into()),
        };
        let read = self.ask(&self.get(&person, "/api/board?q=none-has-this", &[])).await?;
        if read.status != 200 { Err(format!("the board answers {}", read.status).into()) } else { Ok(person) }
    }

    /// Of how many requests the server records a trace.
    pub async fn trace_share(&self) -> Result<String, Failure> {
        self.told(&format!("GET /trace-share HTTP/1.1\r\nHost: {}\r\n\r\n", self.admin)).await
    }

    /// Makes it record another share.
    pub async fn set_trace_share(&self, share: &str) -> Result<(), Failure> {
        let (admin, length) = (self.admin, share.len());
        let head = format!("PUT /trace-share HTTP/1.1\r\nHost: {admin}\r\nContent-Length: {length}\r\n\r\n");
        self.told(&(head + share)).await.map(drop)
    }

    async fn told(&self, request: &str) -> Result<String, Failure> {
        let answer = Connection::open(self.admin).await?.ask(request.as_bytes()).await?;
        let text = String::from_utf8(answer.body)?.trim().to_owned();
        if answer.status == 200 { Ok(text) } else { Err(format!("{}: {text}", answer.status).into()) }
    }

    /// Everything that the server has counted.
    pub async fn counted(&self) -> Result<Counts, Failure> {
        let request = format!("GET /metrics HTTP/1.1\r\nHost: {}\r\n\r\n", self.admin);
        let answer = Connection::open(self.admin).await?.ask(request.as_bytes()).await?;
        Ok(Counts(String::from_utf8(answer.body)?))
    }
}

/// `/metrics` at one moment.
#[derive(Debug, Clone)]
pub struct Counts(String);

impl Counts {
    /// The sum of a counter over all its labels that contain this text.
    pub fn sum(&self, name: &str, label: &str) -> f64 {
        let ours = |line: &&str| {
            let rest = line.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(['{', ' '])) && line.contains(label)
        };
        self.0.lines().filter(ours).filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum()
    }
}
