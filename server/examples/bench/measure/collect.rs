//! A collector that takes every span it is sent and keeps none: what tracing costs a server does not depend on what becomes
//! of its traces.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::collector;
use crate::Failure;

/// Collects until it is ended.
#[derive(Debug, clap::Args)]
pub struct Collect {
    /// Where
    #[arg(long)]
    listen: SocketAddr,
}

impl Collect {
    pub async fn run(&self) -> Result<(), Failure> {
        Ok(collector::listen(TcpListener::bind(self.listen).await?, |_| {}).await?)
    }
}
