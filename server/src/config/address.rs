//! The address of a service, which may carry a password.

use std::{fmt, str::FromStr};

/// A URL whose password is never printed: shown as `postgres://verstak:***@host:5432/verstak`.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(String);

/// Not a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a URL: scheme://[user:password@]host[:port][/path]")]
pub struct NotAnAddress;

impl Address {
    /// The address with its password, for the client that connects.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// `scheme` of `scheme://…`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.0.split_once("://").map_or("", |(scheme, _)| scheme)
    }

    /// `host[:port]`, or several with commas, without user and password.
    #[must_use]
    pub fn authority(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        authority.rsplit_once('@').map_or(authority, |(_, host)| host)
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;
    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let address = Self(text.trim().trim_end_matches('/').to_owned());
        let (scheme, host) = (address.scheme(), address.authority());
        if scheme.is_empty() || host.is_empty() || text.contains(char::is_whitespace) {
            return Err(NotAnAddress);
        }
        Ok(address)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or_default();
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        // A query may carry a password too (`?password=…`).
        let path = path.split(['?', '#']).next().unwrap_or_default();
        match authority.rsplit_once('@') {
            Some((user, host)) => {
                let user = user.split(':').next().unwrap_or_default();
                write!(f, "{scheme}://{user}:***@{host}{path}")
            }
            None => write!(f, "{scheme}://{authority}{path}"),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for text in [
            "postgres://verstak:geheim@db:5432/verstak",
            "postgres://verstak:ge@heim@db/verstak",
            "redis://:geheim@127.0.0.1:6379",
            "postgres://db/verstak?user=v&password=geheim",
        ] {
            let address: Address = text.parse().unwrap();
            assert!(!format!("{address} {address:?}").contains("heim"), "{address}");
            assert_eq!(address.reveal(), text);
        }
    }

    #[test]
    fn the_host_is_told_without_user_and_path() {
        let address: Address = "https://me:x@board.example:8443/a?b".parse().unwrap();
        assert_eq!((address.scheme(), address.authority()), ("https", "board.example:8443"));
        assert!("board.example".parse::<Address>().is_err());
    }
}
