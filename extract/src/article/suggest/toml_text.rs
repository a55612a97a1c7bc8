//! Strings and lists as TOML. Reads none.

use std::fmt::Write;

/// A basic string (TOML 1.0, "String").
pub fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A list of strings: on one line if it is short, else one on each.
pub fn list(values: &[String]) -> String {
    let items: Vec<String> = values.iter().map(|value| text(value)).collect();
    let line = format!("[{}]", items.join(", "));
    if line.chars().count() <= 100 { line } else { format!("[\n    {},\n]", items.join(",\n    ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_back_as_they_were() {
        let values: Vec<String> =
            ["plain", "\"q\" \\ '", "zwei\nZeilen\u{1}", "水車", &"long ".repeat(30)].map(str::to_owned).into();
        let toml = format!("a = {}", list(&values));
        let read: std::collections::BTreeMap<String, Vec<String>> = toml::from_str(&toml).unwrap();
        assert_eq!(read["a"], values);
    }
}
