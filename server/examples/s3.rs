//! An S3 server for development and tests: objects are files in a folder. Never part of the product.
//!
//! Two things differ from plain `s3s-fs`: it makes its bucket, and create-if-absent is atomic.
//! Each request is one line on standard output (`GET /models/demo/ring-01.glb 200`), so that a test
//! can count what reached the storage.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use hyper::body::Incoming;
use hyper::header::IF_NONE_MATCH;
use hyper::service::{Service, service_fn};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use s3s::HttpResponse;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::RwLock;

/// Serves a folder as S3, path style.
#[derive(Parser)]
struct Options {
    /// The loopback address to listen on.
    #[arg(long)]
    addr: SocketAddr,
    /// The folder that keeps the buckets; it must exist.
    #[arg(long)]
    data: PathBuf,
    /// The bucket to make unless it is there.
    #[arg(long)]
    bucket: String,
    /// The one access key.
    #[arg(long, env = "AWS_ACCESS_KEY_ID", hide_env_values = true)]
    access_key: String,
    /// Its secret.
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", hide_env_values = true)]
    secret_key: String,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("could not make the bucket's folder")]
    MakeBucket(#[source] std::io::Error),
    #[error("could not open the data folder: {0:?}")]
    OpenData(s3s_fs::Error),
    #[error("could not listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    #[error("could not watch for signals")]
    WatchSignals(#[source] std::io::Error),
}

/// The service, and the lock that makes "write unless it is there" one step: `s3s-fs` looks first and
/// writes afterwards. Conditional writes are alone, plain ones only shut those out.
struct Storage {
    s3: S3Service,
    writes: RwLock<()>,
}

impl Storage {
    async fn answer(&self, request: Request<Incoming>) -> Result<HttpResponse, s3s::HttpError> {
        let line = format!("{} {}", request.method(), request.uri().path());
        let writes = matches!(*request.method(), Method::PUT | Method::POST);
        let response = if writes && request.headers().contains_key(IF_NONE_MATCH) {
            let _alone = self.writes.write().await;
            Service::call(&self.s3, request).await
        } else if writes {
            let _beside = self.writes.read().await;
            Service::call(&self.s3, request).await
        } else {
            Service::call(&self.s3, request).await
        }?;
        println!("{line} {}", response.status().as_u16());
        Ok(response)
    }

    async fn serve(self: Arc<Self>, stream: TcpStream) {
        let service = service_fn(|request| self.answer(request));
        let connection = hyper::server::conn::http1::Builder::new();
        if let Err(error) = connection.serve_connection(TokioIo::new(stream), service).await {
            eprintln!("a connection ended: {error}");
        }
    }
}

async fn accept(listener: TcpListener, storage: Arc<Storage>) -> Infallible {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(Arc::clone(&storage).serve(stream))),
            Err(error) => eprintln!("could not accept a connection: {error}"),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let options = Options::parse();
    std::fs::create_dir_all(options.data.join(&options.bucket)).map_err(Failure::MakeBucket)?;
    let files = FileSystem::new(&options.data).map_err(Failure::OpenData)?;
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(options.access_key, options.secret_key));
    let storage = Arc::new(Storage { s3: builder.build(), writes: RwLock::new(()) });

    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::WatchSignals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::WatchSignals)?;
    let listener =
        TcpListener::bind(options.addr).await.map_err(|error| Failure::Listen(options.addr, error))?;
    println!("listening on http://{}", options.addr);
    tokio::select! {
        never = accept(listener, storage) => match never {},
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    }
}
