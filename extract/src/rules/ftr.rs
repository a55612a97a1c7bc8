//! Reads rules in the ftr-site-config format of FiveFilters: `HOST.txt` with a directive on each line. They become rules of a site. Opens no file.
//!
//! Public collections have files for hundreds of sites, written for several programs. So a line that is not understood is left out and named, and the
//! other lines count.

use std::path::Path;

use super::rule::RulePlace;
use super::site::{HostScope, Selector, SiteDrop, SiteFind, SiteRules};
use super::xpath::{XPath, XPathError};
use crate::base::path_text::path_text;
use crate::document::selected::SiteAction;
use crate::document::{Category, RuleId};

/// Directives that are known, and have no meaning here: they are about images, requests, other parsers and tests.
const WITHOUT_MEANING: &[&str] = &[
    "autodetect_on_failure",
    "autodetect_next_page",
    "convert_double_br_tags",
    "dissolve",
    "footnotes",
    "http_header",
    "insert_detected_image",
    "login_extra_fields",
    "login_password_field",
    "login_uri",
    "login_username_field",
    "move_into",
    "native_ad_clue",
    "not_logged_in_xpath",
    "parser",
    "prune",
    "requires_login",
    "single_page_link_in_feed",
    "skip_id_or_class",
    "skip_json_ld",
    "src_lazy_load_attr",
    "strip_attr",
    "strip_comments",
    "strip_image_src",
    "test_contains",
    "test_url",
    "tidy",
    "unsafe_script",
    "wrap_in",
];

/// Most lines with a directive of one file.
const MAX_DIRECTIVES: usize = 2000;

/// Whether a file of rules is of this format, by its name.
pub fn is_ftr_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("txt"))
}

/// A line that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeftOut {
    /// The line, counted from 1.
    pub line: usize,
    /// Why.
    pub reason: String,
    /// Whether the line is wrong; otherwise it is only not understood.
    pub is_wrong: bool,
}

/// The host that a file is for, by its name, and which hosts below it: `example.com.txt` for one host, `.example.com.txt` for its subdomains.
pub(super) fn host_of(path: &Path) -> Option<(String, HostScope)> {
    let stem = path.file_stem()?.to_str()?.to_ascii_lowercase();
    let (host, scope) = match stem.strip_prefix('.') {
        Some(host) => (host, HostScope::Subdomains),
        None => (stem.as_str(), HostScope::Host),
    };
    let host = host.strip_prefix("www.").unwrap_or(host);
    let is_host = host.contains('.') && host.split('.').all(|label| !label.is_empty() && !label.contains(['/', ' ']));
    is_host.then(|| (host.to_owned(), scope))
}

/// Reads a file's directives into rules, and the lines that are left out.
pub(super) fn read(text: &str, (host, scope): (String, HostScope), place: RulePlace) -> (SiteRules, Vec<LeftOut>) {
    let rules = SiteRules {
        host,
        scope,
        folders: Vec::new(),
        site_names: Vec::new(),
        drops: Vec::new(),
        keeps: Vec::new(),
        finds: Vec::new(),
        replacements: Vec::new(),
        origin: place.origin,
        file: place.file,
    };
    let mut reader = Reader { rules, left_out: Vec::new(), find: None, last_link: None };
    let lines = text.trim_start_matches('\u{feff}').lines().zip(1..).map(|(line, number)| (line.trim(), number));
    let directives = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#') && !line.starts_with("//"));
    for (index, (line, number)) in directives.enumerate() {
        if index == MAX_DIRECTIVES {
            reader.leave_out(number, true, format!("the file has more than {MAX_DIRECTIVES} directives"));
            break;
        }
        reader.directive(line, number);
    }
    if let Some((_, number)) = reader.find.take() {
        reader.leave_out(number, true, "`find_string` without a `replace_string` after it".to_owned());
    }
    (reader.rules, reader.left_out)
}

struct Reader {
    rules: SiteRules,
    left_out: Vec<LeftOut>,
    /// The text of the last `find_string`, and its line.
    find: Option<(String, usize)>,
    /// Where in the rules the last link to another page is, for a condition on it.
    last_link: Option<usize>,
}

impl Reader {
    fn leave_out(&mut self, line: usize, is_wrong: bool, reason: String) {
        self.left_out.push(LeftOut { line, reason, is_wrong });
    }

