//! A model file on its way to a browser: only what was checked, only what an order names, never whole in memory.

use std::ops::Range;

use app::domain::ModelDigest;
use bytes::Bytes;

use crate::{
    desk::{Desk, ModelError, ModelStream, NamedModel},
    store::models::ModelsError,
};

/// Bytes of a picture at most: more than any edition makes.
const LARGEST_PICTURE: u64 = 64 * 1024;

impl Desk {
    /// A ready model that some order names: from memory for actual orders.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub async fn named_model(&self, sha256: ModelDigest) -> Result<NamedModel, ModelError> {
        let named = match self.board.near().and_then(|near| near.named_model(&sha256)) {
            Some(named) => Some(named),
            None => self.store.find_model(&sha256).await.map_err(|error| {
                super::super::away(&error);
                ModelError::Away
            })?,
        };
        named.map(|(size, order)| NamedModel { size, order }).ok_or(ModelError::Unknown)
    }

    /// Its size.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub async fn model_size(&self, sha256: ModelDigest) -> Result<u64, ModelError> {
        self.named_model(sha256).await.map(|named| named.size)
    }

    /// Streams a model, or the given bytes of it; `part` must lie within the file and not be empty.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub async fn model(
        &self,
        sha256: ModelDigest,
        part: Option<Range<u64>>,
    ) -> Result<ModelStream, ModelError> {
        let size = self.model_size(sha256).await?;
        let body = self.models.stream(&sha256, part).await.map_err(|error| {
            // A checked file that is not there was deleted by hand: an operator's problem, not the browser's.
            let lost = matches!(error, ModelsError::Missing { .. });
            tracing::error!(error = &error as &dyn std::error::Error, %sha256, lost, "no model can be sent");
            metrics::counter!("model_stream_failures_total").increment(1);
            ModelError::Away
        })?;
        Ok(ModelStream { size, body })
    }

    /// The picture of a model.
    ///
    /// # Errors
    /// See [`ModelError`]; `Unknown` when none was made.
    pub async fn picture(&self, sha256: ModelDigest) -> Result<Bytes, ModelError> {
        match self.models.picture(&sha256, LARGEST_PICTURE).await {
            Ok(bytes) => Ok(Bytes::from(bytes)),
            Err(ModelsError::Missing { .. }) => Err(ModelError::Unknown),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, %sha256, "no picture can be sent");
                Err(ModelError::Away)
            }
        }
    }
}
