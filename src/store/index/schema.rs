//! The tables of the index, without those of [`crate::relate::tables`].
//!
//! The index is a cache of the sidecars: one with another version is not migrated but rebuilt. Every change to a table needs a new version.

/// The version of the tables, stored in `user_version`.
pub(super) const VERSION: i64 = 8;

/// The statements that create the tables.
pub(super) const TABLES: &str = "
    -- One row per document. `doc` is internal: it depends on the order of writing and is left out when rows are compared.
    CREATE TABLE documents (
        doc INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL UNIQUE,
        stem TEXT NOT NULL UNIQUE,
        raw_path TEXT NOT NULL,
        raw_sha256 TEXT NOT NULL,
        text_sha256 TEXT NOT NULL,
        tokens_sha256 TEXT,              -- NULL if the text has no words
        copy_of TEXT,                    -- id of the original, for a copy
        cleaner_version TEXT,            -- all four NULL if the text on disk does not match the sidecar
        cleaner_model TEXT,
        cleaner_rules TEXT,
        cleaner_config TEXT,
        fetched_at TEXT,
        title TEXT,
        authors TEXT NOT NULL,           -- as JSON
        tags TEXT NOT NULL,              -- as JSON
        site TEXT,                       -- the registrable domain, else the site's name
        outlet TEXT,                     -- the site's name
        shown_url TEXT,                  -- the canonical URL, else the one it was found at
        language TEXT,
        published TEXT,
        words INTEGER NOT NULL,
        bytes INTEGER NOT NULL,          -- of the text file; 0 for copies
        completeness TEXT NOT NULL,
        confidence REAL NOT NULL,
        sidecar_sha256 TEXT NOT NULL,
        parts INTEGER NOT NULL DEFAULT 0, -- later pages that it was cleaned from
        stamp TEXT,                      -- sizes and times of the files; left out when rows are compared
        cluster TEXT                     -- id of the canonical document of its cluster
    ) STRICT;
    CREATE INDEX documents_cluster ON documents (cluster) WHERE cluster IS NOT NULL;
    CREATE INDEX documents_text ON documents (text_sha256);
    CREATE INDEX documents_tokens ON documents (tokens_sha256);
    CREATE INDEX documents_copy_of ON documents (copy_of) WHERE copy_of IS NOT NULL;
    CREATE INDEX documents_raw ON documents (raw_path);

    -- What documents are filtered, counted and sorted by: see attributes.rs.
    CREATE TABLE attributes (
        doc INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,             -- publication: yyyymmdd and six digits for the time; 0 if unknown
        key INTEGER NOT NULL,            -- the beginning of the id
        site INTEGER,                    -- of names, as the next two
        outlet INTEGER,
        language INTEGER,
        completeness INTEGER NOT NULL,
        canonical INTEGER NOT NULL       -- whether it stands for its cluster, or is in none
    ) STRICT;
    CREATE INDEX attributes_at ON attributes (at DESC, key, site, outlet, language, completeness, canonical);

    -- Names of sites, languages, authors and tags.
    CREATE TABLE names (
        name INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        value TEXT NOT NULL,
        folded TEXT NOT NULL,            -- as names are compared
        UNIQUE (kind, value)
    ) STRICT;
    CREATE INDEX names_folded ON names (kind, folded);

    -- Authors and tags of documents.
    CREATE TABLE labels (doc INTEGER NOT NULL, name INTEGER NOT NULL, PRIMARY KEY (doc, name)) STRICT, WITHOUT ROWID;
    CREATE INDEX labels_name ON labels (name);

    -- Relations of documents as in their sidecars. They follow from those of texts: see src/relate/tables.rs.
    CREATE TABLE relations (
        doc INTEGER NOT NULL,
        kind TEXT NOT NULL,
        other TEXT NOT NULL,             -- id of the other document
        here REAL NOT NULL,
        there REAL NOT NULL,
        first_seen TEXT,
        PRIMARY KEY (doc, kind, other)
    ) STRICT, WITHOUT ROWID;

    -- 1 while the relations in the sidecars may not be those that follow from the texts; 2 if texts were left out, because there were too many.
    CREATE TABLE unsettled (unsettled INTEGER PRIMARY KEY) STRICT;

    -- What was noted of each page for its site: see gleaner_extract::article::site.
    CREATE TABLE site_pages (
        id TEXT NOT NULL UNIQUE,         -- of the document
        site TEXT NOT NULL,
        published TEXT,
        lines BLOB NOT NULL
    ) STRICT;
    CREATE INDEX site_pages_site ON site_pages (site, id);
    CREATE INDEX site_pages_published ON site_pages (site, published);

    -- The lines of each site that are its boilerplate.
    CREATE TABLE site_lines (
        site TEXT NOT NULL,
        line INTEGER NOT NULL,           -- the hash of its words
        stories INTEGER NOT NULL,        -- stories with the line
        among INTEGER NOT NULL,          -- stories that might have it
        PRIMARY KEY (site, line)
    ) STRICT, WITHOUT ROWID;

    -- Sites whose lines were counted, with the number of documents from which other lines would be removed now than were.
    CREATE TABLE counted (site TEXT PRIMARY KEY, outdated INTEGER NOT NULL) STRICT, WITHOUT ROWID;

    -- Documents whose pages have changed since the lines of their site were counted; an empty id for a site that must be counted in any case.
    CREATE TABLE uncounted (site TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (site, id)) STRICT, WITHOUT ROWID;

    -- Every address of a document. `kind` is source, requested, final, alias, canonical or declared.
    CREATE TABLE urls (
        url TEXT NOT NULL,
        kind TEXT NOT NULL,
        doc INTEGER NOT NULL,
        PRIMARY KEY (url, kind, doc)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX urls_doc ON urls (doc);

    -- Changes of documents that rollbacks have undone: see src/store/undone.rs.
    CREATE TABLE undone (
        id TEXT NOT NULL,
        raw_sha256 TEXT NOT NULL,
        parts INTEGER NOT NULL,
        cleaner TEXT NOT NULL,           -- as JSON
        PRIMARY KEY (id, raw_sha256, parts, cleaner)
    ) STRICT, WITHOUT ROWID;

    -- Fetched pages under raw/.
    CREATE TABLE raws (
        path TEXT PRIMARY KEY,
        sha256 TEXT NOT NULL,
        requested TEXT,
        final TEXT,
        fetched_at TEXT,
        etag TEXT,
        last_modified TEXT,
        sidecar_sha256 TEXT NOT NULL,
        part_of TEXT,                    -- path of the story's first page, for a later page
        part INTEGER                     -- its number in the story
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX raws_sha256 ON raws (sha256);
    CREATE INDEX raws_part_of ON raws (part_of, part) WHERE part_of IS NOT NULL;

    -- Full text of the tokens of gleaner_extract::base::search_tokens, so that SQLite's tokenizer only has to split at spaces. `variants` are the other spellings
    -- of words with umlauts. Does not store the text itself.
    CREATE VIRTUAL TABLE fts USING fts5 (
        title, body, variants, content = '', contentless_delete = 1, tokenize = 'ascii'
    );

    -- Copies that are not in `fts` with the text of their original yet: see src/store/copy_texts.rs.
    CREATE TABLE copies_due (doc INTEGER PRIMARY KEY) STRICT;
";
