//! Models: K8.

use super::{Report, Scene};
use crate::history::{Promise, record::Record};

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for record in scene.history.clients.iter().flatten() {
        let Record::Model(read) = record else { continue };
        let named = scene.log.order(read.order, read.at).and_then(|card| card.model.as_ref());
        if named != Some(&read.named) {
            report.broke(
                Promise::K8,
                format_args!("{:?} at {} names another model for {}", read.place, read.at, read.order),
            );
        }
        let Some(served) = &read.served else { continue };
        report.models += 1;
        report.reads += 1;
        if *served != read.named {
            report.broke(Promise::K8, format_args!("{:?} served {served} as {}", read.place, read.named));
        }
    }
}
