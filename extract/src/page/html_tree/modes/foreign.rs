//! The rules for foreign content: SVG and MathML (HTML Standard, § 13.2.6.5).

use crate::page::html_tree::arena::Namespace;
use crate::page::html_tree::attribute::{Attribute, Key, Prefix};
use crate::page::html_tree::builder::{StartTag, Step, TreeBuilder};
use crate::page::html_tree::name::{Name, NameSet};
use crate::page::html_tree::open_elements::Open;
use crate::page::html_tree::span::Span;

/// HTML elements that end foreign content.
const BREAKING_OUT: NameSet = NameSet::of(&[
    Name::B,
    Name::BIG,
    Name::BLOCKQUOTE,
    Name::BODY,
    Name::BR,
    Name::CENTER,
    Name::CODE,
    Name::DD,
    Name::DIV,
    Name::DL,
    Name::DT,
    Name::EM,
    Name::EMBED,
    Name::H1,
    Name::H2,
    Name::H3,
    Name::H4,
    Name::H5,
    Name::H6,
    Name::HEAD,
    Name::HR,
    Name::I,
    Name::IMG,
    Name::LI,
    Name::LISTING,
    Name::MENU,
    Name::META,
    Name::NOBR,
    Name::OL,
    Name::P,
    Name::PRE,
    Name::RUBY,
    Name::S,
    Name::SMALL,
    Name::SPAN,
    Name::STRONG,
    Name::STRIKE,
    Name::SUB,
    Name::SUP,
    Name::TABLE,
    Name::TT,
    Name::U,
    Name::UL,
    Name::VAR,
]);

/// Elements of SVG whose names have upper-case letters.
const SVG_NAMES: &[&str] = &[
    "altGlyph",
    "altGlyphDef",
    "altGlyphItem",
    "animateColor",
    "animateMotion",
    "animateTransform",
    "clipPath",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feConvolveMatrix",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feImage",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
    "foreignObject",
    "glyphRef",
    "linearGradient",
    "radialGradient",
    "textPath",
];

/// Attributes of SVG whose names have upper-case letters.
const SVG_ATTRIBUTES: &[&str] = &[
    "attributeName",
    "attributeType",
    "baseFrequency",
    "baseProfile",
    "calcMode",
    "clipPathUnits",
    "diffuseConstant",
    "edgeMode",
    "filterUnits",
    "glyphRef",
    "gradientTransform",
    "gradientUnits",
    "kernelMatrix",
    "kernelUnitLength",
    "keyPoints",
    "keySplines",
    "keyTimes",
    "lengthAdjust",
    "limitingConeAngle",
    "markerHeight",
    "markerUnits",
    "markerWidth",
    "maskContentUnits",
    "maskUnits",
    "numOctaves",
    "pathLength",
    "patternContentUnits",
    "patternTransform",
    "patternUnits",
    "pointsAtX",
    "pointsAtY",
    "pointsAtZ",
    "preserveAlpha",
    "preserveAspectRatio",
    "primitiveUnits",
    "refX",
    "refY",
    "repeatCount",
    "repeatDur",
    "requiredExtensions",
    "requiredFeatures",
    "specularConstant",
    "specularExponent",
    "spreadMethod",
    "startOffset",
    "stdDeviation",
    "stitchTiles",
    "surfaceScale",
    "systemLanguage",
    "tableValues",
    "targetX",
    "targetY",
    "textLength",
    "viewBox",
    "viewTarget",
    "xChannelSelector",
    "yChannelSelector",
    "zoomAndPan",
];

/// Attributes with a prefix.
const PREFIXED: &[(&str, Prefix, &str)] = &[
    ("xlink:actuate", Prefix::Xlink, "actuate"),
    ("xlink:arcrole", Prefix::Xlink, "arcrole"),
    ("xlink:href", Prefix::Xlink, "href"),
    ("xlink:role", Prefix::Xlink, "role"),
    ("xlink:show", Prefix::Xlink, "show"),
    ("xlink:title", Prefix::Xlink, "title"),
    ("xlink:type", Prefix::Xlink, "type"),
    ("xml:lang", Prefix::Xml, "lang"),
    ("xml:space", Prefix::Xml, "space"),
    ("xmlns", Prefix::Xmlns, "xmlns"),
    ("xmlns:xlink", Prefix::Xmlns, "xlink"),
];

