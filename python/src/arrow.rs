//! Tables from and for other packages of Python, by the Arrow PyCapsule interface
//! (<https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>).

use std::sync::Mutex;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, RecordBatch, RecordBatchReader, StructArray};
use arrow_pyarrow::FromPyArrow;
use arrow_schema::ArrowError;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

/// A reader of batches; arrow-rs renamed it in version 60.
type StreamReader = arrow_array::ffi_stream::RecordBatchStreamReader;

/// A table as it comes: one batch, or a stream of them.
pub enum Table {
    /// One batch.
    Batch(RecordBatch),
    /// Batches that are read when they are asked for.
    Stream(StreamReader),
}

impl FromPyObject<'_, '_> for Table {
    type Error = PyErr;

    fn extract(table: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if table.hasattr("__arrow_c_array__")? {
            Ok(Self::Batch(RecordBatch::from_pyarrow_bound(&table)?))
        } else if table.hasattr("__arrow_c_stream__")? {
            Ok(Self::Stream(StreamReader::from_pyarrow_bound(&table)?))
        } else {
            Err(PyTypeError::new_err("the pages are no table: it has neither `__arrow_c_array__` nor `__arrow_c_stream__`"))
        }
    }
}

/// One batch for another package.
#[pyclass(frozen)]
pub struct Batch(pub RecordBatch);

#[pymethods]
impl Batch {
    /// The schema and the columns, as capsules.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        // The interface leaves it to us whether to follow the request.
        drop(requested_schema);
        let schema = FFI_ArrowSchema::try_from(self.0.schema().as_ref()).map_err(of_arrow)?;
        let columns = FFI_ArrowArray::new(&StructArray::from(self.0.clone()).to_data());
        let schema = PyCapsule::new_with_value(py, schema, c"arrow_schema")?;
        Ok((schema, PyCapsule::new_with_value(py, columns, c"arrow_array")?))
    }
}

/// A stream of batches for another package, which can be read once.
#[pyclass(frozen)]
pub struct Batches(Mutex<Option<Box<dyn RecordBatchReader + Send>>>);

impl Batches {
    /// The stream of what a reader gives.
    pub fn new(reader: impl RecordBatchReader + Send + 'static) -> Self {
        Self(Mutex::new(Some(Box::new(reader))))
    }
}

#[pymethods]
impl Batches {
    /// The stream, as a capsule.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let reader = self.0.lock().ok().and_then(|mut reader| reader.take());
        let reader = reader.ok_or_else(|| PyValueError::new_err("the stream has been read already"))?;
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), c"arrow_array_stream")
    }
}

/// An error of Arrow as an exception.
pub fn of_arrow(error: ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}
