//! A matrix of features, one row per block, as training reads it.

/// Rows of equal width, one per block.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// Values per row.
    pub width: usize,
    /// Row after row.
    pub values: Vec<f32>,
}

impl Matrix {
    /// One row.
    pub fn row(&self, index: usize) -> &[f32] {
        self.values.get(index * self.width..(index + 1) * self.width).unwrap_or_default()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }
}

/// A condition as a value of a row: 1 if it is true, else 0.
pub(super) fn flag(condition: bool) -> f32 {
    f32::from(u8::from(condition))
}
