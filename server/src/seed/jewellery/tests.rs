use std::collections::HashMap;

use super::cut::Cut;
use super::dice::Dice;
use super::finish;
use super::grain::Grain;
use super::piece::{Piece, Spec};
use super::vector::v;
use super::{Alloy, Design, Kind, Params, Stone, build, demo_ring, design, designs};
use crate::model::{self, Bounds, Limits};

fn params(design: &Design, seed: u64) -> Params {
    Params { alloy: Alloy::Gold585Yellow, size: design.sizes[1], detail: 0.0, seed }
}

fn piece(design: &Design, size: f64, per_mm: f64) -> Piece {
    let spec = Spec { size, grain: Grain { per_mm }, stone: Stone::Ruby, dice: Dice::new(7) };
    (design.shape)(&mut { spec })
}

/// Edges that are not passed once in each direction.
fn open_edges(triangles: impl Iterator<Item = [u32; 3]>) -> usize {
    let mut edges: HashMap<(u32, u32), i32> = HashMap::new();
    for [a, b, c] in triangles {
        for (from, to) in [(a, b), (b, c), (c, a)] {
            let (edge, way) = if from < to { ((from, to), 1) } else { ((to, from), 1 << 16) };
            *edges.entry(edge).or_default() += way;
        }
    }
    edges.values().filter(|&&ways| ways != 1 + (1 << 16)).count()
}

#[test]
fn every_design_is_read_and_measured_to_a_hundredth_of_a_millimetre() {
    for design in designs() {
        let glb = build(design, params(design, 1));
        let facts = model::read(&glb.bytes, &Limits::default()).unwrap();
        let near = facts.size_mm.iter().zip(glb.size_mm).all(|(read, built)| (read - built).abs() < 0.01);
        assert!(near, "{}: {:?} is not {:?}", design.id, facts.size_mm, glb.size_mm);
        assert_eq!(facts.triangles, glb.triangles, "{}", design.id);
        assert_eq!((facts.bounds, facts.compression), (Bounds::Vertices, None));
    }
}

#[test]
fn a_painted_piece_carries_its_picture_and_a_place_on_it_for_every_point() {
    let enamel = design("enamel").unwrap();
    let glb = build(enamel, params(enamel, 1));
    assert_eq!(model::read(&glb.bytes, &Limits::default()).unwrap().images, 1);
    let painted = piece(enamel, enamel.sizes[1], 2.0).enamel.unwrap();
    let mesh = finish::painted(&painted.body, painted.radius);
    assert_eq!(mesh.places.len(), mesh.positions.len());
    assert!(mesh.places.as_flattened().iter().all(|place| (-1e-6..=1.0 + 1e-6).contains(place)));
    let (top, left) = (
        mesh.places.iter().map(|[_, v]| *v).fold(1.0, f32::min),
        mesh.places.iter().map(|[u, _]| *u).fold(1.0, f32::min),
    );
    assert!(top < 0.01 && left < 0.01, "the picture reaches the rim: {top} {left}");
}

#[test]
fn every_body_is_closed_and_faces_outwards() {
    for design in designs() {
        let piece = piece(design, design.sizes[1], 1.5);
        for body in piece.metal.into_iter().chain(piece.enamel.map(|enamel| enamel.body)) {
            assert!(body.volume() > 0.0, "{}", design.id);
            assert_eq!(open_edges(body.faces.iter().copied()), 0, "{}", design.id);
        }
    }
}

#[test]
fn every_stone_is_closed_convex_and_has_its_facets() {
    for (cut, facets) in [(Cut::Brilliant, 57 + 32), (Cut::Emerald, 57)] {
        let stone = cut.facets();
        assert_eq!(stone.facets.len(), facets, "{cut:?}");
        for (normal, facet) in &stone.facets {
            let reach = normal.dot(stone.corners[facet[0]]);
            assert!(stone.corners.iter().all(|corner| normal.dot(*corner) < reach + 1e-6), "{cut:?}");
        }
        let mesh = finish::stone(cut, 0.5);
        // Facets share no vertices, so corners are told apart by their places, to a hundred nanometres.
        let mut places = HashMap::new();
        let mut corner = |index: u32| {
            let place = mesh.positions[index as usize].map(|metres| (f64::from(metres) * 1e7).round() as i64);
            let next = places.len() as u32;
            *places.entry(place).or_insert(next)
        };
        let triangles: Vec<[u32; 3]> =
            mesh.indices.chunks_exact(3).map(|three| [0, 1, 2].map(|i| corner(three[i]))).collect();
        assert_eq!(open_edges(triangles.into_iter()), 0, "{cut:?}");
    }
}

