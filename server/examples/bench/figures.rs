//! Figures: how they are told while they are taken, and how they are handed to the table.

use std::{env, fs::OpenOptions, io::Write as _};

use crate::Failure;

/// Tells the person who waits.
pub fn tell(text: impl std::fmt::Display) {
    println!("         {text}");
}

/// Hands a row's figure to the table: one line of JSON in the file that `BENCH_ROWS` names.
pub fn hand_in(row: &str, value: Option<f64>, note: &str) -> Result<(), Failure> {
    let line = serde_json::json!({ "row": row, "value": value, "note": note });
    let mut file = OpenOptions::new().create(true).append(true).open(env::var("BENCH_ROWS")?)?;
    writeln!(file, "{line}")?;
    tell(format_args!(
        "{row}: {} ({note})",
        value.map_or("no figure".to_owned(), |value| format!("{value:.3}"))
    ));
    Ok(())
}

/// The value below which this share of the sorted sample lies (nearest rank); 0 of an empty one.
pub fn percentile<T: Copy + Into<f64>>(sorted: &[T], share: f64) -> f64 {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).map_or(0.0, |value| (*value).into())
}
