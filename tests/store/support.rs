//! A corpus in a temporary folder, and a run over a few sources as the engine would do it.

use crate::tree::{Tree, tree};
use gleaner::store::{Cleaner, Layout, NewDocument, PutResult, RawRef, SourceKey, Store, Urls, sum_up};
use gleaner_extract::article::fingerprint::tokens_sha256;
use gleaner_extract::article::site::{PageLines, SitePage};
use gleaner_extract::base::hash::ContentHash;
use gleaner_extract::base::text::count_words;
use gleaner_extract::base::time::Timestamp;
use gleaner_extract::document::metadata::PageDate;
use gleaner_extract::document::{
    Article, Category, Completeness, DocumentId, Found, HttpFacts, Metadata, Origin, RawDocument, Removal, RuleId,
};

pub const NOW: i64 = 1_698_400_800;

pub struct Corpus {
    _folder: tempfile::TempDir,
    pub layout: Layout,
}

impl Corpus {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { layout: Layout::at(folder.path()), _folder: folder }
    }

    pub fn open(&self) -> Store {
        Store::open(&self.layout).unwrap()
    }

    /// Visits the sources in order, then those that have become stale, and closes the store.
    pub fn run(&self, sources: &[Source]) -> Vec<PutResult> {
        run(&self.layout, sources)
    }

    /// Files by path relative to the root, without index and journals.
    pub fn tree(&self) -> Tree {
        tree(&self.layout.root, &["log", ".gleaner"])
    }
}

/// An input, and the text that cleaning extracts from it.
#[derive(Clone, Debug)]
pub struct Source {
    pub key: String,
    pub title: String,
    pub text: String,
    pub date: Option<&'static str>,
    pub rules: &'static str,
}

pub fn source(key: &str, title: &str, text: &str) -> Source {
    Source { key: key.into(), title: title.into(), text: text.into(), date: Some("2023-10-27"), rules: "rules 1" }
}

pub fn id_of(key: &str, store: &Store) -> DocumentId {
    store.known(&SourceKey(key.into())).unwrap().unwrap().id
}

pub fn run(layout: &Layout, sources: &[Source]) -> Vec<PutResult> {
    let mut store = Store::open(layout).unwrap();
    let mut done: Vec<PutResult> = sources.iter().map(|source| visit(&mut store, layout, source)).collect();
    loop {
        let stale = store.stale().unwrap();
        let again: Vec<&Source> = sources.iter().filter(|source| stale.iter().any(|key| key.0 == source.key)).collect();
        if again.is_empty() {
            break;
        }
        done.extend(again.into_iter().map(|source| visit(&mut store, layout, source)));
    }
    store.close().unwrap();
    done
}

/// Cleans a source unless neither its raw body nor the cleaner has changed.
pub fn visit(store: &mut Store, layout: &Layout, source: &Source) -> PutResult {
    let key = SourceKey(source.key.clone());
    let raw = body(layout, source);
    let known = store.known(&key).unwrap();
    let same = |known: &gleaner::store::KnownDocument| {
        known.raw.sha256 == raw.hash() && known.cleaner.as_ref() == Some(&cleaner(source))
    };
    if known.as_ref().is_some_and(same) {
        return PutResult::SidecarOnly;
    }
    let id = store.identify(&key, &raw).unwrap();
    let reference = match key.url() {
        Some(_) => store.keep_raw(&raw).unwrap(),
        None => RawRef { sha256: raw.hash(), path: source.key.clone() },
    };
    store.put(&document(id, source, &raw, reference)).unwrap()
}

/// The raw body of a source; a file is written to its path.
pub fn body(layout: &Layout, source: &Source) -> RawDocument {
    let bytes = format!("<title>{}</title><p>{}", source.title, source.text).into_bytes();
    match SourceKey(source.key.clone()).url() {
        Some(url) => fetched(url.as_str(), url.as_str(), &bytes),
        None => {
            let path = layout.path(&source.key);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &bytes).unwrap();
            RawDocument::local(Origin::File(source.key.clone().into()), bytes)
        }
    }
}

