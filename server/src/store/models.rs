//! The models' bucket in S3.

use std::{ops::Range, time::Duration};

use app::domain::ModelDigest;
use aws_sdk_s3::{
    Client,
    config::{
        Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
    error::{DisplayErrorContext, SdkError},
    primitives::ByteStream,
};
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};

use super::skew;
use crate::clock::SharedClock;

/// Where the models lie.
#[derive(Clone)]
pub struct Settings {
    /// `S3_ENDPOINT`.
    pub endpoint: String,
    /// `S3_REGION`.
    pub region: String,
    /// `S3_BUCKET`.
    pub bucket: String,
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_key: String,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { endpoint, region, bucket, .. } = self;
        f.debug_struct("Settings")
            .field("endpoint", endpoint)
            .field("region", region)
            .field("bucket", bucket)
            .finish_non_exhaustive()
    }
}

/// Why a file could not be had or put.
#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    /// There is no such file.
    #[error("{operation}: there is no such file")]
    Missing {
        /// What was being done.
        operation: &'static str,
    },
    /// The file is longer than asked for.
    #[error("{operation}: the file has more than {limit} bytes")]
    TooLarge {
        /// What was being done.
        operation: &'static str,
        /// Bytes that would have been taken.
        limit: u64,
    },
    /// S3 is away, refuses this program or broke off.
    #[error("{operation} failed: {reason}")]
    Away {
        /// What was being done.
        operation: &'static str,
        /// The client's word.
        reason: String,
    },
}

impl ModelsError {
    fn away<E: std::error::Error>(operation: &'static str, error: E) -> Self {
        Self::Away { operation, reason: DisplayErrorContext(&error).to_string() }
    }

    fn of<E, R>(operation: &'static str, error: SdkError<E, R>) -> Self
    where
        E: std::error::Error + aws_sdk_s3::error::ProvideErrorMetadata + 'static,
        R: std::fmt::Debug,
    {
        // A HEAD has no body to name the code in; both names mean that the key is not there.
        let code = error.as_service_error().and_then(aws_sdk_s3::error::ProvideErrorMetadata::code);
        match code {
            Some("NoSuchKey" | "NotFound") => Self::Missing { operation },
            _ => Self::away(operation, error),
        }
    }
}

/// S3 sends the next piece of an answer within this, or it is away.
pub const ANSWERS: Duration = Duration::from_secs(5);

/// The bucket. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Models {
    client: Client,
    bucket: String,
}

/// A file on its way: its bytes as they come.
pub type Body = BoxStream<'static, std::io::Result<Bytes>>;

impl Models {
    /// A client that connects when first used, so that the server starts while S3 is away.
    #[must_use]
    pub fn open(settings: &Settings, clock: SharedClock) -> Self {
        // Without bounds of its own the client waits for ever on a peer that fell silent. A body that stalls is cut
        // by the client's own watch over streams, so the whole may take as long as 64 MiB over a slow line do.
        let bounds = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .read_timeout(ANSWERS)
            .operation_attempt_timeout(Duration::from_secs(120))
            .operation_timeout(Duration::from_secs(150))
            .build();
        let credentials =
            Credentials::new(&settings.access_key, &settings.secret_key, None, None, "environment");
        let config = aws_sdk_s3::Config::builder()
            .behavior_version_latest()
            .endpoint_url(&settings.endpoint)
            .region(Region::new(settings.region.clone()))
            // Bucket names as host names need a wildcard in DNS, which workshops do not have.
            .force_path_style(true)
            .credentials_provider(credentials)
            .timeout_config(bounds)
            .retry_config(RetryConfig::standard().with_max_attempts(2))
            .retry_classifier(skew::Refused)
            .time_source(skew::Time(clock))
            // Not every S3 knows the newer checksums; what counts is hashed by this program itself.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        Self { client: Client::from_conf(config), bucket: settings.bucket.clone() }
    }

    /// A whole file of at most `limit` bytes, into memory.
    ///
    /// # Errors
    /// See [`ModelsError`].
    #[tracing::instrument(skip_all)]
    pub async fn fetch(&self, key: &str, limit: u64) -> Result<Vec<u8>, ModelsError> {
        self.read(key, limit, "intake").await
    }

