//! What recurs on a generated site: its boilerplate, and what only looks like it.

use super::Paragraph;
use crate::copies::invented::sentence;
use crate::copies::{Random, Script};

/// Where a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Between headline and story.
    Before,
    /// Between its paragraphs.
    Inside,
    /// After its end.
    Behind,
}

/// What differs from page to page in a line of boilerplate.
#[derive(Clone, Copy, Debug)]
enum Variable {
    Nothing,
    Number,
    Date,
    Name,
}

/// A line of boilerplate.
#[derive(Clone, Debug)]
pub struct Boilerplate {
    /// Where it is.
    pub place: Place,
    /// The share of stories that have it.
    pub share: f64,
    /// The class of its element; the element of a paragraph if there is none.
    pub class: Option<String>,
    /// Its words before and after what differs.
    ends: (String, String),
    variable: Variable,
}

impl Boilerplate {
    /// The boilerplate of a site: two to four lines in each place.
    pub fn of_site(script: Script, random: &mut Random) -> Vec<Self> {
        let mut lines = Vec::new();
        for place in [Place::Before, Place::Inside, Place::Behind] {
            for _ in 0..2 + random.below(3) {
                lines.push(Self::new(place, script, random));
            }
        }
        lines
    }

    fn new(place: Place, script: Script, random: &mut Random) -> Self {
        let variable = match random.below(7) {
            0 => Variable::Number,
            1 => Variable::Date,
            2 => Variable::Name,
            _ => Variable::Nothing,
        };
        let class = random.chance(0.6).then(|| without_stop(&sentence(Script::Latin, 1, random)));
        let share = if random.chance(0.75) { 1.0 } else { 0.9 };
        // Labels, sentences and whole notices.
        let words = [3 + random.below(4), 8 + random.below(8), 25 + random.below(20)][random.below(3)];
        let whole = sentence(script, words, random);
        let ends = match variable {
            Variable::Nothing => (whole, String::new()),
            _ => (without_stop(&sentence(script, 3 + random.below(4), random)), sentence(script, 3 + random.below(4), random)),
        };
        Self { place, share, class, ends, variable }
    }

    /// The line as it is on one page.
    pub fn text(&self, script: Script, random: &mut Random) -> String {
        let (start, end) = &self.ends;
        let different = match self.variable {
            Variable::Nothing => return start.trim().to_owned(),
            Variable::Number => (1 + random.below(90_000)).to_string(),
            Variable::Date => format!("{}.{}.20{}", 1 + random.below(28), 1 + random.below(12), 10 + random.below(15)),
            Variable::Name => without_stop(&sentence(script, 2, random)),
        };
        let space = if script.is_spaced() { " " } else { "" };
        format!("{start}{space}{different}{space}{}", end.trim())
    }
}

/// What recurs and belongs to the stories.
#[derive(Clone, Debug)]
pub enum Own {
    /// The refrain of a series.
    Refrain(String),
    /// The standing introduction of a column.
    Introduction(String),
    /// A quotation.
    Quotation(String),
}

impl Own {
    /// One of each.
    pub fn of_site(script: Script, random: &mut Random) -> Vec<Self> {
        let mut prose = |sentences: usize| -> String {
            let text: String = (0..sentences).map(|_| sentence(script, 9 + random.below(9), random)).collect();
            text.trim().to_owned()
        };
        vec![Self::Refrain(prose(1)), Self::Introduction(prose(2)), Self::Quotation(format!("“{}”", prose(1)))]
    }

    /// Puts it into a story, if the story has it.
    pub(super) fn put_into(&self, paragraphs: &mut Vec<Paragraph>, number: usize, random: &mut Random) -> Option<String> {
        let (has_it, text) = match self {
            Self::Refrain(text) => (number % 4 == 0, text),
            Self::Introduction(text) => (number % 4 == 1, text),
            Self::Quotation(text) => (number % 4 == 2, text),
        };
        let at = if matches!(self, Self::Introduction(_)) { 0 } else { 1 + random.below(paragraphs.len()) };
        if has_it {
            paragraphs.insert(at.min(paragraphs.len()), Paragraph { text: text.clone(), class: None });
        }
        has_it.then(|| text.clone())
    }
}

fn without_stop(text: &str) -> String {
    text.trim_end_matches(['.', ' ', '。', '।']).to_owned()
}
