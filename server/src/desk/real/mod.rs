//! What real browsers measure: figures for the counters, and pages that somebody found slow.

mod pace;

use app::{
    backend::Unavailable,
    domain::{
        Actor,
        slow::{Device, Report, Route, Timings},
    },
};

use super::{Desk, away};
pub(super) use pace::Paces;

/// Reports that are shown.
const SHOWN: i64 = 100;

/// Why what a browser sent was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RealError {
    /// One person sends more than any page does.
    #[error("too many; try again in a minute")]
    TooMany,
    /// The database is away.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl Desk {
    /// Counts what a browser measured of a page.
    ///
    /// # Errors
    /// [`RealError::TooMany`].
    pub fn note_vitals(
        &self,
        actor: &Actor,
        route: Route,
        device: Device,
        timings: &Timings,
    ) -> Result<(), RealError> {
        self.paces.vitals(actor.user, self.clock.now())?;
        let (route, device) = (route.name(), device.name());
        let record = |figure: metrics::Histogram, ms: Option<f64>| {
            if let Some(ms) = ms {
                figure.record(ms / 1000.0);
            }
        };
        record(
            metrics::histogram!("browser_largest_paint_seconds", "route" => route, "device" => device),
            timings.largest_paint,
        );
        record(
            metrics::histogram!("browser_first_card_seconds", "route" => route, "device" => device),
            timings.first_card,
        );
        record(
            metrics::histogram!("browser_interaction_seconds", "route" => route, "device" => device),
            timings.interaction,
        );
        record(
            metrics::histogram!("browser_model_ready_seconds", "route" => route, "device" => device),
            timings.model,
        );
        record(
            metrics::histogram!("browser_first_byte_seconds", "route" => route, "device" => device),
            timings.first_byte,
        );
        Ok(())
    }

    /// Keeps a page that somebody found slow.
    ///
    /// # Errors
    /// See [`RealError`].
    pub async fn keep_report(&self, actor: &Actor, mut report: Report) -> Result<(), RealError> {
        report.at = self.clock.now();
        self.paces.reports(actor.user, report.at)?;
        let (route, device) = (Route::of(&report.path).name(), report.device.name());
        metrics::counter!("slow_reports_total", "route" => route, "device" => device).increment(1);
        self.store.keep_slow_report(&report).await.map_err(|error| away(&error).into())
    }

    pub(super) async fn list_reports(&self) -> Result<Vec<Report>, Unavailable> {
        self.store.read_slow_reports(SHOWN).await.map_err(|error| away(&error))
    }
}
