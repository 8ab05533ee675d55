use serde_json::json;

use super::super::sample::Sample;
use super::super::{Bounds, Limits, ModelFacts, ModelRefused, read};
use super::{assert_size, facts, refusal};

const HALF: f64 = std::f64::consts::FRAC_1_SQRT_2;

#[test]
fn the_size_is_in_millimetres_and_the_triangles_are_counted() {
    let facts = facts(&Sample::new());
    assert_size(&facts, [20.0, 2.0, 1.0]);
    assert_eq!((facts.triangles, facts.vertices, facts.nodes, facts.meshes), (12, 8, 1, 1));
    assert_eq!((facts.bounds, facts.compression), (Bounds::Vertices, None));
}

#[test]
fn the_box_is_that_of_the_vertices_and_not_of_the_claims() {
    let lying = Sample::new().with("/accessors/0/max", json!([1000.0, 1000.0, 1000.0]));
    assert_size(&facts(&lying), [20.0, 2.0, 1.0]);
    let silent = Sample::new().with("/accessors/0/max", json!([])).with("/accessors/0/min", json!([]));
    assert_size(&facts(&silent), [20.0, 2.0, 1.0]);
}

#[test]
fn nodes_move_turn_and_scale_what_is_measured() {
    let turned = Sample::new().with("/nodes/0/rotation", json!([0.0, 0.0, HALF, HALF]));
    assert_size(&facts(&turned), [2.0, 20.0, 1.0]);

    let nested = Sample::new()
        .with("/nodes/0", json!({ "children": [1], "scale": [0.5, 1.0, 2.0] }))
        .with("/nodes/-", json!({ "mesh": 0, "translation": [3.0, 0.0, 0.0] }));
    assert_size(&facts(&nested), [10.0, 2.0, 2.0]);

    let matrix = json!([0, 2, 0, 0, -1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    assert_size(&facts(&Sample::new().with("/nodes/0/matrix", matrix)), [2.0, 40.0, 1.0]);
}

#[test]
fn a_turned_body_is_measured_by_its_vertices_while_the_budget_lasts() {
    // An eighth of a turn about z: the box of the turned corners is that of the vertices here, and a body with its
    // vertices on the axes would be smaller than its turned box.
    let eighth = std::f64::consts::FRAC_PI_8;
    let mut sample = Sample::new().with("/nodes/0/rotation", json!([0.0, 0.0, eighth.sin(), eighth.cos()]));
    for corner in 0..8 {
        let y: f32 = if corner >> 1 & 1 == 1 { 0.010 } else { 0.0 };
        let x: f32 = if corner & 1 == 1 && y == 0.0 { 0.020 } else { 0.0 };
        sample.bin[corner * 12..corner * 12 + 4].copy_from_slice(&x.to_le_bytes());
        sample.bin[corner * 12 + 4..corner * 12 + 8].copy_from_slice(&y.to_le_bytes());
    }
    let exact = facts(&sample);
    assert_eq!(exact.bounds, Bounds::Vertices);
    assert_size(&exact, [30.0 * HALF, 20.0 * HALF, 1.0]);

    let limits = Limits { exact_vertices: 7, ..Limits::default() };
    let boxed = read(&sample.bytes(), &limits).unwrap();
    assert_eq!(boxed.bounds, Bounds::Boxes);
    assert_size(&boxed, [30.0 * HALF, 30.0 * HALF, 1.0]);
}

#[test]
fn integers_are_read_as_the_fractions_they_stand_for() {
    let mut sample = Sample::new()
        .with("/accessors/0/componentType", json!(5122))
        .with("/accessors/0/normalized", json!(true))
        .with("/bufferViews/0/byteStride", json!(8))
        .with("/nodes/0/scale", json!([0.01, 0.01, 0.01]));
    for corner in 0..8 {
        for axis in 0..3 {
            let value: i16 = if corner >> axis & 1 == 1 { 32_767 } else { -32_768 };
            let at = corner * 8 + axis * 2;
            sample.bin[at..at + 2].copy_from_slice(&value.to_le_bytes());
        }
    }
    assert_size(&facts(&sample), [20.0, 20.0, 20.0]);
}

#[test]
fn every_instance_is_counted_and_measured() {
    let pair = Sample::new()
        .with("/scenes/0/nodes/-", json!(1))
        .with("/nodes/-", json!({ "mesh": 0, "translation": [0.0, 0.0, 0.009] }));
    let facts = facts(&pair);
    assert_eq!(facts.triangles, 24);
    assert_size(&facts, [20.0, 2.0, 10.0]);
}

#[test]
fn what_the_scene_does_not_show_is_not_measured() {
    let aside = Sample::new().with("/nodes/-", json!({ "mesh": 0, "translation": [9.0, 9.0, 9.0] }));
    assert_size(&facts(&aside), [20.0, 2.0, 1.0]);
}

#[test]
fn a_scene_that_runs_in_circles_or_too_deep_is_refused() {
    let ring =
        Sample::new().with("/nodes/0/children", json!([1])).with("/nodes/-", json!({ "children": [0] }));
    assert_eq!(refusal(&ring), ModelRefused::SceneLoop { node: 0 });
    let shared = Sample::new().with("/nodes/-", json!({})).with("/nodes/0/children", json!([1, 1]));
    assert_eq!(refusal(&shared), ModelRefused::SceneLoop { node: 1 });
    let chain = |length: usize| {
        let nodes = (1..length).map(|next| json!({ "children": [next] })).chain([json!({ "mesh": 0 })]);
        Sample::new().with("/nodes", nodes.collect())
    };
    assert_size(&facts(&chain(128)), [20.0, 2.0, 1.0]);
    assert_eq!(refusal(&chain(129)), ModelRefused::TooDeep { limit: 128 });
}

#[test]
fn numbers_that_are_none_are_refused() {
    for value in [f32::NAN, f32::INFINITY] {
        let mut sample = Sample::new();
        sample.bin[0..4].copy_from_slice(&value.to_le_bytes());
        assert_eq!(refusal(&sample), ModelRefused::BadNumber { what: "accessor", index: 0 });
    }
    let huge = Sample::new()
        .with("/nodes/0/scale", json!([1e308, 1e308, 1e308]))
        .with("/nodes/0/rotation", json!([9, 9, 9, 9]));
    assert_eq!(refusal(&huge), ModelRefused::BadNumber { what: "node", index: 0 });
}

#[test]
fn a_size_beyond_all_numbers_is_refused() {
    let pair = |x: f64| {
        Sample::new()
            .with("/nodes/0/translation", json!([-x, 0, 0]))
            .with("/scenes/0/nodes/-", json!(1))
            .with("/nodes/-", json!({ "mesh": 0, "translation": [x, 0.0, 0.0] }))
    };
    assert_eq!(refusal(&pair(1e308)), ModelRefused::BadNumber { what: "scene", index: 0 });
    assert_eq!(refusal(&pair(1e306)), ModelRefused::BadNumber { what: "scene", index: 0 });
    assert!((facts(&pair(1e300)).size_mm[0] / 2e303 - 1.0).abs() < 1e-9);
}

#[test]
fn a_file_without_a_surface_is_refused() {
    assert_eq!(
        refusal(&Sample::new().with("/meshes/0/primitives/0/mode", json!(1))),
        ModelRefused::NoTriangles
    );
    assert_eq!(refusal(&Sample::new().with("/nodes/0", json!({}))), ModelRefused::NoTriangles);
}

#[test]
fn the_limit_on_triangles_counts_every_instance() {
    let pair = Sample::new().with("/scenes/0/nodes/-", json!(1)).with("/nodes/-", json!({ "mesh": 0 }));
    let limits = Limits { triangles: 23, ..Limits::default() };
    let refused = read(&pair.bytes(), &limits).unwrap_err();
    assert_eq!(refused, ModelRefused::TooMany { what: "triangles", actual: 24, limit: 23 });
}

#[test]
fn facts_survive_storage() {
    let facts = facts(&Sample::new());
    let stored = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<ModelFacts>(&stored).unwrap(), facts);
}
