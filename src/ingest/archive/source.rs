//! The bytes that an archive is read from. A format gets them only as this module gives them out: decompressed within the archive's budget.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use super::columns::Columns;
use crate::ingest::decompress::{decoder, decompressed};
use crate::ingest::failure::Error;
use crate::ingest::zip_container::ZipContainer;
use gleaner_warc::budget::Budget;
use gleaner_warc::compression::Compression;
use gleaner_warc::input::{ArchiveInput, ForwardOnly};
use gleaner_warc::members::Members;

/// How archives are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveOptions {
    /// Most bytes of a page, decoded.
    pub max_page_bytes: usize,
    /// The columns of tables, where the user named them.
    pub columns: Columns,
}

impl ArchiveOptions {
    /// Pages of up to these many bytes, and columns by their usual names.
    pub fn new(max_page_bytes: usize) -> Self {
        Self { max_page_bytes, columns: Columns::default() }
    }
}

/// A file or stream to be opened as an archive.
pub struct ArchiveSource<'a> {
    /// The archive, as the user named it.
    pub path: PathBuf,
    /// Most bytes of a page, decoded.
    pub max_page_bytes: usize,
    /// The columns of tables, where the user named them.
    pub columns: Columns,
    bytes: SourceBytes<'a>,
    budget: Budget,
}

enum SourceBytes<'a> {
    File(File),
    Stream(Box<dyn Read + Send + 'a>),
}

impl<'a> ArchiveSource<'a> {
    /// A file.
    pub fn file(path: &Path, file: File, options: &ArchiveOptions) -> Result<Self, Error> {
        let metadata = file.metadata().map_err(|source| Error::Io { path: path.to_path_buf(), source })?;
        let budget = Budget::new(metadata.len(), options.max_page_bytes);
        Ok(Self::new(path, SourceBytes::File(file), options, budget))
    }

    /// A stream, whose size is not known.
    pub fn stream(name: &Path, stream: impl Read + Send + 'a, options: &ArchiveOptions) -> Self {
        let budget = Budget::new(0, options.max_page_bytes);
        let stream = SourceBytes::Stream(Box::new(budget.grow_with(stream)));
        Self::new(name, stream, options, budget)
    }

    fn new(path: &Path, bytes: SourceBytes<'a>, options: &ArchiveOptions, budget: Budget) -> Self {
        let ArchiveOptions { max_page_bytes, columns } = options.clone();
        Self { path: path.to_path_buf(), max_page_bytes, columns, bytes, budget }
    }

    /// What the archive may decode to.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// The content from its beginning, decompressed as a whole.
    pub fn decompressed(self) -> Result<Box<dyn Read + 'a>, Error> {
        let Self { path, bytes, budget, .. } = self;
        let bytes: Box<dyn Read + 'a> = match bytes {
            SourceBytes::File(file) => Box::new(BufReader::with_capacity(64 << 10, file)),
            SourceBytes::Stream(stream) => stream,
        };
        decompressed(bytes, &budget).map(|(_, content)| content).map_err(|source| Error::Io { path, source })
    }

    /// The members of a file that is compressed record by record. xz and bzip2 compress whole files only: such a file is one member.
    pub(super) fn members(self) -> Result<Members<'a>, Error> {
        let Self { path, bytes, budget, .. } = self;
        let failed = |source| Error::Io { path: path.clone(), source };
        let mut input = match bytes {
            SourceBytes::File(file) => ArchiveInput::new(file),
            SourceBytes::Stream(stream) => ArchiveInput::new(ForwardOnly(stream)),
        };
        let start = input.peek(Compression::DETECTION_BYTES).map_err(failed)?;
        if let Some(compression @ (Compression::Xz | Compression::Bzip2)) = Compression::detect(start) {
            input = ArchiveInput::new(ForwardOnly(decoder(compression, input, &budget).map_err(failed)?));
        }
        Members::new(input, budget).map_err(failed)
    }

    /// The files in a ZIP container. The error says what is wrong with the container.
    pub fn zip(self) -> Result<ZipContainer<File>, String> {
        match self.bytes {
            SourceBytes::File(mut file) => {
                file.rewind().map_err(|error| error.to_string())?;
                ZipContainer::open(file, self.budget)
            }
            SourceBytes::Stream(_) => Err("ZIP is read from files only".to_owned()),
        }
    }
}

/// The first `count` bytes of a file or stream, decompressed; fewer if it is damaged. An error is one of the disk.
pub fn start(file: impl Read, count: u64) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    let read = decompressed(file, &Budget::new(count, 0)).and_then(|(_, content)| content.take(count).read_to_end(&mut start));
    match read {
        Err(error) if error.raw_os_error().is_some() => Err(error),
        // A truncated beginning is enough to recognise a format.
        _ => Ok(start),
    }
}

/// What a stream gives until its first line has ended, at most 16 KiB; less if it cannot be read.
pub fn first_line(stream: &mut impl Read) -> Vec<u8> {
    let (mut seen, mut buffer) = (Vec::new(), [0; 4 << 10]);
    while seen.len() < 16 << 10 && !seen.contains(&b'\n') {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => seen.extend_from_slice(buffer.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    seen
}
