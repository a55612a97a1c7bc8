//! JSON files that contain their own checksum: sorted keys, two spaces of indentation, a final line feed, and the key `sidecar_sha256`.
//!
//! The checksum covers the file without the line that contains it: `grep -v '"sidecar_sha256"' FILE | sha256sum`. A file is accepted only if
//! writing its content again gives the same bytes, so any changed byte is noticed, white space included.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use gleaner_extract::base::hash::ContentHash;

/// The key of the checksum. It must not sort last, or the file without its line would not be JSON.
const KEY: &str = "sidecar_sha256";

/// A value as the bytes of its file, and the file's checksum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Checksummed {
    pub bytes: Vec<u8>,
    pub checksum: ContentHash,
}

/// Writes a value, which must be a JSON object, as a file with a checksum.
pub(super) fn encode(value: &impl Serialize) -> Result<Checksummed, serde_json::Error> {
    let mut value = serde_json::to_value(value)?;
    let mut bytes = print(&value)?;
    let checksum = ContentHash::of(&bytes);
    match checksum_offset(&value, &bytes) {
        // Its line is inserted before the next key's: printing the value twice would take most of the time.
        Some(offset) => drop(bytes.splice(offset..offset, format!("  \"{KEY}\": \"{checksum}\",\n").into_bytes())),
        None => {
            if let Value::Object(fields) = &mut value {
                fields.insert(KEY.to_string(), Value::String(checksum.to_string()));
            }
            bytes = print(&value)?;
        }
    }
    Ok(Checksummed { bytes, checksum })
}

/// Where the line of the first key after [`KEY`] starts: only keys of the outermost object are indented by two spaces, and strings have no line feeds.
fn checksum_offset(value: &Value, printed: &[u8]) -> Option<usize> {
    let next = value.as_object()?.keys().find(|key| key.as_str() > KEY)?;
    memchr::memmem::find(printed, format!("\n  \"{next}\": ").as_bytes()).map(|at| at + 1)
}

/// Reads a file that [`encode`] wrote. The error says what is wrong with it.
pub(super) fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<(T, ContentHash), String> {
    decode_value(parse(bytes)?, bytes)
}

/// Parses a file that [`encode`] wrote; its checksum is left out.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, String> {
    let mut value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if let Value::Object(fields) = &mut value {
        fields.remove(KEY);
    }
    Ok(value)
}

/// [`decode`] of a file that was parsed already.
pub(super) fn decode_value<T: Serialize + DeserializeOwned>(value: Value, bytes: &[u8]) -> Result<(T, ContentHash), String> {
    let value: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let checksummed = encode(&value).map_err(|error| error.to_string())?;
    if checksummed.bytes == bytes {
        Ok((value, checksummed.checksum))
    } else {
        Err(format!("its {KEY} does not match its content"))
    }
}

/// Keys are sorted because `serde_json::Map` is ordered by key.
fn print(value: &Value) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_flipped_bit_is_noticed() {
        let value = BTreeMap::from([("zebra", "ä\u{1f600}\""), ("alpha", "1")]);
        let checksummed = encode(&value).unwrap();
        assert_eq!(decode::<BTreeMap<String, String>>(&checksummed.bytes).unwrap().1, checksummed.checksum);
        for at in 0..checksummed.bytes.len() {
            for bit in 0..8 {
                let mut bytes = checksummed.bytes.clone();
                bytes[at] ^= 1 << bit;
                assert!(decode::<BTreeMap<String, String>>(&bytes).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn the_checksum_covers_the_file_without_its_line() {
        let checksummed = encode(&BTreeMap::from([("z", 1), ("a", 2)])).unwrap();
        let text = String::from_utf8(checksummed.bytes).unwrap();
        let rest: String = text.split_inclusive('\n').filter(|line| !line.contains(KEY)).collect();
        assert_eq!(rest, "{\n  \"a\": 2,\n  \"z\": 1\n}\n");
        assert_eq!(ContentHash::of(rest), checksummed.checksum);
    }
}
