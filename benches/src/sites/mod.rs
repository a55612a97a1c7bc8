//! Generated sites whose boilerplate is known, by which the removal of what recurs on a site is measured.
//!
//! [`Site::make`] invents a site: lines of boilerplate in words that no rule knows, before, inside and behind its stories, some of them with a number, date
//! or name that differs; and what recurs but belongs to the stories, the refrain of a series, the standing introduction of a column, a quotation
//! ([`recurring`]). [`layout`] writes the stories as pages of markup or as dumps. [`measure`] cleans them, with and without the tables of sites.

mod layout;
pub mod measure;
mod recurring;

use std::fmt::Write as _;

use crate::copies::invented::sentence;
use crate::copies::{Random, Script};
use recurring::{Boilerplate, Own, Place};

/// Stories of a site.
const STORIES: usize = 25;

/// A story of a generated site.
#[derive(Clone, Debug)]
pub struct Story {
    /// Its page or dump.
    pub file: String,
    /// Whether it is a page of markup.
    pub is_html: bool,
    /// Its number.
    pub number: usize,
    /// Its paragraphs.
    pub body: Vec<String>,
    /// What recurs in it and belongs to it.
    pub own: Vec<String>,
    /// The boilerplate around and inside it.
    pub boilerplate: Vec<String>,
}

/// A generated site.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its domain.
    pub domain: String,
    /// Its script.
    pub script: Script,
    /// Its stories.
    pub stories: Vec<Story>,
}

/// Where a paragraph is and what it is, in the order of the page.
struct Paragraph {
    text: String,
    /// The class of its element, for boilerplate that has one.
    class: Option<String>,
}

impl Site {
    /// Invents a site. `texts` are real texts in its script, of which stories are made as long as there are any; the others are invented.
    pub fn make(number: usize, script: Script, texts: &mut dyn Iterator<Item = String>, random: &mut Random) -> Self {
        let boilerplate = Boilerplate::of_site(script, random);
        let own = Own::of_site(script, random);
        let is_html = number / Script::ALL.len() % 2 == 0;
        let stories = (0..STORIES).map(|at| {
            let text = texts.next().unwrap_or_else(|| crate::copies::invented_text(script, 150 + random.below(350), random));
            let body: Vec<String> = text.split('\n').map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
            story(at, (body, script, is_html), &boilerplate, &own, random)
        });
        Self { domain: format!("site-{number}.example"), script, stories: stories.collect() }
    }
}

fn story(
    number: usize,
    (body, script, is_html): (Vec<String>, Script, bool),
    boilerplate: &[Boilerplate],
    own: &[Own],
    random: &mut Random,
) -> Story {
    let mut paragraphs: Vec<Paragraph> = body.iter().map(|text| Paragraph { text: text.clone(), class: None }).collect();
    let own: Vec<String> = own.iter().filter_map(|own| own.put_into(&mut paragraphs, number, random)).collect();
    let mut lines = Vec::new();
    for place in [Place::Inside, Place::Before, Place::Behind] {
        for line in boilerplate.iter().filter(|line| line.place == place) {
            if !random.chance(line.share) {
                continue;
            }
            let text = line.text(script, random);
            let at = match place {
                Place::Before => 0,
                Place::Inside => 1 + random.below(paragraphs.len().saturating_sub(1)),
                Place::Behind => paragraphs.len(),
            };
            paragraphs.insert(at.min(paragraphs.len()), Paragraph { text: text.clone(), class: line.class.clone() });
            lines.push(text);
        }
    }
    let mut title = sentence(script, 5 + random.below(5), random);
    title.truncate(title.trim_end_matches(['.', ' ', '。', '।']).len());
    let _ = write!(title, " {}", number + 1);
    let file = layout::write(&title, number, &paragraphs, is_html);
    Story { file, is_html, number, body, own, boilerplate: lines }
}
