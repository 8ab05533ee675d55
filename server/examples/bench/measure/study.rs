//! What the server measures of a model: how near the volume comes to the closed form, and what it costs.

use std::{f64::consts::PI, f64::consts::TAU, time::Instant};

use clap::Args;
use server::{
    model::{Limits, MOST_TRIANGLES, read, study},
    seed::glb::{self, Material, Mesh, Node, Scene},
};

use crate::{
    Failure,
    figures::{hand_in, tell},
    process::Process,
};

/// Rounds of the timing; the best one counts.
const ROUNDS: usize = 5;
/// A turn about an axis that is none of the three.
const ASKEW: [f64; 4] = [0.182_574, 0.365_148, 0.547_723, 0.730_297];

/// Solids with a closed form, turned and moved; then a torus of 200,000 triangles.
#[derive(Debug, Args)]
pub struct Study;

/// A closed curve or one from axis to axis, turned about the axis: points of (radius, height).
fn turned(curve: &[[f64; 2]], closed: bool, steps: usize) -> Mesh {
    let mut mesh = Mesh::default();
    for [radius, height] in curve {
        for step in 0..steps {
            let (sin, cos) = (TAU * step as f64 / steps as f64).sin_cos();
            mesh.positions.push([radius * cos, radius * sin, *height].map(|mm| (mm / 1000.0) as f32));
        }
    }
    let rows = if closed { curve.len() } else { curve.len() - 1 };
    for row in 0..rows {
        let (low, high) = (row * steps, (row + 1) % curve.len() * steps);
        for step in 0..steps {
            let next = (step + 1) % steps;
            let [a, b, c, d] = [low + step, low + next, high + next, high + step].map(|at| at as u32);
            mesh.indices.extend([a, b, c, a, c, d]);
        }
    }
    mesh.normals = vec![[0.0, 0.0, 1.0]; mesh.positions.len()];
    mesh
}

fn torus(across: f64, thick: f64, steps: usize) -> Mesh {
    let angle = |step: usize| TAU * step as f64 / steps as f64;
    let curve: Vec<_> =
        (0..steps).map(|step| [across + thick * angle(step).cos(), thick * angle(step).sin()]).collect();
    turned(&curve, true, steps)
}

fn sphere(radius: f64, steps: usize) -> Mesh {
    let angle = |step: usize| PI * step as f64 / steps as f64;
    let curve: Vec<_> =
        (0..=steps).map(|step| [radius * angle(step).sin(), -radius * angle(step).cos()]).collect();
    turned(&curve, false, 2 * steps)
}

fn cylinder(radius: f64, height: f64, steps: usize) -> Mesh {
    turned(&[[0.0, 0.0], [radius, 0.0], [radius, height], [0.0, height]], false, steps)
}

fn file(mesh: Mesh, node: Node) -> Vec<u8> {
    let material = Material {
        name: "metal".to_owned(),
        color: [0.9; 3],
        picture: None,
        metallic: 1.0,
        roughness: 0.2,
        ior: None,
        clearcoat: 0.0,
        iridescence: 0.0,
    };
    let node = Node { mesh: Some(0), ..node };
    glb::write(&Scene {
        materials: vec![material],
        meshes: vec![mesh],
        nodes: vec![node],
        ..Scene::default()
    })
}

/// What the largest file costs that is measured at all.
fn largest(limits: &Limits) -> Result<String, Failure> {
    let bytes = file(torus(9.0, 1.2, 1_000), Node::default());
    let triangles = read(&bytes, limits)?.triangles;
    let begun = Instant::now();
    let doubt = study(&bytes, limits).bench.doubt;
    let (seconds, peak) =
        (begun.elapsed().as_secs_f64(), 1024.0 * Process(std::process::id()).memory()?.peak);
    if triangles != MOST_TRIANGLES || doubt.is_some() {
        return Err(format!("{triangles} triangles were not measured: {doubt:?}").into());
    }
    Ok(format!(
        "{triangles} triangles, the most that is measured, take {seconds:.1} s and {:.0} MB",
        peak / 1e6
    ))
}

impl Study {
    pub async fn run(&self) -> Result<(), Failure> {
        let limits = Limits::default();
        let solids = [
            ("sphere", sphere(6.0, 96), 4.0 / 3.0 * PI * 216.0),
            ("torus", torus(9.0, 1.2, 128), 2.0 * PI * PI * 9.0 * 1.44),
            ("cylinder", cylinder(4.0, 10.0, 256), PI * 160.0),
            ("box", cylinder(4.0 * 2.0_f64.sqrt(), 10.0, 4), 640.0),
        ];
        let mut worst: (f64, &str) = (0.0, "");
        for (name, mesh, volume) in solids {
            let far = Node { translation: [1234.5, -77.0, 0.25], rotation: ASKEW, ..Node::default() };
            for node in [Node::default(), far] {
                let facts = study(&file(mesh.clone(), node), &limits).bench;
                let found = facts.volume_mm3.ok_or_else(|| format!("{name}: {:?}", facts.doubt))?;
                let off = 100.0 * (found / volume - 1.0).abs();
                worst = if off > worst.0 { (off, name) } else { worst };
            }
        }
        let note = format!("the {} is farthest off; each also turned and moved by a kilometre", worst.1);
        hand_in("volume", Some(worst.0), &note)?;

        let bytes = file(torus(9.0, 1.2, 317), Node::default());
        let facts = read(&bytes, &limits)?;
        let before = 1024.0 * Process(std::process::id()).memory()?.peak;
        let mut best = f64::INFINITY;
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let study = study(&bytes, &limits);
            best = best.min(begun.elapsed().as_secs_f64());
            tell(format_args!("{} triangles, wall {:?} mm", facts.triangles, study.bench.wall_mm));
        }
        let note = format!("{} triangles, the picture included; best of {ROUNDS}", facts.triangles);
        hand_in("study-time", Some(best), &note)?;
        let peak = 1024.0 * Process(std::process::id()).memory()?.peak;
        let most = largest(&limits)?;
        let note = format!("peak of the process; {:.0} MB of it before; {most}", before / 1e6);
        hand_in("study-memory", Some(peak / 1e6), &note)
    }
}
