//! Rows of features, and each row's view of its neighbours.

/// Rows of equal width, one a block.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// Values of one row.
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

/// Each row with chosen columns of the `reach` rows on either side; −1 beyond the page.
pub fn with_neighbours(own: &Matrix, columns: &[usize], reach: usize) -> Matrix {
    let width = own.width + 2 * reach * columns.len();
    let mut out = Matrix { width, values: Vec::with_capacity(width * own.rows()) };
    for index in 0..own.rows() {
        out.values.extend_from_slice(own.row(index));
        for offset in (1..=reach).flat_map(|step| [step.wrapping_neg(), step]) {
            let row = Some(index.wrapping_add(offset)).filter(|at| *at < own.rows()).map(|at| own.row(at));
            out.values.extend(columns.iter().map(|column| row.and_then(|row| row.get(*column)).copied().unwrap_or(-1.0)));
        }
    }
    out
}
