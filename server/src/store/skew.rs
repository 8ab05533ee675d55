//! Signatures for S3 under a clock that is wrong, or was.
//!
//! S3 refuses a signature that is 15 minutes off. The client learns from the `Date` of every answer how far off this
//! machine's clock is, signs by that, and tries again what was refused while the clock is wrong. When the clock has
//! come *back*, though, the first signature still has the old correction in it, and the refusal is taken for final,
//! since nothing is wrong any more: one look at a model fails for nothing.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_s3::config::{
    interceptors::InterceptorContext,
    retry::{ClassifyRetry, RetryAction},
};
use aws_smithy_async::time::TimeSource;

use crate::clock::SharedClock;

/// The server's clock, as the client wants it.
#[derive(Debug)]
pub(super) struct Time(pub(super) SharedClock);

impl TimeSource for Time {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(u64::try_from(self.0.now().millis()).unwrap_or_default())
    }
}

/// Has every refusal tried once more: by then the client has learnt the time from it. The answer to a HEAD has no body
/// to name its reason in, and where the key itself is wrong, a second refusal costs little.
#[derive(Debug)]
pub(super) struct Refused;

impl ClassifyRetry for Refused {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let refused = context.response().is_some_and(|response| response.status().as_u16() == 403);
        if refused { RetryAction::server_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "refused signature"
    }
}
