//! Decodes character references (HTML, "Named character references") in values that should be plain text: the common named ones, and all
//! numeric ones. Pure; the HTML parser decodes those in pages itself.

/// Named references that are common in metadata.
const ENTITIES: &[(&str, &str)] = &[
    ("amp", "&"),
    ("quot", "\""),
    ("apos", "'"),
    ("lt", "<"),
    ("gt", ">"),
    ("nbsp", " "),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("sbquo", "‚"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bdquo", "„"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("hellip", "…"),
    ("middot", "·"),
    ("bull", "•"),
    ("shy", ""),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("euro", "€"),
    ("auml", "ä"),
    ("ouml", "ö"),
    ("uuml", "ü"),
    ("Auml", "Ä"),
    ("Ouml", "Ö"),
    ("Uuml", "Ü"),
    ("szlig", "ß"),
    ("eacute", "é"),
    ("egrave", "è"),
    ("ecirc", "ê"),
    ("agrave", "à"),
    ("aacute", "á"),
    ("acirc", "â"),
    ("ccedil", "ç"),
    ("iacute", "í"),
    ("oacute", "ó"),
    ("uacute", "ú"),
    ("ntilde", "ñ"),
    ("atilde", "ã"),
    ("otilde", "õ"),
    ("ocirc", "ô"),
    ("icirc", "î"),
    ("aring", "å"),
    ("aelig", "æ"),
    ("oslash", "ø"),
];

/// Decodes character references; everything else stays as it is.
pub fn decode_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let name = from.get(1..).and_then(|name| name.split_once(';')).map(|(name, _)| name).filter(|name| name.len() <= 8);
        match name.and_then(|name| Some((name, reference(name)?))) {
            Some((name, decoded)) => {
                out.push_str(&decoded);
                rest = from.get(name.len() + 2..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control()).map(String::from);
    }
    ENTITIES.iter().find(|(entity, _)| *entity == name).map(|(_, decoded)| (*decoded).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_references_are_decoded() {
        assert_eq!(
            decode_entities("Tom &amp; Jerry&#8217;s &unknown; &#x41;&#0; & so on"),
            "Tom & Jerry’s &unknown; A&#0; & so on"
        );
    }
}
