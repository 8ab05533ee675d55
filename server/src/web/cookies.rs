//! Cookies: read from a request, written for an answer. All of them are `HttpOnly` and `SameSite=Lax` unless a
//! script of the page has to set them too.

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};

/// The value of the first cookie of that name.
#[must_use]
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// A `Set-Cookie` value; a `max_age` of 0 s deletes. Nothing when the value has characters that no cookie may have.
#[must_use]
pub fn write(name: &str, value: &str, max_age: u64, https: bool) -> Option<HeaderValue> {
    let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'"' | b',' | b';' | b'\\');
    if !value.bytes().all(plain) {
        return None;
    }
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_never_by_half_its_name() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=1; xlang=de; lang=ru;flash=Zm9v"));
        assert_eq!(read(&headers, "lang"), Some("ru"));
        assert_eq!(read(&headers, "flash"), Some("Zm9v"));
        assert_eq!(read(&headers, "ang"), None);
    }

    #[test]
    fn a_value_cannot_add_attributes() {
        assert_eq!(write("a", "1; Domain=evil", 1, false), None);
        assert_eq!(write("a", "1\r\nx: y", 1, false), None);
        assert_eq!(
            write("a", "1", 60, true).unwrap(),
            "a=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
    }
}
