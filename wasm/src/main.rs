//! The extractor as a program for WebAssembly: a page on standard input, its article on standard output as a line of JSON with every removal. The only
//! argument is the page's URL. It is started for each page, so that one page has no effect on another, and memory is given back.

use std::io::{self, Read, Write};

use gleaner_extract::article::clean::CleanContext;
use gleaner_extract::article::isolate::clean_isolated;
use gleaner_extract::article::render::json::OutputLine;
use gleaner_extract::document::{Origin, RawDocument};
use gleaner_extract::page;
use gleaner_extract::rules::RuleSet;
use serde_json::Value;
use url::Url;

/// The largest page that is read, in bytes.
const MAX_PAGE_BYTES: u64 = 32 << 20;

fn main() -> io::Result<()> {
    let mut page = Vec::new();
    io::stdin().take(MAX_PAGE_BYTES + 1).read_to_end(&mut page)?;
    let url = std::env::args().nth(1).and_then(|url| Url::parse(&url).ok());
    writeln!(io::stdout(), "{}", line(page, url.as_ref()).to_json())
}

/// The article of a page, or why there is none.
fn line(page: Vec<u8>, url: Option<&Url>) -> OutputLine {
    if page.len() as u64 > MAX_PAGE_BYTES {
        return OutputLine::failed(Value::Null, format!("read the page: it is larger than {MAX_PAGE_BYTES} bytes"));
    }
    let rules = RuleSet::embedded().unwrap_or_default();
    let context = CleanContext { rules: &rules, limits: &page::Config::default(), now: None, sites: None };
    match clean_isolated(&RawDocument::local(Origin::Stdin, page), url, context) {
        Ok(cleaned) => OutputLine::of(Value::Null, &cleaned).with_url(&cleaned).explained(&cleaned),
        Err(error) => OutputLine::failed(Value::Null, error.to_string()),
    }
}
