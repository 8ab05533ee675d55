//! A browser's connections to every server: one each, made again when it breaks, every answer within a bound.

use std::{io::ErrorKind, net::SocketAddr, time::Duration};

use app::domain::Revision;
use tokio::time::timeout;

use super::now;
use crate::{
    Failure,
    history::record::{Came, Span},
    http::{Answer, Connection},
};

/// Longer than any answer may take; a server that is frozen for longer is given up.
const PATIENCE: Duration = Duration::from_secs(12);

/// One person's browser.
pub struct Client {
    servers: Vec<SocketAddr>,
    lines: Vec<Option<Connection>>,
    cookie: String,
}

/// An answer, and when.
pub struct Asked {
    pub span: Span,
    /// What came instead, and why.
    pub answer: Result<Answer, (Came, String)>,
}

impl Client {
    /// Of a person who is signed in.
    pub fn new(servers: Vec<SocketAddr>, cookie: String) -> Self {
        let lines = servers.iter().map(|_| None).collect();
        Self { servers, lines, cookie }
    }

    /// The same person's next browser.
    pub fn again(&self) -> Self {
        Self::new(self.servers.clone(), self.cookie.clone())
    }

    /// Reads an address of one server, never older than this.
    pub async fn get(&mut self, server: usize, path: &str, least: Revision, more: &str) -> Asked {
        let request = self.request(server, path, least, more);
        self.ask(server, request.as_bytes()).await
    }

    /// The text of that request.
    pub fn request(&self, server: usize, path: &str, least: Revision, more: &str) -> String {
        let host = self.servers[server];
        let cookie = &self.cookie;
        format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nX-Board-Min-Rev: {least}\r\n{more}\r\n"
        )
    }

    /// Sends a form from a page of the site, as a script does.
    pub async fn post(&mut self, server: usize, path: &str, body: &str, more: &str) -> Asked {
        let host = self.servers[server];
        let (cookie, length) = (&self.cookie, body.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n\
             Accept: application/json\r\nContent-Length: {length}\r\n{more}\r\n{body}"
        );
        self.ask(server, request.as_bytes()).await
    }

    /// A connection of its own, for a stream.
    pub async fn open(&self, server: usize) -> Result<Connection, Failure> {
        Ok(timeout(PATIENCE, Connection::open(self.servers[server])).await??)
    }

    async fn ask(&mut self, server: usize, request: &[u8]) -> Asked {
        let begun = now();
        let mut again = self.lines[server].is_some();
        let answer = loop {
            let asked = timeout(PATIENCE, self.once(server, request)).await;
            let silent = matches!(&asked, Ok(Err(error)) if error.kind() == ErrorKind::NotConnected);
            // A kept connection may have ended long ago: then nothing of an answer comes, and, as browsers do, it is
            // asked once more. An answer that is cut short is none.
            if again && silent {
                again = false;
                continue;
            }
            break match asked {
                Ok(answer) => answer.map_err(|error| (Came::End, error.to_string())),
                Err(_) => Err((Came::Nothing, "no answer within 12 s".to_owned())),
            };
        };
        Asked { span: Span { begun, ended: now() }, answer }
    }

    async fn once(&mut self, server: usize, request: &[u8]) -> std::io::Result<Answer> {
        let mut line = match self.lines[server].take() {
            Some(line) => line,
            None => Connection::open(self.servers[server]).await?,
        };
        let answer = line.ask(request).await?;
        let closes = answer.header("connection").is_some_and(|it| it.eq_ignore_ascii_case("close"));
        self.lines[server] = (!closes).then_some(line);
        Ok(answer)
    }
}
