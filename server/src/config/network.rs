//! Networks whose machines may speak for others (`X-Forwarded-For`).

use std::{net::IpAddr, str::FromStr};

/// An address range, `10.0.0.0/8` or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: u128,
    prefix: u32,
}

/// Not an address range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an IP address or a range like 10.0.0.0/8")]
pub struct NotANetwork;

impl Network {
    /// Whether the address lies in this range.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let shift = 128 - self.prefix;
        self.prefix == 0 || wide(address) >> shift == self.base >> shift
    }
}

/// IPv4 as its IPv4-mapped IPv6 address, so that both compare alike.
fn wide(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

impl FromStr for Network {
    type Err = NotANetwork;
    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().map_err(|_| NotANetwork)?)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(bits);
        if prefix > bits {
            return Err(NotANetwork);
        }
        Ok(Self { base: wide(address), prefix: prefix + 128 - bits })
    }
}

/// The proxies in front of this server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

impl FromStr for Proxies {
    type Err = NotANetwork;
    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let networks = text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse);
        Ok(Self(networks.collect::<Result<_, _>>()?))
    }
}

impl Proxies {
    /// Who really asks: the peer itself, or, when the peer is a trusted proxy, the last address in
    /// `X-Forwarded-For` that is not one. What an untrusted machine writes there counts for nothing.
    #[must_use]
    pub fn caller(&self, peer: IpAddr, forwarded: &str) -> IpAddr {
        let trusted = |address| self.0.iter().any(|network| network.contains(address));
        if !trusted(peer) {
            return peer;
        }
        let mut caller = peer;
        for hop in forwarded.rsplit(',') {
            let Ok(address) = hop.trim().parse() else { return caller };
            caller = address;
            if !trusted(address) {
                return caller;
            }
        }
        caller
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(proxies: &str, peer: &str, forwarded: &str) -> String {
        proxies.parse::<Proxies>().unwrap().caller(peer.parse().unwrap(), forwarded).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_speaks_for_others() {
        assert_eq!(caller("", "9.9.9.9", "1.2.3.4"), "9.9.9.9");
        assert_eq!(caller("10.0.0.0/8", "9.9.9.9", "1.2.3.4"), "9.9.9.9");
        assert_eq!(caller("10.0.0.0/8", "10.1.1.1", "1.2.3.4"), "1.2.3.4");
        assert_eq!(caller("10.0.0.0/8, ::1", "::1", "6.6.6.6, 1.2.3.4, 10.2.2.2"), "1.2.3.4");
    }

    #[test]
    fn rubbish_in_the_header_names_nobody_else() {
        assert_eq!(caller("10.0.0.0/8", "10.1.1.1", "1.2.3.4, unknown"), "10.1.1.1");
        assert_eq!(caller("10.0.0.0/8", "10.1.1.1", ""), "10.1.1.1");
    }

    #[test]
    fn a_range_is_read_or_refused() {
        assert!("10.0.0.0/33".parse::<Network>().is_err());
        assert!("ten".parse::<Network>().is_err());
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("1.1.1.1".parse().unwrap()));
        assert!(!"10.1.0.0/16".parse::<Network>().unwrap().contains("10.2.0.1".parse().unwrap()));
    }
}
