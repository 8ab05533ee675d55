/// Numbers as 24 bits and a power of two, made 32-bit floats in place.
pub(super) fn exponential(bytes: &mut [u8], stride: usize) -> Option<()> {
    if !stride.is_multiple_of(4) {
        return None;
    }
    for word in bytes.chunks_exact_mut(4) {
        let packed = i32::from_le_bytes(*word.first_chunk()?);
        let (power, whole) = (packed >> 24, packed << 8 >> 8);
        let value = f64::from(whole) * f64::from(power).exp2();
        word.copy_from_slice(&(value as f32).to_le_bytes());
    }
    Some(())
}
