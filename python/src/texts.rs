//! Functions of texts: cleaning a dump, fingerprints, and how much of one text is in another.

use gleaner_extract::article::fingerprint as prints;
use pyo3::prelude::*;

use super::input::{PageInput, bytes_of};
use super::settings::{Arguments, ExtractionError, Settings, message};

/// The clean text of a text dump or page.
#[pyfunction]
#[pyo3(signature = (dump, url = None))]
pub fn clean_text(py: Python<'_>, dump: &Bound<'_, PyAny>, url: Option<String>) -> PyResult<String> {
    let settings = Settings::of(Arguments::default())?;
    let input = PageInput { bytes: bytes_of(dump)?, url, content_type: None };
    let text = py.detach(|| settings.clean(input).map(|cleaned| cleaned.article.text));
    text.map_err(|error| ExtractionError::new_err(message(&error)))
}

/// Hashes of passages of a text, sorted: texts that share a passage share some of them.
#[pyfunction]
pub fn fingerprint(py: Python<'_>, text: &str) -> Vec<u64> {
    py.detach(|| prints::fingerprint(text).hashes)
}

/// How much of each of two texts is in the other.
#[pyfunction]
pub fn containment(py: Python<'_>, a: &str, b: &str) -> Overlap {
    py.detach(|| Overlap(prints::containment(a, b)))
}

/// How much of each of two texts is in the other.
#[pyclass(frozen, module = "gleaner")]
pub struct Overlap(prints::Overlap);

#[pymethods]
impl Overlap {
    /// Distinct passages of four words that both have.
    #[getter]
    fn shared(&self) -> usize {
        self.0.shared
    }

    /// The share of the first text that the second has, from 0 to 1.
    #[getter]
    fn here(&self) -> f64 {
        self.0.here
    }

    /// The share of the second text that the first has, from 0 to 1.
    #[getter]
    fn there(&self) -> f64 {
        self.0.there
    }

    fn __repr__(&self) -> String {
        format!("<Overlap here={:.3} there={:.3} shared={}>", self.0.here, self.0.there, self.0.shared)
    }
}
