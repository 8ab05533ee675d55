//! The built site's files, read once: the browser's program, scripts, styles, viewer, icons. Each with a content hash for
//! `ETag` and with the compressed forms that the build put beside it.

use std::{
    borrow::Cow,
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue, Response, StatusCode,
        header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY},
    },
};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{base64, conditional};

/// One file.
#[derive(Debug, Clone)]
pub struct File {
    /// As it is.
    pub plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    hash: String,
    kind: &'static str,
    forever: bool,
}

/// All files, by the path that a browser asks for.
#[derive(Debug)]
pub struct Files {
    held: HashMap<String, File>,
    style: String,
    own: Arc<str>,
    /// In development the folder is looked at anew each time.
    live: Option<Folder>,
}

#[derive(Debug, Clone)]
struct Folder {
    root: String,
    pkg: String,
    hashed: bool,
}

impl Files {
    /// Reads the site's folder. `hashed`: names in `pkg` carry hashes, so that they may be kept forever.
    /// `live`: files are read anew for each request.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn read(root: &str, pkg: &str, hashed: bool, live: bool) -> io::Result<Self> {
        let folder = Folder { root: root.to_owned(), pkg: format!("/{pkg}/"), hashed };
        let mut held = HashMap::new();
        folder.walk(Path::new(root), "", &mut held)?;
        let below = || held.keys().filter_map(|path| path.strip_prefix(&folder.pkg));
        let style = below().find(|name| name.ends_with(".css") && !name.contains('/'));
        let style = style.map(|name| format!("{}{name}", folder.pkg)).unwrap_or_default();
        let own = below().filter_map(|path| path.split_once('/')).find(|(name, _)| name.starts_with("page."));
        let own = own.map_or_else(|| "/".into(), |(name, _)| format!("{}{name}/", folder.pkg).into());
        Ok(Self { held, style, own, live: live.then_some(folder) })
    }

    /// Whether there is a file at that path.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        match &self.live {
            None => self.held.contains_key(path),
            Some(folder) => folder.place(path).is_some(),
        }
    }

    /// The file at that path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<Cow<'_, File>> {
        match &self.live {
            None => self.held.get(path).map(Cow::Borrowed),
            Some(folder) => folder.file(&folder.place(path)?, path).ok().map(Cow::Owned),
        }
    }

    /// The path of the site's styles, whatever hash it carries.
    #[must_use]
    pub fn style(&self) -> &str {
        &self.style
    }

    /// The folder of the pages' own scripts and styles, whatever hash it carries; `/` where the build did not give it one.
    #[must_use]
    pub const fn own(&self) -> &Arc<str> {
        &self.own
    }

    /// Paths and contents of everything read at the start.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &File)> {
        self.held.iter().map(|(path, file)| (path.as_str(), file))
    }
}

impl Folder {
    fn walk(&self, at: &Path, path: &str, held: &mut HashMap<String, File>) -> io::Result<()> {
        for entry in std::fs::read_dir(at)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let below = format!("{path}/{name}");
            if entry.file_type()?.is_dir() {
                self.walk(&entry.path(), &below, held)?;
            } else if !name.ends_with(".br") && !name.ends_with(".gz") && !name.starts_with('.') {
                held.insert(below.clone(), self.file(&entry.path(), &below)?);
            }
        }
        Ok(())
    }

    /// Where a browser's path leads, if there is a file.
    fn place(&self, path: &str) -> Option<PathBuf> {
        let clean = path.split('/').skip(1).all(|part| !part.is_empty() && !part.starts_with('.'));
        let at = Path::new(&self.root).join(path.trim_start_matches('/'));
        (clean && at.is_file()).then_some(at)
    }

    fn file(&self, at: &Path, path: &str) -> io::Result<File> {
        let plain = Bytes::from(std::fs::read(at)?);
        let beside = |suffix: &str| {
            let mut name = at.as_os_str().to_owned();
            name.push(suffix);
            std::fs::read(name).ok().map(Bytes::from)
        };
        let hash = base64::url(&Sha256::digest(&plain)[..15]);
        let forever = self.hashed && path.starts_with(&self.pkg);
        Ok(File { brotli: beside(".br"), gzip: beside(".gz"), hash, kind: kind(path), forever, plain })
    }
}

/// The media type, by the name's ending.
fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

impl File {
    /// The answer to a request with these headers: 304 when the browser has it, otherwise the smallest form it takes.
    #[must_use]
    pub fn answer(&self, headers: &HeaderMap) -> Response<Body> {
        let (body, encoding) = match super::encoding::best(headers.get(ACCEPT_ENCODING)) {
            super::encoding::Accepted::Brotli if self.brotli.is_some() => (self.brotli.as_ref(), "br"),
            super::encoding::Accepted::Brotli | super::encoding::Accepted::Gzip if self.gzip.is_some() => {
                (self.gzip.as_ref(), "gzip")
            }
            _ => (None, ""),
        };
        let tag = if encoding.is_empty() { self.hash.clone() } else { format!("{}-{encoding}", self.hash) };
        let tag = format!("\"{tag}\"");
        let fresh = conditional::matches(headers, &tag);
        let mut response = Response::new(Body::empty());
        if fresh {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            *response.body_mut() = Body::from(body.unwrap_or(&self.plain).clone());
        }
        let out = response.headers_mut();
        out.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        out.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            out.insert(ETAG, tag);
        }
        if !encoding.is_empty() && !fresh {
            out.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        // A hashed name never changes its content; everything else is asked for again and costs a 304.
        let keep = if self.forever { "public, max-age=31536000, immutable" } else { "no-cache" };
        out.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_development_the_pages_own_files_have_plain_names() {
        let public = concat!(env!("CARGO_MANIFEST_DIR"), "/../public");
        let files = Files::read(public, "pkg", false, true).unwrap();
        assert_eq!(&**files.own(), "/");
        assert!(!files.find("/client.js").unwrap().forever);
    }
}
