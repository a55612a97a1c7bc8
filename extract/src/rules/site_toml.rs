//! Reads the file of one site, `sites/<host>.toml`, with every mistake in it. Opens no file.

use serde::Deserialize;

use super::definitions::{Definitions, SourceFile};
use super::entries::{self, Mistake, Table};
use super::rule::Matching;
use super::rule_toml::{check_id, check_names, check_phrases, check_why};
use super::site::{HostScope, Selector, SiteDrop, SiteFind, SiteKeep, SiteRules};
use super::xpath::XPath;
use crate::document::selected::SiteAction;
use crate::document::{Category, RuleId};

/// A site's file as written, without its `[[drop]]`s and `[[keep]]`s; see `rules/README.md`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteToml {
    #[serde(default)]
    pub folders: Vec<String>,
    #[serde(default)]
    pub site_names: Vec<String>,
}

/// One `[[drop]]` or `[[keep]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SelectorToml {
    pub id: String,
    pub why: String,
    pub category: Option<Category>,
    #[serde(rename = "match")]
    pub matching: Option<Matching>,
    #[serde(default)]
    pub phrases: Vec<String>,
    #[serde(default)]
    pub names: Vec<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub xpath: Vec<String>,
    #[serde(default)]
    pub removes: Vec<String>,
    #[serde(default)]
    pub keeps: Vec<String>,
    #[serde(default)]
    pub removes_names: Vec<String>,
    #[serde(default)]
    pub keeps_names: Vec<String>,
}

/// What may be found on a site, by the name of its tables.
const FINDS: [SiteAction; 6] =
    [SiteAction::Body, SiteAction::Title, SiteAction::Author, SiteAction::Date, SiteAction::NextPage, SiteAction::SinglePage];

/// The rules of a site's file; `None` if there are rules for the site already, or the file is no TOML.
pub(super) fn read(
    definitions: &mut Definitions,
    file: &SourceFile<'_>,
    host: &str,
    mistakes: &mut Vec<Mistake>,
) -> Option<SiteRules> {
    let is_new = definitions.define(file, 0, &format!("site.{host}"), mistakes);
    let names = ["drop", "keep"].into_iter().chain(FINDS.map(SiteAction::name));
    let names: Vec<&str> = names.collect();
    let (rest, tables) = entries::split(file.text, &names, mistakes)?;
    let known_by = entries::read::<SiteToml>(rest, mistakes).unwrap_or_default();
    for (key, names) in [("folders", &known_by.folders), ("site_names", &known_by.site_names)] {
        let empty = names.iter().filter(|name| !name.contains(char::is_alphanumeric));
        mistakes.extend(empty.map(|name| Mistake::new(0, format!("`{key}` has {name:?}, which has no letters or digits"))));
    }
    let place = file.place(0);
    let mut site = SiteRules {
        host: host.to_owned(),
        scope: HostScope::All,
        folders: known_by.folders,
        site_names: known_by.site_names,
        drops: Vec::new(),
        keeps: Vec::new(),
        finds: Vec::new(),
        replacements: Vec::new(),
        origin: place.origin,
        file: place.file,
    };
    let actions = [SiteAction::Drop, SiteAction::Keep].into_iter().chain(FINDS);
    for (action, tables) in actions.zip(tables) {
        for table in tables {
            add(definitions, file, &mut site, action, table, mistakes);
        }
    }
    is_new.then_some(site)
}

/// Adds one table.
fn add(
    definitions: &mut Definitions,
    file: &SourceFile<'_>,
    site: &mut SiteRules,
    action: SiteAction,
    table: Table<'_>,
    mistakes: &mut Vec<Mistake>,
) {
    let offset = table.span().start;
    let Some(entry) = entries::read::<SelectorToml>(table, mistakes) else { return };
    let (mut wrong, xpath) = entry.mistakes(action);
    let id = RuleId(format!("site.{}.{}", site.host, entry.id));
    let is_valid = wrong.is_empty();
    mistakes.extend(wrong.drain(..).map(|reason| Mistake::new(offset, reason)));
    if !is_valid || !definitions.define(file, offset, &id.0, mistakes) {
        return;
    }
    let (why, category, line) = (entry.why.clone(), entry.category.unwrap_or(Category::Other), file.line(offset));
    let selector = entry.into_selector(xpath);
    match action {
        SiteAction::Drop => site.drops.push(SiteDrop { id, why, category, selector, line }),
        SiteAction::Keep => site.keeps.push(SiteKeep { id, why, selector, line }),
        _ => site.finds.push(SiteFind { id, why, action, selector, condition: None, line }),
    }
}

impl SelectorToml {
    /// Everything that is wrong with it, and its expressions.
    fn mistakes(&self, action: SiteAction) -> (Vec<String>, Vec<XPath>) {
        let mut wrong: Vec<String> = [check_id(&self.id), check_why(&self.why)].into_iter().flatten().collect();
        wrong.extend(check_phrases(&self.phrases).chain(check_names(&self.names)));
        let (mut xpath, name) = (Vec::new(), action.name());
        for text in &self.xpath {
            match XPath::parse(text) {
                Ok(read) => xpath.push(read),
                Err(error) => wrong.push(error.to_string()),
            }
        }
        let looks_at_blocks = matches!(action, SiteAction::Drop | SiteAction::Keep);
        let takes_names = looks_at_blocks || action == SiteAction::Body;
        if !looks_at_blocks && (!self.phrases.is_empty() || self.matching.is_some()) {
            wrong.push(format!("a {name} has no `phrases` and no `match`"));
        }
        let has_names = !self.names.is_empty() || !self.tags.is_empty();
        if has_names && !takes_names {
            wrong.push(format!("a {name} has no `names` and no `tags`: give it `xpath`"));
        }
        if self.phrases.is_empty() && self.names.is_empty() && self.tags.is_empty() && self.xpath.is_empty() {
            wrong.push(match action {
                _ if looks_at_blocks => "it has neither `phrases` nor `names` nor `xpath`".to_owned(),
                SiteAction::Body => "it has neither `names` nor `xpath`".to_owned(),
                _ => "it has no `xpath`".to_owned(),
            });
        }
        match (action, self.category) {
            (SiteAction::Drop, None) => wrong.push("a drop needs a `category`".to_owned()),
            (SiteAction::Drop, Some(_)) | (_, None) => {}
            (_, Some(_)) => wrong.push(format!("a {name} has no `category`")),
        }
        (wrong, xpath)
    }

    fn into_selector(self, xpath: Vec<XPath>) -> Selector {
        Selector {
            matching: self.matching.unwrap_or(Matching::Is),
            phrases: self.phrases,
            names: self.names,
            tags: self.tags,
            xpath,
            removes: self.removes,
            keeps: self.keeps,
            removes_names: self.removes_names,
            keeps_names: self.keeps_names,
        }
    }
}
