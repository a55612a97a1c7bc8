//! Tables of numbers of four bytes each, as `build.rs` writes those of the trained models: they are read in place from the bytes of the program, so that no
//! start builds them. Numbers are little-endian, and begin anywhere.

use crate::base::list::List;

/// A number, or several small ones.
pub type Quad = [u8; 4];

/// Reads tables one after another.
#[derive(Clone, Copy, Debug)]
pub struct TableReader(pub &'static [u8]);

impl TableReader {
    /// A number.
    pub fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*number))
    }

    /// A list.
    pub fn list(&mut self) -> Option<List<Quad>> {
        let count = self.number()? as usize;
        let (list, rest) = self.0.split_at_checked(count.checked_mul(size_of::<Quad>())?)?;
        self.0 = rest;
        Some(List::of(list.as_chunks().0))
    }
}

/// Appends a list.
pub fn write_list(list: &[Quad], out: &mut Vec<u8>) {
    out.extend((list.len() as u32).to_le_bytes());
    out.extend(list.as_flattened());
}
