//! Which bodies of pages are one document's, and which of them it has: what the program decides one page after another, for the pages of one address.

use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::Completeness;
use pyo3::prelude::*;

/// A body of a page, as far as it matters here.
#[derive(Clone, Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub struct Body {
    /// The address that answered; `None` if the page has none.
    answered: Option<String>,
    text_sha256: String,
    body_sha256: String,
    completeness: String,
    words: u64,
    fetched_at: Option<String>,
    /// Its place in its archive.
    path: String,
}

impl Body {
    fn rank(&self) -> (u8, u64) {
        Completeness::from_name(&self.completeness).map_or((0, 0), |verdict| verdict.rank(self.words))
    }

    fn age(&self) -> (Option<Timestamp>, &str) {
        (self.fetched_at.as_deref().and_then(|at| at.parse().ok()), &self.path)
    }
}

/// Which bodies are the document's that is known by an address, and the place in the list of the one that it has in the end. They come in the order in which
/// they were archived, and declare that address or answered there. One that has another text and answered elsewhere is another document.
#[pyfunction]
pub fn bodies_of(address: &str, bodies: Vec<Body>) -> (Vec<bool>, Option<usize>) {
    let (mut belong, mut current) = (Vec::with_capacity(bodies.len()), None);
    for (at, body) in bodies.iter().enumerate() {
        let Some(known) = current.and_then(|current: usize| bodies.get(current)) else {
            belong.push(true);
            current = Some(at);
            continue;
        };
        let is_same_page = body.answered == known.answered;
        let is_its_own = body.answered.as_deref() == Some(address);
        let belongs = is_same_page || is_its_own || body.text_sha256 == known.text_sha256;
        let is_superseded = is_same_page && known.age() > body.age() && body.rank() <= known.rank();
        let is_less = body.body_sha256 != known.body_sha256 && body.rank() < known.rank();
        if belongs && !is_superseded && !is_less {
            current = Some(at);
        }
        belong.push(belongs);
    }
    (belong, current)
}
