//! What a text dump calls its site: an agency in front of the first paragraph, names and domains in the furniture around the story.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::candidate::{Candidate, Candidates, Source};
use super::page_context::PageContext;
use crate::base::fast_hash::FastSet;
use crate::base::pattern::{LazyPattern, LazyPatterns};
use crate::base::text::fold;
use crate::document::Category;
use crate::page::Format;

/// Kinds of lines in which a site speaks of itself.
const FURNITURE: &[Category] = &[
    Category::Paywall,
    Category::Newsletter,
    Category::SiteInfo,
    Category::Donation,
    Category::Footer,
    Category::Comments,
    Category::Share,
    Category::Consent,
    Category::Advertising,
];

/// Words inside names that end none.
const PARTICLES: &[&str] = &["of", "the", "de", "del", "der", "des", "&"];

/// MetadataInput needed to name a site.
const ENOUGH: f32 = 2.0;

/// What the domain of the same name adds.
const DOMAIN: f32 = 3.0;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Table {
    pattern: Vec<Pattern>,
    generic: WordList,
    home: WordList,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Pattern {
    weight: f32,
    forms: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WordList {
    words: Vec<String>,
}

/// The words of the table.
struct Words {
    generic: FastSet<String>,
    home: Vec<String>,
}

/// Sentences in which a site names itself, and what each adds.
struct Forms {
    weights: Vec<f32>,
    patterns: LazyPatterns,
}

/// A capitalised name of up to five words.
const NAME: &str = r"(?-i:((?:[\p{Lu}\d][\p{L}\p{N}'’.-]*)(?: (?:\p{Lu}[\p{L}\p{N}'’-]*|(?:of|the|de|del|der|des)\b|&)){0,4}))";

/// Any words up to a mark.
const ANY_WORDS: &str = r"([^.,;:|–—()©\d][^.,;:|–—()©]{1,40}?)";

const TABLE: &str = include_str!("data/site_names.toml");

// Each at need: most pages ask for few of them, and what a pattern needs takes as long to find out as a page to read.

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let table: Table = toml::from_str(TABLE).unwrap_or_default();
    let mut home: Vec<String> = table.home.words.iter().map(|word| word.to_lowercase()).collect();
    home.sort_by_key(|word| std::cmp::Reverse(word.len()));
    Words { generic: table.generic.words.iter().map(|word| fold(word)).collect(), home }
});

static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let table: Table = toml::from_str(TABLE).unwrap_or_default();
    let pattern_of = |form: &String| format!(r"(?i)(?:^|[^\p{{L}}]){}", form.replace("{N}", NAME).replace("{LINE}", ANY_WORDS));
    Forms {
        weights: table.pattern.iter().flat_map(|pattern| pattern.forms.iter().map(|_| pattern.weight)).collect(),
        patterns: LazyPatterns::new(table.pattern.iter().flat_map(|pattern| pattern.forms.iter().map(pattern_of))),
    }
});

static DOMAIN_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\b((?:[a-z0-9-]+\.)+[a-z]{2,10})\b").ok());

static DATELINES: LazyLock<LazyPatterns> = LazyLock::new(|| {
    let datelines = [
        r"^\((\p{Lu}[^()\d]{1,30})\) ?[-–—]{0,2} ?\S",
        r"^\p{Lu}[\p{L} .,'’/-]{2,60}(?:, [^()]{2,30})? ?\((\p{Lu}[^()\d]{1,30})\) ?[-–—]{1,2} ",
    ];
    LazyPatterns::new(datelines.map(str::to_owned))
});

static TOLD: LazyLock<LazyPattern> = LazyLock::new(|| LazyPattern::new(format!(r"\b(?:told|tells) {NAME}")));

/// Hears the furniture, and in dumps the dateline: a page's head names its site better than an agency does.
pub(crate) fn gather(context: &PageContext<'_>, found: &mut Candidates) {
    if context.page().format == Format::Text
        && let Some((name, line)) = dateline(context)
    {
        found.sites.push(Candidate::new(name, Source::Furniture, format!("text:line {line} (dateline)")));
    }
    if let Some((name, at)) = furniture(context) {
        found.sites.push(Candidate::new(name, Source::Furniture, at).adjusted(0.1));
    }
}

/// The agency or outlet in brackets at the start of the story.
fn dateline(context: &PageContext<'_>) -> Option<(String, u32)> {
    let removed: FastSet<usize> = context.input.removals.iter().map(|removal| removal.block).collect();
    let kept =
        context.page().blocks.iter().enumerate().filter(|(index, block)| !removed.contains(index) && block.text.len() > 60);
    kept.take(2).find_map(|(_, block)| {
        let start = block.text.get(..block.text.floor_char_boundary(200))?;
        let hit = DATELINES.on(start).find_map(|(_, pattern)| pattern.captures(start))?;
        let name = hit.get(1)?.as_str().trim();
        let sentence = name.split(' ').count() > 4 || name.chars().any(|c| matches!(c, ';' | ':' | '!' | '?'));
        (!sentence && !is_generic(name)).then(|| (name.to_string(), block.line))
    })
}

