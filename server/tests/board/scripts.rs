//! The scripts inside Redis: what they do, and everything they must refuse.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, HashMap};

use fred::interfaces::{HashesInterface as _, KeysInterface as _, StreamsInterface as _};
use sha1::{Digest as _, Sha1};

use crate::floor::{self, redis::OwnRedis, shared::Shared};

const APPLY: &str = include_str!("../../src/board/scripts/apply.lua");
const INSTALL: &str = include_str!("../../src/board/scripts/install.lua");
const STAGE: &str = include_str!("../../src/board/scripts/stage.lua");
const TOUCH: &str = include_str!("../../src/board/scripts/touch.lua");

async fn shelf() -> Shared {
    let (url, prefix) = floor::redis();
    Shared::open(&url, &prefix).await
}

fn weight(order: &str, payload: &str) -> u64 {
    let hash = Sha1::digest(format!("{order}:{payload}"));
    hash.iter().take(6).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

fn id(epoch: u64, rev: u64) -> String {
    format!("{}-0", epoch << 44 | rev)
}

async fn install(shelf: &Shared, at: (u64, u64), entries: &[(&str, &str)]) -> Vec<String> {
    let stage = format!("{}:stage", shelf.board());
    for (order, payload) in entries {
        let _: () = shelf.client.hset(&stage, (*order, *payload)).await.unwrap();
    }
    let _: bool = shelf.client.expire(&stage, 30, None).await.unwrap();
    let digest = entries.iter().map(|(order, payload)| weight(order, payload)).sum::<u64>() % (1 << 48);
    let numbers = [at.0, at.1, 100, entries.len() as u64, digest].map(|number| number.to_string());
    let reset = format!("{}-*", at.0 << 44 | at.1);
    let mut args: Vec<&str> = numbers.iter().map(String::as_str).collect();
    args.extend([reset.as_str(), "4096"]);
    shelf.eval(INSTALL, &[stage, shelf.board(), shelf.stream()], &args).await
}

async fn apply(shelf: &Shared, from: (u64, u64), events: &[(&str, &str)]) -> Vec<String> {
    let to = from.1 + events.len() as u64;
    let mut args: Vec<String> = [from.0, from.1, to, 200, 4096].iter().map(u64::to_string).collect();
    for (rev, (order, payload)) in (from.1 + 1..).zip(events) {
        args.extend([
            id(from.0, rev),
            (*order).to_owned(),
            (*payload).to_owned(),
            "7".to_owned(),
            String::new(),
        ]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    shelf.eval(APPLY, &[shelf.board(), shelf.stream()], &args).await
}

async fn touch(shelf: &Shared, epoch: &str, rev: &str, fresh: &str) -> Vec<String> {
    shelf.eval(TOUCH, &[shelf.board()], &[epoch, rev, fresh]).await
}

async fn fields(shelf: &Shared) -> BTreeMap<String, String> {
    shelf.client.hgetall(shelf.board()).await.unwrap()
}

async fn stream(shelf: &Shared) -> Vec<String> {
    let entries: Vec<(String, HashMap<String, String>)> =
        shelf.client.xrange_values(shelf.stream(), "-", "+", None).await.unwrap();
    entries.into_iter().map(|(id, _)| id).collect()
}

#[tokio::test]
async fn changes_move_the_board_its_digest_and_the_stream() {
    let shelf = shelf().await;
    assert_eq!(install(&shelf, (1, 10), &[("a", "1"), ("b", "2")]).await, ["OK", "cold"]);
    assert_eq!(apply(&shelf, (1, 10), &[("a", "3"), ("b", ""), ("c", "4")]).await, ["OK", "kept"]);
    let digest = (weight("a", "3") + weight("c", "4")) % (1 << 48);
    let held = fields(&shelf).await;
    assert_eq!(held["@"], format!("1:13:200:2:{digest}"));
    assert_eq!((held["a"].as_str(), held["c"].as_str(), held.len()), ("3", "4", 3));
    assert_eq!(stream(&shelf).await[1..], [id(1, 11), id(1, 12), id(1, 13)]);
}

#[tokio::test]
async fn changes_are_refused_where_there_is_no_complete_board() {
    let shelf = shelf().await;
    assert_eq!(apply(&shelf, (1, 10), &[("a", "3")]).await, ["COLD"]);
    let _: () = shelf.client.hset(shelf.board(), ("@", "nonsense")).await.unwrap();
    assert_eq!(apply(&shelf, (1, 10), &[("a", "3")]).await, ["COLD"]);
    assert_eq!(touch(&shelf, "1", "10", "300").await, ["COLD"]);
    assert_eq!(fields(&shelf).await.len(), 1);
}

#[tokio::test]
async fn changes_from_another_revision_are_refused_whichever_side_is_older() {
    let shelf = shelf().await;
    install(&shelf, (2, 10), &[("a", "1")]).await;
    let before = fields(&shelf).await;
    for from in [(2, 9), (2, 11), (1, 10), (3, 10)] {
        assert_eq!(apply(&shelf, from, &[("a", "3")]).await, ["STALE", "2", "10"], "{from:?}");
    }
    assert_eq!(fields(&shelf).await, before);
    assert_eq!(stream(&shelf).await.len(), 1);
}

#[tokio::test]
async fn an_older_snapshot_is_refused_and_its_stage_removed() {
    let shelf = shelf().await;
    install(&shelf, (2, 10), &[("a", "1")]).await;
    assert_eq!(install(&shelf, (2, 9), &[("b", "2")]).await, ["STALE", "2", "10"]);
    assert_eq!(install(&shelf, (1, 99), &[("b", "2")]).await, ["STALE", "2", "10"]);
    assert!(fields(&shelf).await.contains_key("a"));
    let staged: i64 = shelf.client.exists(format!("{}:stage", shelf.board())).await.unwrap();
    assert_eq!(staged, 0);
}

#[tokio::test]
async fn a_newer_snapshot_of_an_older_number_in_a_later_epoch_is_installed() {
    let shelf = shelf().await;
    install(&shelf, (1, 100), &[("a", "1")]).await;
    assert_eq!(install(&shelf, (2, 3), &[("b", "2")]).await, ["OK", "older"]);
    assert!(fields(&shelf).await["@"].starts_with("2:3:"));
}

#[tokio::test]
async fn a_snapshot_of_the_same_revision_repairs_and_says_whether_it_had_to() {
    let shelf = shelf().await;
    install(&shelf, (1, 10), &[("a", "1"), ("b", "2")]).await;
    assert_eq!(install(&shelf, (1, 10), &[("a", "1"), ("b", "2")]).await, ["OK", "same"]);
    assert_eq!(stream(&shelf).await.len(), 1, "nothing happened, so nobody is told");
    let _: i64 = shelf.client.hdel(shelf.board(), "b").await.unwrap();
    assert_eq!(install(&shelf, (1, 10), &[("a", "1"), ("b", "2")]).await, ["OK", "differs"]);
    assert_eq!(fields(&shelf).await.len(), 3);
    assert_eq!(stream(&shelf).await.len(), 2);
}

#[tokio::test]
async fn an_installed_board_never_expires() {
    let shelf = shelf().await;
    install(&shelf, (1, 10), &[("a", "1")]).await;
    let left: i64 = shelf.client.ttl(shelf.board()).await.unwrap();
    assert_eq!(left, -1);
}

#[tokio::test]
async fn a_stage_that_is_not_whole_is_refused_and_removed_and_the_board_stays_as_it_is() {
    let staged: [&[(&str, &str)]; 3] = [&[], &[("a", "1")], &[("a", "1"), ("b", "2"), ("c", "3")]];
    for is_there in [false, true] {
        for entries in staged {
            let shelf = shelf().await;
            if is_there {
                assert_eq!(install(&shelf, (1, 9), &[("z", "0")]).await, ["OK", "cold"]);
            }
            let before = (fields(&shelf).await, stream(&shelf).await);
            let stage = format!("{}:stage", shelf.board());
            for (order, payload) in entries {
                let _: () = shelf.client.hset(&stage, (*order, *payload)).await.unwrap();
            }
            let args = ["1", "10", "100", "2", "0", "17592186044426-*", "4096"];
            let keys = [stage.clone(), shelf.board(), shelf.stream()];
            assert_eq!(shelf.eval(INSTALL, &keys, &args).await, ["TORN"], "{entries:?}");
            let left: i64 = shelf.client.exists(stage).await.unwrap();
            assert_eq!(left, 0, "{entries:?}");
            assert_eq!((fields(&shelf).await, stream(&shelf).await), before, "{entries:?}");
        }
    }
}

#[tokio::test]
async fn a_certificate_counts_only_for_its_own_revision_and_never_goes_back() {
    let shelf = shelf().await;
    install(&shelf, (1, 10), &[("a", "1")]).await;
    assert_eq!(touch(&shelf, "1", "9", "300").await, ["STALE", "1", "10"]);
    assert_eq!(touch(&shelf, "2", "10", "300").await, ["STALE", "1", "10"]);
    assert_eq!(touch(&shelf, "1", "10", "300").await, ["OK"]);
    assert_eq!(touch(&shelf, "1", "10", "250").await, ["OK"]);
    assert!(fields(&shelf).await["@"].starts_with("1:10:300:"));
}

#[tokio::test]
async fn a_stream_that_is_ahead_of_the_board_begins_anew() {
    let shelf = shelf().await;
    install(&shelf, (1, 100), &[("a", "1")]).await;
    shelf.delete(shelf.board()).await;
    assert_eq!(install(&shelf, (1, 90), &[("a", "0")]).await, ["OK", "cold"]);
    assert_eq!(stream(&shelf).await, [id(1, 90)]);
    let _: () = shelf.client.xadd(shelf.stream(), false, None::<()>, id(1, 95), ("o", "x")).await.unwrap();
    assert_eq!(apply(&shelf, (1, 90), &[("a", "2")]).await, ["OK", "reset"]);
    assert_eq!(stream(&shelf).await, [id(1, 91)]);
}

#[tokio::test]
async fn numbers_near_the_end_of_their_range_stay_exact() {
    let shelf = shelf().await;
    let (epoch, rev) = ((1 << 19) + 1, (1 << 44) - 3);
    install(&shelf, (epoch, rev), &[("a", "1")]).await;
    assert_eq!(apply(&shelf, (epoch, rev), &[("b", "2"), ("c", "3")]).await, ["OK", "kept"]);
    assert!(fields(&shelf).await["@"].starts_with(&format!("{epoch}:{}:", rev + 2)));
    assert_eq!(stream(&shelf).await[1..], [id(epoch, rev + 1), id(epoch, rev + 2)]);
    assert_eq!(apply(&shelf, (epoch, rev + 1), &[("b", "9")]).await[0], "STALE");
}

#[tokio::test]
async fn a_certificate_is_refused_where_there_is_no_board() {
    let shelf = shelf().await;
    assert_eq!(touch(&shelf, "1", "10", "300").await, ["COLD"]);
    assert_eq!(shelf.mark().await, None);
}

#[tokio::test]
async fn a_snapshot_takes_the_place_of_a_board_whose_mark_cannot_be_read() {
    let shelf = shelf().await;
    install(&shelf, (2, 10), &[("a", "1")]).await;
    let _: () = shelf.client.hset(shelf.board(), ("@", "2:10:nonsense")).await.unwrap();
    assert_eq!(install(&shelf, (2, 10), &[("b", "2")]).await, ["OK", "cold"]);
    let held = fields(&shelf).await;
    assert_eq!(held["@"], format!("2:10:100:1:{}", weight("b", "2")));
    assert_eq!((held.contains_key("a"), held["b"].as_str()), (false, "2"));
}

#[tokio::test]
async fn without_memory_every_script_is_refused_before_anything_has_changed() {
    let redis = OwnRedis::start();
    let shelf = Shared::open(&redis.url(), "{board}").await;
    install(&shelf, (1, 10), &[("a", "1")]).await;
    let stage = format!("{}:stage", shelf.board());
    let _: () = shelf.client.hset(&stage, ("b", "2")).await.unwrap();
    let before = (fields(&shelf).await, stream(&shelf).await);
    redis.told(&["CONFIG", "SET", "maxmemory", "1"]);
    let board = || vec![shelf.board(), shelf.stream()];
    let digest = weight("b", "2").to_string();
    let reset = format!("{}-*", 1_u64 << 44 | 11);
    let changed = id(1, 11);
    let tries: [(&str, Vec<String>, Vec<&str>); 5] = [
        // To remove something takes no memory, so this one would begin.
        (APPLY, board(), vec!["1", "10", "11", "200", "4096", &changed, "a", "", "7", ""]),
        (APPLY, board(), vec!["1", "10", "11", "200", "4096", &changed, "a", "3", "7", ""]),
        (
            INSTALL,
            [vec![stage.clone()], board()].concat(),
            vec!["1", "11", "200", "1", &digest, &reset, "4096"],
        ),
        (TOUCH, vec![shelf.board()], vec!["1", "10", "300"]),
        (STAGE, vec![stage.clone()], vec!["30", "c", "3"]),
    ];
    for (script, keys, args) in &tries {
        let refused = shelf.try_eval(script, keys, args).await.unwrap_err().to_string();
        assert!(refused.contains("OOM"), "{refused}: {script}");
        assert_eq!((fields(&shelf).await, stream(&shelf).await), before, "{script}");
    }
    redis.told(&["CONFIG", "SET", "maxmemory", "0"]);
    // The same once more, and each is answered by what the one before it did.
    for ((script, keys, args), done) in tries.iter().zip(["kept", "STALE", "differs", "STALE", "OK"]) {
        let said = shelf.try_eval(script, keys, args).await.unwrap();
        assert!(said.iter().any(|word| word == done), "{said:?}: {script}");
    }
}
