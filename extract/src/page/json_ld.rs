//! Parses JSON-LD as pages write it: strictly if it is valid, otherwise repaired where its meaning is clear. Interprets only the types of nodes.

use serde_json::{Map, Value};

use crate::base::entities::decode_entities;

/// Every JSON value in the text: usually one, or several objects after each other. Empty if none can be parsed.
pub(super) fn parse(text: &str) -> Vec<Value> {
    let text = unwrap(text);
    if let Ok(value) = serde_json::from_str(text) {
        return vec![value];
    }
    let repaired = repair(text);
    let values = stream(&repaired);
    if !values.is_empty() {
        return values;
    }
    // Quotes may have been encoded as HTML.
    if text.contains("&quot;") || text.contains("&#34;") {
        return stream(&repair(&decode_entities(text)));
    }
    Vec::new()
}

/// The schema.org types of a node, without namespaces.
pub fn types_of_node(node: &Map<String, Value>) -> Vec<&str> {
    let values = match node.get("@type") {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    values.iter().filter_map(|name| name.as_str()?.rsplit(['/', '#', ':']).next()).collect()
}

/// The values after each other, up to the first that cannot be parsed.
fn stream(text: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(text).into_iter::<Value>().map_while(Result::ok).collect()
}

/// Removes what is wrapped around the JSON: HTML comments, CDATA sections, a closing semicolon.
fn unwrap(text: &str) -> &str {
    let mut text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    loop {
        let before = text;
        for prefix in ["<!--", "//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "// <![CDATA["] {
            text = text.strip_prefix(prefix).unwrap_or(text).trim_start();
        }
        for suffix in ["-->", "//]]>", "/*]]>*/", "]]>", "// ]]>", ";", "//"] {
            text = text.strip_suffix(suffix).unwrap_or(text).trim_end();
        }
        if text == before {
            return text;
        }
    }
}

/// Repairs errors whose meaning is clear: control characters and invalid escapes in strings, quotes inside strings, trailing and doubled commas,
/// comments, commas between top-level objects.
fn repair(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut in_string = false;
    let mut depth = 0usize;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        if in_string {
            match c {
                '\\' => match chars.next() {
                    Some((_, next @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't'))) => out.extend(['\\', next]),
                    Some((_, 'u')) if rest.get(1..5).is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit())) => {
                        out.push_str("\\u")
                    }
                    Some((_, next)) if !next.is_control() => out.push(next),
                    _ => {}
                },
                '"' if ends_string(rest) => {
                    in_string = false;
                    out.push('"');
                }
                '"' => out.push_str("\\\""),
                c if c.is_control() => out.push(' '),
                c => out.push(c),
            }
            continue;
        }
        match c {
            '"' => {
                in_string = true;
                out.push('"');
            }
            ',' if depth == 0 || rest.trim_start().starts_with(['}', ']', ',']) || rest.trim_start().is_empty() => {}
            '/' if rest.starts_with('*') => {
                let end = rest.find("*/").map_or(rest.len(), |end| end + 2);
                while chars.next_if(|(next, _)| *next < at + 1 + end).is_some() {}
            }
            '/' if rest.starts_with('/') => while chars.next_if(|(_, next)| *next != '\n').is_some() {},
            '{' | '[' => {
                depth += 1;
                out.push(c);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                out.push(c);
            }
            ';' => {}
            c => out.push(c),
        }
    }
    out
}

/// Whether a quote before `rest` ends its string: if something follows that may follow a string.
fn ends_string(rest: &str) -> bool {
    let rest = rest.trim_start();
    match rest.chars().next() {
        None | Some('}' | ']' | ':') => true,
        // A comma in prose is followed by words, one between members by a quote, a bracket or a value.
        Some(',') => {
            let next = rest.get(1..).unwrap_or_default().trim_start();
            next.starts_with(['"', '{', '[', '}', ']', '-', '/', ','])
                || next.starts_with(|c: char| c.is_ascii_digit())
                || ["true", "false", "null"].iter().any(|word| next.starts_with(word))
        }
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headline(text: &str) -> String {
        let values = parse(text);
        let found = values.iter().find_map(|value| value.get("headline")?.as_str());
        found.unwrap_or("none").to_string()
    }

    #[test]
    fn valid_json_is_unchanged() {
        assert_eq!(headline(r#"{"headline": "A \"quoted\" \u00e9 // story, {here}"}"#), "A \"quoted\" é // story, {here}");
    }

    #[test]
    fn errors_with_a_clear_meaning_are_repaired() {
        for broken in [
            "{\"headline\": \"A story\",}",
            "{\"headline\": \"A\nstory\"}",
            "{\"headline\": \"A\tstory\", \"x\": [1,2,],}",
            "<!-- {\"headline\": \"A story\"} -->",
            "//<![CDATA[\n{\"headline\": \"A story\"}\n//]]>",
            "{\"headline\": \"A story\"};",
            "{&quot;headline&quot;: &quot;A story&quot;}",
            "{\"@type\": \"Thing\"}{\"headline\": \"A story\"}",
            "{\"@type\": \"Thing\"},\n{\"headline\": \"A story\"}",
            "/* the story */ {\"headline\": \"A story\"}",
            "{ // the story\n \"headline\": \"A story\"}",
            "\u{feff}{\"headline\": \"A story\",, \"x\": 1}",
        ] {
            assert_eq!(headline(broken), "A story", "{broken}");
        }
        assert_eq!(headline("{\"headline\": \"The \"big\" story, they say\", \"x\": 1}"), "The \"big\" story, they say");
        assert_eq!(headline(r#"{"headline": "It\'s a story"}"#), "It's a story");
    }

    #[test]
    fn other_text_has_no_values() {
        assert!(parse("").is_empty());
        assert!(parse("var x = 1").is_empty());
        assert!(parse(&"[".repeat(100_000)).is_empty());
    }
}
