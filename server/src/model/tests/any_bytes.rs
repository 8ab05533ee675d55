use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::sample::{Sample, chunks, glb};
use super::super::{Limits, read};

/// Every place in a document that a change can go to.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), found))
        }
        Value::Array(array) => {
            array.iter().enumerate().for_each(|(i, value)| places(value, &format!("{at}/{i}"), found))
        }
        _ => found.push(at.to_owned()),
    }
}

fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<u64>().prop_map(Value::from),
        (0_u64..300).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|value| json!(value)),
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        ".{0,8}".prop_map(Value::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn bytes_of_any_kind_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(read(&bytes, &Limits::default()).is_err());
    }

    #[test]
    fn chunks_of_any_kind_never_panic(json in prop::collection::vec(any::<u8>(), 0..200), bin in prop::collection::vec(any::<u8>(), 0..50)) {
        prop_assert!(read(&glb(&json, &bin), &Limits::default()).is_err());
        prop_assert!(read(&chunks(&[(b"JSON", &json), (b"BIN\0", &bin)]), &Limits::default()).is_err());
    }

    #[test]
    fn bytes_changed_anywhere_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut file = Sample::new().bytes();
        for (at, value) in changes {
            let at = at.index(file.len());
            file[at] = value;
        }
        if let Ok(facts) = read(&file, &Limits::default()) {
            prop_assert!(facts.size_mm.iter().all(|side| side.is_finite() && *side >= 0.0));
        }
    }

    #[test]
    fn values_changed_anywhere_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), odd_value()), 1..4)) {
        let mut sample = Sample::new();
        let mut found = Vec::new();
        places(&sample.json, "", &mut found);
        for (at, value) in changes {
            if let Some(place) = sample.json.pointer_mut(&found[at.index(found.len())]) {
                *place = value;
            }
        }
        if let Ok(facts) = read(&sample.bytes(), &Limits::default()) {
            prop_assert!(facts.size_mm.iter().all(|side| side.is_finite() && *side >= 0.0));
            prop_assert!(facts.triangles > 0);
        }
    }

    #[test]
    fn a_file_cut_short_is_refused_even_when_its_header_agrees(keep in any::<prop::sample::Index>()) {
        let mut file = Sample::new().bytes();
        let keep = keep.index(file.len());
        file.truncate(keep);
        if let Some(length) = file.get_mut(8..12) {
            length.copy_from_slice(&u32::try_from(keep).unwrap().to_le_bytes());
        }
        prop_assert!(read(&file, &Limits::default()).is_err());
    }
}
