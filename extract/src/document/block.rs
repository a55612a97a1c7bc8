//! Blocks: runs of text with what is known of their surroundings. HTML pages and plain text both become a list of them.

/// A run of text: the direct inline text of one block-level element, or one line of a text dump. Holds no parser types.
#[derive(Clone, Debug)]
pub struct Block {
    /// NFC text with squeezed white space (line breaks kept in preformatted text only). Never empty.
    pub text: String,
    /// The nearest block-level element.
    pub container: ContainerId,
    /// Characters of the text inside links.
    pub link_chars: u32,
    /// Number of links in the text.
    pub links: u32,
    /// Characters inside `b`, `strong`, `em`, `i`.
    pub emphasis_chars: u32,
    /// Hidden by attribute or inline style, itself or an ancestor.
    pub hidden: bool,
    /// The source line, counted from 1, for text dumps; 0 for HTML.
    pub line: u32,
    /// Blank lines in front of it, for text dumps; 0 for HTML.
    pub gap: u32,
}

impl Block {
    /// Characters of the text.
    pub fn chars(&self) -> usize {
        self.text.chars().count()
    }
}

/// Index of a container within its page.
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
    /// The element around it.
    pub parent: ContainerId,
    /// Distance to the root, in block-level elements.
    pub depth: u16,
    /// Lower-case words of class, id, role, itemprop, aria-label and data-testid, in that order, parted by spaces:
    /// `relatedArticles-box` gives `related articles box`.
    pub tokens: String,
    /// The `itemprop` value as written, where there is one.
    pub itemprop: Option<String>,
    /// Element children of any kind.
    pub children: u32,
    /// Hidden by attribute or inline style, itself or an ancestor.
    pub hidden: bool,
}

impl Container {
    /// The container around all others.
    pub fn root(tag: Tag) -> Self {
        Self { tag, parent: ContainerId::ROOT, depth: 0, tokens: String::new(), itemprop: None, children: 0, hidden: false }
    }
}

macro_rules! tags {
    ($($variant:ident = $name:literal,)*) => {
        /// An HTML element as far as labelling tells elements apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Tag {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
            /// Any other element.
            Other,
            /// No element: text dumps.
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

/// What a kept block is in the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A subheading; level 1 to 6.
    Heading(u8),
    /// The summary in front of the story.
    Standfirst,
    /// A paragraph.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// A block quotation.
    Quote,
    /// A row of a table, cells joined by ` | `.
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
    fn tags_read_back() {
        assert_eq!(Tag::from_name("blockquote").name(), "blockquote");
        assert_eq!(Tag::from_name("blink"), Tag::Other);
        assert_eq!(Tag::H3.heading_level(), Some(3));
    }
}