pub fn fetched(requested: &str, last: &str, bytes: &[u8]) -> RawDocument {
    let headers = [("content-type", "text/html; charset=utf-8"), ("etag", "\"v1\"")];
    RawDocument {
        hash: ContentHash::of(bytes).into(),
        origin: Origin::Url(requested.parse().unwrap()),
        fetched_at: Some(Timestamp::from_unix(NOW)),
        http: Some(HttpFacts {
            requested: requested.into(),
            final_url: last.into(),
            status: 200,
            headers: headers.map(|(name, value)| (name.to_string(), value.to_string())).into(),
            wire_bytes: bytes.len() as u64,
            ..HttpFacts::default()
        }),
        feed: None,
        part: None,
        bytes: bytes.to_vec(),
    }
}

pub fn cleaner(source: &Source) -> Cleaner {
    let version = "0.1.0".to_string();
    Cleaner { version, model: "rules".into(), rules: ContentHash::of(source.rules), config: ContentHash::of("") }
}

pub fn document(id: DocumentId, source: &Source, raw: &RawDocument, reference: RawRef) -> NewDocument {
    let http = raw.http.as_ref();
    let published = source.date.map(|day| Found::new(PageDate { day: day.parse().unwrap(), instant: None }, "text:line 1"));
    let removal = |block, rule: &str| Removal {
        block,
        category: Category::Paywall,
        rule: RuleId(rule.into()),
        why: "It asks for money.".into(),
        score: 0.1,
        text: "Subscribe now for more".into(),
    };
    NewDocument {
        id,
        source: SourceKey(source.key.clone()),
        raw: reference,
        parts: Vec::new(),
        urls: Urls {
            requested: http.map(|http| http.requested.clone()),
            r#final: http.map(|http| http.final_url.clone()),
            canonical: http.map(|http| http.final_url.clone()),
            aliases: Vec::new(),
        },
        fetched_at: raw.fetched_at,
        article: Article {
            text: source.text.clone(),
            metadata: Metadata {
                title: Some(Found::new(source.title.clone(), "markup:title")),
                language: Some(Found::new("en".into(), "text")),
                published,
                ..Metadata::default()
            },
            completeness: Completeness::Complete,
            evidence: Vec::new(),
            is_front_page: false,
            entries: Vec::new(),
            confidence: 0.9,
            words: count_words(&source.text),
            limits: Vec::new(),
            decoding: None,
        },
        tokens_sha256: tokens_sha256(&source.text),
        corrections: None,
        site_page: Some(SitePage { site: "example.org".to_owned(), lines: PageLines::default() }),
        removals: sum_up(&[removal(1, "paywall.a"), removal(3, "paywall.b"), removal(4, "paywall.a")]),
        cleaner: cleaner(source),
    }
}

/// The rows of the index as text, with internal row numbers replaced by ids.
pub fn dump(layout: &Layout) -> Vec<String> {
    let db = rusqlite::Connection::open(layout.state.join("index.db")).unwrap();
    db.execute_batch("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, fts, instance)").unwrap();
    let numbered = |table: &str| format!("SELECT d.id, t.* FROM {table} t LEFT JOIN documents d ON d.doc = t.doc");
    let related =
        "SELECT x.tokens AS one, y.tokens AS other, r.* FROM related r JOIN texts x ON x.text = r.a JOIN texts y ON y.text = r.b";
    let whole = ["documents", "raws", "texts", "hot"].map(|table| format!("SELECT * FROM {table}"));
    let queries = [numbered("urls"), numbered("relations"), numbered("temp.terms"), related.to_string()].into_iter().chain(whole);
    let mut lines = Vec::new();
    for query in queries {
        let mut statement = db.prepare(&query).unwrap();
        let names: Vec<String> = statement.column_names().map(str::to_string).collect();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let columns =
                names.iter().enumerate().filter(|(_, name)| !matches!(name.as_str(), "doc" | "stamp" | "text" | "a" | "b"));
            let values: Vec<String> =
                columns.map(|(at, name)| format!("{name}={:?}", row.get::<_, rusqlite::types::Value>(at).unwrap())).collect();
            lines.push(values.join(" "));
        }
    }
    lines.sort();
    lines
}

/// A small corpus: files, fetched pages, a copy.
pub fn sample() -> Vec<Source> {
    vec![
        source("raw/a.txt", "Rain over the harbour", "It rained all day.\n\nThe harbour was closed."),
        Source {
            date: None, ..source("raw/deep/b.html", "Ясно", "Завтра будет ясно. Ветер слабый.")
        },
        source("https://news.example.com/bridge", "The bridge opens", "The bridge opened on Friday.\n\nMany came."),
        source("https://other.example.org/bridge", "Bridge opens", "The bridge opened on Friday!\n\nMany came."),
    ]
}
