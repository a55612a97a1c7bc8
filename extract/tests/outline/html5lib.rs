//! The test cases of html5lib for tree construction, and their trees as outlines.

use crate::outline::{Line, Outline};

/// A test case.
pub struct Case {
    /// The markup.
    pub markup: String,
    /// The lines of its tree.
    tree: Vec<String>,
    /// It is about a fragment, not a page.
    pub is_fragment: bool,
    /// It is about browsers without scripting.
    pub is_unscripted: bool,
}

/// The test cases of a file.
pub fn cases(file: &str) -> Vec<Case> {
    let file = format!("\n{file}");
    file.split("\n#data\n").skip(1).map(case).collect()
}

fn case(text: &str) -> Case {
    let (markup, rest) = text.split_once("\n#errors\n").unwrap_or_else(|| text.split_once("#errors\n").unwrap());
    let (heads, tree) = format!("\n{rest}").split_once("\n#document\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    // A text may have line feeds, so a line without a bar belongs to the one before it.
    let mut lines: Vec<String> = Vec::new();
    for line in tree.trim_end_matches('\n').split('\n') {
        match line.strip_prefix("| ") {
            Some(line) => lines.push(line.to_owned()),
            None => lines.last_mut().unwrap().push_str(&format!("\n{line}")),
        }
    }
    Case {
        markup: markup.to_owned(),
        tree: lines,
        is_fragment: heads.contains("\n#document-fragment\n"),
        is_unscripted: heads.contains("\n#script-off"),
    }
}

impl Case {
    /// The names of the attributes in the tree, without their prefixes.
    pub fn attributes(&self) -> Vec<String> {
        let attributes = self.tree.iter().filter_map(|line| attribute(line.trim_start()));
        attributes.map(|(name, _)| name.rsplit(' ').next().unwrap().to_owned()).collect()
    }

    /// The tree as an outline, without comments, doctypes and the level of a template's content.
    pub fn outline(&self) -> Vec<Line> {
        let mut outline = Outline::default();
        // The depths of open elements and contents of templates.
        let mut open: Vec<(usize, bool)> = Vec::new();
        let mut lines = self.tree.iter().peekable();
        while let Some(line) = lines.next() {
            let (depth, content) = (line.len() - line.trim_start_matches(' ').len(), line.trim_start_matches(' '));
            while open.last().is_some_and(|(above, _)| *above >= depth) {
                if open.pop().is_some_and(|(_, is_element)| is_element) {
                    outline.close();
                }
            }
            if let Some(text) = content.strip_prefix('"') {
                outline.text(text.strip_suffix('"').unwrap_or(text));
            } else if content == "content" {
                open.push((depth, false));
            } else if let Some(name) = content.strip_prefix('<').filter(|name| !name.starts_with('!') && !name.starts_with('?')) {
                let mut attributes = Vec::new();
                while let Some((name, value)) = lines.peek().and_then(|line| attribute(line.trim_start())) {
                    attributes.push(format!("{name}={value:?}"));
                    lines.next();
                }
                outline.open(name.trim_end_matches('>'), attributes);
                open.push((depth, true));
            }
        }
        outline.lines
    }
}

/// The name and value of an attribute, if the line is one.
fn attribute(line: &str) -> Option<(&str, &str)> {
    let is_other = line.starts_with('"') || (line.starts_with('<') && line.ends_with('>'));
    let (name, value) = line.split_once("=\"").filter(|_| !is_other)?;
    Some((name, value.strip_suffix('"').unwrap_or(value)))
}
