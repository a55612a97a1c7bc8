//! Warnings about a configuration that works but is questionable. Checks nothing itself.

use std::fmt;

/// A setting that works, but that the user should reconsider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// No contact is set.
    NoContact,
    /// robots.txt is ignored.
    RobotsIgnored,
    /// All internal addresses are allowed.
    PrivateOpen,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoContact => "requests do not say who sends them; set fetch.contact to an e-mail address or a web page",
            Self::RobotsIgnored => "fetch.robots = \"ignore\" disables robots.txt; use it only for sites of your own",
            Self::PrivateOpen => "fetch.allow_private = true lets any link lead into your own network; a list of hosts is safer",
        })
    }
}
