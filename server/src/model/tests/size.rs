//! What is told of a size: measured where the positions can be read, as a claim or not at all elsewhere.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::sample::Sample;
use super::super::{Bounds, Limits, ModelRefused, read, study};
use super::{assert_size, facts, refusal};

/// The size that is kept of a file, and how it is known.
fn told(file: &[u8]) -> (Value, Value) {
    let read = read(file, &Limits::default()).unwrap();
    let record = study(file, &Limits::default()).record(&read);
    let Value::Object(mut record) = serde_json::to_value(record).unwrap() else { panic!("no object") };
    (record.remove("size_mm").unwrap(), record.remove("size_from").unwrap())
}

/// A file whose description says something else, as long as it was.
fn retold(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = file.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
    [&file[..at], to.as_bytes(), &file[at + from.len()..]].concat()
}

/// Two corners of the box moved by sparse elements: it is 30 × 2 × 1 mm, whatever it claims.
fn sparse(places: [u16; 2]) -> Sample {
    let mut sample = Sample::new()
        .with("/bufferViews/-", json!({ "buffer": 0, "byteOffset": 168, "byteLength": 4 }))
        .with("/bufferViews/-", json!({ "buffer": 0, "byteOffset": 172, "byteLength": 24 }))
        .with("/buffers/0/byteLength", json!(196))
        .with(
            "/accessors/0/sparse",
            json!({ "count": 2, "indices": { "bufferView": 2, "componentType": 5123 },
                    "values": { "bufferView": 3 } }),
        );
    sample.bin.extend(places.iter().flat_map(|place| place.to_le_bytes()));
    let corners: [[f32; 3]; 2] = [[0.030, 0.0, 0.0], [0.030, 0.002, 0.0]];
    sample.bin.extend(corners.as_flattened().iter().flat_map(|value| value.to_le_bytes()));
    sample
}

#[test]
fn sparse_elements_are_measured_where_they_stand() {
    let sample = sparse([1, 3]);
    assert_size(&facts(&sample), [30.0, 2.0, 1.0]);
    assert_eq!(facts(&sample).bounds, Bounds::Vertices);
    assert_eq!(told(&sample.bytes()).1, json!("measured"));
    let bench = study(&sample.bytes(), &Limits::default()).bench;
    // A box of 20 × 2 × 1 mm whose lower edge is 10 mm longer.
    assert_eq!((bench.doubt, bench.volume_mm3), (None, Some(50.0)));
}

#[test]
fn sparse_elements_over_nothing_stand_over_zeros() {
    let mut sample = sparse([0, 1]);
    sample.json["accessors"][0].as_object_mut().unwrap().remove("bufferView");
    assert_size(&facts(&sample), [30.0, 2.0, 0.0]);
}

#[test]
fn sparse_elements_out_of_order_or_place_are_not_taken_for_measured() {
    for places in [[3, 1], [1, 1], [1, 8]] {
        let sample = sparse(places);
        assert_eq!(facts(&sample).bounds, Bounds::Declared, "{places:?}");
        assert_eq!(told(&sample.bytes()).1, json!("claimed"), "{places:?}");
    }
}

#[test]
fn numbers_that_are_none_are_refused_in_sparse_elements_too() {
    let mut sample = sparse([1, 3]);
    sample.bin[172..176].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_eq!(refusal(&sample), ModelRefused::BadNumber { what: "accessor", index: 0 });
}

#[test]
fn a_sparse_claim_of_many_elements_takes_no_memory_and_ends() {
    let mut sample = sparse([1, 3]).with("/accessors/0/count", json!(4 << 20));
    sample.json["accessors"][0].as_object_mut().unwrap().remove("bufferView");
    assert_size(&facts(&sample), [30.0, 2.0, 0.0]);
}

#[test]
fn a_packed_file_that_opens_is_measured_and_its_claims_are_not_asked() {
    let packed = include_bytes!("files/meshopt.glb");
    let honest = told(packed);
    assert_eq!(honest.1, json!("measured"));
    let lying = retold(packed, "\"max\":[32767,32755,8965]", "\"max\":[99999,99999,9999]");
    assert_eq!(told(&lying), honest);
}

#[test]
fn of_a_file_that_only_the_viewer_opens_the_size_is_its_own_claim() {
    let (size, from) = told(include_bytes!("files/draco.glb"));
    assert_eq!(from, json!("claimed"));
    assert!(size[0].as_f64().unwrap() > 1.0);
}

#[test]
fn a_claim_that_is_none_of_jewellery_is_not_told() {
    let draco = json!({ "KHR_draco_mesh_compression": { "bufferView": 2, "attributes": { "POSITION": 0 } } });
    let claims = |most: f64| {
        let mut sample = Sample::new()
            .with("/meshes/0/primitives/0/extensions", draco.clone())
            .with("/bufferViews/-", json!({ "buffer": 0, "byteOffset": 168, "byteLength": 8 }))
            .with("/buffers/0/byteLength", json!(176))
            .with("/accessors/0/max", json!([most, 0.002, 0.001]));
        sample.bin.extend(b"DRACO\x02\x02\x01");
        told(&sample.bytes())
    };
    assert_eq!(claims(0.040), (json!([40.0, 2.0, 1.0]), json!("claimed")));
    for most in [1.001, 1e9, 1e300] {
        assert_eq!(claims(most), (json!([0.0, 0.0, 0.0]), json!("unknown")), "{most}");
    }
}

#[test]
fn what_bones_move_is_only_claimed() {
    let posed = Sample::new().with("/nodes/0/skin", json!(0));
    assert_eq!(told(&posed.bytes()).1, json!("claimed"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn sparse_elements_of_any_kind_never_panic(places in any::<[u16; 2]>(), count in 0_u64..20, values in any::<[u8; 24]>()) {
        let mut sample = sparse(places).with("/accessors/0/sparse/count", json!(count));
        sample.bin[172..].copy_from_slice(&values);
        let bytes = sample.bytes();
        if let Ok(facts) = read(&bytes, &Limits::default()) {
            prop_assert!(facts.size_mm.iter().all(|side| side.is_finite() && *side >= 0.0));
            drop(study(&bytes, &Limits::default()));
        }
    }
}
