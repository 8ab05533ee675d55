use std::collections::HashMap;

use super::document::{Primitive, Shape};
use super::geometry::Extent;
use super::positions::{self, Positions};
use super::scene::{self, Placed};
use super::structure::Checked;
use super::views::Views;
use super::{Bounds, Compression, Limits, ModelFacts, ModelRefused};

/// glTF counts in metres, the bench in millimetres.
const MM: f64 = 1000.0;

pub(super) fn measure(checked: &Checked, limits: &Limits) -> Result<ModelFacts, ModelRefused> {
    let (placed, nodes) = scene::walk(checked, limits)?;
    let views = Views::of_positions(checked, &placed);
    let mut tally = Tally::new(&views, limits);
    for place in &placed {
        for primitive in checked.mesh(place.mesh)?.primitives.iter() {
            tally.add(place, primitive)?;
        }
    }
    if tally.triangles == 0 {
        return Err(ModelRefused::NoTriangles);
    }
    let size_mm = tally.extent.size().map(|metres| metres * MM);
    if !size_mm.iter().all(|side| side.is_finite()) {
        let index = checked.document.scene.unwrap_or(0) as usize;
        return Err(ModelRefused::BadNumber { what: "scene", index });
    }
    let document = checked.document;
    if document.is_posed() {
        tally.bounds = Bounds::Declared;
    }
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    Ok(ModelFacts {
        size_mm,
        bounds: tally.bounds,
        triangles: tally.triangles,
        vertices: tally.vertices,
        meshes: count(document.meshes.len()),
        nodes,
        materials: count(document.materials.len()),
        images: count(document.images.len()),
        pixels: checked.pixels,
        compression: compression(checked),
    })
}

fn compression(checked: &Checked) -> Option<Compression> {
    let document = checked.document;
    if document.meshes.iter().flat_map(|mesh| mesh.primitives.iter()).any(|p| p.extensions.draco.is_some()) {
        return Some(Compression::Draco);
    }
    let packed = document.buffer_views.iter().any(|view| view.extensions.meshopt.is_some());
    packed.then_some(Compression::Meshopt)
}

/// What has been added up so far. Boxes and indices are read once for each accessor, however often it is drawn.
struct Tally<'a> {
    views: &'a Views<'a>,
    checked: &'a Checked<'a>,
    limits: &'a Limits,
    boxes: HashMap<u32, Extent>,
    highest: HashMap<u32, u64>,
    exact_left: u64,
    draws: u64,
    extent: Extent,
    bounds: Bounds,
    triangles: u64,
    vertices: u64,
}

/// Primitives drawn, instances counted: far above any piece, and a bound on the walk.
const DRAWS: u64 = 262_144;

impl<'a> Tally<'a> {
    fn new(views: &'a Views<'a>, limits: &'a Limits) -> Self {
        Self {
            views,
            checked: views.checked,
            limits,
            boxes: HashMap::new(),
            highest: HashMap::new(),
            exact_left: limits.exact_vertices,
            draws: 0,
            extent: Extent::EMPTY,
            bounds: Bounds::Vertices,
            triangles: 0,
            vertices: 0,
        }
    }

    fn add(&mut self, place: &Placed, primitive: &Primitive) -> Result<(), ModelRefused> {
        self.draws += 1;
        if self.draws > DRAWS {
            return Err(ModelRefused::TooMany { what: "drawn meshes", actual: self.draws, limit: DRAWS });
        }
        let Some(position) = primitive.attributes.position else { return Ok(()) };
        let vertices = self.checked.accessor(position)?.count;
        let corners = match primitive.indices {
            Some(indices) => self.corners(indices, vertices, primitive)?,
            None => vertices,
        };
        self.vertices = self.vertices.saturating_add(vertices);
        self.triangles = self.triangles.saturating_add(match primitive.mode.unwrap_or(4) {
            4 => corners / 3,
            5 | 6 => corners.saturating_sub(2),
            _ => 0,
        });
        if self.triangles > self.limits.triangles {
            let (actual, limit) = (self.triangles, self.limits.triangles);
            return Err(ModelRefused::TooMany { what: "triangles", actual, limit });
        }
        self.enclose(place, primitive, position)
    }

    /// The number of indices, once none of them points past the vertices.
    fn corners(&mut self, index: u32, vertices: u64, primitive: &Primitive) -> Result<u64, ModelRefused> {
        let accessor = self.checked.accessor(index)?;
        let layout =
            |reason| Err(ModelRefused::BadLayout { what: "accessor", index: index as usize, reason });
        let size = match (accessor.shape, accessor.component_type) {
            (Shape::Scalar, 5121) => 1,
            (Shape::Scalar, 5123) => 2,
            (Shape::Scalar, 5125) => 4,
            _ => return layout("indices are not whole numbers"),
        };
        let packed = primitive.extensions.draco.is_some() || accessor.sparse.is_some();
        if let (Some(view), false) = (accessor.buffer_view, packed)
            && let Some(bytes) = self.checked.bytes(view)?
        {
            let highest = *self.highest.entry(index).or_insert_with(|| {
                let start = usize::try_from(accessor.byte_offset).unwrap_or(usize::MAX);
                let count = usize::try_from(accessor.count).unwrap_or(usize::MAX);
                let from = bytes.get(start..).unwrap_or_default();
                from.chunks_exact(size).take(count).map(whole).max().unwrap_or(0)
            });
            if highest >= vertices {
                return layout("it points past the vertices");
            }
        }
        Ok(accessor.count)
    }

    fn enclose(&mut self, place: &Placed, primitive: &Primitive, position: u32) -> Result<(), ModelRefused> {
        let index = position as usize;
        let local = match positions::of(self.views, primitive, position)? {
            Positions::Declared(extent) => {
                self.bounds = Bounds::Declared;
                extent
            }
            Positions::Plain(plain) => {
                let local = match self.boxes.get(&position) {
                    Some(local) => *local,
                    None => {
                        let mut local = Extent::EMPTY;
                        plain.each(|point| {
                            if point.iter().any(|value| !value.is_finite()) {
                                return Err(ModelRefused::BadNumber { what: "accessor", index });
                            }
                            local.include(point);
                            Ok(())
                        })?;
                        self.boxes.insert(position, local);
                        local
                    }
                };
                if !place.world.keeps_boxes() {
                    if plain.count() <= self.exact_left {
                        self.exact_left -= plain.count();
                        plain.each(|point| self.include(place, point, index))?;
                        return Ok(());
                    }
                    if self.bounds == Bounds::Vertices {
                        self.bounds = Bounds::Boxes;
                    }
                }
                local
            }
        };
        local.corners().try_for_each(|corner| self.include(place, corner, index))
    }

    /// Finite factors can have an infinite product, and a box would swallow what is undefined.
    fn include(&mut self, place: &Placed, point: [f64; 3], index: usize) -> Result<(), ModelRefused> {
        let point = place.world.point(point);
        if !point.iter().all(|value| value.is_finite()) {
            return Err(ModelRefused::BadNumber { what: "accessor", index });
        }
        self.extent.include(point);
        Ok(())
    }
}

fn whole(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}
