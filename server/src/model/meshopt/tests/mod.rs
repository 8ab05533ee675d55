//! Views packed by meshoptimizer 1.3.0's own encoder, with the hash of what its decoder makes of them: both versions of the
//! codecs, every level, numbers that pack well and noise that does not.

use proptest::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::super::document::Packed;
use super::unpacked;

#[derive(Deserialize)]
struct Case {
    name: String,
    mode: String,
    filter: String,
    stride: u64,
    count: u64,
    packed: String,
    sha256: String,
}

impl Case {
    fn view(&self) -> Packed {
        serde_json::from_value(serde_json::json!({
            "buffer": 0, "byteLength": self.packed.len() / 2, "byteStride": self.stride, "count": self.count,
            "mode": self.mode, "filter": self.filter,
        }))
        .unwrap()
    }
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("cases.json")).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}

#[test]
fn what_the_reference_packed_is_unpacked_to_the_byte() {
    for case in cases() {
        let made = unpacked(&case.view(), &bytes(&case.packed)).unwrap_or_default();
        assert_eq!(made.len() as u64, case.count * case.stride, "{}", case.name);
        assert_eq!(Sha256::digest(&made).to_vec(), bytes(&case.sha256), "{}", case.name);
    }
}

#[test]
fn what_was_cut_short_is_no_view() {
    for case in cases() {
        let whole = bytes(&case.packed);
        assert!(unpacked(&case.view(), &[]).is_none());
        for length in (1..whole.len() / 2).step_by(37) {
            assert!(unpacked(&case.view(), &whole[..length]).is_none(), "{} cut at {length}", case.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn bytes_changed_anywhere_never_panic_and_keep_their_length(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let cases = cases();
        let case = &cases[which.index(cases.len())];
        let mut packed = bytes(&case.packed);
        for (at, value) in changes {
            let at = at.index(packed.len());
            packed[at] = value;
        }
        if let Some(plain) = unpacked(&case.view(), &packed) {
            prop_assert_eq!(plain.len() as u64, case.count * case.stride);
        }
    }

    #[test]
    fn bytes_of_any_kind_never_panic(head in prop::sample::select(vec![0xA0_u8, 0xA1, 0xE0, 0xE1, 0xD0, 0xD1]), rest in prop::collection::vec(any::<u8>(), 0..400), count in 1_u64..300, mode in 0..3_usize) {
        let mode = ["ATTRIBUTES", "TRIANGLES", "INDICES"][mode];
        let packed = [vec![head], rest].concat();
        let view = serde_json::json!({ "buffer": 0, "byteLength": packed.len(), "byteStride": 4, "count": count, "mode": mode });
        let view: Packed = serde_json::from_value(view).unwrap();
        let _ = unpacked(&view, &packed);
    }
}