impl TreeBuilder<'_> {
    /// Whether a start tag meets the rules for foreign content.
    pub(in crate::page::html_tree) fn is_foreign_start(&self, name: Name) -> bool {
        let Some(current) = self.open.last().filter(|open| open.namespace != Namespace::Html) else { return false };
        match current.key {
            Name::TEXT_POINT => matches!(name, Name::MGLYPH | Name::MALIGNMARK),
            Name::HTML_POINT => false,
            _ if current.name == Name::ANNOTATION_XML && current.namespace == Namespace::MathMl => {
                name != Name::SVG && !self.is_annotation_of_html(current)
            }
            _ => true,
        }
    }

    /// Whether text meets the rules for foreign content.
    pub(in crate::page::html_tree) fn is_foreign_text(&self) -> bool {
        let current = self.open.last().filter(|open| open.namespace != Namespace::Html);
        current.is_some_and(|open| open.key == Name::FOREIGN && !self.is_annotation_of_html(open))
    }

    /// Whether a MathML annotation contains HTML.
    fn is_annotation_of_html(&self, open: Open) -> bool {
        if open.name != Name::ANNOTATION_XML || open.namespace != Namespace::MathMl {
            return false;
        }
        let attributes = self.arena.element(open.node).map_or((0, 0), |element| element.attributes);
        let encoding = self.arena.attributes(attributes).iter().find(|attribute| attribute.key == Key::Encoding);
        let encoding = encoding.map_or("", |attribute| self.text_of(attribute.value));
        encoding.eq_ignore_ascii_case("text/html") || encoding.eq_ignore_ascii_case("application/xhtml+xml")
    }

    /// Inserts all of a text.
    pub(in crate::page::html_tree) fn text_in_foreign(&mut self, span: Span) -> Span {
        self.frameset_ok = self.frameset_ok && !self.has_content(span);
        self.insert_text(span);
        Span::default()
    }

    pub(in crate::page::html_tree) fn start_in_foreign(&mut self, tag: StartTag<'_>) -> Step {
        let is_styling = |attribute: &Attribute| matches!(self.attribute_name(attribute), "color" | "face" | "size");
        if BREAKING_OUT.contains(tag.name) || (tag.name == Name::FONT && tag.attributes.iter().any(is_styling)) {
            self.leave_foreign_content();
            return self.start_in(self.mode, tag);
        }
        let namespace = self.open.last().map_or(Namespace::Html, |open| open.namespace);
        let name = if namespace == Namespace::Svg { self.svg_name(tag.name) } else { tag.name };
        self.insert_foreign(StartTag { name, ..tag }, namespace);
        Step::Done
    }

    fn leave_foreign_content(&mut self) {
        while self.open.last().is_some_and(|open| open.key == Name::FOREIGN) {
            self.open.pop();
        }
    }

    pub(in crate::page::html_tree) fn end_in_foreign(&mut self, name: Name) -> Step {
        if matches!(name, Name::BR | Name::P) {
            self.leave_foreign_content();
            return self.end_in(self.mode, name);
        }
        let mut at = self.open.depth();
        while let Some(open) = at.checked_sub(1).filter(|at| *at > 0).and_then(|at| self.open.get(at)) {
            self.add_steps(1);
            if at < self.open.depth() && open.namespace == Namespace::Html {
                return self.end_in(self.mode, name);
            }
            at -= 1;
            let names = &self.arena.names;
            if open.name == name || names.text(open.name).eq_ignore_ascii_case(names.text(name)) {
                self.open.truncate(at);
                return Step::Done;
            }
        }
        Step::Done
    }

    /// The name of an element in SVG.
    fn svg_name(&mut self, name: Name) -> Name {
        let text = self.arena.names.text(name);
        let adjusted = SVG_NAMES.iter().find(|known| known.eq_ignore_ascii_case(text));
        adjusted.map_or(name, |adjusted| self.arena.names.intern(adjusted))
    }

    /// Inserts an element of SVG or MathML, and opens it unless it closes itself.
    pub(super) fn insert_foreign(&mut self, tag: StartTag<'_>, namespace: Namespace) {
        let attributes: Vec<Attribute> =
            tag.attributes.iter().map(|attribute| self.foreign_attribute(*attribute, namespace)).collect();
        let attributes = self.arena.push_attributes(&attributes);
        let open = self.insert_created(tag.name, namespace, attributes);
        if !tag.is_self_closing {
            self.open.push(open);
        }
    }

    /// An attribute as one of SVG or MathML.
    fn foreign_attribute(&mut self, attribute: Attribute, namespace: Namespace) -> Attribute {
        if !matches!(attribute.key, Key::Other | Key::XmlLang) {
            return attribute;
        }
        let name = self.attribute_name(&attribute);
        if let Some((_, prefix, local)) = PREFIXED.iter().find(|(known, _, _)| *known == name) {
            let key = if attribute.key == Key::XmlLang { Key::Lang } else { Key::Other };
            return Attribute { key, prefix: *prefix, name: self.arena.push_decoded(local), ..attribute };
        }
        let adjusted = match namespace {
            Namespace::Svg => SVG_ATTRIBUTES.iter().find(|known| known.eq_ignore_ascii_case(name)).copied(),
            Namespace::MathMl => (name == "definitionurl").then_some("definitionURL"),
            Namespace::Html => None,
        };
        let name = adjusted.map_or(attribute.name, |adjusted| self.arena.push_decoded(adjusted));
        Attribute { name, ..attribute }
    }
}
