//! An S3 of the test's own, in this process: it can go away and come back.

use std::{net::SocketAddr, path::PathBuf, sync::Mutex};

use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use s3s::{
    auth::SimpleAuth,
    service::{S3Service, S3ServiceBuilder},
};
use s3s_fs::FileSystem;
use server::store::models::Settings;
use tokio::{
    net::TcpListener,
    task::{AbortHandle, JoinSet},
};

use crate::floor;

/// An S3 with one bucket.
pub struct OwnS3 {
    address: SocketAddr,
    folder: PathBuf,
    service: S3Service,
    serving: Mutex<Option<AbortHandle>>,
}

impl OwnS3 {
    /// Starts one.
    pub async fn start() -> Self {
        let folder = std::env::temp_dir().join(floor::name());
        std::fs::create_dir_all(folder.join("models")).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(&folder).unwrap());
        builder.set_auth(SimpleAuth::from_single("key", "secret"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let s3 = Self {
            address: listener.local_addr().unwrap(),
            folder,
            service: builder.build(),
            serving: Mutex::new(None),
        };
        s3.serve(listener);
        s3
    }

    fn serve(&self, listener: TcpListener) {
        let service = self.service.clone();
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
        *self.serving.lock().unwrap() = Some(task.abort_handle());
    }

    /// How to reach it.
    pub fn settings(&self) -> Settings {
        Settings {
            endpoint: format!("http://{}", self.address),
            region: "us-east-1".to_owned(),
            bucket: "models".to_owned(),
            access_key: "key".to_owned(),
            secret_key: "secret".to_owned(),
        }
    }

    /// Goes away.
    pub fn leave(&self) {
        self.serving.lock().unwrap().take().unwrap().abort();
    }

    /// Comes back on the same port, with its files.
    pub async fn come_back(&self) {
        loop {
            match TcpListener::bind(self.address).await {
                Ok(listener) => return self.serve(listener),
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
            }
        }
    }

    /// Puts a file as the shop does.
    pub fn put(&self, key: &str, bytes: &[u8]) {
        let path = self.folder.join("models").join(key);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Loses every checked file.
    pub fn forget_verified(&self) {
        std::fs::remove_dir_all(self.folder.join("models/verified")).unwrap();
    }

    /// Keys of checked files.
    pub fn verified(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.join("models/verified"));
        files.into_iter().flatten().map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for OwnS3 {
    fn drop(&mut self) {
        if let Some(task) = self.serving.lock().unwrap().take() {
            task.abort();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
