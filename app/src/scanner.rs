//! A barcode scanner is a fast keyboard: digits, letters and Enter within a blink.

use crate::domain::OrderNumber;

/// The longest pause between two characters of a scan, in milliseconds.
const PAUSE: f64 = 80.0;
/// The shortest text that counts as a scan. It must hold a digit, too: a word typed in one go is no order.
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
            let number = text.len() >= LEAST && text.bytes().any(|b| b.is_ascii_digit());
            return number.then(|| text.parse().ok()).flatten();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &[(&str, &str)], pause: f64) -> Option<OrderNumber> {
        let mut scanner = Scanner::default();
        let mut at = 1_000.0;
        for (key, code) in text {
            at += pause;
            assert_eq!(scanner.press(key, code, at), None);
        }
        scanner.press("Enter", "Enter", at + pause)
    }

    const LATIN: [(&str, &str); 5] =
        [("A", "KeyA"), ("-", "Minus"), ("1", "Digit1"), ("0", "Digit0"), ("4", "Digit4")];

    #[test]
    fn a_scan_is_a_number_and_slow_typing_is_not() {
        assert_eq!(typed(&LATIN, 10.0), "A-104".parse().ok());
        assert_eq!(typed(&LATIN, 120.0), None);
    }

    #[test]
    fn a_scan_is_read_by_the_keys_places_under_a_russian_layout() {
        let mut russian = LATIN;
        russian[0] = ("Ф", "KeyA");
        assert_eq!(typed(&russian, 10.0), "A-104".parse().ok());
    }

    #[test]
    fn a_word_typed_fast_and_a_short_burst_are_no_orders() {
        let word = [("к", "KeyR"), ("о", "KeyJ"), ("л", "KeyK"), ("ь", "KeyM")];
        assert_eq!(typed(&word, 10.0), None);
        assert_eq!(typed(&LATIN[..3], 10.0), None);
    }

    #[test]
    fn keys_that_write_nothing_do_not_break_a_scan() {
        let mut keys = vec![("Shift", "ShiftLeft")];
        keys.extend(LATIN);
        assert_eq!(typed(&keys, 10.0), "A-104".parse().ok());
    }
}
