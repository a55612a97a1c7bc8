//! The tables of the index. Append only: a change of form is a new entry, never an edit of an old one.
//!
//! The index is a cache of what the sidecars say, so an older one is not altered in place but built anew.

/// The statements that make the tables, one entry for each version.
pub(super) const MIGRATIONS: &[&str] = &["
    -- One row a document. `doc` is internal: it depends on the order of writing and is joined away wherever rows are compared.
    CREATE TABLE documents (
        doc INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL UNIQUE,
        stem TEXT NOT NULL UNIQUE,
        raw_path TEXT NOT NULL,
        raw_sha256 TEXT NOT NULL,
        text_sha256 TEXT NOT NULL,
        tokens_sha256 TEXT,              -- NULL where the text has no words
        copy_of TEXT,                    -- id of the document that holds the text
        cleaner_version TEXT,            -- all four NULL where the text on disk is not what the sidecar says
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
        sidecar_sha256 TEXT NOT NULL
    ) STRICT;
    CREATE INDEX documents_text ON documents (text_sha256);
    CREATE INDEX documents_tokens ON documents (tokens_sha256);
    CREATE INDEX documents_copy_of ON documents (copy_of) WHERE copy_of IS NOT NULL;
    CREATE INDEX documents_raw ON documents (raw_path);

    -- Every address of a document. `kind` is source, requested, final, alias, canonical or, since version 2, declared.
    CREATE TABLE urls (
        url TEXT NOT NULL,
        kind TEXT NOT NULL,
        doc INTEGER NOT NULL,
        PRIMARY KEY (url, kind, doc)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX urls_doc ON urls (doc);

    CREATE TABLE relations (
        doc INTEGER NOT NULL,
        kind TEXT NOT NULL,
        other TEXT NOT NULL,             -- id
        PRIMARY KEY (doc, kind, other)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX relations_other ON relations (other);

    -- Fetched pages under raw/.
    CREATE TABLE raws (
        path TEXT PRIMARY KEY,
        sha256 TEXT NOT NULL,
        requested TEXT,
        final TEXT,
        fetched_at TEXT,
        etag TEXT,
        last_modified TEXT,
        sidecar_sha256 TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX raws_sha256 ON raws (sha256);

    -- Full text over folded tokens, so that every Han, kana, Hangul and Thai character is a word. The text itself stays in its file.
    CREATE VIRTUAL TABLE fts USING fts5 (
        title, body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
    );
", "
    -- Only new rows: addresses that pages declare for themselves.
", "
    -- Further pages of stories: the first page's path, and the place in the story; and how many a document was made from.
    ALTER TABLE raws ADD COLUMN part_of TEXT;
    ALTER TABLE raws ADD COLUMN part INTEGER;
    CREATE INDEX raws_part_of ON raws (part_of, part) WHERE part_of IS NOT NULL;
    ALTER TABLE documents ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;
"];

/// The version of the form, kept in `user_version`.
pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;
