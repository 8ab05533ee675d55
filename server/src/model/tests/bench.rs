use std::f64::consts::PI;

use serde_json::json;

use super::super::bench::within;
use super::super::sample::Sample;
use super::super::{BenchFacts, Doubt, Limits, mesh, study};
use super::solids::{Solid, file};
use crate::seed::glb::Node;

fn told(bytes: &[u8]) -> BenchFacts {
    assert!(super::super::read(bytes, &Limits::default()).is_ok());
    study(bytes, &Limits::default()).bench
}

fn near(real: Option<f64>, expected: f64, share: f64) {
    let real = real.unwrap();
    assert!((real / expected - 1.0).abs() < share, "{real} is not {expected}");
}

fn place(translation: [f64; 3], rotation: [f64; 4], scale: f64) -> Node {
    Node { translation, rotation, scale, ..Node::default() }
}

/// A turn about an axis that is none of the three.
const ASKEW: [f64; 4] = [0.182_574, 0.365_148, 0.547_723, 0.730_297];

#[test]
fn a_volume_is_that_of_the_closed_form_however_the_solid_stands() {
    let solids = [
        (Solid::sphere(6.0, 56), 4.0 / 3.0 * PI * 216.0, 4.0 * PI * 36.0),
        (Solid::torus(9.0, 1.2, 72), 2.0 * PI * PI * 9.0 * 1.44, 4.0 * PI * PI * 9.0 * 1.2),
        (Solid::cuboid([20.0, 2.0, 1.0]), 40.0, 124.0),
        (Solid::cylinder(4.0, 10.0, 120), PI * 160.0, 2.0 * PI * 4.0 * 14.0),
    ];
    for (solid, volume, surface) in solids {
        let places = [
            Node::default(),
            place([0.0; 3], ASKEW, 1.0),
            place([1234.5, -77.0, 0.25], ASKEW, 1.0),
            place([0.01, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0], 0.5),
        ];
        for place in places {
            let scale = place.scale;
            // Every other time with corners for each triangle of its own.
            let shape = if place.scale < 1.0 { solid.clone() } else { solid.clone().split() };
            let facts = told(&file(&[(&shape, 1.0, place)]));
            near(facts.volume_mm3, volume * scale.powi(3), 0.005);
            near(facts.surface_mm2, surface * scale.powi(2), 0.005);
            assert_eq!((facts.bodies, facts.inlays, facts.doubt), (Some(1), Some(0), None));
            assert_eq!(facts.watertight, Some(true));
        }
    }
}

#[test]
fn positions_baked_far_from_the_origin_are_measured_where_they_stand() {
    // A metre away, 32 bits still tell a ten-thousandth of a millimetre.
    let far = Solid::sphere(6.0, 48).moved([1000.0, 1000.0, 1000.0]);
    near(told(&far.file()).volume_mm3, 4.0 / 3.0 * PI * 216.0, 0.005);
}

#[test]
fn a_mirrored_piece_is_not_inside_out() {
    let sample = Sample::new().with("/nodes/0/scale", json!([-1.0, 1.0, 1.0]));
    near(told(&sample.bytes()).volume_mm3, 40.0, 1e-6);
}

#[test]
fn a_piece_of_several_primitives_and_without_indices_is_whole() {
    let halves = Sample::new().with(
        "/meshes/0/primitives",
        json!([{ "attributes": { "POSITION": 0 }, "indices": 1 }, { "attributes": { "POSITION": 0 }, "indices": 2 }]),
    );
    let view = |offset: u32, count: u32| json!({ "bufferView": 1, "byteOffset": offset, "componentType": 5123, "count": count, "type": "SCALAR" });
    let halves = halves.with("/accessors/1", view(0, 18)).with("/accessors/-", view(36, 18));
    let facts = told(&halves.bytes());
    near(facts.volume_mm3, 40.0, 1e-6);
    assert_eq!((facts.bodies, facts.watertight), (Some(1), Some(true)));
}

