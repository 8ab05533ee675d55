//! Scripts without their fences: Redis is taught a wrong script, and a proxy asks for it instead of the right one. Where a
//! script is held back, no refresh comes behind it on the same line: it would repair at once what the script breaks.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use fred::interfaces::{HashesInterface as _, KeysInterface as _, LuaInterface as _};
use sha1::{Digest as _, Sha1};

use super::{Scene, holds, now, replace, wait};
use crate::{
    floor::orders,
    history::check::Report,
    proxy::{Does, Proxy, Rewrite, Way},
};

const APPLY: &str = include_str!("../../../src/board/scripts/apply.lua");
const INSTALL: &str = include_str!("../../../src/board/scripts/install.lua");
const TOUCH: &str = include_str!("../../../src/board/scripts/touch.lua");

/// How Redis knows a script.
fn name(script: &str) -> String {
    Sha1::digest(script).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A line on which one script is held back, and another one is put in its place.
struct Trap {
    line: Proxy,
    armed: Arc<AtomicBool>,
}

impl Trap {
    /// `change` makes the script wrong; without it the script stays as it is.
    async fn set(scene: &Scene, script: &str, change: Option<(&str, &str)>) -> Self {
        let wrong = change.map_or_else(
            || script.to_owned(),
            |(from, to)| {
                assert!(script.contains(from), "the product's script has changed: {from}");
                script.replace(from, to)
            },
        );
        let _: String = scene.ground.shared.client.script_load(wrong.as_str()).await.unwrap();
        let (right, wrong) = (name(script).into_bytes(), name(&wrong).into_bytes());
        let armed = Arc::new(AtomicBool::new(false));
        let trap = Arc::clone(&armed);
        let rewrite: Rewrite = Arc::new(move |way, piece| {
            if way == Way::Out || !replace(piece, &right, &wrong) {
                return Does::Nothing;
            }
            if trap.swap(false, Ordering::Relaxed) { Does::Holds } else { Does::Rewrites }
        });
        Self { line: scene.redis_line(rewrite).await, armed }
    }

    /// The next use of the script is held back.
    fn arm(&self) {
        self.armed.store(true, Ordering::Relaxed);
    }
}

/// A late `apply` of one server, after another one has moved Redis on. Nobody is there to heal what it does.
pub async fn fence_removed(wrong: bool) -> Report {
    let mut scene = Scene::new().await;
    let one = scene.ground.approve("A-1").await;
    let two = scene.ground.approve("A-2").await;
    let fence = "if epoch ~= ARGV[1] or rev ~= ARGV[2] then return { 'STALE', epoch, rev } end";
    let trap = Trap::set(&scene, APPLY, wrong.then_some((fence, ""))).await;
    scene.ground.shared.keep_refreshes_away().await;
    let slow = scene.server(Some(&trap.line), scene.ground.database.another());
    slow.is_at(scene.sight().await).await;
    scene.redis_is_current().await;
    trap.arm();
    orders::assign(scene.ground.pool(), one, orders::user(scene.ground.pool(), "anna").await).await;
    holds(&trap.line).await;
    // Now another server does it, and more.
    let quick = scene.server(None, scene.ground.database.another());
    scene.ground.set_status(two, "CANCELLED").await;
    scene.ground.set_status(one, "SHIPPED").await;
    scene.redis_is_current().await;
    quick.end().await;
    slow.end().await;
    scene.release(&trap.line).await;
    scene.read_redis().await;
    scene.verdict().await
}

/// A late `apply` after FLUSHALL.
pub async fn marker_ignored(wrong: bool) -> Report {
    let mut scene = Scene::new().await;
    let one = scene.ground.approve("A-1").await;
    scene.ground.approve("A-2").await;
    let cold = "if not mark then return { 'COLD' } end";
    let empty = "if not mark then mark = ARGV[1] .. ':' .. ARGV[2] .. ':0:0:0' end";
    let trap = Trap::set(&scene, APPLY, wrong.then_some((cold, empty))).await;
    scene.ground.shared.keep_refreshes_away().await;
    let server = scene.server(Some(&trap.line), scene.ground.database.another());
    scene.redis_is_current().await;
    trap.arm();
    scene.ground.set_status(one, "PACKAGING").await;
    scene.sight().await;
    holds(&trap.line).await;
    server.end().await;
    let _: () = scene.ground.shared.client.del(scene.ground.shared.board()).await.unwrap();
    let _: () = scene.ground.shared.client.del(scene.ground.shared.stream()).await.unwrap();
    scene.release(&trap.line).await;
    let shared = &scene.ground.shared;
    assert_eq!(shared.mark().await.is_some(), wrong, "what comes late begins no board");
    if !wrong {
        let left: i64 = shared.client.exists(vec![shared.board(), shared.stream()]).await.unwrap();
        assert_eq!(left, 0, "and leaves no part of one");
        // What is read is what the next server makes of nothing.
        shared.flush().await;
        let next = scene.server(None, scene.ground.database.another());
        scene.redis_is_current().await;
        next.end().await;
    }
    scene.read_redis().await;
    scene.verdict().await
}

/// A late `install` of an older board.
pub async fn older_installed(wrong: bool) -> Report {
    let mut scene = Scene::new().await;
    let one = scene.ground.approve("A-1").await;
    let newer = "if e > new_e or (e == new_e and r > new_r) then";
    let trap = Trap::set(&scene, INSTALL, wrong.then_some((newer, "if false then"))).await;
    trap.arm();
    // It finds Redis empty, and its first board is held back.
    let slow = scene.server(Some(&trap.line), scene.ground.database.another());
    holds(&trap.line).await;
    let quick = scene.server(None, scene.ground.database.another());
    scene.ground.set_status(one, "SHIPPED").await;
    scene.ground.approve("A-2").await;
    scene.redis_is_current().await;
    slow.end().await;
    quick.end().await;
    scene.release(&trap.line).await;
    // An older board is allowed for a second.
    wait(1500).await;
    scene.read_redis().await;
    scene.verdict().await
}

/// A late `touch` after Redis has fallen back to an older copy of itself; a server without the database believes it.
pub async fn certificate_without_comparison(wrong: bool) -> Report {
    let mut scene = Scene::new().await;
    scene.ground.approve("A-1").await;
    let compare = "if epoch ~= ARGV[1] or rev ~= ARGV[2] then return { 'STALE', epoch, rev } end";
    let trap = Trap::set(&scene, TOUCH, wrong.then_some((compare, ""))).await;
    scene.ground.shared.keep_refreshes_away().await;
    let server = scene.server(Some(&trap.line), scene.ground.database.another());
    scene.redis_is_current().await;
    // Both, or whoever reads the older board would be told by the stream what came after it.
    let keys = [scene.ground.shared.board(), scene.ground.shared.stream()];
    let replicas = keys.each_ref().map(|key| format!("{key}:replica"));
    for (key, replica) in keys.iter().zip(&replicas) {
        let _: bool = scene.ground.shared.client.copy(key, replica, None, true).await.unwrap();
    }
    scene.ground.approve("A-2").await;
    scene.redis_is_current().await;
    // Whatever comes from here on is certified for a later moment than that at which the second order was seen.
    scene.redis_is_certified_anew().await;
    trap.arm();
    holds(&trap.line).await;
    server.end().await;
    let client = &scene.ground.shared.client;
    for (key, replica) in keys.iter().zip(&replicas) {
        let _: i64 = client.del(key).await.unwrap();
        // There may be no stream yet.
        if client.exists::<i64, _>(replica).await.unwrap() == 1 {
            let _: () = client.rename(replica, key).await.unwrap();
        }
    }
    let fields: i64 = client.hlen(&keys[0]).await.unwrap();
    assert_eq!(fields, 2, "Redis has fallen back");
    scene.release(&trap.line).await;
    let nowhere = ::server::store::Postgres::open("postgres://app@127.0.0.1:1/none", 2).unwrap();
    let alone = scene.server(None, nowhere);
    alone.is_at(app::domain::Revision::new(1, 1)).await;
    let (begun, near) = (now(), alone.board.near().unwrap());
    // With the database gone its age is all that is promised.
    scene.history.troubles.push(crate::history::record::Trouble {
        name: "the database is away".to_owned(),
        server: None,
        part: crate::history::record::Part::Postgres,
        from: begun - 10_000_000,
        to: now(),
    });
    scene.read_near(0, &near, begun);
    alone.end().await;
    scene.verdict().await
}

/// A change behind the log's back: the trigger is off.
pub async fn change_not_logged(wrong: bool) -> Report {
    let mut scene = Scene::new().await;
    let one = scene.ground.approve("A-1").await;
    let server = scene.server(None, scene.ground.database.another());
    server.is_at(scene.sight().await).await;
    let statement = if wrong {
        "BEGIN; SET LOCAL session_replication_role = replica; UPDATE orders SET comment = 'x'; COMMIT"
    } else {
        "UPDATE orders SET comment = 'x'"
    };
    sqlx::raw_sql(statement).execute(scene.ground.pool()).await.unwrap();
    scene.sight().await;
    scene.ground.shared.flush().await;
    let seen = async || {
        let near = server.board.near();
        let seen = near.is_some_and(|near| near.get(one).is_some_and(|held| held.card.comment.is_some()));
        // A reading that was begun before the change may fill Redis after it, and then there is no need of another one.
        if !seen && scene.ground.shared.mark().await.is_some() {
            scene.ground.shared.flush().await;
        }
        seen
    };
    crate::floor::until("the change is seen", crate::floor::server::SOON, seen).await;
    let (begun, near) = (now(), server.board.near().unwrap());
    scene.read_near(0, &near, begun);
    server.end().await;
    scene.verdict().await
}
