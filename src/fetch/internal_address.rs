//! Addresses that are not on the public internet: the IANA special-purpose ranges and those of cloud metadata services. Makes no requests.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Address ranges that are not the public internet: network, prefix length, name (IANA special-purpose registry).
const V4: &[(Ipv4Addr, u32, &str)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, "unspecified"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "carrier-grade NAT"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "loopback"),
    (Ipv4Addr::new(168, 63, 129, 16), 32, "cloud metadata"),
    (Ipv4Addr::new(169, 254, 169, 254), 32, "cloud metadata"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "protocol assignment"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "6to4 relay"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "benchmarking"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(255, 255, 255, 255), 32, "broadcast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved"),
];

/// Like [`V4`]; ranges that embed an IPv4 address are refused as a whole, whatever they embed.
const V6: &[(Ipv6Addr, u32, &str)] = &[
    (Ipv6Addr::UNSPECIFIED, 128, "unspecified"),
    (Ipv6Addr::LOCALHOST, 128, "loopback"),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, "IPv4-mapped"),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 0), 96, "IPv4-compatible"),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96, "NAT64"),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, "NAT64"),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64, "discard-only"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, "Teredo"),
    (Ipv6Addr::new(0x2001, 2, 0, 0, 0, 0, 0, 0), 48, "benchmarking"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "protocol assignment"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation"),
    (Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128, "cloud metadata"),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, "private"),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "link-local"),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, "site-local"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "multicast"),
];

/// Global unicast; anything else in IPv6 is not yet, or no longer, the public internet.
const V6_GLOBAL: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// The name of the internal range that an address is in; `None` for an address on the public internet.
pub fn internal_range(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => {
            let inside = |net: Ipv4Addr, prefix: u32| (v4.to_bits() ^ net.to_bits()).leading_zeros() >= prefix;
            V4.iter().find(|(net, prefix, _)| inside(*net, *prefix)).map(|entry| entry.2)
        }
        IpAddr::V6(v6) => {
            let inside = |net: Ipv6Addr, prefix: u32| (v6.to_bits() ^ net.to_bits()).leading_zeros() >= prefix;
            let named = V6.iter().find(|(net, prefix, _)| inside(*net, *prefix)).map(|entry| entry.2);
            named.or_else(|| (!inside(V6_GLOBAL.0, V6_GLOBAL.1)).then_some("reserved"))
        }
    }
}

/// An internal address that the configuration does not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("address {address} is not on the public internet ({range})")]
pub struct InternalAddress {
    /// The address.
    pub address: IpAddr,
    /// The name of its range: `loopback`, `private`, …
    pub range: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(address: &str) -> Option<&'static str> {
        internal_range(address.parse().unwrap())
    }

    #[test]
    fn tables_hold_networks_whose_first_and_last_address_are_internal() {
        for (net, prefix, name) in V4 {
            let host_bits = u32::MAX.checked_shr(*prefix).unwrap_or(0);
            assert_eq!(net.to_bits() & host_bits, 0, "{net}/{prefix}");
            assert!(internal_range(IpAddr::V4(*net)).is_some(), "{name}");
            assert!(internal_range(IpAddr::V4(Ipv4Addr::from_bits(net.to_bits() | host_bits))).is_some(), "{name}");
        }
        for (net, prefix, name) in V6 {
            let host_bits = u128::MAX.checked_shr(*prefix).unwrap_or(0);
            assert_eq!(net.to_bits() & host_bits, 0, "{net}/{prefix}");
            assert!(internal_range(IpAddr::V6(*net)).is_some(), "{name}");
            assert!(internal_range(IpAddr::V6(Ipv6Addr::from_bits(net.to_bits() | host_bits))).is_some(), "{name}");
        }
    }

    #[test]
    fn the_range_is_named() {
        for (address, expected) in [
            ("127.0.0.1", "loopback"),
            ("10.255.255.255", "private"),
            ("172.31.255.255", "private"),
            ("192.168.1.1", "private"),
            ("100.64.0.1", "carrier-grade NAT"),
            ("100.127.255.255", "carrier-grade NAT"),
            ("169.254.1.1", "link-local"),
            ("169.254.169.254", "cloud metadata"),
            ("fd00:ec2::254", "cloud metadata"),
            ("0.0.0.0", "unspecified"),
            ("255.255.255.255", "broadcast"),
            ("224.0.0.1", "multicast"),
            ("240.0.0.1", "reserved"),
            ("168.63.129.16", "cloud metadata"),
            ("198.19.255.255", "benchmarking"),
            ("::1", "loopback"),
            ("::", "unspecified"),
            ("::ffff:127.0.0.1", "IPv4-mapped"),
            ("::ffff:8.8.8.8", "IPv4-mapped"),
            ("::127.0.0.1", "IPv4-compatible"),
            ("64:ff9b::7f00:1", "NAT64"),
            ("64:ff9b:1::1", "NAT64"),
            ("2002:7f00:1::", "6to4"),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
            ("2001:db8::1", "documentation"),
            ("fc00::1", "private"),
            ("fe80::1", "link-local"),
            ("ff02::1", "multicast"),
            ("4000::1", "reserved"),
        ] {
            assert_eq!(range(address), Some(expected), "{address}");
        }
    }

    #[test]
    fn public_addresses_are_not_internal() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2a00:1450:4001:80b::200e",
            "2001:4860:4860::8888",
        ] {
            assert_eq!(range(address), None, "{address}");
        }
    }
}