#[test]
fn strips_and_fans_are_triangles_too() {
    // Three sides of a corner as a fan, so that the surface is open but its size known.
    let fan =
        Sample::new().with("/meshes/0/primitives/0/mode", json!(6)).with("/accessors/1/count", json!(4));
    let mut fan = fan;
    for (at, index) in [0_u16, 1, 5, 4].into_iter().enumerate() {
        fan.bin[96 + 2 * at..98 + 2 * at].copy_from_slice(&index.to_le_bytes());
    }
    let facts = told(&fan.bytes());
    assert_eq!((facts.doubt, facts.watertight), (Some(Doubt::Open), Some(false)));
    near(facts.surface_mm2, 20.0, 1e-5);
    let strip = Sample { json: fan.json.clone(), bin: fan.bin.clone() };
    let mut strip = strip.with("/meshes/0/primitives/0/mode", json!(5));
    for (at, index) in [0_u16, 1, 4, 5].into_iter().enumerate() {
        strip.bin[96 + 2 * at..98 + 2 * at].copy_from_slice(&index.to_le_bytes());
    }
    near(told(&strip.bytes()).surface_mm2, 20.0, 1e-5);
}

#[test]
fn bodies_are_counted_and_what_they_have_in_common_weighs_once() {
    let (a, b) = (Solid::cuboid([10.0, 4.0, 4.0]), Solid::cuboid([4.0, 4.0, 10.0]));
    let apart = a.clone().and(&b.clone().moved([20.0, 0.0, 0.0])).file();
    let facts = told(&apart);
    near(facts.volume_mm3, 320.0, 1e-6);
    assert_eq!(facts.bodies, Some(2));
    let crossed = a.and(&b.moved([3.0, 0.5, -3.0])).file();
    let facts = told(&crossed);
    near(facts.volume_mm3, 320.0 - 4.0 * 3.5 * 4.0, 0.005);
    assert_eq!(facts.bodies, Some(2));
}

#[test]
fn a_cavity_is_no_metal_and_a_body_that_is_inside_out_is() {
    let (outer, inner) = (Solid::sphere(6.0, 48), Solid::sphere(5.0, 48));
    let hollow = outer.clone().and(&inner.clone().turned_over()).file();
    let facts = told(&hollow);
    near(facts.volume_mm3, 4.0 / 3.0 * PI * (216.0 - 125.0), 0.005);
    near(facts.wall_mm, 1.0, 0.02);
    let turned = outer.clone().turned_over();
    near(told(&turned.file()).volume_mm3, 4.0 / 3.0 * PI * 216.0, 0.005);
    let beside = outer.and(&inner.turned_over().moved([20.0, 0.0, 0.0])).file();
    near(told(&beside).volume_mm3, 4.0 / 3.0 * PI * (216.0 + 125.0), 0.005);
}

#[test]
fn stones_are_no_metal_unless_nothing_else_is() {
    let (band, stone) = (Solid::torus(9.0, 1.2, 72), Solid::sphere(2.0, 16));
    let set = file(&[(&band, 1.0, Node::default()), (&stone, 0.0, place([0.0, 0.01, 0.0], ASKEW, 1.0))]);
    let facts = told(&set);
    near(facts.volume_mm3, 2.0 * PI * PI * 9.0 * 1.44, 0.005);
    assert_eq!((facts.bodies, facts.inlays), (Some(1), Some(1)));
    let plastic = told(&file(&[(&band, 0.0, Node::default())]));
    near(plastic.volume_mm3, 2.0 * PI * PI * 9.0 * 1.44, 0.005);
    assert_eq!((plastic.bodies, plastic.inlays), (Some(1), Some(0)));
    // A stone with a hole in it does not keep the metal from being weighed.
    let mut chipped = stone;
    chipped.faces.pop();
    let set = file(&[(&band, 1.0, Node::default()), (&chipped, 0.0, Node::default())]);
    assert_eq!((told(&set).doubt, told(&set).watertight), (None, Some(true)));
}

