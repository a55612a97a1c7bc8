//! Extracts the article from a web page or text dump: its text, its metadata, and a reason for everything that was removed.
//!
//! ```
//! use gleaner_extract::{Hints, extract};
//!
//! let page = b"<title>Mill burns down</title><nav><a href='/'>Home</a></nav><article><h1>Mill burns down</h1>
//!     <p>The old mill at the river burnt down in the night. Nobody was hurt, the fire brigade said on Monday.</p>
//!     <p>The fire broke out in the loft, where grain was stored until the mill closed four years ago.</p></article>";
//! let article = extract(page, Hints { url: Some("https://news.example/2024/05/mill-burns-down"), ..Hints::default() })?;
//! assert!(article.text.starts_with("The old mill"));
//! assert_eq!(article.metadata.title.unwrap().value, "Mill burns down");
//! # Ok::<(), gleaner_extract::Error>(())
//! ```
//!
//! Everything here is a pure function of its arguments: no I/O, no clock, and the same input gives the same bytes on every machine.
//! [`article::clean::clean_page`] is the function to read first: it performs the steps in order.
//!
//! ```text
//! bytes ─► page ─► label ─► metadata ─► article
//!        (blocks) (rules)
//! ```
//!
//! The modules form layers: base → document → rules, page → label, metadata → article. Each imports only from layers to its left, never from its own;
//! `tests/repository/layers.rs` of the workspace enforces it.

pub mod base;
pub mod document;

pub mod page;
pub mod rules;

pub mod label;
pub mod metadata;

pub mod article;

pub use article::extract::{Hints, extract};
pub use article::isolate::Error;
