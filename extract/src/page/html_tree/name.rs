//! The names of elements: those that the HTML Standard knows are constants, others get a number per page.

use std::ops::Range;

use crate::base::fast_hash::FastMap;

/// The name of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Name(u32);

/// Defines the known names as constants of [`Name`], and [`KNOWN`] with their texts in the same order.
macro_rules! known_names {
    ($($constant:ident $text:literal),* $(,)?) => {
        /// The positions of the known names.
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "named as the constants that are made of them")]
        enum Position { $($constant,)* }

        #[expect(missing_docs, reason = "each is the element of that name")]
        impl Name { $(pub const $constant: Self = Self(Position::$constant as u32);)* }

        /// The texts of the known names.
        const KNOWN: &[&str] = &[$($text),*];
    };
}

// The last three stand for elements of SVG and MathML where only HTML elements are looked for; no tag has such a name.
known_names! {
    A "a", ABBR "abbr", ACRONYM "acronym", ADDRESS "address", APPLET "applet", AREA "area", ARTICLE "article",
    ASIDE "aside", AUDIO "audio", B "b", BASE "base", BASEFONT "basefont", BDI "bdi", BDO "bdo", BGSOUND "bgsound",
    BIG "big", BLINK "blink", BLOCKQUOTE "blockquote", BODY "body", BR "br", BUTTON "button", CANVAS "canvas",
    CAPTION "caption", CENTER "center", CITE "cite", CODE "code", COL "col", COLGROUP "colgroup", DATA "data",
    DATALIST "datalist", DD "dd", DEL "del", DETAILS "details", DFN "dfn", DIALOG "dialog", DIR "dir", DIV "div", DL "dl",
    DT "dt", EM "em", EMBED "embed", FIELDSET "fieldset", FIGCAPTION "figcaption", FIGURE "figure", FONT "font",
    FOOTER "footer", FORM "form", FRAME "frame", FRAMESET "frameset", H1 "h1", H2 "h2", H3 "h3", H4 "h4", H5 "h5", H6 "h6",
    HEAD "head", HEADER "header", HGROUP "hgroup", HR "hr", HTML "html", I "i", IFRAME "iframe", IMAGE "image", IMG "img",
    INPUT "input", INS "ins", KBD "kbd", KEYGEN "keygen", LABEL "label", LEGEND "legend", LI "li", LINK "link",
    LISTING "listing", MAIN "main", MAP "map", MARK "mark", MARQUEE "marquee", MATH "math", MENU "menu", META "meta",
    METER "meter", NAV "nav", NOBR "nobr", NOEMBED "noembed", NOFRAMES "noframes", NOSCRIPT "noscript", OBJECT "object",
    OL "ol", OPTGROUP "optgroup", OPTION "option", OUTPUT "output", P "p", PARAM "param", PATH "path", PICTURE "picture",
    PLAINTEXT "plaintext", PRE "pre", PROGRESS "progress", Q "q", RB "rb", RP "rp", RT "rt", RTC "rtc", RUBY "ruby", S "s",
    SAMP "samp", SCRIPT "script", SEARCH "search", SECTION "section", SELECT "select", SLOT "slot", SMALL "small",
    SOURCE "source", SPAN "span", STRIKE "strike", STRONG "strong", STYLE "style", SUB "sub", SUMMARY "summary", SUP "sup",
    SVG "svg", TABLE "table", TBODY "tbody", TD "td", TEMPLATE "template", TEXTAREA "textarea", TFOOT "tfoot", TH "th",
    THEAD "thead", TIME "time", TITLE "title", TR "tr", TRACK "track", TT "tt", U "u", UL "ul", USE "use", VAR "var",
    VIDEO "video", WBR "wbr", XMP "xmp", G "g", RECT "rect", CIRCLE "circle", POLYGON "polygon", DESC "desc", MI "mi",
    MO "mo", MN "mn", MS "ms", MTEXT "mtext", MGLYPH "mglyph", MALIGNMARK "malignmark", ANNOTATION_XML "annotation-xml",
    FOREIGN_OBJECT "foreignObject", FOREIGN " foreign", TEXT_POINT " text integration point",
    HTML_POINT " HTML integration point",
}

impl Name {
    /// The number of known names.
    pub const COUNT: usize = KNOWN.len();

