//! Models: K8.

use super::{Report, Scene};
use crate::history::{
    Promise,
    record::{Failed, Record},
};

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
        if let Some(why) = &read.refused {
            if scene.troubles.has_models(read.place, read.span.begun, read.span.ended) {
                let (place, span, about) = (read.place, read.span, Some(read.order));
                report.note_failed(scene, &Failed { place, span, about, why: why.clone() });
            } else {
                report.unanswered += 1;
            }
        }
        let Some(served) = &read.served else { continue };
        report.models += 1;
        report.reads += 1;
        if *served != read.named {
            report.broke(Promise::K8, format_args!("{:?} served {served} as {}", read.place, read.named));
        }
    }
}
