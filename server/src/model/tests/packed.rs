//! The same ring as four programs' options pack it. Made from the seed's band: simplified, quantized, Draco and
//! meshopt by glTF-Transform 4.5.1, and meshopt by gltfpack 1.3.

use proptest::prelude::*;

use super::super::{Bounds, Compression, Doubt, Limits, ModelFacts, read, study};

const FILES: [(&[u8], Bounds, Option<Compression>); 5] = [
    (include_bytes!("files/plain.glb"), Bounds::Vertices, None),
    (include_bytes!("files/quantized.glb"), Bounds::Vertices, None),
    (include_bytes!("files/draco.glb"), Bounds::Declared, Some(Compression::Draco)),
    (include_bytes!("files/meshopt.glb"), Bounds::Vertices, Some(Compression::Meshopt)),
    (include_bytes!("files/gltfpack.glb"), Bounds::Vertices, Some(Compression::Meshopt)),
];

fn plain() -> ModelFacts {
    read(FILES[0].0, &Limits::default()).unwrap()
}

#[test]
fn packed_files_are_read_and_measured_like_plain_ones() {
    let plain = plain();
    for (file, bounds, compression) in FILES {
        let facts = read(file, &Limits::default()).unwrap();
        let near =
            facts.size_mm.iter().zip(plain.size_mm).all(|(packed, plain)| (packed - plain).abs() < 0.01);
        assert!(near, "{compression:?}: {:?} is not {:?}", facts.size_mm, plain.size_mm);
        assert_eq!((facts.bounds, facts.compression), (bounds, compression));
        assert_eq!(facts.triangles, plain.triangles);
    }
}

#[test]
fn packed_files_weigh_what_plain_ones_do_and_look_alike_where_they_can_be_opened() {
    let plain = study(FILES[0].0, &Limits::default());
    let volume = plain.bench.volume_mm3.unwrap();
    for (file, _, compression) in FILES {
        let packed = study(file, &Limits::default());
        if compression == Some(Compression::Draco) {
            assert_eq!((packed.bench.doubt, packed.picture), (Some(Doubt::Packed), None));
            continue;
        }
        let off = (packed.bench.volume_mm3.unwrap() / volume - 1.0).abs();
        assert!(off < 0.002, "{compression:?}: {:?} is not {volume}", packed.bench.volume_mm3);
        assert_eq!((packed.bench.bodies, packed.bench.watertight), (Some(1), Some(true)));
        assert!(packed.picture.is_some());
    }
}

/// The seed's enamelled pendant, made small and packed by glTF-Transform 4 (Draco) and gltfpack 1: with a picture, more
/// than one surface, and the second with its own scale for the picture.
const PAINTED: [(&[u8], Compression); 2] = [
    (include_bytes!("files/painted-draco.glb"), Compression::Draco),
    (include_bytes!("files/painted-gltfpack.glb"), Compression::Meshopt),
];

#[test]
fn painted_files_of_other_tools_are_read_and_those_that_can_be_opened_get_a_picture() {
    let [draco, packed] = PAINTED.map(|(file, compression)| {
        let studied = study(file, &Limits::default());
        let facts = read(file, &Limits::default()).unwrap();
        assert_eq!(facts.compression, Some(compression));
        (facts, studied)
    });
    let same = |(one, other): (f64, f64)| (one - other).abs() < 0.05;
    assert!(draco.0.size_mm.into_iter().zip(packed.0.size_mm).all(same), "{:?} {:?}", draco.0, packed.0);
    assert_eq!((draco.1.bench.doubt, draco.1.picture), (Some(Doubt::Packed), None));
    assert!(packed.1.picture.is_some());
}

#[test]
fn packed_files_cut_at_any_byte_are_refused() {
    for (file, ..) in FILES {
        for length in (0..file.len()).step_by(7) {
            assert!(read(&file[..length], &Limits::default()).is_err());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn packed_files_changed_in_their_description_never_panic(
        which in 0..FILES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), b' '..=b'~'), 1..4),
    ) {
        let mut file = FILES[which].0.to_vec();
        let json = u32::from_le_bytes(*file[12..].first_chunk().unwrap()) as usize;
        for (at, value) in changes {
            file[20 + at.index(json)] = value;
        }
        if let Ok(facts) = read(&file, &Limits::default()) {
            prop_assert!(facts.size_mm.iter().all(|side| side.is_finite() && *side >= 0.0));
        }
    }
}
