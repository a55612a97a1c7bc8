//! Opens files, so that nothing else found under a file's name can stop a run: a pipe or a socket nobody writes to, a device, a link that leads to
//! itself. The only module that opens files by their path (`tests/repository/opens.rs` holds the others to that); it interprets no content.
//!
//! What gleaner finds (in a folder, a list, the configuration) must be a regular file: [`open`] and [`read`]. What the user names on the
//! command line may also be a pipe, as the shell's `<(…)` is: [`open_named`].

mod open;
mod path_id;
mod write;
mod written;

pub use open::{
    NotAFile, expect_database, have_same_content, is_no_file, is_stream, not_a_file, open, open_folder, open_named, read,
    read_from, read_text, read_text_from,
};
pub use path_id::PathId;
pub use write::{append, copy_whole, create, create_new, open_or_create, replace, write_whole};
pub use written::as_written;
