//! Sidecars of earlier versions of the format: brings them to the current one, step by step. A step is never changed once it was released.
//!
//! A migrated sidecar is only read so; its file stays as it is until there is another reason to write it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::checksummed;
use gleaner_extract::base::hash::ContentHash;

/// Turns a sidecar of one version into one of the next.
type Migration = fn(&mut Map<String, Value>);

/// The steps from version 1 on.
const MIGRATIONS: &[Migration] = &[exact_relation_to_copy_of, no_site_page];

/// Reads a sidecar of the current version or an earlier one, and the checksum of its file. The error says what is wrong with it.
pub(super) fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8], current: u32) -> Result<(T, ContentHash), String> {
    let value = checksummed::parse(bytes)?;
    let version = value.get("schema").and_then(Value::as_u64).unwrap_or(u64::from(current));
    if version == u64::from(current) {
        return checksummed::decode_value(value, bytes);
    }
    let steps = usize::try_from(version).ok().and_then(|version| MIGRATIONS.get(version.checked_sub(1)?..));
    let Some(steps) = steps.filter(|steps| !steps.is_empty()) else {
        return Err(format!("it has schema {version}, and this gleaner knows {current}"));
    };
    let (mut value, checksum): (Value, _) = checksummed::decode_value(value, bytes)?;
    if let Value::Object(fields) = &mut value {
        steps.iter().for_each(|step| step(fields));
        fields.insert("schema".to_owned(), current.into());
    }
    serde_json::from_value(value).map(|sidecar| (sidecar, checksum)).map_err(|error| error.to_string())
}

/// Version 1 had one relation at most: that of a copy to its original.
fn exact_relation_to_copy_of(fields: &mut Map<String, Value>) {
    let original = fields.get("relations").and_then(|relations| relations.get(0)?.get("to").cloned());
    fields.insert("copy_of".to_owned(), original.unwrap_or(Value::Null));
    fields.insert("cluster".to_owned(), Value::Null);
    fields.insert("relations".to_owned(), Value::Array(Vec::new()));
}

/// Version 2 noted nothing of a page for its site.
fn no_site_page(fields: &mut Map<String, Value>) {
    fields.insert("site_page".to_owned(), Value::Null);
}
