//! An S3 with one bucket of the test's own, that can go away and come back: `s3s-fs` in this process, or Ceph's gateway
//! when there is one (`TEST_RADOSGW_URL`).

mod files;

use aws_sdk_s3::{
    Client,
    config::{Credentials, Region},
    primitives::ByteStream,
};
use server::store::models::Settings;
use tokio::net::TcpListener;

use crate::floor::{self, door::Door};
use files::Files;

/// An S3 with one bucket.
pub struct OwnS3 {
    settings: Settings,
    door: Door,
    port: u16,
    client: Client,
    _files: Option<Files>,
}

impl OwnS3 {
    /// Starts one.
    pub async fn start() -> Self {
        let (port, access_key, secret_key, files) = match floor::radosgw() {
            Some(url) => {
                let (port, key, secret) = gateway(&url);
                (port, key, secret, None)
            }
            None => {
                let files = Files::start().await;
                (files.port, files::KEY.to_owned(), files::SECRET.to_owned(), Some(files))
            }
        };
        let door = Door::to(port).await;
        let settings = Settings {
            endpoint: format!("http://127.0.0.1:{}", door.port),
            region: "us-east-1".to_owned(),
            bucket: floor::name().replace('_', "-"),
            access_key,
            secret_key,
        };
        let client = client(&settings, port);
        client.create_bucket().bucket(&settings.bucket).send().await.unwrap();
        Self { settings, door, port, client, _files: files }
    }

    /// How to reach it.
    pub fn settings(&self) -> Settings {
        self.settings.clone()
    }

    /// Goes away.
    pub fn leave(&self) {
        self.door.shut();
    }

    /// Comes back at the same address, with its files.
    pub async fn come_back(&self) {
        self.door.open().await;
    }

    /// Hears and does not answer: whoever asks from now on has come to what is returned.
    pub async fn fall_silent(&self) -> TcpListener {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.door.lead_to(silent.local_addr().unwrap().port());
        silent
    }

    /// Answers whoever asks from now on.
    pub fn speak_again(&self) {
        self.door.lead_to(self.port);
    }

    /// Puts a file as the shop does: whether the server can reach the S3 or not.
    pub async fn put(&self, key: &str, bytes: &[u8]) {
        let put = self.client.put_object().bucket(&self.settings.bucket).key(key);
        put.body(ByteStream::from(bytes.to_vec())).send().await.unwrap();
    }

    /// Loses every checked file.
    pub async fn forget_verified(&self) {
        for key in self.verified().await {
            self.client.delete_object().bucket(&self.settings.bucket).key(key).send().await.unwrap();
        }
    }

    /// Keys of checked files.
    pub async fn verified(&self) -> Vec<String> {
        let list = self.client.list_objects_v2().bucket(&self.settings.bucket).prefix("verified/");
        let listed = list.send().await.unwrap();
        listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
    }
}

/// The port, the key and the secret of `http://key:secret@host:port`.
fn gateway(url: &str) -> (u16, String, String) {
    let (user, host) = url.strip_prefix("http://").unwrap().split_once('@').unwrap();
    let (key, secret) = user.split_once(':').unwrap();
    (host.rsplit_once(':').unwrap().1.parse().unwrap(), key.to_owned(), secret.to_owned())
}

/// The shop's own way to the bucket, past the door.
fn client(settings: &Settings, port: u16) -> Client {
    let credentials = Credentials::new(&settings.access_key, &settings.secret_key, None, None, "test");
    let config = aws_sdk_s3::Config::builder()
        .behavior_version_latest()
        .endpoint_url(format!("http://127.0.0.1:{port}"))
        .region(Region::new(settings.region.clone()))
        .force_path_style(true)
        .credentials_provider(credentials);
    Client::from_conf(config.build())
}