/// The name with the most input in the furniture, and the line that shows it first.
fn furniture(context: &PageContext<'_>) -> Option<(String, String)> {
    let mut names: BTreeMap<String, (f32, String, usize)> = BTreeMap::new();
    let mut domains: FastSet<String> = FastSet::default();
    for removal in context.input.removals.iter().filter(|removal| FURNITURE.contains(&removal.category)) {
        let Some(block) = context.page().blocks.get(removal.block).filter(|block| block.text.len() < 2_000) else { continue };
        domains.extend(domain_labels(&block.text));
        let mut add = |name: &str, weight: f32| {
            if let Some(name) = proper(name) {
                names.entry(run_together(&name)).or_insert((0.0, name, removal.block)).0 += weight;
            }
        };
        for (index, pattern) in FORMS.patterns.on(&block.text) {
            if let Some(name) = pattern.captures(&block.text).and_then(|hit| hit.get(1)) {
                add(name.as_str(), FORMS.weights.get(index).copied().unwrap_or_default());
            }
        }
        // A line that is a name and nothing else.
        if removal.category == Category::SiteInfo && block.chars() <= 30 && block.text.split(' ').count() <= 3 {
            add(&block.text, 1.0);
        }
    }
    let spoken = if names.is_empty() { Vec::new() } else { told(context.input.text) };
    for name in spoken {
        if let Some(known) = names.get_mut(&run_together(&name)) {
            known.0 += 1.0;
        }
    }
    for (key, entry) in &mut names {
        entry.0 += if domains.contains(key) { DOMAIN } else { 0.0 };
    }
    let best = names.into_values().filter(|(score, ..)| *score >= ENOUGH).max_by(|a, b| a.0.total_cmp(&b.0).then(b.2.cmp(&a.2)));
    best.and_then(|(_, name, at)| Some((name, super::text::witness(context.page().blocks.get(at)?, at))))
}

/// Whom people in the story spoke to, each name once.
fn told(text: &str) -> Vec<String> {
    let Some(pattern) = TOLD.on(text) else { return Vec::new() };
    let names: FastSet<String> = pattern.captures_iter(text).filter_map(|hit| proper(hit.get(1)?.as_str())).collect();
    names.into_iter().collect()
}

/// The labels of the domains in a text, run together: `news.daily-example.com` → `dailyexample`.
fn domain_labels(text: &str) -> Vec<String> {
    if !text.contains('.') {
        return Vec::new();
    }
    let Some(pattern) = DOMAIN_NAME.as_ref() else { return Vec::new() };
    let hosts = pattern.captures_iter(text).filter_map(|hit| hit.get(1)).map(|hit| hit.as_str().to_lowercase());
    hosts.filter_map(|host| Some(run_together(psl::domain_str(&host)?.split('.').next()?))).collect()
}

/// A name without generic words at its end and without its domain's suffix; `None` where nothing is left.
fn proper(name: &str) -> Option<String> {
    let mut name = name.trim_matches(|c: char| !c.is_alphanumeric());
    name = name.strip_suffix("’s").or_else(|| name.strip_suffix("'s")).unwrap_or(name);
    while let Some((rest, last)) = name.rsplit_once(' ')
        && (WORDS.generic.contains(&fold(last)) || PARTICLES.contains(&last))
    {
        name = rest.trim();
    }
    let lower = name.to_lowercase();
    if !name.contains(' ')
        && name.contains('.')
        && let Some(domain) = psl::domain_str(&lower)
        && domain == lower
        && let Some((label, _)) = name.split_once('.')
    {
        name = label;
    }
    (name.chars().count() >= 2 && !is_generic(name) && name.chars().any(char::is_alphabetic)).then(|| name.to_string())
}

fn is_generic(name: &str) -> bool {
    WORDS.generic.contains(&fold(name))
}

fn run_together(name: &str) -> String {
    fold(name).replace(' ', "")
}

/// What follows the word for the home page at the start of a line.
pub(crate) fn after_home(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let first = line.chars().next()?.to_lowercase().next()?;
    WORDS.home.iter().filter(|word| word.starts_with(first)).find_map(|word| {
        let head = line.get(..word.len())?;
        (head.to_lowercase() == *word).then(|| line.get(word.len()..)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_whole() {
        let table: Table = toml::from_str(TABLE).map_err(|error| error.message().to_string()).unwrap();
        for form in table.pattern.iter().flat_map(|pattern| &pattern.forms) {
            assert!(form.contains("{N}") || form.contains("{LINE}"), "{form}");
        }
        for form in table.pattern.iter().flat_map(|pattern| &pattern.forms) {
            Regex::new(&form.replace("{N}", NAME).replace("{LINE}", ANY_WORDS))
                .map_err(|error| format!("{form}: {error}"))
                .unwrap();
        }
        let forms: usize = table.pattern.iter().map(|pattern| pattern.forms.len()).sum();
        assert_eq!(
            (0..FORMS.patterns.len()).filter(|form| FORMS.patterns.compiled(*form).is_some()).count(),
            forms,
            "every form compiles"
        );
        assert!((0..2).all(|dateline| DATELINES.compiled(dateline).is_some()));
    }

    #[test]
    fn names_are_proper() {
        assert_eq!(proper("Dailyexample.com").as_deref(), Some("Dailyexample"));
        assert_eq!(proper("Daily Example PRO").as_deref(), Some("Daily Example"));
        assert_eq!(proper("Patreon"), None);
    }
}
