//! The message reader under libFuzzer: whatever the bytes, there is an answer, and a refusal says what is wrong.
#![no_main]

use libfuzzer_sys::fuzz_target;
use server::desk::{intake::read, reconcile::read_list};

fuzz_target!(|bytes: &[u8]| {
    if let Err(complaints) = read(bytes) {
        assert!(!complaints.is_empty());
        assert!(complaints.iter().all(|bad| !bad.field.is_empty() && bad.rule.starts_with("must ")));
    }
    let now = app::domain::Timestamp::from_millis(1_900_000_000_000);
    if let Err((count, bad)) = read_list(bytes, now) {
        assert!(count >= bad.len() && !bad.is_empty());
    }
});
