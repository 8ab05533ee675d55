//! What Redis itself has counted, asked in its own protocol.

use std::env;

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::Failure;

/// Commands that Redis has carried out, all kinds together, those within scripts included.
pub async fn commands() -> Result<f64, Failure> {
    let url = env::var("REDIS_URL")?;
    let rest = url.strip_prefix("redis://").ok_or("REDIS_URL is not redis://")?;
    let (who, place) = rest.rsplit_once('@').ok_or("REDIS_URL has no password")?;
    let password = who.split_once(':').map_or(who, |(_, password)| password);
    let stream = TcpStream::connect(place.split('/').next().unwrap_or_default()).await?;
    let mut stream = BufReader::new(stream);
    stream.write_all(format!("AUTH {password}\r\nINFO commandstats\r\n").as_bytes()).await?;
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    if !line.starts_with("+OK") {
        return Err(format!("Redis: {}", line.trim()).into());
    }
    line.clear();
    stream.read_line(&mut line).await?;
    let length: usize = line.trim().trim_start_matches('$').parse()?;
    let mut text = vec![0; length];
    stream.read_exact(&mut text).await?;
    let text = String::from_utf8(text)?;
    // cmdstat_hgetall:calls=21,usec=…
    let calls = |line: &str| line.split_once("calls=")?.1.split(',').next()?.parse::<f64>().ok();
    Ok(text.lines().filter(|line| !line.starts_with("cmdstat_info")).filter_map(calls).sum())
}
