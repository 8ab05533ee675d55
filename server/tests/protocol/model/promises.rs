//! What holds in every state, and what must be seen to happen, so that the model is not true because nothing happens in
//! it.

use stateright::Property;

use super::{
    design::{Design, Scope},
    world::{Event, Message, ORDERS, World},
};

pub const CACHE: &str = "when nothing is on its way, the cache is the database";
pub const REDIS: &str = "what Redis says of a revision is true";
pub const SERVER: &str = "what a server says of a revision is true";
pub const BROWSER: &str = "what a browser made of changes is true";
pub const TAKEN: &str = "what somebody got nobody else gets";
pub const FORWARD: &str = "nobody goes back";
pub const HEALS: &str = "it heals by itself";

/// How the name of what must be seen begins.
pub const SEEN: &str = "now and then";
pub const COMES_BACK: &str = "now and then an order comes back";

/// The promises that a design is held to.
pub fn of(design: Design) -> Vec<Property<Scope>> {
    if design.is_log() { of_log() } else { of_cache() }
}

fn of_log() -> Vec<Property<Scope>> {
    vec![
        Property::always(REDIS, |_, world: &World| {
            world.shelf.mark.is_none_or(|at| world.is_true(at, &world.shelf.board))
        }),
        Property::always(SERVER, |_, world: &World| {
            let mut boards = world.servers.iter().filter_map(|server| server.near.as_ref());
            boards.all(|(at, board)| world.is_true(*at, board))
        }),
        Property::always(BROWSER, |_, world: &World| world.is_true(world.follower.at, &world.follower.board)),
        Property::always(TAKEN, |_, world: &World| !world.given_twice),
        Property::always(FORWARD, |_, world: &World| !world.went_back),
        Property::always(HEALS, |scope: &Scope, world: &World| {
            let healed = world.healed(scope.design);
            let head = (healed.database.epoch, healed.database.head());
            let now = healed.now();
            healed.shelf.mark == Some(head)
                && healed.shelf.board == now
                && healed.servers.iter().all(|server| server.near == Some((head, now)))
                && (!scope.follower || healed.follower.at == head)
        }),
        Property::sometimes("now and then all writes arrive everywhere", |scope: &Scope, world: &World| {
            let head = (world.database.epoch, world.database.head());
            world.spent.writes == scope.writes
                && world.shelf.mark == Some(head)
                && world.servers.iter().all(|server| server.near.is_some_and(|(at, _)| at == head))
                && (!scope.follower || world.follower.at == head)
        }),
        Property::sometimes(COMES_BACK, |_, world: &World| {
            let ring = |kept: &[(_, Event)]| comes_back(kept.iter().map(|(_, event)| event));
            comes_back(world.shelf.stream.iter().filter_map(|(_, event)| event.as_ref()))
                && world.servers.iter().any(|server| ring(&server.ring))
        }),
        Property::sometimes("now and then a board is brought up while it is read", |_, world: &World| {
            let loading = |server: usize| world.servers[server].loading.as_ref().map(|half| half.begun);
            (0..world.servers.len()).any(|server| {
                loading(server).is_some_and(|begun| Some(begun) < world.shelf.mark)
                    && world.end_load(Design::Built, server).is_some()
            })
        }),
        Property::sometimes("now and then one of two gets an order", |scope: &Scope, world: &World| {
            let over = !world.flying.iter().any(|message| matches!(message, Message::Take { .. }));
            scope.takes < 2 || world.spent.takes == 2 && world.given == 1 && over
        }),
    ]
}

fn of_cache() -> Vec<Property<Scope>> {
    vec![
        Property::always(CACHE, |_, world: &World| {
            !world.flying.is_empty()
                || world.lost
                || world.shelf.mark.is_none()
                || world.shelf.board == world.now()
        }),
        Property::sometimes(COMES_BACK, |_, world: &World| {
            world.flying.is_empty() && comes_back(&world.database.log) && world.shelf.board == world.now()
        }),
    ]
}

/// Whether an order leaves and comes back in these changes.
fn comes_back<'a>(events: impl IntoIterator<Item = &'a Event>) -> bool {
    let mut left = [false; ORDERS];
    events.into_iter().any(|event| {
        let before = &mut left[usize::from(event.order)];
        let back = *before && event.actual;
        *before |= !event.actual;
        back
    })
}
