//! Rules of single sites: XPath, the ftr-site-config format, what they do to pages, and the rules that are proposed for a site.

#![expect(clippy::unwrap_used, reason = "helpers of a test fail the test")]

mod coverage;
mod effects;
mod ftr;
mod pages;
mod suggest;
mod xpath;
