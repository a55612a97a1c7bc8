//! The doctype, of which only one thing matters: whether tables are nested as old pages expect it ("quirks mode").

/// Public identifiers of quirky pages, lower case.
const QUIRKY: &[&str] = &["-//w3o//dtd w3 html strict 3.0//en//", "-/w3c/dtd html 4.0 transitional/en", "html"];

/// System identifier of quirky pages.
const QUIRKY_SYSTEM: &str = "http://www.ibm.com/data/dtd/v11/ibmxhtml1-transitional.dtd";

/// What public identifiers of quirky pages begin with (HTML Standard, § 13.2.6.4.1), lower case.
const QUIRKY_PREFIXES: &[&str] = &[
    "-//advasoft ltd//dtd html 3.0 aswedit + extensions//",
    "-//as//dtd html 3.0 aswedit + extensions//",
    "-//ietf//dtd html 2.0 level 1//",
    "-//ietf//dtd html 2.0 level 2//",
    "-//ietf//dtd html 2.0 strict level 1//",
    "-//ietf//dtd html 2.0 strict level 2//",
    "-//ietf//dtd html 2.0 strict//",
    "-//ietf//dtd html 2.0//",
    "-//ietf//dtd html 2.1e//",
    "-//ietf//dtd html 3.0//",
    "-//ietf//dtd html 3.2 final//",
    "-//ietf//dtd html 3.2//",
    "-//ietf//dtd html 3//",
    "-//ietf//dtd html level 0//",
    "-//ietf//dtd html level 1//",
    "-//ietf//dtd html level 2//",
    "-//ietf//dtd html level 3//",
    "-//ietf//dtd html strict level 0//",
    "-//ietf//dtd html strict level 1//",
    "-//ietf//dtd html strict level 2//",
    "-//ietf//dtd html strict level 3//",
    "-//ietf//dtd html strict//",
    "-//ietf//dtd html//",
    "-//metrius//dtd metrius presentational//",
    "-//microsoft//dtd internet explorer 2.0 html strict//",
    "-//microsoft//dtd internet explorer 2.0 html//",
    "-//microsoft//dtd internet explorer 2.0 tables//",
    "-//microsoft//dtd internet explorer 3.0 html strict//",
    "-//microsoft//dtd internet explorer 3.0 html//",
    "-//microsoft//dtd internet explorer 3.0 tables//",
    "-//netscape comm. corp.//dtd html//",
    "-//netscape comm. corp.//dtd strict html//",
    "-//o'reilly and associates//dtd html 2.0//",
    "-//o'reilly and associates//dtd html extended 1.0//",
    "-//o'reilly and associates//dtd html extended relaxed 1.0//",
    "-//softquad software//dtd hotmetal pro 6.0::19990601::extensions to html 4.0//",
    "-//softquad//dtd hotmetal pro 4.0::19971010::extensions to html 4.0//",
    "-//spyglass//dtd html 2.0 extended//",
    "-//sq//dtd html 2.0 hotmetal + extensions//",
    "-//sun microsystems corp.//dtd hotjava html//",
    "-//sun microsystems corp.//dtd hotjava strict html//",
    "-//w3c//dtd html 3 1995-03-24//",
    "-//w3c//dtd html 3.2 draft//",
    "-//w3c//dtd html 3.2 final//",
    "-//w3c//dtd html 3.2//",
    "-//w3c//dtd html 3.2s draft//",
    "-//w3c//dtd html 4.0 frameset//",
    "-//w3c//dtd html 4.0 transitional//",
    "-//w3c//dtd html experimental 19960712//",
    "-//w3c//dtd html experimental 970421//",
    "-//w3c//dtd w3 html//",
    "-//w3o//dtd w3 html 3.0//",
    "-//webtechs//dtd mozilla html 2.0//",
    "-//webtechs//dtd mozilla html//",
];

/// The same for those that are only quirky without a system identifier.
const QUIRKY_WITHOUT_SYSTEM: &[&str] = &["-//w3c//dtd html 4.01 frameset//", "-//w3c//dtd html 4.01 transitional//"];

/// Whether the doctype in this markup, from `<!doctype` to `>`, makes its page a quirky one.
pub fn is_quirky(markup: &str) -> bool {
    let Some(content) = markup.get("<!doctype".len()..).and_then(|rest| rest.strip_suffix('>')) else { return true };
    let content = content.trim_ascii_start();
    let (name, rest) = content.split_at(content.find(|c: char| c.is_ascii_whitespace()).unwrap_or(content.len()));
    if !name.eq_ignore_ascii_case("html") {
        return true;
    }
    let rest = rest.trim_ascii_start();
    let Some((keyword, rest)) = rest.split_at_checked("public".len()) else { return !rest.is_empty() };
    let (public, rest) = if keyword.eq_ignore_ascii_case("public") {
        let Some((public, rest)) = identifier(rest) else { return true };
        (Some(public), rest)
    } else if keyword.eq_ignore_ascii_case("system") {
        (None, rest)
    } else {
        return true;
    };
    let system = match (identifier(rest), public) {
        (Some((system, _)), _) => Some(system),
        (None, Some(_)) if rest.trim_ascii_start().is_empty() => None,
        (None, _) => return true,
    };
    is_quirky_identifier(public.unwrap_or_default(), system)
}

/// The identifier in quotes at the beginning of a text, and the rest; none if there is none or its quote is not closed.
fn identifier(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_ascii_start();
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    text.get(1..)?.split_once(quote)
}

fn is_quirky_identifier(public: &str, system: Option<&str>) -> bool {
    let public = public.to_ascii_lowercase();
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| public.starts_with(prefix));
    QUIRKY.contains(&public.as_str())
        || system.is_some_and(|system| system.eq_ignore_ascii_case(QUIRKY_SYSTEM))
        || begins(QUIRKY_PREFIXES)
        || (system.is_none() && begins(QUIRKY_WITHOUT_SYSTEM))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_and_broken_doctypes_are_quirky() {
        for markup in [
            "<!doctype html>",
            "<!DOCTYPEhtml >",
            "<!doctype html system 'about:legacy-compat'>",
            "<!doctype html PUBLIC \"-//W3C//DTD HTML 4.01//EN\">",
            "<!doctype html PUBLIC '-//W3C//DTD HTML 4.01 Transitional//EN' 'http://www.w3.org/TR/html4/loose.dtd'>",
            "<!doctype html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\"'x' y>",
        ] {
            assert!(!is_quirky(markup), "{markup}");
        }
        for markup in [
            "<!doctype html",
            "<!doctype>",
            "<!doctype x>",
            "<!doctype html x>",
            "<!doctype html public>",
            "<!doctype html public x>",
            "<!doctype html public '-//W3C//DTD XHTML 1.0 Strict//EN' x>",
            "<!doctype html public \"a>",
            "<!doctype html system>",
            "<!doctype html system 'a>",
            "<!doctype html PUBLIC \"-//W3C//DTD HTML 3.2//EN\">",
            "<!doctype html PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\">",
            "<!doctype html PUBLIC 'html' ''>",
        ] {
            assert!(is_quirky(markup), "{markup}");
        }
    }
}
