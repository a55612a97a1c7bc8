//! tar archives of pages (POSIX ustar and pax, GNU), compressed as a whole or not. Nothing is unpacked to disk: names are only names, and links and
//! devices are skipped.

use std::io::{self, BufReader, Read};

use tar::{EntryType, Header, PaxExtensions};

use super::packed_file::{may_be_page, page};
use super::record::{Access, ArchiveContext, ArchiveFormat, ArchiveItem, ArchiveReader, Damage, SkipReason};
use gleaner_warc::budget::too_large;

const BLOCK: usize = 512;

/// Longest name, or list of other properties, that is read.
const MAX_EXTENSION: u64 = 64 << 10;

/// Files in a tar.
pub const FORMAT: ArchiveFormat = ArchiveFormat {
    name: "tar",
    detect: |start, _| start.first_chunk().is_some_and(is_header),
    confirm: |_| true,
    access: Access::Sequential,
    open: |source| Ok(Box::new(TarPages { reader: BufReader::new(source.decompressed()?), put_back: None, offset: 0 })),
};

/// Whether a block is the header of a file: its checksum is right, and is not that of nothing.
fn is_header(block: &[u8; BLOCK]) -> bool {
    const CHECKSUM: std::ops::Range<usize> = 148..156;
    let bytes = block.iter().enumerate().map(|(at, byte)| if CHECKSUM.contains(&at) { b' ' } else { *byte });
    let sum: u32 = bytes.map(u32::from).sum();
    block.first() != Some(&0) && Header::from_byte_slice(block).cksum().is_ok_and(|declared| declared == sum)
}

/// The files of an archive.
struct TarPages<'a> {
    reader: BufReader<Box<dyn Read + 'a>>,
    /// A block that comes before what the reader gives.
    put_back: Option<[u8; BLOCK]>,
    /// Offset of the next byte.
    offset: u64,
}

/// A file, whose content comes next.
struct TarFile {
    name: String,
    size: u64,
    is_file: bool,
}

impl TarPages<'_> {
    /// The next file; `None` at the end. After damage, goes to the next header.
    fn next_file(&mut self) -> io::Result<Option<TarFile>> {
        let (mut long_name, mut long_size, mut was_damaged) = (None, None, false);
        while let Some(block) = self.block()? {
            if block.iter().all(|byte| *byte == 0) {
                // Two such blocks are the end; archives that were joined continue after them.
                continue;
            }
            if !is_header(&block) {
                was_damaged = true;
                continue;
            }
            if was_damaged {
                // The next call begins with it.
                self.put_back = Some(block);
                self.offset -= BLOCK as u64;
                return Err(io::Error::other("it does not start like a file of a tar archive"));
            }
            let header = Header::from_byte_slice(&block);
            let size = header.entry_size()?;
            match header.entry_type() {
                EntryType::GNULongName => {
                    let name = self.extension(size)?;
                    long_name = Some(name.split(|byte| *byte == 0).next().unwrap_or_default().to_vec());
                }
                EntryType::XHeader => {
                    let extension = self.extension(size)?;
                    for property in PaxExtensions::new(&extension).flatten() {
                        match property.key() {
                            Ok("path") => long_name = Some(property.value_bytes().to_vec()),
                            Ok("size") => long_size = property.value().ok().and_then(|size| size.parse().ok()),
                            _ => {}
                        }
                    }
                }
                EntryType::GNULongLink | EntryType::XGlobalHeader => self.skip(padded(size))?,
                kind => {
                    let name = long_name.take().unwrap_or_else(|| header.path_bytes().into_owned());
                    let name = String::from_utf8_lossy(&name).into_owned();
                    let is_file = matches!(kind, EntryType::Regular | EntryType::Continuous);
                    return Ok(Some(TarFile { name, size: long_size.unwrap_or(size), is_file }));
                }
            }
        }
        match was_damaged {
            true => Err(io::Error::other("it does not start like a file of a tar archive")),
            false => Ok(None),
        }
    }

    fn read(&mut self, file: &TarFile, place: &str, context: ArchiveContext<'_>) -> io::Result<ArchiveItem> {
        let is_too_large = file.size > context.max_page_bytes as u64;
        if !file.is_file || !may_be_page(&file.name) || is_too_large {
            self.skip(padded(file.size))?;
            return match file.is_file && may_be_page(&file.name) {
                true => Err(io::Error::other(format!("{}: {}", file.name, too_large(context.max_page_bytes as u64)))),
                false => Ok(ArchiveItem::Skipped(SkipReason::MediaType)),
            };
        }
        let bytes = self.bytes(file.size)?;
        self.skip(padded(file.size) - file.size)?;
        page(context, place.to_owned(), bytes).map_err(|reason| io::Error::other(format!("{}: {reason}", file.name)))
    }

    /// The next block; `None` at the end, an error if it is cut off.
    fn block(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        if let Some(block) = self.put_back.take() {
            self.offset += BLOCK as u64;
            return Ok(Some(block));
        }
        let bytes = self.up_to(BLOCK as u64)?;
        match bytes.first_chunk() {
            Some(block) => Ok(Some(*block)),
            None if bytes.is_empty() => Ok(None),
            None => Err(truncated()),
        }
    }

    fn extension(&mut self, size: u64) -> io::Result<Vec<u8>> {
        let bytes = self.bytes(size.min(MAX_EXTENSION))?;
        self.skip(padded(size) - bytes.len() as u64)?;
        Ok(bytes)
    }

    fn bytes(&mut self, count: u64) -> io::Result<Vec<u8>> {
        let bytes = self.up_to(count)?;
        if (bytes.len() as u64) < count { Err(truncated()) } else { Ok(bytes) }
    }

    fn up_to(&mut self, count: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.reader.by_ref().take(count).read_to_end(&mut bytes);
        self.offset += bytes.len() as u64;
        self.or_end(read).map(|_| bytes)
    }

    /// After an error of the decompressor nothing more can be read.
    fn or_end<T>(&mut self, read: io::Result<T>) -> io::Result<T> {
        if read.is_err() {
            self.reader = BufReader::new(Box::new(io::empty()));
        }
        read
    }

    fn skip(&mut self, count: u64) -> io::Result<()> {
        let read = io::copy(&mut self.reader.by_ref().take(count), &mut io::sink());
        let skipped = self.or_end(read)?;
        self.offset += skipped;
        if skipped < count { Err(truncated()) } else { Ok(()) }
    }
}

impl ArchiveReader for TarPages<'_> {
    fn next_item(&mut self, context: ArchiveContext<'_>) -> Option<Result<ArchiveItem, Damage>> {
        let place = self.offset.to_string();
        let item = match self.next_file() {
            Ok(None) => return None,
            Ok(Some(file)) => self.read(&file, &place, context),
            Err(error) => Err(error),
        };
        Some(item.map_err(|error| Damage { place, reason: error.to_string() }))
    }

    fn seek_to(&mut self, place: &str) -> io::Result<bool> {
        let Ok(offset) = place.parse::<u64>() else { return Ok(false) };
        Ok(self.skip(offset).is_ok())
    }
}

/// The size of a file's content with the zeros after it.
fn padded(size: u64) -> u64 {
    size.saturating_add(BLOCK as u64 - 1) / BLOCK as u64 * BLOCK as u64
}

fn truncated() -> io::Error {
    io::Error::other("it is truncated")
}
