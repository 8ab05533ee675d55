use super::matrix::Affine;
use super::structure::{Checked, at};
use super::{Limits, ModelRefused};

/// A mesh where the scene places it.
pub(super) struct Placed {
    pub mesh: u32,
    pub world: Affine,
}

/// The meshes of the scene that a viewer shows, and how many nodes it has. Each node stands in one place only, so
/// the walk ends; that also refuses loops.
pub(super) fn walk(checked: &Checked, limits: &Limits) -> Result<(Vec<Placed>, u32), ModelRefused> {
    let document = checked.document;
    let scene = document.scenes.get(document.scene.unwrap_or(0) as usize).ok_or(ModelRefused::NoScene)?;
    scene.nodes.whole("roots of the scene")?;

    let mut seen = vec![false; document.nodes.len()];
    let mut visited = 0_u32;
    let mut placed = Vec::new();
    let mut open = Vec::new();
    for &root in scene.nodes.iter() {
        mark(&mut seen, root)?;
        open.push((root, Affine::IDENTITY, 1));
    }
    while let Some((index, parent, depth)) = open.pop() {
        if depth > limits.depth {
            return Err(ModelRefused::TooDeep { limit: limits.depth });
        }
        let node = at(&document.nodes, index, "node")?;
        let world = parent.after(&Affine::of(node));
        if !world.is_finite() {
            return Err(ModelRefused::BadNumber { what: "node", index: index as usize });
        }
        visited += 1;
        if let Some(mesh) = node.mesh {
            placed.push(Placed { mesh, world });
        }
        node.children.whole("children of one node")?;
        for &child in node.children.iter() {
            mark(&mut seen, child)?;
            open.push((child, world, depth + 1));
        }
    }
    Ok((placed, visited))
}

fn mark(seen: &mut [bool], node: u32) -> Result<(), ModelRefused> {
    let mark = seen.get_mut(node as usize).ok_or(ModelRefused::Dangling { what: "node", index: node })?;
    if std::mem::replace(mark, true) {
        return Err(ModelRefused::SceneLoop { node });
    }
    Ok(())
}
