//! Which file of a crate imports which names of which other: `use` items and inline paths, resolved through modules and re-exports to the
//! file that defines the name. Left out: `mod x;`, tests, other crates, what macros make.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::source::{Token, TokenKind, production_tokens, read};

/// A crate's modules, the root first.
pub struct Crate {
    pub files: Vec<PathBuf>,
    modules: Vec<Module>,
}

struct Module {
    parent: usize,
    file: usize,
    children: BTreeMap<String, usize>,
    items: BTreeSet<String>,
    uses: Vec<Use>,
    /// Paths in code, of two names or more.
    paths: Vec<Vec<String>>,
}

struct Use {
    path: Vec<String>,
    binding: Binding,
}

#[derive(PartialEq)]
enum Binding {
    Name(String),
    Glob,
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Module(usize),
    Item { file: usize, name: String },
}

/// For each file, the files that it imports from, with the names.
pub type Imports = BTreeMap<(usize, usize), BTreeSet<String>>;

impl Crate {
    /// Reads a crate from its root file: `lib.rs` or `main.rs`.
    pub fn read(root: &Path) -> Self {
        let mut found = Self { files: Vec::new(), modules: Vec::new() };
        found.read_file(root, 0, true);
        found
    }

    pub fn imports(&self) -> Imports {
        let mut imports = Imports::new();
        for (at, module) in self.modules.iter().enumerate() {
            let paths = module.uses.iter().map(|item| &item.path).chain(&module.paths);
            for target in paths.flat_map(|path| self.resolve(at, path, &mut Vec::new())) {
                if let Target::Item { file, name } = target
                    && file != module.file
                {
                    imports.entry((module.file, file)).or_default().insert(name);
                }
            }
        }
        imports
    }

    /// The paths of each file as they are written, `use` items flattened; other crates' too.
    pub fn written_paths(&self) -> impl Iterator<Item = (&Path, String)> {
        self.modules.iter().flat_map(|module| {
            let used =
                module.uses.iter().map(|item| item.path.join("::") + if item.binding == Binding::Glob { "::*" } else { "" });
            let paths = used.chain(module.paths.iter().map(|path| path.join("::")));
            paths.map(|path| (self.files[module.file].as_path(), path))
        })
    }

    fn read_file(&mut self, path: &Path, parent: usize, is_root: bool) -> usize {
        let source = read(path);
        let tokens = production_tokens(&source);
        self.files.push(path.to_path_buf());
        let module = self.add_module(parent, self.files.len() - 1);
        let name = path.file_stem().unwrap().to_str().unwrap();
        let folder = path.parent().unwrap();
        let folder = if is_root || name == "mod" { folder.to_path_buf() } else { folder.join(name) };
        self.read_items(&tokens, module, &folder);
        module
    }

    fn add_module(&mut self, parent: usize, file: usize) -> usize {
        let (children, items, uses, paths) = Default::default();
        self.modules.push(Module { parent, file, children, items, uses, paths });
        self.modules.len() - 1
    }

