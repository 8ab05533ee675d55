use proptest::prelude::*;

use super::super::draco::{Claim, Opened, opened};
use super::super::{Doubt, Limits, container, document, read, structure, study};

const RING: &[u8] = include_bytes!("files/draco.glb");

/// The packed mesh of the ring, the number of its positions, and what the file says of it.
fn packed() -> (Vec<u8>, u32, Claim) {
    let container = container::open(RING, &Limits::default()).unwrap();
    let document = document::parse(container.json).unwrap();
    let checked = structure::check(&document, container.bin, &Limits::default()).unwrap();
    let primitive = &document.meshes[0].primitives[0];
    let draco = primitive.extensions.draco.as_ref().unwrap();
    let count = |accessor: Option<u32>| checked.accessor(accessor.unwrap()).unwrap().count;
    let claim = Claim {
        vertices: count(primitive.attributes.position),
        attributes: primitive.attributes.found,
        corners: count(primitive.indices),
    };
    let data = checked.bytes(draco.buffer_view).unwrap().unwrap().to_vec();
    (data, draco.attributes.position.unwrap(), claim)
}

/// The ring's file with its packed mesh of a kind that nobody knows.
pub fn unknown() -> Vec<u8> {
    let mut file = RING.to_vec();
    let at = file.windows(5).position(|five| five == b"DRACO").unwrap();
    file[at + 7] = 9;
    file
}

#[test]
fn a_packed_mesh_opens_to_what_the_file_says_of_it() {
    let (data, position, claim) = packed();
    let Opened { positions, corners } = opened(&data, position, claim).unwrap();
    assert_eq!((positions.len() as u64, corners.len() as u64), (12 * claim.vertices, 4 * claim.corners));
    let highest = corners.chunks(4).map(|four| u32::from_le_bytes(four.try_into().unwrap())).max().unwrap();
    assert_eq!(u64::from(highest) + 1, claim.vertices);
}

#[test]
fn a_packed_mesh_that_is_more_than_the_file_says_does_not_open() {
    let (data, position, claim) = packed();
    let less = [
        Claim { vertices: claim.vertices - 1, ..claim },
        Claim { corners: claim.corners - 3, ..claim },
        Claim { attributes: 0, ..claim },
    ];
    for claim in less {
        assert!(opened(&data, position, claim).is_none(), "{claim:?}");
    }
    assert!(opened(&data, position + 100, claim).is_none(), "there is no such attribute");
    assert_eq!(Claim { vertices: u64::MAX, ..claim }.bytes(), None);
}

#[test]
fn a_packed_mesh_that_does_not_open_is_told_as_such_and_its_file_is_shown_all_the_same() {
    assert!(read(&unknown(), &Limits::default()).is_ok());
    let study = study(&unknown(), &Limits::default());
    assert_eq!((study.bench.doubt, study.picture.is_some()), (Some(Doubt::Packed), false));
}

#[test]
fn a_packed_mesh_cut_at_any_byte_does_not_open() {
    let (data, position, claim) = packed();
    for length in (0..data.len() - 8).step_by(5) {
        assert!(opened(&data[..length], position, claim).is_none(), "cut at {length}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_packed_mesh_changed_anywhere_never_panics_nor_grows(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let (mut data, position, claim) = packed();
        for (at, value) in changes {
            let at = at.index(data.len());
            data[at] = value;
        }
        if let Some(Opened { positions, corners }) = opened(&data, position, claim) {
            prop_assert!(positions.len() as u64 <= 12 * claim.vertices && corners.len() as u64 <= 4 * claim.corners);
        }
    }
}
