//! The tables of the index, without those of [`crate::relate::tables`].
//!
//! The index is a cache of the sidecars: one with another version is not migrated but rebuilt. Every change to a table needs a new version.

/// The version of the tables, stored in `user_version`.
pub(super) const VERSION: i64 = 7;

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
        site TEXT,
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

    -- Full text of folded tokens, so that every Han, kana, Hangul and Thai character is a word. Does not store the text itself.
    CREATE VIRTUAL TABLE fts USING fts5 (
        title, body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
    );
";
