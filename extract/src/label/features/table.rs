//! The features of a page, one column per feature, so that all rows of a page are compared with a threshold at once. What a row sees of its neighbours is
//! not copied: it is the same column, shifted.

use super::matrix::Matrix;

/// Rows that are compared with a threshold at once.
pub const LANES: usize = 4;

/// Rows that are written together.
const GROUP: usize = 16;

/// Places on either side of a column, all −1: what a row sees of neighbours beyond the page. The largest shift is smaller.
const MARGIN: usize = 8;

/// Columns that round two appends at most: there is space for them from the beginning, so that nothing is copied then.
const LATER_COLUMNS: usize = 24;

/// The value of neighbours beyond the page.
const BEYOND: f32 = -1.0;

/// Columns of equal length, and the features that are read from them.
#[derive(Clone, Debug)]
pub struct Table {
    rows: usize,
    /// Places per column.
    stride: usize,
    /// Column after column.
    values: Vec<f32>,
    features: Vec<Feature>,
}

/// Where a feature is: in a column, of the row itself or of one so many rows after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Feature {
    column: u16,
    shift: i8,
}

impl Table {
    /// An empty table for so many rows.
    pub(super) fn new(rows: usize) -> Self {
        let lines = (rows + 2 * MARGIN).div_ceil(GROUP);
        // An odd number, so that the places of a row are not all in the same few lines of the processor's cache.
        let stride = (lines + usize::from(lines.is_multiple_of(2))) * GROUP;
        Self { rows, stride, values: Vec::new(), features: Vec::new() }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of features.
    pub fn width(&self) -> usize {
        self.features.len()
    }

    /// Appends columns, from one row after the other; each row must push as many values. Returns the index of the first.
    pub(super) fn push_rows(&mut self, mut push_row: impl FnMut(usize, &mut Vec<f32>)) -> usize {
        let before = self.columns();
        let mut rows = Vec::new();
        for start in (0..self.rows).step_by(GROUP) {
            rows.clear();
            let count = GROUP.min(self.rows - start);
            (start..start + count).for_each(|row| push_row(row, &mut rows));
            let width = rows.len() / count;
            if start == 0 {
                let later = if before == 0 { LATER_COLUMNS } else { 0 };
                self.values.reserve_exact((width + later) * self.stride);
                self.values.resize((before + width) * self.stride, BEYOND);
            }
            let columns = self.values.get_mut(before * self.stride..).unwrap_or_default();
            for (row, values) in rows.chunks_exact(width.max(1)).enumerate() {
                let at = MARGIN + start + row;
                let columns = columns.chunks_exact_mut(self.stride).zip(values);
                columns.for_each(|(column, value)| column.get_mut(at).into_iter().for_each(|slot| *slot = *value));
            }
        }
        before
    }

    /// Makes a column a feature: of the row itself, or of the row so many rows after it.
    pub(super) fn push_feature(&mut self, column: usize, shift: i8) {
        self.features.push(Feature { column: column as u16, shift });
    }

    /// Number of columns.
    pub(super) fn columns(&self) -> usize {
        self.values.len() / self.stride
    }

    /// The values of a feature from a row on, of at most so many rows, four together. Those beyond the last row mean nothing.
    pub fn quads(&self, feature: usize, start: usize, rows: usize) -> &[[f32; LANES]] {
        let Some(Feature { column, shift }) = self.features.get(feature) else { return &[] };
        let rows = rows.min(self.rows.saturating_sub(start)).next_multiple_of(LANES);
        let from = (usize::from(*column) * self.stride + MARGIN + start).wrapping_add_signed(isize::from(*shift));
        self.values.get(from..from + rows).unwrap_or_default().as_chunks().0
    }

    /// The table row by row, as training reads it.
    pub fn to_matrix(&self) -> Matrix {
        let value = |row: usize, feature: &Feature| {
            let at = usize::from(feature.column) * self.stride + MARGIN + row;
            self.values.get(at.wrapping_add_signed(isize::from(feature.shift))).copied().unwrap_or(BEYOND)
        };
        let row = |row: usize| self.features.iter().map(move |feature| value(row, feature));
        Matrix { width: self.width(), values: (0..self.rows).flat_map(row).collect() }
    }
}

impl From<&Matrix> for Table {
    fn from(matrix: &Matrix) -> Self {
        let mut table = Self::new(matrix.rows());
        table.push_rows(|row, out| out.extend_from_slice(matrix.row(row)));
        (0..table.columns()).for_each(|column| table.push_feature(column, 0));
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_the_values_of_its_rows() {
        for rows in [0, 1, 15, 16, 40] {
            let matrix = Matrix { width: 3, values: (0..3 * rows).map(|value| value as f32).collect() };
            let table = Table::from(&matrix);
            assert_eq!((table.rows(), table.to_matrix().values), (rows, matrix.values));
        }
    }

    #[test]
    fn a_shifted_column_is_that_of_the_neighbours() {
        let mut table = Table::new(20);
        table.push_rows(|row, out| out.push(row as f32));
        [0, -2, 6].into_iter().for_each(|shift| table.push_feature(0, shift));
        let matrix = table.to_matrix();
        assert_eq!(
            (matrix.row(0), matrix.row(7), matrix.row(19)),
            (&[0.0, -1.0, 6.0][..], &[7.0, 5.0, 13.0][..], &[19.0, 17.0, -1.0][..])
        );
        let quads = table.quads(2, 8, 64);
        assert_eq!(quads, [[14.0, 15.0, 16.0, 17.0], [18.0, 19.0, -1.0, -1.0], [-1.0; 4]]);
    }
}
