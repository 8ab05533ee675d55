//! From start to stop: who is told, in which order, and how long everybody may take.

use std::{future::Future, io, thread, time::Duration};

use tokio::{
    runtime::{Builder, Handle},
    signal::unix::{SignalKind, signal},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Requests and streams have this long to end.
const REQUESTS: Duration = Duration::from_secs(7);
/// Background work has this long after that; both together stay under the promised 10 s.
const BACKGROUND: Duration = Duration::from_secs(2);

/// The two halves of the server's life. Requests end first, so that what they need still runs.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    /// Cancelled when no new work is taken: listeners close, requests finish, streams end.
    pub draining: CancellationToken,
    /// Connections and what serves them.
    pub requests: TaskTracker,
    /// Cancelled when requests have ended.
    pub stopping: CancellationToken,
    /// Drains, refreshes, probes.
    pub background: TaskTracker,
}

impl Lifecycle {
    /// Runs a task until it ends or the server stops.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stopping = self.stopping.clone();
        self.background.spawn(async move {
            tokio::select! {
                () = stopping.cancelled() => {}
                () = task => {}
            }
        });
    }

    /// A thread of its own for tasks that talk to each other all the time and should neither wait for requests nor keep
    /// them waiting: among themselves they wake each other without another thread. It lasts until the background has
    /// ended. Whatever is spawned while its handle is entered runs there.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn aside(&self, name: &str) -> io::Result<Handle> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (handle, stopping, background) =
            (runtime.handle().clone(), self.stopping.clone(), self.background.clone());
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            runtime.block_on(async {
                stopping.cancelled().await;
                background.wait().await;
            });
        })?;
        Ok(handle)
    }

    /// Waits for SIGTERM or SIGINT; a second one ends the process at once.
    ///
    /// # Errors
    /// When the system refuses to tell of signals.
    pub async fn until_told(&self) -> io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: no new requests, open ones have {} s", REQUESTS.as_secs());
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            // 130: ended by a signal, as shells say it.
            std::process::exit(130);
        });
        Ok(())
    }

    /// Stops everything, in order, and returns within 10 s.
    pub async fn stop(&self) {
        self.draining.cancel();
        self.requests.close();
        if tokio::time::timeout(REQUESTS, self.requests.wait()).await.is_err() {
            tracing::warn!(open = self.requests.len(), "some requests did not end in time and are cut");
        }
        self.stopping.cancel();
        self.background.close();
        if tokio::time::timeout(BACKGROUND, self.background.wait()).await.is_err() {
            tracing::warn!(open = self.background.len(), "some background tasks did not end in time");
        }
    }
}
