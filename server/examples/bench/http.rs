//! A lean HTTP/1.1 client: one request at a time on a connection that is kept, so that the load itself costs little of
//! the two cores that it shares with the server.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Bytes read at once; grows only for a longer head.
const BUFFER: usize = 128 * 1024;
/// Headers of one answer at most.
const HEADERS: usize = 64;

/// A connection that is kept.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

/// An answer whose body was only counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Its status.
    pub status: u16,
    /// Bytes of the head.
    pub head: usize,
    /// Bytes of the body as they were sent, without the framing of chunks.
    pub body: usize,
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers, with names in small letters.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Where a body ends.
#[derive(Debug, Clone, Copy)]
enum Framing {
    Length(usize),
    Chunked,
    /// It ends with the connection, as streams do.
    Connection,
}

struct Head {
    status: u16,
    length: usize,
    framing: Framing,
    headers: Vec<(String, String)>,
}

fn broken(what: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_string())
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; BUFFER], start: 0, end: 0 })
    }

    /// Sends a request and counts the answer.
    pub async fn count(&mut self, request: &[u8]) -> io::Result<Counted> {
        self.stream.write_all(request).await?;
        let head = self.head(false).await?;
        let body = self.body(head.framing, None).await?;
        Ok(Counted { status: head.status, head: head.length, body })
    }

    /// Sends a request and keeps the answer. Where not one byte of it came, the error's kind is `NotConnected`.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<Answer> {
        let silent = |error: io::Error| io::Error::new(io::ErrorKind::NotConnected, error);
        self.stream.write_all(request).await.map_err(silent)?;
        let head = match self.head(true).await {
            Err(error) if self.start == self.end => return Err(silent(error)),
            head => head?,
        };
        let mut body = Vec::new();
        self.body(head.framing, Some(&mut body)).await?;
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    /// Sends a request, reads the answer's head and gives the rest of the connection away: for streams.
    pub async fn follow(mut self, request: &[u8]) -> io::Result<(u16, TcpStream, Vec<u8>)> {
        self.stream.write_all(request).await?;
        let head = self.head(false).await?;
        Ok((head.status, self.stream, self.buffer[self.start..self.end].to_vec()))
    }

    async fn head(&mut self, keep: bool) -> io::Result<Head> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; HEADERS];
            let mut answer = httparse::Response::new(&mut headers);
            let parsed = answer.parse(&self.buffer[self.start..self.end]).map_err(broken)?;
            if let httparse::Status::Complete(length) = parsed {
                let status = answer.code.unwrap_or_default();
                let framing = framing(status, answer.headers)?;
                let own = |header: &httparse::Header<'_>| {
                    let value = String::from_utf8_lossy(header.value).into_owned();
                    (header.name.to_ascii_lowercase(), value)
                };
                let headers = if keep { answer.headers.iter().map(own).collect() } else { Vec::new() };
                self.start += length;
                return Ok(Head { status, length, framing, headers });
            }
            self.more().await?;
        }
    }

    async fn body(&mut self, framing: Framing, mut keep: Option<&mut Vec<u8>>) -> io::Result<usize> {
        let mut whole = 0;
        match framing {
            Framing::Length(length) => {
                self.take(length, keep).await?;
                whole = length;
            }
            Framing::Connection => return Err(broken("an answer without an end, where one was expected")),
            Framing::Chunked => loop {
                let parsed = httparse::parse_chunk_size(&self.buffer[self.start..self.end])
                    .map_err(|_| broken("a chunk without a size"))?;
                let httparse::Status::Complete((used, size)) = parsed else {
                    self.more().await?;
                    continue;
                };
                self.start += used;
                let size = usize::try_from(size).map_err(broken)?;
                self.take(size, keep.as_deref_mut()).await?;
                self.take(2, None).await?;
                whole += size;
                if size == 0 {
                    break;
                }
            },
        }
        Ok(whole)
    }

    async fn take(&mut self, mut length: usize, mut keep: Option<&mut Vec<u8>>) -> io::Result<()> {
        while length > 0 {
            if self.start == self.end {
                self.more().await?;
            }
            let part = length.min(self.end - self.start);
            if let Some(keep) = keep.as_deref_mut() {
                keep.extend_from_slice(&self.buffer[self.start..self.start + part]);
            }
            self.start += part;
            length -= part;
        }
        Ok(())
    }

    async fn more(&mut self) -> io::Result<()> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            if self.end == self.buffer.len() {
                self.buffer.resize(self.end * 2, 0);
            }
        }
        match self.stream.read(&mut self.buffer[self.end..]).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.end += read;
                Ok(())
            }
        }
    }
}

fn framing(status: u16, headers: &[httparse::Header<'_>]) -> io::Result<Framing> {
    let value = |name: &str| headers.iter().find(|it| it.name.eq_ignore_ascii_case(name)).map(|it| it.value);
    if status == 304 || status == 204 {
        return Ok(Framing::Length(0));
    }
    if let Some(length) = value("content-length") {
        let text = std::str::from_utf8(length).map_err(broken)?;
        return Ok(Framing::Length(text.parse().map_err(broken)?));
    }
    match value("transfer-encoding") {
        Some(coding) if coding.eq_ignore_ascii_case(b"chunked") => Ok(Framing::Chunked),
        Some(_) => Err(broken("a coding that nobody asked for")),
        None => Ok(Framing::Connection),
    }
}
