//! Reads properties of JSON-LD nodes, in the shapes that pages give them. Knows no field of the metadata.

use serde_json::{Map, Value};

use super::plain::plain;

/// A JSON-LD node.
pub(super) type Node = Map<String, Value>;

/// The maximum number of authors, images or keywords taken from one value.
pub(super) const MAX_ITEMS: usize = 64;

/// A text value as plain text; `None` if empty.
pub(super) fn text(node: &Node, key: &str) -> Option<String> {
    let value = strings(node.get(key)).into_iter().next()?;
    Some(plain(&value)).filter(|text| !text.is_empty())
}

/// The strings of a value: itself, the items of a list, and the `@value` or `name` of objects.
pub(super) fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => items.iter().take(MAX_ITEMS).flat_map(|item| strings(Some(item))).collect(),
        Some(Value::Object(node)) => strings(node.get("@value").or_else(|| node.get("name"))),
        _ => Vec::new(),
    }
}

/// A boolean, also as text or as a schema.org URL.
pub(super) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) => match text.trim().to_ascii_lowercase().rsplit('/').next() {
            Some("true" | "yes" | "1") => Some(true),
            Some("false" | "no" | "0") => Some(false),
            _ => None,
        },
        _ => None,
    }
}