#[test]
fn the_thinnest_wall_is_found_where_it_is() {
    near(told(&Solid::cuboid([20.0, 10.0, 0.6]).file()).wall_mm, 0.6, 0.01);
    near(told(&Solid::cylinder(0.25, 20.0, 64).file()).wall_mm, 0.5, 0.02);
    near(told(&Solid::sphere(3.0, 48).file()).wall_mm, 6.0, 0.03);
    // A thick plate with a thin tongue, a hundredth of its surface.
    let plate = Solid::cuboid([20.0, 20.0, 3.0]).and(&Solid::cuboid([4.0, 3.0, 0.5]).moved([18.0, 5.0, 1.0]));
    near(told(&plate.file()).wall_mm, 0.5, 0.01);
    // Two plates that touch are one of twice the thickness.
    let twice =
        Solid::cuboid([20.0, 10.0, 0.6]).and(&Solid::cuboid([20.0, 10.0, 0.6]).moved([0.0, 0.0, 0.6]));
    assert!(told(&twice.file()).wall_mm.unwrap() > 1.1);
}

#[test]
fn what_encloses_nothing_has_no_volume_and_says_why() {
    let doubt = |bytes: &[u8]| {
        let facts = told(bytes);
        assert_eq!((facts.volume_mm3, facts.wall_mm), (None, None));
        facts.doubt.unwrap()
    };
    let mut open = Solid::sphere(5.0, 24);
    open.faces.pop();
    assert_eq!(doubt(&open.file()), Doubt::Open);
    let mut tangled = Solid::sphere(5.0, 24);
    tangled.faces[7].swap(0, 1);
    assert_eq!(doubt(&tangled.file()), Doubt::Tangled);
    let sheet =
        Solid { points: vec![[0.0; 3], [9.0, 0.0, 0.0], [0.0, 9.0, 0.0]], faces: vec![[0, 1, 2], [0, 2, 1]] };
    assert_eq!(doubt(&sheet.file()), Doubt::Flat);
    let needle = Solid { points: vec![[0.0; 3], [9.0, 0.0, 0.0], [0.0; 3]], faces: vec![[0, 1, 2]] };
    assert_eq!(doubt(&needle.file()), Doubt::Flat);
    assert_eq!(doubt(&Solid::cuboid([9_000.0, 4_000.0, 1_000.0]).file()), Doubt::Units);
    assert_eq!(doubt(&Solid::cuboid([0.02, 0.01, 0.01]).file()), Doubt::Units);
    let draco = include_bytes!("files/draco.glb");
    assert_eq!(doubt(draco), Doubt::Packed);
}

#[test]
fn gaps_that_only_rounding_made_are_closed() {
    let mut split = Solid::sphere(5.0, 24).split();
    for (at, point) in split.points.iter_mut().enumerate() {
        point[at % 3] += (at % 5) as f64 * 1e-4;
    }
    near(told(&split.file()).volume_mm3, 4.0 / 3.0 * PI * 125.0, 0.01);
}

#[test]
fn more_triangles_than_are_measured_are_not() {
    let bytes = Solid::torus(9.0, 1.2, 24).file();
    assert_eq!(mesh(&bytes, &Limits::default(), 1151).unwrap_err(), Doubt::TooLarge);
    assert!(mesh(&bytes, &Limits::default(), 1152).is_ok());
}

#[test]
fn a_mesh_made_to_be_slow_is_given_up() {
    // Every ray through the stack meets every plate.
    let plate = Solid::cuboid([20.0, 20.0, 2.0]);
    let mut stack = Solid::default();
    (0..300).for_each(|at| {
        stack = std::mem::take(&mut stack).and(&plate.clone().moved([0.0, 0.0, 0.013 * f64::from(at)]))
    });
    let mesh = mesh(&stack.file(), &Limits::default(), 10_000).unwrap();
    let facts = within(mesh, 1_000_000);
    assert_eq!((facts.bodies, facts.volume_mm3, facts.doubt), (Some(300), None, Some(Doubt::TooLarge)));
}

#[test]
fn the_same_file_measures_the_same() {
    let bytes = Solid::torus(9.0, 1.2, 48).and(&Solid::sphere(3.0, 24).moved([9.0, 0.0, 0.0])).file();
    assert_eq!(told(&bytes), told(&bytes));
}