#[test]
fn normals_are_of_length_one_and_on_the_side_of_their_faces() {
    for design in designs() {
        let mesh = finish::metal(&piece(design, design.sizes[1], 2.0).metal);
        for normal in &mesh.normals {
            let length = normal.iter().map(|part| part * part).sum::<f32>().sqrt();
            assert!((length - 1.0).abs() < 1e-4, "{}: {length}", design.id);
        }
        for corners in mesh.indices.chunks_exact(3) {
            let [a, b, c] = [0, 1, 2].map(|i| {
                let [x, y, z] = mesh.positions[corners[i] as usize].map(f64::from);
                v(x, y, z)
            });
            let face = (b - a).cross(c - a).unit();
            for &corner in corners {
                let [x, y, z] = mesh.normals[corner as usize].map(f64::from);
                assert!(face.dot(v(x, y, z)) > 0.0, "{}", design.id);
            }
        }
    }
}

#[test]
fn a_ring_fits_the_finger_it_was_ordered_for() {
    for design in designs().iter().filter(|design| design.kind == Kind::Ring) {
        for size in [15.5_f64, 17.5, 21.0] {
            let size = size.clamp(design.sizes[0], design.sizes[2]);
            let nearest = piece(design, size, 6.0)
                .metal
                .iter()
                .flat_map(|body| &body.points)
                .map(|point| point.x.hypot(point.y))
                .fold(f64::INFINITY, f64::min);
            assert!((2.0 * nearest - size).abs() < 0.05, "{} {size}: {}", design.id, 2.0 * nearest);
        }
    }
}

#[test]
fn the_volume_of_a_band_follows_the_rule_of_pappus() {
    let band = piece(design("band").unwrap(), 17.5, 12.0);
    let (mesh, exact) = (band.metal[0].volume(), band.volume.unwrap());
    assert!((mesh / exact - 1.0).abs() < 1e-3, "{mesh} is not {exact}");
    // Between the tube that the finger leaves and the square one around it.
    assert!((200.0..900.0).contains(&exact), "{exact}");
}

#[test]
fn the_same_parameters_give_the_same_bytes_and_other_ones_do_not() {
    let halo = design("halo").unwrap();
    let (first, again) = (build(halo, params(halo, 5)), build(halo, params(halo, 5)));
    assert!(first.bytes == again.bytes);
    assert!(first.bytes != build(halo, params(halo, 6)).bytes);
    let silver = Params { alloy: Alloy::Silver925, ..params(halo, 5) };
    assert!(first.bytes != build(halo, silver).bytes);
}

#[test]
fn detail_sets_the_length_of_the_file() {
    for id in ["band", "vine"] {
        let design = design(id).unwrap();
        for (detail, aim) in [(0.0, 0.3e6), (0.3, 1.06e6)] {
            let bytes = build(design, Params { detail, ..params(design, 3) }).bytes.len() as f64;
            assert!((0.7..1.4).contains(&(bytes / aim)), "{id} {detail}: {bytes}");
        }
    }
}

#[test]
fn the_demo_ring_is_of_a_size_that_the_readme_promises() {
    let ring = demo_ring();
    assert!((1_000_000..2_000_000).contains(&ring.bytes.len()), "{}", ring.bytes.len());
    assert_eq!(ring.stone, Some(Stone::Diamond));
}

#[test]
fn a_size_out_of_range_becomes_the_nearest_in_range() {
    let band = design("band").unwrap();
    let tiny = build(band, Params { size: -3.0, ..params(band, 1) });
    let least = build(band, Params { size: 15.0, ..params(band, 1) });
    assert!(tiny.bytes == least.bytes);
}

#[test]
fn ids_are_unique_and_alloys_are_found_by_theirs() {
    let mut ids: Vec<_> = designs().iter().map(|design| design.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), designs().len());
    assert!(Alloy::ALL.into_iter().all(|alloy| Alloy::from_id(alloy.id()) == Some(alloy)));
    assert_eq!(Alloy::from_id("tin"), None);
}
