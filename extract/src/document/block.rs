//! Blocks: runs of text with facts about their surroundings. HTML pages and text dumps are both parsed into a list of them. Parses nothing.

/// A run of text: the direct inline text of one block-level element, or one line of a text dump. Contains no parser types.
#[derive(Clone, Debug)]
pub struct Block {
    /// NFC text with squeezed white space (line breaks kept in preformatted text only). Never empty.
    pub text: String,
    /// The nearest block-level element.
    pub container: ContainerId,
    /// The number of characters inside links.
    pub link_chars: u32,
    /// The number of links in the text.
    pub links: u32,
    /// The number of characters inside `b`, `strong`, `em`, `i`.
    pub emphasis_chars: u32,
    /// Hidden by attribute or inline style, itself or an ancestor.
    pub hidden: bool,
    /// The line number from 1, for text dumps; 0 for HTML.
    pub line: u32,
    /// The number of blank lines before it, for text dumps; 0 for HTML.
    pub gap: u32,
}

impl Block {
    /// The number of characters of the text.
    pub fn chars(&self) -> usize {
        self.text.chars().count()
    }
}

/// The index of a container within its page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerId(pub u32);

impl ContainerId {
    /// The page's root.
    pub const ROOT: Self = Self(0);

    /// As an index into the page's containers.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A block-level element around blocks. The root is its own parent.
#[derive(Clone, Debug)]
pub struct Container {
    /// The element.
    pub tag: Tag,
    /// The parent element.
    pub parent: ContainerId,
    /// The distance to the root, in block-level elements.
    pub depth: u16,
    /// The lower-case words of class, id, role, itemprop, aria-label and data-testid, in that order, separated by spaces:
    /// `relatedArticles-box` becomes `related articles box`.
    pub tokens: String,
    /// The `itemprop` value as written.
    pub itemprop: Option<String>,
    /// The number of element children.
    pub children: u32,
    /// Hidden by attribute or inline style, itself or an ancestor.
    pub hidden: bool,
}

impl Container {
    /// The root container.
    pub fn root(tag: Tag) -> Self {
        Self { tag, parent: ContainerId::ROOT, depth: 0, tokens: String::new(), itemprop: None, children: 0, hidden: false }
    }
}

macro_rules! tags {
    ($($variant:ident = $name:literal,)*) => {
        /// An HTML element, as far as labelling distinguishes elements.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Tag {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
            /// Any other element.
            Other,
            /// Not an element: text dumps.
            Text,
        }

        impl Tag {
            /// From an element's lower-case local name.
            pub fn from_name(name: &str) -> Self {
                match name { $($name => Self::$variant,)* _ => Self::Other }
            }

            /// The element's local name; `other` and `text` for the rest.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* Self::Other => "other", Self::Text => "text" }
            }
        }
    };
}

tags! {
    Html = "html", Body = "body", Main = "main", Article = "article", Section = "section", Div = "div", P = "p",
    H1 = "h1", H2 = "h2", H3 = "h3", H4 = "h4", H5 = "h5", H6 = "h6", Hgroup = "hgroup", Header = "header",
    Footer = "footer", Nav = "nav", Aside = "aside", Address = "address", Blockquote = "blockquote", Pre = "pre",
    Ul = "ul", Ol = "ol", Li = "li", Menu = "menu", Dl = "dl", Dt = "dt", Dd = "dd", Table = "table", Caption = "caption",
    Thead = "thead", Tbody = "tbody", Tfoot = "tfoot", Tr = "tr", Td = "td", Th = "th", Figure = "figure",
    Figcaption = "figcaption", Form = "form", Fieldset = "fieldset", Legend = "legend", Label = "label", Button = "button",
    Details = "details", Summary = "summary", Dialog = "dialog", Center = "center", Hr = "hr",
}

impl Tag {
    /// Whether an element is block-level, by its lower-case local name: those with a variant of their own, and a few standard and custom elements.
    pub fn is_block_level(name: &str) -> bool {
        const OTHERS: &[&str] =
            &["center", "dir", "frameset", "search", "optgroup", "amp-accordion", "amp-sidebar", "amp-carousel"];
        Self::from_name(name) != Self::Other || OTHERS.contains(&name)
    }

    /// The level of a heading element, 1 to 6.
    pub fn heading_level(self) -> Option<u8> {
        match self {
            Self::H1 => Some(1),
            Self::H2 => Some(2),
            Self::H3 => Some(3),
            Self::H4 => Some(4),
            Self::H5 => Some(5),
            Self::H6 => Some(6),
            _ => None,
        }
    }
}

/// The role of a kept block in the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A subheading; level 1 to 6.
    Heading(u8),
    /// The summary before the story.
    Standfirst,
    /// A paragraph.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// A block quotation.
    Quote,
    /// A row of a table, with cells joined by ` | `.
    TableRow,
    /// Preformatted text.
    Code,
}

impl Role {
    /// The name used in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Heading(_) => "heading",
            Self::Standfirst => "standfirst",
            Self::Paragraph => "paragraph",
            Self::ListItem => "list_item",
            Self::Quote => "quote",
            Self::TableRow => "table_row",
            Self::Code => "code",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_names_round_trip() {
        assert_eq!(Tag::from_name("blockquote").name(), "blockquote");
        assert_eq!(Tag::from_name("blink"), Tag::Other);
        assert_eq!(Tag::H3.heading_level(), Some(3));
    }
}
