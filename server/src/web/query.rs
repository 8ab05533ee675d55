//! Pairs of a query or of a form's body (`application/x-www-form-urlencoded`).

/// The pairs, decoded. Broken percent signs stay as they are, broken UTF-8 becomes the replacement character.
#[must_use]
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(key, value)| (decoded(key), decoded(value)))
        .collect()
}

/// The first value of that name.
#[must_use]
pub fn value(text: &str, name: &str) -> Option<String> {
    pairs(text).into_iter().find_map(|(key, value)| (key == name).then_some(value))
}

fn decoded(text: &str) -> String {
    let hex = |b: u8| char::from(b).to_digit(16);
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let pair = (bytes.get(at + 1).copied().and_then(hex), bytes.get(at + 2).copied().and_then(hex));
        match (byte, pair) {
            (b'%', (Some(high), Some(low))) => {
                out.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (other, _) => out.push(*other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_search_for_comes_through() {
        assert_eq!(value("q=%D0%BA%D0%BE%D0%BB%D1%8C%D1%86%D0%BE+1&mine=1", "q").unwrap(), "кольцо 1");
        assert_eq!(
            pairs("a&b=%&c=%zz&=d"),
            [
                ("a".into(), String::new()),
                ("b".into(), "%".into()),
                ("c".into(), "%zz".into()),
                (String::new(), "d".into()),
            ]
        );
    }
}
