//! `read_warc`: the pages of a web archive in bytes or in a Python file object, one after another.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use gleaner_warc::input::ByteSource;
use gleaner_warc::{PageReader, ReadPage};
use pyo3::exceptions::{PyOSError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes};

/// Largest page, unless it is given.
const MAX_PAGE_BYTES: usize = 20 << 20;

/// The pages of a web archive: WARC or WET, as it is or compressed with gzip or zstd record by record.
#[pyfunction]
#[pyo3(signature = (source, *, max_page_bytes = MAX_PAGE_BYTES))]
pub fn read_warc(source: &Bound<'_, PyAny>, max_page_bytes: usize) -> PyResult<ArchivedPages> {
    let raised = Raised::default();
    let reader = if let Ok(bytes) = source.cast::<PyBytes>() {
        PageReader::of_bytes(bytes.as_bytes().to_vec(), max_page_bytes)
    } else if let Ok(bytes) = source.cast::<PyByteArray>() {
        PageReader::of_bytes(bytes.to_vec(), max_page_bytes)
    } else if source.hasattr("read")? {
        PageReader::of_source(PythonFile::of(source, &raised)?, max_page_bytes)
    } else {
        let found = source.get_type().name()?;
        return Err(PyTypeError::new_err(format!("an archive is bytes or a file that is open for reading, not {found}")));
    };
    let failed = |error: io::Error| PyOSError::new_err(format!("failed to read the archive: {error}"));
    let reader = reader.map_err(|error| raised.take().unwrap_or_else(|| failed(error)))?;
    Ok(ArchivedPages { reader: Mutex::new(reader), raised })
}

/// An iterator of pages.
#[pyclass(frozen, module = "gleaner")]
pub struct ArchivedPages {
    reader: Mutex<PageReader<'static>>,
    raised: Raised,
}

#[pymethods]
impl ArchivedPages {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<ArchivedPage>> {
        let read = py.detach(|| self.reader.lock().unwrap_or_else(PoisonError::into_inner).next());
        // A file that fails is no damaged archive: whoever reads it has to know.
        match self.raised.take() {
            Some(error) => Err(error),
            None => Ok(read.map(|read| ArchivedPage::of(py, read))),
        }
    }
}

/// A page of a web archive, or with `error` a record that could not be read.
#[pyclass(frozen, get_all, module = "gleaner")]
pub struct ArchivedPage {
    /// The place of its record in the archive.
    place: String,
    /// Its URL.
    url: Option<String>,
    /// When it was fetched, as `2024-05-06T08:00:00Z`.
    fetched_at: Option<String>,
    /// Its `Content-Type` header.
    content_type: Option<String>,
    /// What the archive has of the response, as JSON.
    http: Option<String>,
    /// Its bytes, without transfer and content codings.
    html: Py<PyBytes>,
    /// Why the record could not be read.
    error: Option<String>,
}

impl ArchivedPage {
    fn of(py: Python<'_>, read: ReadPage) -> Self {
        match read {
            ReadPage::Page(page) => Self {
                url: Some(page.http.final_url.clone()),
                fetched_at: page.fetched_at.map(|at| at.to_string()),
                content_type: page.http.header("content-type").map(str::to_owned),
                http: serde_json::to_string(&page.http).ok(),
                html: PyBytes::new(py, &page.bytes).unbind(),
                place: page.place,
                error: None,
            },
            ReadPage::Damaged(damage) => Self {
                place: damage.place,
                url: None,
                fetched_at: None,
                content_type: None,
                http: None,
                html: PyBytes::new(py, b"").unbind(),
                error: Some(damage.reason),
            },
        }
    }
}

#[pymethods]
impl ArchivedPage {
    fn __repr__(&self) -> String {
        match (&self.url, &self.error) {
            (Some(url), _) => format!("<ArchivedPage {url}>"),
            (None, error) => format!("<ArchivedPage at {}: {}>", self.place, error.as_deref().unwrap_or_default()),
        }
    }
}

/// The exception that a file has raised, until it is passed on.
#[derive(Clone, Default)]
struct Raised(Arc<Mutex<Option<PyErr>>>);

impl Raised {
    fn put(&self, error: PyErr) -> io::Error {
        let text = error.to_string();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        io::Error::other(text)
    }

    fn take(&self) -> Option<PyErr> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A file that is open in Python.
struct PythonFile {
    file: Py<PyAny>,
    can_seek: bool,
    raised: Raised,
}

impl PythonFile {
    fn of(file: &Bound<'_, PyAny>, raised: &Raised) -> PyResult<Self> {
        // Places are counted from where the file begins.
        let can_seek = file.hasattr("seekable")? && file.call_method0("seekable")?.is_truthy()?;
        let can_seek = can_seek && file.call_method0("tell")?.extract::<u64>()? == 0;
        Ok(Self { file: file.clone().unbind(), can_seek, raised: raised.clone() })
    }
}

impl Read for PythonFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Python::attach(|py| {
            let read =
                self.file.bind(py).call_method1("read", (buffer.len(),)).and_then(|bytes| Ok(bytes.cast_into::<PyBytes>()?));
            let read = read.map_err(|error| self.raised.put(error))?;
            let bytes = read.as_bytes();
            let Some(part) = buffer.get_mut(..bytes.len()) else {
                return Err(io::Error::other("more bytes than were asked for"));
            };
            part.copy_from_slice(bytes);
            Ok(bytes.len())
        })
    }
}

impl ByteSource for PythonFile {
    fn seek_to(&mut self, offset: u64) -> io::Result<bool> {
        if !self.can_seek {
            return Ok(false);
        }
        let sought = Python::attach(|py| self.file.bind(py).call_method1("seek", (offset,)).map(drop));
        sought.map(|()| true).map_err(|error| self.raised.put(error))
    }
}
