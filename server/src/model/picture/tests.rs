use super::super::tests::solids::Solid;
use super::super::{Limits, Mesh, mesh};
use super::{MOST_BYTES, picture};

fn drawn(solid: &Solid) -> Option<Vec<u8>> {
    picture(&mesh(&solid.file(), &Limits::default(), 100_000).unwrap())
}

#[test]
fn a_picture_is_a_small_jpeg_and_the_same_for_the_same_file() {
    let ring = Solid::torus(9.0, 1.2, 48);
    let file = drawn(&ring).unwrap();
    assert!(file.starts_with(&[0xFF, 0xD8, 0xFF]) && file.ends_with(&[0xFF, 0xD9]));
    assert!(file.len() <= MOST_BYTES);
    assert_eq!(drawn(&ring), Some(file));
}

#[test]
fn a_busy_piece_gets_a_coarser_picture_and_not_a_larger_one() {
    let mut heap = Solid::default();
    for at in 0..400_u32 {
        let by = [7, 11, 13].map(|prime| f64::from(at * prime % 40));
        heap = heap.and(&Solid::cuboid([1.5, 1.0, 2.0]).moved(by));
    }
    assert!(drawn(&heap).unwrap().len() <= MOST_BYTES);
}

#[test]
fn nothing_is_drawn_of_nothing_or_for_ever() {
    assert_eq!(picture(&Mesh::default()), None);
    // Sheets as large as the picture, one behind the other.
    let sheet = Solid::cuboid([20.0, 20.0, 1.0]);
    let mut mesh = mesh(&sheet.file(), &Limits::default(), 100).unwrap();
    let once = mesh.faces.clone();
    (0..200).for_each(|_| mesh.faces.extend(&once));
    mesh.parts[0].faces.end = mesh.faces.len();
    assert_eq!(picture(&mesh), None);
}
