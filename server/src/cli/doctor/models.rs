//! Models that orders name: those that cannot be shown, and those whose checked file is not where it should be.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use tokio::time::timeout;

use super::report::Report;
use crate::store::{Postgres, models::Models};

/// Orders that are told by number.
const TOLD: usize = 20;
/// Files that are asked for at once.
const AT_ONCE: usize = 8;
/// Looking at all of them may take this long.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) async fn look(store: &Postgres, bucket: &Models, report: &mut Report) {
    match store.model_states().await {
        Err(error) => return report.line("models named", false, format_args!("cannot be counted: {error}")),
        Ok(states) => {
            let told: Vec<_> = states.iter().map(|(state, orders)| format!("{orders} {state}")).collect();
            report.line("models named", true, told.join(", "));
        }
    }
    // Missing or refused at the source: the shop has to send another file, nothing here is broken.
    match store.lacking_models(TOLD as i64).await {
        Err(error) => report.line("models lacking", false, format_args!("cannot be listed: {error}")),
        Ok(lacking) => {
            lacking.iter().for_each(|(number, state)| report.detail(format_args!("{number}: {state}")));
        }
    }
    let named = match store.ready_models().await {
        Ok(named) => named,
        Err(error) => return report.line("models kept", false, format_args!("cannot be listed: {error}")),
    };
    let all = named.len();
    let looks = stream::iter(named).map(|(sha256, bytes, number)| async move {
        match bucket.kept(&sha256).await {
            Ok(Some(there)) if there == bytes => None,
            Ok(Some(there)) => Some(format!("{number}: {sha256} has {there} bytes instead of {bytes}")),
            Ok(None) => Some(format!("{number}: {sha256} is not in the bucket")),
            Err(error) => Some(format!("{number}: {error}")),
        }
    });
    let looks = looks.buffer_unordered(AT_ONCE).filter_map(|found| async { found }).collect::<Vec<_>>();
    match timeout(PATIENCE, looks).await {
        Err(_) => {
            report.line("models kept", false, format_args!("{all} files, not all of them within a minute"))
        }
        Ok(mut lacking) => {
            lacking.sort_unstable();
            let there = all - lacking.len();
            report.line("models kept", lacking.is_empty(), format_args!("{there} of {all} files are there"));
            lacking.iter().take(TOLD).for_each(|it| report.detail(it));
        }
    }
}
