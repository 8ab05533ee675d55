//! `s3s-fs` in this process, on a folder that goes with it.

use std::path::PathBuf;

use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::{
    net::TcpListener,
    task::{AbortHandle, JoinSet},
};

use crate::floor;

/// The one access key.
pub const KEY: &str = "key";
/// Its secret.
pub const SECRET: &str = "secret";

/// Files in a folder, served as S3.
pub struct Files {
    /// Where it listens.
    pub port: u16,
    folder: PathBuf,
    serving: AbortHandle,
}

impl Files {
    /// Starts it.
    pub async fn start() -> Self {
        let folder = std::env::temp_dir().join(floor::name());
        std::fs::create_dir_all(&folder).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(&folder).unwrap());
        builder.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = builder.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            // Its connections end with it.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let service = service.clone();
                connections.spawn(async move {
                    let answer = service_fn(move |request| {
                        let service = service.clone();
                        async move { Service::call(&service, request).await }
                    });
                    let http = hyper::server::conn::http1::Builder::new();
                    let _ = http.serve_connection(TokioIo::new(stream), answer).await;
                });
            }
        });
        Self { port, folder, serving: task.abort_handle() }
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.serving.abort();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
