//! A barcode scanner is a fast keyboard: digits, letters and Enter within a blink.

use crate::domain::OrderNumber;

/// The longest pause between two characters of a scan, in milliseconds.
const PAUSE: f64 = 80.0;
/// The shortest text that counts as a scan.
const LEAST: usize = 4;

/// Collects what is typed.
#[derive(Debug, Default)]
pub struct Scanner {
    text: String,
    last: f64,
}

impl Scanner {
    /// A key was pressed at a time (milliseconds from any start). Says the number when Enter ends a scan.
    pub fn press(&mut self, key: &str, code: &str, at: f64) -> Option<OrderNumber> {
        let pause = at - self.last;
        self.last = at;
        if pause > PAUSE {
            self.text.clear();
        }
        if key == "Enter" {
            let text = std::mem::take(&mut self.text);
            return (text.len() >= LEAST).then(|| text.parse().ok()).flatten();
        }
        if let Some(sign) = sign(key, code) {
            self.text.push(sign);
        }
        None
    }
}

/// The character that a scanner meant, whatever the layout.
fn sign(key: &str, code: &str) -> Option<char> {
    let mut signs = key.chars();
    match (signs.next(), signs.next()) {
        (Some(c), None) if c.is_ascii_alphanumeric() || c == '-' => Some(c),
        (Some(_), None) => match code {
            "Minus" | "NumpadSubtract" => Some('-'),
            _ => code.strip_prefix("Key").and_then(|letter| letter.chars().next()),
        },
        _ => None,
    }
}
