//! Web archives: the pages of WARC files, and the text of pages in WET files, one after another in constant memory.
//!
//! A pure function of a stream of bytes ([`input::ByteSource`]): nothing here opens a file or a connection. Compressed files are read member by member
//! ([`members`]), so that damage stays within one record; a [`budget::Budget`] limits what a file may decode to. The parts of it that other formats of
//! archives and pages from the network need too are public: compressions, content codings, header fields.
//!
//! ```
//! use gleaner_warc::{PageReader, ReadPage};
//!
//! let body = "<p>The old mill at the river burnt down.</p>";
//! let response = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}");
//! let record = format!(
//!     "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/mill\r\nContent-Length: {}\r\n\r\n{response}\r\n\r\n",
//!     response.len()
//! );
//! let mut pages = PageReader::of_bytes(record.into_bytes(), 1 << 20)?;
//! let Some(ReadPage::Page(page)) = pages.next() else { panic!() };
//! assert_eq!(page.bytes, body.as_bytes());
//! # Ok::<_, std::io::Error>(())
//! ```

pub mod budget;
pub mod compression;
mod digest;
pub mod http;
pub mod input;
mod item;
pub mod members;
mod pages;
mod reader;
mod records;
mod response;

pub use item::{Damage, SkipReason, WarcItem, WarcPage};
pub use pages::{PageReader, ReadPage};
pub use reader::{Limits, WarcReader, is_warc};
