//! The triangles that a viewer shows, where the scene puts them: what can be measured and drawn.

use std::collections::HashMap;
use std::ops::Range;

use super::document::{Material, Primitive};
use super::geometry::Extent;
use super::matrix::Affine;
use super::scene::{self, Placed};
use super::structure;
use super::views::Views;
use super::{Doubt, Limits, container, document, indices, positions};

/// glTF counts in metres, the bench in millimetres.
const MM: f64 = 1000.0;
/// Sides of a piece of jewellery, millimetres: beyond them the file was made in other units.
const PLAUSIBLE: Range<f64> = 0.5..1000.0;

/// How metallic a metal is: less is what stones and lacquers are drawn with to make them shine.
const METALLIC: f64 = 0.9;

/// Triangles with their corners shared: two corners at the same place are one.
#[derive(Debug, Default)]
pub struct Mesh {
    /// Places of the corners, millimetres from the middle of the scene's box.
    pub points: Vec<[f32; 3]>,
    /// Corners of each triangle, counter-clockwise seen from outside.
    pub faces: Vec<[u32; 3]>,
    /// The triangles by what they are made of, in their order.
    pub parts: Vec<Part>,
}

/// Triangles of one material.
#[derive(Debug, Clone)]
pub struct Part {
    /// Which of the mesh's faces.
    pub faces: Range<usize>,
    /// What they are made of.
    pub substance: Substance,
}

/// As much of a material as matters at the bench.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Substance {
    /// Linear red, green and blue, 0 to 1.
    pub color: [f32; 3],
    /// Metal, as opposed to stones and enamel.
    pub metal: bool,
}

impl Substance {
    fn of(material: Option<&Material>) -> Self {
        let surface = material.and_then(|material| material.surface.as_ref());
        let color = surface.and_then(|surface| surface.color).unwrap_or([1.0; 4]);
        let metallic = surface.and_then(|surface| surface.metallic).unwrap_or(1.0);
        Self { color: [0, 1, 2].map(|at| color[at].clamp(0.0, 1.0) as f32), metal: metallic >= METALLIC }
    }
}

/// The triangles of a file that [`super::read`] accepts. At most `most` of them.
///
/// # Errors
/// Why they can't be had.
pub fn mesh(bytes: &[u8], limits: &Limits, most: u64) -> Result<Mesh, Doubt> {
    let container = container::open(bytes, limits).map_err(|_| Doubt::Unread)?;
    let document = document::parse(container.json).map_err(|_| Doubt::Unread)?;
    let checked = structure::check(&document, container.bin, limits).map_err(|_| Doubt::Unread)?;
    let (placed, _) = scene::walk(&checked, limits).map_err(|_| Doubt::Unread)?;
    // Bones move the corners to where only their animation knows.
    if document.is_posed() {
        return Err(Doubt::Unread);
    }

    let views = Views::of(&checked, &placed)?;
    let mut extent = Extent::EMPTY;
    let mut found = 0_u64;
    each(&views, &placed, |_, corners| {
        corners.into_iter().for_each(|corner| extent.include(corner));
        found += 1;
        if found > most { Err(Doubt::TooLarge) } else { Ok(()) }
    })?;
    let longest = extent.size().into_iter().fold(0.0, f64::max);
    if !extent.is_sound() || !PLAUSIBLE.contains(&longest) {
        return Err(Doubt::Units);
    }
    let middle = [0, 1, 2].map(|axis| (extent.min[axis] + extent.max[axis]) / 2.0);

    let mut mesh = Mesh::default();
    mesh.faces.reserve_exact(usize::try_from(found).unwrap_or_default());
    let mut known: HashMap<[u32; 3], u32> = HashMap::new();
    each(&views, &placed, |substance, corners| {
        let face = corners.map(|corner| mesh.point(&mut known, corner, middle));
        mesh.add(face, substance);
        Ok(())
    })?;
    Ok(mesh)
}

impl Mesh {
    fn point(&mut self, known: &mut HashMap<[u32; 3], u32>, corner: [f64; 3], middle: [f64; 3]) -> u32 {
        // Adding zero makes of -0 what it equals.
        let point = [0, 1, 2].map(|axis| (corner[axis] - middle[axis]) as f32 + 0.0);
        *known.entry(point.map(f32::to_bits)).or_insert_with(|| {
            self.points.push(point);
            (self.points.len() - 1) as u32
        })
    }

    fn add(&mut self, face: [u32; 3], substance: Substance) {
        let at = self.faces.len();
        self.faces.push(face);
        match self.parts.last_mut() {
            Some(part) if part.substance == substance => part.faces.end = at + 1,
            _ => self.parts.push(Part { faces: at..at + 1, substance }),
        }
    }

    /// Places of a triangle's corners.
    pub(super) fn corners(&self, face: [u32; 3]) -> [[f64; 3]; 3] {
        face.map(|corner| super::vector::wide(self.points[corner as usize]))
    }
}

/// Every triangle of the scene, millimetres.
fn each(
    views: &Views,
    placed: &[Placed],
    mut visit: impl FnMut(Substance, [[f64; 3]; 3]) -> Result<(), Doubt>,
) -> Result<(), Doubt> {
    for place in placed {
        let mesh = views.checked.mesh(place.mesh).map_err(|_| Doubt::Unread)?;
        for primitive in mesh.primitives.iter() {
            let material =
                primitive.material.and_then(|at| views.checked.document.materials.get(at as usize));
            triangles(views, &place.world, primitive, Substance::of(material), &mut visit)?;
        }
    }
    Ok(())
}

fn triangles(
    views: &Views,
    world: &Affine,
    primitive: &Primitive,
    substance: Substance,
    visit: &mut impl FnMut(Substance, [[f64; 3]; 3]) -> Result<(), Doubt>,
) -> Result<(), Doubt> {
    if primitive.extensions.draco.is_some() {
        return Err(Doubt::Packed);
    }
    let mode = primitive.mode.unwrap_or(4);
    let (Some(position), 4..=6) = (primitive.attributes.position, mode) else { return Ok(()) };
    let points = positions::stored(views, position)?;
    let order = primitive.indices.map(|index| indices::stored(views, index)).transpose()?;
    let corner = |at: usize| -> Result<[f64; 3], Doubt> {
        let at = match &order {
            Some(order) => order.get(at).ok_or(Doubt::Unread)?,
            None => at,
        };
        let point = world.point(points.get(at).ok_or(Doubt::Unread)?).map(|metres| metres * MM);
        if point.iter().all(|value| value.is_finite()) { Ok(point) } else { Err(Doubt::Unread) }
    };
    let count = order.as_ref().map_or(points.len(), indices::Stored::len);
    let steps = if mode == 4 { count / 3 } else { count.saturating_sub(2) };
    // A mirror turns every triangle over (glTF 2.0, section 3.7.4).
    let mirrored = world.mirrors();
    for step in 0..steps {
        // glTF 2.0, section 3.7.2.1: strips and fans.
        let [a, b, c] = match mode {
            4 => [3 * step, 3 * step + 1, 3 * step + 2],
            5 => [step, step + 1 + step % 2, step + 2 - step % 2],
            _ => [step + 1, step + 2, 0],
        };
        let [b, c] = if mirrored { [c, b] } else { [b, c] };
        visit(substance, [corner(a)?, corner(b)?, corner(c)?])?;
    }
    Ok(())
}
