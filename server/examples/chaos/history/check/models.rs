//! Models: K8.

use super::{Report, Scene};
use crate::history::{
    Promise,
    log::Facts,
    record::{Came, ModelRead, Record},
    sight::{BOUND, Excuse},
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
        if let Some((came, why)) = &read.refused
            && !is_gone(scene, read, *came)
        {
            report.note_failed(scene, (read.place, read.span), why, excuse(scene, read, *came));
        }
        let Some(served) = &read.served else { continue };
        report.models += 1;
        report.reads += 1;
        if *served != read.named {
            report.broke(Promise::K8, format_args!("{:?} served {served} as {}", read.place, read.named));
        }
    }
}

/// It is rightly not there: by the end of the read its order had left the board, or had another model. Somebody has seen
/// that a moment after it was so.
fn is_gone(scene: &Scene<'_>, read: &ModelRead, came: Came) -> bool {
    let way = scene.log.ways().get(&read.order).map_or(&[][..], Vec::as_slice);
    let later = way.iter().skip_while(|(at, _)| *at <= read.at);
    let by_then = later.take_while(|(at, _)| scene.sight.when(*at) <= read.span.ended + BOUND);
    let names = |card: &Facts| card.model.as_ref() == Some(&read.named);
    came == Came::Answer(404) && by_then.into_iter().any(|(_, card)| !card.as_ref().is_some_and(names))
}

/// The store has the model, the database says who names it where the board does not know. While either is away nobody says
/// that there is none.
fn excuse(scene: &Scene<'_>, read: &ModelRead, came: Came) -> Option<Excuse> {
    let (troubles, place, span) = (&scene.troubles, read.place, read.span);
    let silence = troubles.silence(place, span, came);
    if came == Came::Answer(404) {
        return silence;
    }
    let away = || troubles.without_store(place, span).or_else(|| troubles.without_database(place, span));
    silence.or_else(away)
}
