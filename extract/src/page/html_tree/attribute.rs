//! The attributes of elements. Those that are read by name everywhere have a key.

use super::span::Span;

/// Defines the keys with the names of their attributes.
macro_rules! keys {
    ($($key:ident $text:literal),* $(,)?) => {
        /// An attribute that is read by name, or any other.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is the attribute of that name")]
        #[repr(u8)]
        pub enum Key { $($key,)* Other }

        impl Key {
            /// The key of an attribute by its lower-case name.
            #[expect(non_upper_case_globals, reason = "patterns named as their keys")]
            pub fn of(name: &[u8]) -> Self {
                $(const $key: &[u8] = $text.as_bytes();)*
                match name {
                    $($key => Self::$key,)*
                    _ => Self::Other,
                }
            }

            /// The name of the attribute, but for others.
            pub fn text(self) -> Option<&'static str> {
                match self {
                    $(Self::$key => Some($text),)*
                    Self::Other => None,
                }
            }
        }
    };
}

keys! {
    Id "id", Rel "rel", Src "src", Lang "lang", Role "role", Href "href", Type "type", Name "name", Class "class", Style "style",
    Title "title", Value "value", Hidden "hidden", Content "content", Charset "charset", XmlLang "xml:lang", Itemprop "itemprop",
    Datetime "datetime", Hreflang "hreflang", Property "property", Encoding "encoding", AriaLabel "aria-label",
    HttpEquiv "http-equiv", DataTestid "data-testid", Shadowrootmode "shadowrootmode",
}

/// The namespace of an attribute, by its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prefix {
    /// None, as nearly all.
    None,
    /// `xlink:`
    Xlink,
    /// `xml:`
    Xml,
    /// `xmlns:`
    Xmlns,
}

/// An attribute.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// Which one it is.
    pub key: Key,
    /// Its prefix.
    pub prefix: Prefix,
    /// The name of one without a key, without the prefix: lower case but for some of SVG.
    pub name: Span,
    /// Its value.
    pub value: Span,
}
