use std::collections::HashMap;

use super::body::Body;
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

/// Directed edges of which the opposite one is missing or doubled, points within a hundred nanometres being one.
fn open_edges(triangles: impl Iterator<Item = [[f64; 3]; 3]>) -> usize {
    let mut edges: HashMap<_, i32> = HashMap::new();
    for triangle in triangles {
        let keys = triangle.map(|point| point.map(|mm| (mm * 1e4).round() as i64));
        for (from, to) in [(0, 1), (1, 2), (2, 0)] {
            *edges.entry((keys[from], keys[to])).or_default() += 1;
            *edges.entry((keys[to], keys[from])).or_default() -= 1;
        }
    }
    edges.values().filter(|&&sum| sum != 0).count()
}

fn corners(body: &Body) -> impl Iterator<Item = [[f64; 3]; 3]> {
    body.faces.iter().map(|&face| body.corners(face).map(|point| [point.x, point.y, point.z]))
}

#[test]
fn every_design_is_read_and_measured_to_a_hundredth_of_a_millimetre() {
    for design in designs() {
        for seed in [0, 1, 2] {
            let glb = build(design, params(design, seed));
            let facts = model::read(&glb.bytes, &Limits::default()).unwrap();
            let near = facts.size_mm.iter().zip(glb.size_mm).all(|(read, built)| (read - built).abs() < 0.01);
            assert!(near, "{}: {:?} is not {:?}", design.id, facts.size_mm, glb.size_mm);
            assert_eq!(facts.triangles, glb.triangles, "{}", design.id);
            assert_eq!((facts.bounds, facts.compression), (Bounds::Vertices, None));
        }
    }
}

#[test]
fn every_body_is_closed_and_faces_outwards() {
    for design in designs() {
        for body in piece(design, design.sizes[1], 4.0).metal {
            assert!(body.volume() > 0.0, "{}", design.id);
            assert_eq!(open_edges(corners(&body)), 0, "{}", design.id);
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
        let point = |index: &u32| mesh.positions[*index as usize].map(|metres| f64::from(metres) * 1000.0);
        let triangles = mesh.indices.chunks_exact(3).map(|three| [0, 1, 2].map(|i| point(&three[i])));
        assert_eq!(open_edges(triangles), 0, "{cut:?}");
    }
}

#[test]
fn normals_are_of_length_one_and_on_the_side_of_their_faces() {
    for design in designs() {
        let mesh = finish::metal(&piece(design, design.sizes[1], 4.0).metal);
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
    for design in designs() {
        for (detail, aim) in [(0.0, 0.3e6), (0.3, 1.06e6), (0.6, 3.73e6)] {
            let bytes = build(design, Params { detail, ..params(design, 3) }).bytes.len() as f64;
            assert!((0.6..1.7).contains(&(bytes / aim)), "{} {detail}: {bytes}", design.id);
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