    fn read_items(&mut self, tokens: &[Token<'_>], module: usize, folder: &Path) {
        // Each open module with the depth of its items.
        let mut open = vec![(module, 0)];
        let (mut depth, mut at) = (0_usize, 0);
        while let Some(token) = tokens.get(at) {
            let (module, items_depth) = *open.last().unwrap();
            let name = |ahead: usize| {
                tokens.get(at + ahead).filter(|next| next.kind == TokenKind::Ident).map(|next| next.text.to_owned())
            };
            let is = |ahead: usize, text: &str| tokens.get(at + ahead).is_some_and(|next| next.is(text));
            at += match (token.text, name(1)) {
                _ if token.kind == TokenKind::Literal => 1,
                ("{", _) => {
                    depth += 1;
                    1
                }
                ("}", _) => {
                    depth = depth.saturating_sub(1);
                    if open.len() > 1 && depth < items_depth {
                        open.pop();
                    }
                    1
                }
                ("use", _) if !is(1, "<") => {
                    let mut used = 1;
                    read_use(&tokens[at..], &mut used, &[], &mut self.modules[module].uses);
                    used
                }
                ("mod", Some(child)) if is(2, ";") => {
                    let paths = [folder.join(format!("{child}.rs")), folder.join(&child).join("mod.rs")];
                    let file = paths.iter().find(|path| path.is_file()).unwrap_or_else(|| panic!("no file for `mod {child}`"));
                    let index = self.read_file(file, module, false);
                    self.modules[module].children.insert(child, index);
                    3
                }
                ("mod", Some(child)) if is(2, "{") => {
                    let index = self.add_module(module, self.modules[module].file);
                    self.modules[module].children.insert(child, index);
                    depth += 1;
                    open.push((index, depth));
                    3
                }
                ("fn" | "struct" | "enum" | "trait" | "const" | "static" | "type" | "union", Some(item))
                    if depth == items_depth =>
                {
                    self.modules[module].items.insert(item);
                    // `const fn` is no constant.
                    1
                }
                _ if token.kind == TokenKind::Ident && is(1, "::") => {
                    let path = path_at(&tokens[at..]);
                    let length = path.len() * 2 - 1;
                    if path.len() > 1 && !(at > 0 && tokens[at - 1].is("::")) {
                        self.modules[module].paths.push(path);
                    }
                    length
                }
                _ => 1,
            };
        }
    }

    /// Where a path leads, as it is written in a module. Nowhere for other crates' names.
    fn resolve(&self, from: usize, path: &[String], open: &mut Vec<(usize, String)>) -> BTreeSet<Target> {
        match path.split_first() {
            Some((first, rest)) if first == "crate" => self.walk(0, rest, open),
            Some((first, rest)) if first == "self" => self.walk(from, rest, open),
            Some((first, rest)) if first == "super" => self.walk(self.modules[from].parent, rest, open),
            Some((first, _)) if self.knows(from, first, open) => self.walk(from, path, open),
            _ => BTreeSet::new(),
        }
    }

    /// Whether the module has a name of its own, or one that it imports from this crate.
    fn knows(&self, module: usize, name: &str, open: &mut Vec<(usize, String)>) -> bool {
        let found = &self.modules[module];
        found.children.contains_key(name) || found.items.contains(name) || !self.bound(module, name, open).is_empty()
    }

    /// What the `use` items of a module bind a name to.
    fn bound(&self, module: usize, name: &str, open: &mut Vec<(usize, String)>) -> BTreeSet<Target> {
        let key = (module, name.to_owned());
        if open.contains(&key) {
            return BTreeSet::new();
        }
        open.push(key);
        let mut targets = BTreeSet::new();
        for item in &self.modules[module].uses {
            match &item.binding {
                Binding::Name(bound) if bound == name => targets.extend(self.resolve(module, &item.path, open)),
                Binding::Glob => {
                    for target in self.resolve(module, &item.path, open) {
                        if let Target::Module(source) = target
                            && self.knows(source, name, open)
                        {
                            targets.extend(self.walk(source, &[name.to_owned()], open));
                        }
                    }
                }
                Binding::Name(_) => {}
            }
        }
        open.pop();
        targets
    }

    fn walk(&self, module: usize, path: &[String], open: &mut Vec<(usize, String)>) -> BTreeSet<Target> {
        let Some((name, rest)) = path.split_first() else { return [Target::Module(module)].into() };
        let found = &self.modules[module];
        if name == "super" {
            return self.walk(found.parent, rest, open);
        }
        if let Some(child) = found.children.get(name).filter(|_| !rest.is_empty() || !found.items.contains(name)) {
            return self.walk(*child, rest, open);
        }
        let here = Target::Item { file: found.file, name: name.clone() };
        if found.items.contains(name) {
            return [here].into();
        }
        let bound = self.bound(module, name, open);
        if bound.is_empty() {
            // Made by a macro, or bound to another crate's name.
            return [here].into();
        }
        let onward = |target: Target| match target {
            Target::Module(next) => self.walk(next, rest, open),
            item @ Target::Item { .. } => [item].into(),
        };
        bound.into_iter().flat_map(onward).collect()
    }
}

/// The path that the tokens begin with, without generic arguments and what follows them.
fn path_at(tokens: &[Token<'_>]) -> Vec<String> {
    let (mut path, mut at) = (Vec::new(), 0);
    while let Some(name) = tokens.get(at).filter(|token| token.kind == TokenKind::Ident) {
        path.push(name.text.to_owned());
        if !tokens.get(at + 1).is_some_and(|next| next.is("::")) {
            break;
        }
        at += 2;
    }
    path
}

/// Reads one tree of a `use` item, up to its `,`, `}` or `;`.
fn read_use(tokens: &[Token<'_>], at: &mut usize, prefix: &[String], uses: &mut Vec<Use>) {
    let mut path = prefix.to_vec();
    let mut name = None;
    while let Some(token) = tokens.get(*at) {
        match token.text {
            ";" | "," | "}" => break,
            "{" => {
                *at += 1;
                while tokens.get(*at).is_some_and(|token| !token.is("}")) {
                    read_use(tokens, at, &path, uses);
                    *at += usize::from(tokens.get(*at).is_some_and(|token| token.is(",")));
                }
                *at += 1;
                return;
            }
            "*" => uses.push(Use { path: path.clone(), binding: Binding::Glob }),
            "as" => {
                name = tokens.get(*at + 1).map(|alias| alias.text.to_owned());
                *at += 1;
            }
            // `{self}` is the path itself.
            "self" if !path.is_empty() => name = path.last().cloned(),
            "::" => {}
            text => path.push(text.to_owned()),
        }
        *at += 1;
    }
    if tokens.get((*at).wrapping_sub(1)).is_some_and(|last| !last.is("*") && !last.is("}") && !last.is("{"))
        && let Some(last) = path.last()
    {
        let binding = Binding::Name(name.unwrap_or_else(|| last.clone()));
        uses.push(Use { path, binding });
    }
}

#[test]
fn names_are_followed_to_the_file_that_defines_them() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("lib.rs", "mod one; mod two; mod three; #[cfg(test)] mod tests;");
    write("one/mod.rs", "mod child; mod sibling; pub use child::{Name, self as kin}; pub struct Own; use url::Url;");
    write(
        "one/child.rs",
        "use super::{Own, Other as Another}; use super::sibling; pub struct Name; fn f() { sibling::g::<Own>() }",
    );
    write("one/sibling.rs", "pub fn g() { crate::two::h(\"crate::three::Three\") } // crate::three::Three");
    write(
        "two.rs",
        "use crate::one::{Name, kin::{self, Name as N}}; pub fn h() { inner::i() } mod inner { use super::super::three::*; pub fn i(_: Three) {} }",
    );
    write("three.rs", "pub struct Three; #[cfg(test)] mod tests { use crate::one::Own; }");
    let found = Crate::read(&folder.path().join("lib.rs"));
    let name = |file: usize| found.files[file].strip_prefix(folder.path()).unwrap().display().to_string();
    let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(" ");
    let mut imports: Vec<String> =
        found.imports().iter().map(|((from, to), names)| format!("{} > {}: {}", name(*from), name(*to), list(names))).collect();
    imports.sort();
    assert_eq!(
        imports,
        [
            "one/child.rs > one/mod.rs: Other Own",
            "one/child.rs > one/sibling.rs: g",
            "one/mod.rs > one/child.rs: Name",
            "one/sibling.rs > two.rs: h",
            "two.rs > one/child.rs: Name",
        ]
    );
}
