//! Tables as CSV (RFC 4180), made so that a spreadsheet shows text as text: cells hold what customers and operators
//! wrote, and a cell that begins like a formula would be carried out.

/// What a spreadsheet takes for the beginning of a formula, or passes over on the way to one.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The table as a file: with the mark that tells spreadsheets that this is UTF-8.
#[must_use]
pub fn file(head: &[&str], rows: &[Vec<String>], separator: char) -> String {
    let mut text = String::from('\u{feff}');
    line(&mut text, head.iter().copied(), separator);
    for row in rows {
        line(&mut text, row.iter().map(String::as_str), separator);
    }
    text
}

fn line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>, separator: char) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push(separator);
        }
        push(text, cell, separator);
    }
    text.push_str("\r\n");
}

fn push(text: &mut String, cell: &str, separator: char) {
    let harmful = cell.trim_start_matches(' ').starts_with(FORMULA);
    let quoted = harmful || cell.contains([separator, '"', '\n', '\r', ',', ';']);
    if !quoted {
        return text.push_str(cell);
    }
    text.push('"');
    if harmful {
        text.push('\'');
    }
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut out = String::new();
        push(&mut out, text, ';');
        out
    }

    #[test]
    fn what_looks_like_a_formula_is_shown_and_not_carried_out() {
        for text in ["=1+1", "+7 912", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0"] {
            assert_eq!(cell(text), format!("\"'{}\"", text.replace('"', "\"\"")), "{text:?}");
        }
        assert_eq!(cell("=HYPERLINK(\"http://x\")"), "\"'=HYPERLINK(\"\"http://x\"\")\"");
    }

    #[test]
    fn what_would_break_the_table_is_quoted_and_everything_else_is_as_it_is() {
        assert_eq!(cell("Кольцо «Ветвь»"), "Кольцо «Ветвь»");
        assert_eq!(cell("a;b"), "\"a;b\"");
        assert_eq!(cell("a\n\"b\""), "\"a\n\"\"b\"\"\"");
        assert_eq!(cell(""), "");
    }

    #[test]
    fn a_file_has_a_head_and_lines() {
        let rows = vec![vec!["A-1".to_owned(), "10".to_owned()]];
        assert_eq!(file(&["number", "seconds"], &rows, ','), "\u{feff}number,seconds\r\nA-1,10\r\n");
    }
}
