use super::alloy::Alloy;
use super::cut::Cut;
use super::design::Design;
use super::dice::Dice;
use super::finish;
use super::grain::Grain;
use super::piece::{Gem, Piece, Spec};
use super::stone::Stone;
use crate::seed::glb::{self, Mesh, Node, Scene};

/// What an order says about a piece.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Params {
    /// The metal.
    pub alloy: Alloy,
    /// Millimetres, see [`Design::sizes`]; brought into the design's range.
    pub size: f64,
    /// From 0 (a file of about 0.3 MB) to 1 (about 20 MB), each tenth half as much again.
    pub detail: f64,
    /// Chooses the stone and small proportions.
    pub seed: u64,
}

/// A finished file.
#[derive(Clone, Debug)]
pub struct Glb {
    /// The file.
    pub bytes: Vec<u8>,
    /// The box around everything, millimetres.
    pub size_mm: [f64; 3],
    /// Triangles drawn, instances counted.
    pub triangles: u64,
    /// Metal, mm³, where a closed formula gives it.
    pub volume_mm3: Option<f64>,
    /// The main stone, if there is one.
    pub stone: Option<Stone>,
}

const LEAST_BYTES: f64 = 300_000.0;
const MOST_BYTES: f64 = 20_000_000.0;

/// Makes a piece of a design. The same parameters give the same bytes.
#[must_use]
pub fn build(design: &Design, params: Params) -> Glb {
    let aim = LEAST_BYTES * (MOST_BYTES / LEAST_BYTES).powf(params.detail.clamp(0.0, 1.0));
    let mut grain = Grain { per_mm: 3.0 };
    let mut bytes = finished(design, params, grain).0.len() as f64;
    // A file grows with the square of the grain, less where the least number of steps holds: twice is near enough.
    for _ in 0..2 {
        grain.per_mm *= (aim / bytes).sqrt();
        bytes = estimate(design, params, grain);
    }
    grain.per_mm *= (aim / bytes).sqrt();
    let (bytes, scene, piece) = finished(design, params, grain);
    Glb {
        size_mm: size(&scene),
        triangles: triangles(&scene, &scene.nodes),
        volume_mm3: piece.volume,
        stone: piece.gems.first().map(|gem| gem.stone),
        bytes,
    }
}

/// The ring of the demo bucket's `demo/ring-01.glb`: a solitaire of 17.5 mm, about 1.4 MB.
#[must_use]
pub fn demo_ring() -> Glb {
    let design = super::design::SOLITAIRE;
    build(design, Params { alloy: Alloy::Gold585Yellow, size: 17.5, detail: 0.37, seed: 1 })
}

fn shaped(design: &Design, params: Params, grain: Grain) -> Piece {
    let [least, _, most] = design.sizes;
    let mut dice = Dice::new(params.seed);
    let stone = if design.stones.is_empty() { Stone::Diamond } else { dice.pick(design.stones) };
    (design.shape)(&mut Spec { size: params.size.clamp(least, most), grain, stone, dice })
}

/// Bytes of a file from its points and triangles alone: smooth surfaces have one vertex a point.
fn estimate(design: &Design, params: Params, grain: Grain) -> f64 {
    let piece = shaped(design, params, grain);
    let count = |of: fn(&super::body::Body) -> usize| piece.metal.iter().map(of).sum::<usize>();
    let (points, faces) = (count(|body| body.points.len()), count(|body| body.faces.len()));
    let index = if points < 65_535 { 2 } else { 4 };
    let painted = piece.enamel.as_ref().map_or(0, |enamel| enamel.bytes());
    (24 * points + 3 * index * faces + 300 * piece.gems.len() * piece.places.len() + painted + 16_000) as f64
}

fn finished(design: &Design, params: Params, grain: Grain) -> (Vec<u8>, Scene, Piece) {
    let piece = shaped(design, params, grain);
    let scene = scene(design, params.alloy, &piece);
    (glb::write(&scene), scene, piece)
}

fn scene(design: &Design, alloy: Alloy, piece: &Piece) -> Scene {
    let mut scene = Scene { name: design.id.to_owned(), ..Scene::default() };
    scene.materials.push(alloy.material());
    scene.meshes.push(finish::metal(&piece.metal));
    let mut known: Vec<(Cut, Stone)> = Vec::new();
    let mut children = vec![Node { name: "metal".to_owned(), mesh: Some(0), ..Node::default() }];
    for gem in &piece.gems {
        let kind = (gem.cut, gem.stone);
        let index = known.iter().position(|&one| one == kind).unwrap_or_else(|| {
            known.push(kind);
            scene.meshes.push(stone_mesh(&mut scene.materials, gem));
            known.len() - 1
        });
        children.push(Node {
            name: gem.stone.id().to_owned(),
            mesh: Some(index + 1),
            translation: metres(gem.pose.origin),
            rotation: gem.pose.quaternion(),
            scale: gem.width,
            children: Vec::new(),
        });
    }
    if let Some(enamel) = &piece.enamel {
        children.push(Node { name: "enamel".to_owned(), mesh: Some(scene.meshes.len()), ..Node::default() });
        scene
            .meshes
            .push(Mesh { material: scene.materials.len(), ..finish::painted(&enamel.body, enamel.radius) });
        scene.materials.push(enamel.material(scene.pictures.len()));
        scene.pictures.push(enamel.picture());
    }
    for place in &piece.places {
        scene.nodes.push(Node {
            name: design.id.to_owned(),
            translation: metres(place.origin),
            rotation: place.quaternion(),
            children: children.clone(),
            ..Node::default()
        });
    }
    scene
}

fn stone_mesh(materials: &mut Vec<glb::Material>, gem: &Gem) -> Mesh {
    let material = gem.stone.material();
    let index = materials.iter().position(|known| *known == material).unwrap_or_else(|| {
        materials.push(material);
        materials.len() - 1
    });
    Mesh { material: index, ..finish::stone(gem.cut, gem.stone.contrast()) }
}

fn metres(at: super::vector::V3) -> [f64; 3] {
    [at.x, at.y, at.z].map(|mm| mm / 1000.0)
}

fn triangles(scene: &Scene, nodes: &[Node]) -> u64 {
    let own = |node: &Node| node.mesh.map_or(0, |mesh| scene.meshes[mesh].indices.len() as u64 / 3);
    nodes.iter().map(|node| own(node) + triangles(scene, &node.children)).sum()
}

/// The box around every vertex where the nodes put it. Two levels: a piece and its parts.
fn size(scene: &Scene) -> [f64; 3] {
    let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
    for piece in &scene.nodes {
        for part in &piece.children {
            let mesh = part.mesh.map(|index| &scene.meshes[index]);
            for position in mesh.into_iter().flat_map(|mesh| &mesh.positions) {
                let at = moved(piece, moved(part, position.map(f64::from)));
                for axis in 0..3 {
                    low[axis] = low[axis].min(at[axis]);
                    high[axis] = high[axis].max(at[axis]);
                }
            }
        }
    }
    [0, 1, 2].map(|axis| (high[axis] - low[axis]) * 1000.0)
}

/// Scaled, turned by the quaternion (p + 2 r × (r × p + w p)), moved.
fn moved(node: &Node, point: [f64; 3]) -> [f64; 3] {
    use super::vector::v;
    let p = v(point[0], point[1], point[2]) * node.scale;
    let [x, y, z, w] = node.rotation;
    let r = v(x, y, z);
    let turned = p + r.cross(r.cross(p) + p * w) * 2.0;
    let [tx, ty, tz] = node.translation;
    [turned.x + tx, turned.y + ty, turned.z + tz]
}
