//! A QR code (ISO/IEC 18004) as a drawing. A scanner types what is in it, as if by the keyboard.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code that the standard asks for.
const QUIET: usize = 4;

/// The code of a text, named `label`; nothing when the text is too long for one. A quarter of it may be smudged
/// (level Q): paper at a bench is.
pub fn qr(text: &str, label: &'static str) -> AnyView {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::Q) else { return ().into_any() };
    let side = code.width() + 2 * QUIET;
    view! {
        <svg class="qr" role="img" aria-label=label viewBox=format!("0 0 {side} {side}") shape-rendering="crispEdges">
            <path d=dark(&code) />
        </svg>
    }
    .into_any()
}

/// One square for each dark module.
fn dark(code: &QrCode) -> String {
    let width = code.width();
    let modules = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    modules.map(|(at, _)| format!("M{} {}h1v1h-1z", QUIET + at % width, QUIET + at / width)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_number_is_a_small_code_whose_corners_are_marked() {
        let code = QrCode::with_error_correction_level("a".repeat(32), EcLevel::Q).unwrap();
        assert!(code.width() <= 29, "{} modules", code.width());
        let drawn = dark(&code);
        let far = QUIET + code.width() - 1;
        for corner in ["M4 4h1".to_owned(), format!("M{far} 4h1"), format!("M4 {far}h1")] {
            assert!(drawn.contains(&corner), "{corner}");
        }
    }
}
