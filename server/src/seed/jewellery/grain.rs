/// How fine surfaces are cut into triangles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grain {
    /// Steps a millimetre.
    pub per_mm: f64,
}

impl Grain {
    /// Steps for a curve of `length` millimetres: a multiple of four, eight at least.
    pub fn of_length(self, length: f64) -> usize {
        ((self.per_mm * length / 4.0).round() as usize * 4).max(8)
    }
}