    async fn read(&self, key: &str, limit: u64, by: &'static str) -> Result<Vec<u8>, ModelsError> {
        const OPERATION: &str = "fetch model";
        metrics::counter!("model_store_reads_total", "by" => by).increment(1);
        let got = self.client.get_object().bucket(&self.bucket).key(key).send().await;
        let got = got.map_err(|error| ModelsError::of(OPERATION, error))?;
        let too_large = ModelsError::TooLarge { operation: OPERATION, limit };
        let declared = got.content_length().and_then(|length| u64::try_from(length).ok()).unwrap_or(0);
        if declared > limit {
            return Err(too_large);
        }
        let mut whole = Vec::with_capacity(usize::try_from(declared).unwrap_or_default());
        let mut body = got.body;
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| ModelsError::away(OPERATION, error))?;
            if (whole.len() + chunk.len()) as u64 > limit {
                return Err(too_large);
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole)
    }

    /// Puts a file.
    ///
    /// # Errors
    /// When S3 is away.
    #[tracing::instrument(skip_all)]
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<(), ModelsError> {
        self.put_as(key, bytes, "model/gltf-binary").await
    }

    async fn put_as(&self, key: &str, bytes: Bytes, kind: &str) -> Result<(), ModelsError> {
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type(kind);
        let done = put.body(ByteStream::from(bytes)).send().await;
        done.map(drop).map_err(|error| ModelsError::of("put model", error))
    }

    /// Bytes of a file; `None`: there is no such file.
    ///
    /// # Errors
    /// When S3 is away.
    #[tracing::instrument(skip_all)]
    pub async fn size(&self, key: &str) -> Result<Option<u64>, ModelsError> {
        let head = self.client.head_object().bucket(&self.bucket).key(key).send().await;
        match head.map_err(|error| ModelsError::of("look at model", error)) {
            Ok(head) => Ok(head.content_length().and_then(|length| u64::try_from(length).ok())),
            Err(ModelsError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts a checked file under its own hash, where it is served from; one that is there already stays.
    ///
    /// # Errors
    /// When S3 is away.
    #[tracing::instrument(skip_all)]
    pub async fn keep(&self, sha256: &ModelDigest, bytes: Bytes) -> Result<(), ModelsError> {
        let key = verified(sha256);
        if self.size(&key).await? == Some(bytes.len() as u64) {
            return Ok(());
        }
        self.put(&key, bytes).await
    }

    /// A checked file of at most `limit` bytes, into memory.
    ///
    /// # Errors
    /// See [`ModelsError`].
    pub async fn verified(&self, sha256: &ModelDigest, limit: u64) -> Result<Vec<u8>, ModelsError> {
        self.fetch(&verified(sha256), limit).await
    }

    /// Puts the picture of a checked file beside it, over one of an older edition.
    ///
    /// # Errors
    /// When S3 is away.
    #[tracing::instrument(skip_all)]
    pub async fn keep_picture(&self, sha256: &ModelDigest, bytes: Bytes) -> Result<(), ModelsError> {
        self.put_as(&pictured(sha256), bytes, "image/jpeg").await
    }

    /// The picture of a checked file.
    ///
    /// # Errors
    /// See [`ModelsError`].
    #[tracing::instrument(skip_all)]
    pub async fn picture(&self, sha256: &ModelDigest, limit: u64) -> Result<Vec<u8>, ModelsError> {
        self.read(&pictured(sha256), limit, "picture").await
    }

    /// Bytes of a checked file; `None`: it is not there.
    ///
    /// # Errors
    /// When S3 is away.
    pub async fn kept(&self, sha256: &ModelDigest) -> Result<Option<u64>, ModelsError> {
        self.size(&verified(sha256)).await
    }

    /// Streams a checked file, or the given bytes of it.
    ///
    /// # Errors
    /// See [`ModelsError`].
    #[tracing::instrument(skip_all)]
    pub async fn stream(&self, sha256: &ModelDigest, part: Option<Range<u64>>) -> Result<Body, ModelsError> {
        // HTTP names the last byte, Rust the one after it.
        let range = part.map(|part| format!("bytes={}-{}", part.start, part.end.saturating_sub(1)));
        metrics::counter!("model_store_reads_total", "by" => "reader").increment(1);
        let get = self.client.get_object().bucket(&self.bucket).key(verified(sha256)).set_range(range);
        let got = get.send().await.map_err(|error| ModelsError::of("stream model", error))?;
        let chunks = stream::unfold(got.body, |mut body| async {
            let chunk = body.next().await?;
            Some((chunk.map_err(std::io::Error::other), body))
        });
        Ok(chunks.boxed())
    }
}

/// Where checked files lie: what is served is always what was hashed, whatever happens to the shop's own copy.
fn verified(sha256: &ModelDigest) -> String {
    format!("verified/{sha256}.glb")
}

/// The pictures of checked files.
fn pictured(sha256: &ModelDigest) -> String {
    format!("verified/{sha256}.jpg")
}
