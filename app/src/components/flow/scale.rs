//! Where things stand in a chart.

/// A chart's own units: the page scales them.
pub const WIDTH: f64 = 720.0;
/// Room for the words of the axis on the left.
pub const LEFT: f64 = 44.0;
/// Room for the words at the right end.
pub const RIGHT: f64 = 116.0;
/// Room for the second half of the last day's name.
pub const END: f64 = 20.0;
/// Room above.
pub const TOP: f64 = 12.0;
/// Room for the words of the axis below.
pub const BOTTOM: f64 = 28.0;

/// The marks of an axis from 0: at most five steps, each of 1, 2 or 5 times a power of ten, the last at or above `top`.
#[must_use]
pub fn marks(top: f64) -> Vec<f64> {
    let top = if top.is_finite() && top > 0.0 { top } else { 1.0 };
    let power = 10_f64.powf((top / 5.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|it| it * power).into_iter().find(|step| step * 5.0 >= top);
    let step = step.unwrap_or(10.0 * power).max(1.0);
    let count = (top / step).ceil() as usize;
    (0..=count).map(|at| at as f64 * step).collect()
}

/// A number in a chart's attribute: a tenth of a unit is enough.
#[must_use]
pub fn at(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_or_above_its_highest_value_in_few_round_steps() {
        for (top, expected) in [
            (0.0, vec![0.0, 1.0]),
            (1.0, vec![0.0, 1.0]),
            (7.0, vec![0.0, 2.0, 4.0, 6.0, 8.0]),
            (100.0, vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),
            (230.0, vec![0.0, 50.0, 100.0, 150.0, 200.0, 250.0]),
        ] {
            assert_eq!(marks(top), expected, "{top}");
        }
        assert_eq!(marks(f64::NAN), [0.0, 1.0]);
        assert_eq!((at(12.0), at(12.34)), ("12".to_owned(), "12.3".to_owned()));
    }
}
