//! JSON files that carry their own checksum: sorted keys, two spaces, a line feed at the end, and `sidecar_sha256`.
//!
//! The checksum is of the file without the line that holds it: `grep -v '"sidecar_sha256"' FILE | sha256sum`. A file is accepted only
//! where writing its content again gives the same bytes, so no byte can change unnoticed, not even white space.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use gleaner_extract::base::hash::ContentHash;

/// The key that holds the checksum. It must not be the last one in sort order, lest the file without its line is no JSON.
const KEY: &str = "sidecar_sha256";

/// A value as its file, and the file's checksum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Checksummed {
    pub bytes: Vec<u8>,
    pub checksum: ContentHash,
}

/// The file of a value, which must be a JSON object.
pub(super) fn seal(value: &impl Serialize) -> Result<Checksummed, serde_json::Error> {
    let mut value = serde_json::to_value(value)?;
    let mut bytes = print(&value)?;
    let checksum = ContentHash::of(&bytes);
    match place(&value, &bytes) {
        // Its line goes in before the next key's: printing all of it twice would take most of the time.
        Some(place) => drop(bytes.splice(place..place, format!("  \"{KEY}\": \"{checksum}\",\n").into_bytes())),
        None => {
            if let Value::Object(fields) = &mut value {
                fields.insert(KEY.to_string(), Value::String(checksum.to_string()));
            }
            bytes = print(&value)?;
        }
    }
    Ok(Checksummed { bytes, checksum })
}

/// Where the line of the first key behind [`KEY`] begins: keys of the object itself stand behind two spaces, and no string has line feeds.
fn place(value: &Value, printed: &[u8]) -> Option<usize> {
    let next = value.as_object()?.keys().find(|key| key.as_str() > KEY)?;
    memchr::memmem::find(printed, format!("\n  \"{next}\": ").as_bytes()).map(|at| at + 1)
}

/// Reads a file that [`seal`] wrote. The error says what is wrong with it.
pub(super) fn open<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<(T, ContentHash), String> {
    let mut value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if let Value::Object(fields) = &mut value {
        fields.remove(KEY);
    }
    let value: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let checksummed = seal(&value).map_err(|error| error.to_string())?;
    if checksummed.bytes == bytes {
        Ok((value, checksummed.checksum))
    } else {
        Err(format!("its {KEY} does not fit its content"))
    }
}

/// Sorted keys come from `serde_json::Map`, which is ordered by key.
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
    fn every_flipped_byte_is_noticed() {
        let value = BTreeMap::from([("zebra", "ä\u{1f600}\""), ("alpha", "1")]);
        let checksummed = seal(&value).unwrap();
        assert_eq!(open::<BTreeMap<String, String>>(&checksummed.bytes).unwrap().1, checksummed.checksum);
        for at in 0..checksummed.bytes.len() {
            for bit in 0..8 {
                let mut bytes = checksummed.bytes.clone();
                bytes[at] ^= 1 << bit;
                assert!(open::<BTreeMap<String, String>>(&bytes).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn the_checksum_is_of_the_file_without_its_line() {
        let checksummed = seal(&BTreeMap::from([("z", 1), ("a", 2)])).unwrap();
        let text = String::from_utf8(checksummed.bytes).unwrap();
        let rest: String = text.split_inclusive('\n').filter(|line| !line.contains(KEY)).collect();
        assert_eq!(rest, "{\n  \"a\": 2,\n  \"z\": 1\n}\n");
        assert_eq!(ContentHash::of(rest), checksummed.checksum);
    }
}
