//! Files of the user as raw documents: any name, depth and encoding, gzip and zstd too. Never writes.
