//! A matrix of features, one row per block, and each row's view of its neighbours.

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

    /// Appends a row. All rows must have the same width.
    pub(super) fn push_row(&mut self, fill: impl FnOnce(&mut Vec<f32>)) {
        let before = self.values.len();
        fill(&mut self.values);
        self.width = self.values.len() - before;
    }

    /// Each row, followed by the views of the `reach` rows on either side; −1 beyond the page.
    pub(super) fn with_neighbours(&self, views: &Self, reach: usize) -> Self {
        let width = self.width + 2 * reach * views.width;
        let mut out = Self { width, values: Vec::with_capacity(width * self.rows()) };
        for index in 0..self.rows() {
            out.values.extend_from_slice(self.row(index));
            for offset in (1..=reach).flat_map(|step| [step.wrapping_neg(), step]) {
                match Some(index.wrapping_add(offset)).filter(|at| *at < views.rows()) {
                    Some(at) => out.values.extend_from_slice(views.row(at)),
                    None => out.values.resize(out.values.len() + views.width, -1.0),
                }
            }
        }
        out
    }
}

/// A condition as a value of a row: 1 if it is true, else 0.
pub(super) fn flag(condition: bool) -> f32 {
    f32::from(u8::from(condition))
}
