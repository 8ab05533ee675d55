//! A certificate authority of the test's own, and a Redis that speaks TLS alone.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::redis::OwnRedis;

/// A Redis with a certificate for one name, and the authority that signed it.
pub struct TlsRedis {
    /// The server.
    pub redis: OwnRedis,
    folder: PathBuf,
}

impl TlsRedis {
    /// Starts one whose certificate is for `name`: `IP:127.0.0.1`, `DNS:redis.example`.
    pub fn start(name: &str) -> Self {
        let folder = std::env::temp_dir().join(super::name());
        std::fs::create_dir_all(&folder).unwrap();
        certify(&folder, name);
        let file = |name: &str| folder.join(name).display().to_string();
        let redis = OwnRedis::begin(|port, _| {
            let port = port.to_string();
            let (cert, key, ca) = (file("redis.pem"), file("redis.key"), file("ca.pem"));
            let plain = ["--port", "0", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
            let tls = ["--tls-port", &port, "--tls-cert-file", &cert, "--tls-key-file", &key];
            let trust = ["--tls-ca-cert-file", &ca, "--tls-auth-clients", "no"];
            [&plain[..], &tls, &trust].concat().into_iter().map(str::to_owned).collect()
        });
        Self { redis, folder }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("rediss://127.0.0.1:{}", self.redis.port())
    }

    /// The file with the authority's certificate.
    pub fn authority(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// What it answers to a command given to `redis-cli`.
    pub fn told(&self, words: &[&str]) -> String {
        let ca = self.authority().display().to_string();
        self.redis.told(&[&["--tls", "--insecure", "--cacert", &ca], words].concat())
    }
}

impl Drop for TlsRedis {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Makes `ca.pem`, `redis.pem` and their keys.
fn certify(folder: &Path, name: &str) {
    let run = |words: &[&str]| {
        let mut openssl = Command::new("openssl");
        openssl.args(words).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(openssl.status().unwrap().success(), "{openssl:?}");
    };
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    let names = format!("subjectAltName={name}");
    run(&[&["req", "-x509", "-subj", "/CN=Test", "-keyout", "ca.key", "-out", "ca.pem"][..], &key].concat());
    let server =
        ["req", "-x509", "-CA", "ca.pem", "-CAkey", "ca.key", "-subj", "/CN=Redis", "-addext", &names];
    let plain =
        ["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "redis.key", "-out", "redis.pem"];
    run(&[&server[..], &plain, &key].concat());
}