    /// Its position: below [`Name::COUNT`] for known ones.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The known name with this text.
    pub fn known(text: &str) -> Option<Self> {
        let position = *POSITIONS.get(slot(text.as_bytes()))?;
        let mut probe = usize::from(position);
        while let Some(known) = KNOWN.get(probe) {
            if *known == text {
                return Some(Self(u32::try_from(probe).ok()?));
            }
            probe = usize::from(*NEXT.get(probe)?);
        }
        None
    }
}

/// The number of lists of names with the same hash.
const SLOTS: usize = 512;

/// No name.
const NONE: u8 = u8::MAX;

/// The hash of a name, as an index into [`POSITIONS`].
const fn slot(name: &[u8]) -> usize {
    let length = name.len();
    if length == 0 {
        return 0;
    }
    let (first, last, middle) = (name[0] as usize, name[length - 1] as usize, name[length / 2] as usize);
    (first * 31 + last * 7 + middle * 131 + length * 59) % SLOTS
}

/// The first known name of each hash, and the next one with the same hash of each name.
const TABLE: ([u8; SLOTS], [u8; KNOWN.len()]) = {
    let (mut first, mut next) = ([NONE; SLOTS], [NONE; KNOWN.len()]);
    let mut at = KNOWN.len();
    while at > 0 {
        at -= 1;
        let slot = slot(KNOWN[at].as_bytes());
        next[at] = first[slot];
        first[slot] = at as u8;
    }
    (first, next)
};
static POSITIONS: [u8; SLOTS] = TABLE.0;
static NEXT: [u8; KNOWN.len()] = TABLE.1;

/// A set of known names.
#[derive(Clone, Copy)]
pub struct NameSet([u64; 3]);

impl NameSet {
    /// A set of these names.
    pub const fn of(names: &[Name]) -> Self {
        Self([0; 3]).with(names)
    }

    /// This set with further names.
    pub const fn with(mut self, names: &[Name]) -> Self {
        let mut at = 0;
        while at < names.len() {
            self.0[(names[at].0 / 64) as usize] |= 1 << (names[at].0 % 64);
            at += 1;
        }
        self
    }

    /// This set less some names.
    pub const fn without(mut self, names: &[Name]) -> Self {
        let mut at = 0;
        while at < names.len() {
            self.0[(names[at].0 / 64) as usize] &= !(1 << (names[at].0 % 64));
            at += 1;
        }
        self
    }

    /// Whether the name is in the set.
    pub fn contains(&self, name: Name) -> bool {
        self.0.get((name.0 / 64) as usize).is_some_and(|bits| bits & (1 << (name.0 % 64)) != 0)
    }
}

/// The names of a page's elements.
#[derive(Debug, Default)]
pub struct Names {
    /// Those that are not known, one after the other.
    text: String,
    ranges: Vec<Range<u32>>,
    numbers: FastMap<Box<str>, Name>,
}

impl Names {
    /// The name with this text, which is lower case but for some of SVG.
    pub fn intern(&mut self, text: &str) -> Name {
        if let Some(name) = Name::known(text).or_else(|| self.numbers.get(text).copied()) {
            return name;
        }
        let name = Name(u32::try_from(KNOWN.len() + self.ranges.len()).unwrap_or(u32::MAX));
        let start = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.text.push_str(text);
        self.ranges.push(start..u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        self.numbers.insert(text.into(), name);
        name
    }

    /// The number of names, known and unknown.
    pub fn count(&self) -> usize {
        KNOWN.len() + self.ranges.len()
    }

    /// The text of a name.
    pub fn text(&self, name: Name) -> &str {
        if let Some(known) = KNOWN.get(name.index()) {
            return known;
        }
        let range = self.ranges.get(name.index() - KNOWN.len());
        range.and_then(|range| self.text.get(range.start as usize..range.end as usize)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_text() {
        let mut names = Names::default();
        for (position, text) in KNOWN.iter().enumerate() {
            assert_eq!(names.intern(text).index(), position);
        }
        assert_eq!(names.intern("h6"), Name::H6);
        let custom = names.intern("x-y");
        assert_eq!((names.intern("x-y"), names.text(custom), names.text(Name::P)), (custom, "x-y", "p"));
        assert_ne!(names.intern("x-z"), custom);
        assert_eq!(Name::known(""), None);
    }

    #[test]
    fn sets_hold_known_names_only() {
        const SET: NameSet = NameSet::of(&[Name::A, Name::P, Name::FOREIGN]).without(&[Name::P]);
        let unknown = Names::default().intern("x-y");
        assert_eq!([Name::A, Name::P, Name::FOREIGN, unknown].map(|name| SET.contains(name)), [true, false, true, false]);
    }
}
