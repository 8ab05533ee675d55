//! Which compression a request takes, and what is compressed for one request alone.

use std::io::Write as _;

use axum::http::HeaderValue;
use bytes::Bytes;

/// Below this the header costs more than the compression saves.
pub const SMALL: usize = 512;

/// The best of what this server has ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// br
    Brotli,
    /// gzip
    Gzip,
    /// none
    Identity,
}

impl Accepted {
    /// As `Content-Encoding` says it; empty for none.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "",
        }
    }
}

/// A body that is made for one answer, compressed at the fastest level when the request takes it, and what
/// `Content-Encoding` says of it.
#[must_use]
pub fn pressed(accepted: Accepted, body: Bytes) -> (Bytes, &'static str) {
    if body.len() <= SMALL || accepted == Accepted::Identity {
        return (body, "");
    }
    let mut out = Vec::with_capacity(body.len() / 4);
    // Neither can fail on a vector.
    let done = if accepted == Accepted::Brotli {
        brotli::CompressorWriter::new(&mut out, 16 << 10, 0, 18).write_all(&body)
    } else {
        let mut gzip = flate2::write::GzEncoder::new(&mut out, flate2::Compression::fast());
        gzip.write_all(&body).and_then(|()| gzip.try_finish())
    };
    match done {
        Ok(()) => (out.into(), accepted.name()),
        Err(_) => (body, ""),
    }
}

/// Reads `Accept-Encoding`: brotli before gzip before nothing; `q=0` refuses.
#[must_use]
pub fn best(header: Option<&HeaderValue>) -> Accepted {
    let text = header.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes = |name: &str| {
        text.split(',').any(|part| {
            let mut parts = part.split(';').map(str::trim);
            let named = parts.next().is_some_and(|it| it.eq_ignore_ascii_case(name));
            named && !parts.any(|p| p.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32)))
        })
    };
    match (takes("br"), takes("gzip")) {
        (true, _) => Accepted::Brotli,
        (_, true) => Accepted::Gzip,
        _ => Accepted::Identity,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_for_one_answer_comes_out_whole() {
        use std::io::Read as _;
        let body = Bytes::from("кольцо «Ветвь» ".repeat(5000));
        let (brotli, name) = pressed(Accepted::Brotli, body.clone());
        let mut plain = Vec::new();
        brotli::Decompressor::new(&brotli[..], 4096).read_to_end(&mut plain).unwrap();
        assert_eq!((plain.as_slice(), name, brotli.len() < body.len() / 10), (&body[..], "br", true));
        let (gzip, name) = pressed(Accepted::Gzip, body.clone());
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&gzip[..]).read_to_end(&mut plain).unwrap();
        assert_eq!((plain.as_slice(), name), (&body[..], "gzip"));
        assert_eq!(pressed(Accepted::Brotli, body.slice(..100)), (body.slice(..100), ""));
    }

    #[test]
    fn what_is_refused_is_not_sent() {
        let of = |text: &'static str| best(Some(&HeaderValue::from_static(text)));
        assert_eq!(of("gzip, deflate, br, zstd"), Accepted::Brotli);
        assert_eq!(of("br;q=0, gzip;q=0.5"), Accepted::Gzip);
        assert_eq!(of("gzip;q=0.0"), Accepted::Identity);
        assert_eq!(of("identity"), Accepted::Identity);
        assert_eq!(best(None), Accepted::Identity);
    }
}