    fn directive(&mut self, line: &str, number: usize) {
        let Some(Directive { name, argument, value }) = Directive::of(line) else {
            return self.leave_out(number, true, "the line is no `directive: value`".to_owned());
        };
        let link = self.last_link.take();
        match name {
            "body" => self.find(name, SiteAction::Body, value, number),
            "title" => self.find(name, SiteAction::Title, value, number),
            "author" => self.find(name, SiteAction::Author, value, number),
            "date" => self.find(name, SiteAction::Date, value, number),
            "next_page_link" => self.link(name, SiteAction::NextPage, value, number),
            "single_page_link" => self.link(name, SiteAction::SinglePage, value, number),
            "if_page_contains" => self.condition(link, value, number),
            "strip" => {
                if let Some(xpath) = self.xpath(value, number) {
                    self.drop(name, value, xpath, number);
                }
            }
            "strip_id_or_class" => {
                let wanted = value.trim_matches(['"', '\'']);
                if let Some(xpath) = self.xpath(&with_id_or_class(wanted), number).filter(|_| !wanted.is_empty()) {
                    self.drop(name, value, xpath, number);
                }
            }
            "find_string" => {
                if let Some((_, earlier)) = self.find.replace((value.to_owned(), number)) {
                    self.leave_out(earlier, true, "`find_string` without a `replace_string` after it".to_owned());
                }
            }
            "replace_string" => match argument.map(str::to_owned).or_else(|| self.find.take().map(|(find, _)| find)) {
                Some(find) if !find.is_empty() => self.rules.replacements.push((find, value.to_owned())),
                _ => self.leave_out(number, true, "`replace_string` without a text to find".to_owned()),
            },
            _ if WITHOUT_MEANING.contains(&name) => {}
            _ => self.leave_out(number, false, format!("the directive `{name}` is not known")),
        }
    }

    fn xpath(&mut self, value: &str, number: usize) -> Option<XPath> {
        match XPath::parse(value) {
            Ok(xpath) => Some(xpath),
            Err(error) => {
                let is_wrong = matches!(error, XPathError::Syntax { .. });
                self.leave_out(number, is_wrong, error.to_string());
                None
            }
        }
    }

    fn id(&self, directive: &str, number: usize) -> RuleId {
        let wildcard = if self.rules.scope == HostScope::Subdomains { "*." } else { "" };
        RuleId(format!("ftr.{wildcard}{}.{}-{number}", self.rules.host, directive.replace('_', "-")))
    }

    fn why(&self, directive: &str, value: &str) -> String {
        let name = self.rules.file.file_name().map(|name| path_text(Path::new(name))).unwrap_or_default();
        format!("`{directive}: {value}` in {name}.")
    }

    fn find(&mut self, directive: &str, action: SiteAction, value: &str, line: usize) {
        let Some(xpath) = self.xpath(value, line) else { return };
        let (id, why) = (self.id(directive, line), self.why(directive, value));
        let selector = Selector { xpath: vec![xpath], ..Selector::default() };
        self.rules.finds.push(SiteFind { id, why, action, selector, condition: None, line });
    }

    fn link(&mut self, directive: &str, action: SiteAction, value: &str, line: usize) {
        let before = self.rules.finds.len();
        self.find(directive, action, value, line);
        self.last_link = (self.rules.finds.len() > before).then_some(before);
    }

    /// A condition on the link in the line before.
    fn condition(&mut self, link: Option<usize>, value: &str, number: usize) {
        let Some(xpath) = self.xpath(value, number) else { return };
        match link.and_then(|link| self.rules.finds.get_mut(link)) {
            Some(find) => find.condition = Some(xpath),
            None => {
                self.leave_out(number, false, "`if_page_contains` without a link to another page in the line before".to_owned())
            }
        }
    }

    fn drop(&mut self, directive: &str, value: &str, xpath: XPath, line: usize) {
        let (id, why) = (self.id(directive, line), self.why(directive, value));
        let selector = Selector { xpath: vec![xpath], ..Selector::default() };
        self.rules.drops.push(SiteDrop { id, why, category: Category::Other, selector, line });
    }
}

/// A line: `name: value` or `name(argument): value`.
struct Directive<'a> {
    name: &'a str,
    argument: Option<&'a str>,
    value: &'a str,
}

impl<'a> Directive<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))?;
        let (name, rest) = line.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        let rest = rest.trim_start();
        match rest.strip_prefix('(') {
            Some(rest) => {
                let (argument, value) = rest.split_once("):")?;
                Some(Self { name, argument: Some(argument), value: value.trim() })
            }
            None => Some(Self { name, argument: None, value: rest.strip_prefix(':')?.trim() }),
        }
    }
}

/// The expression for every element whose id or class contains a text.
fn with_id_or_class(text: &str) -> String {
    let quote = if text.contains('\'') { '"' } else { '\'' };
    format!("//*[contains(@class, {quote}{text}{quote}) or contains(@id, {quote}{text}{quote})]")
}
