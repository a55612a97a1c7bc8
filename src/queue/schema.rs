//! The tables of the queue. Append only: a change of form is a new entry, never an edit of an old one, for users' queues outlive versions.

/// The statements of each version.
pub(super) const MIGRATIONS: &[&str] = &[
    "
    -- Every address that was ever to be fetched. `page` is the order of finding.
    CREATE TABLE pages (
        page INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,        -- of the story: base::url::story_key
        url TEXT NOT NULL,               -- as it is asked for
        host TEXT NOT NULL,
        source TEXT NOT NULL,
        feed TEXT,                       -- JSON: what a feed says of it
        state TEXT NOT NULL,
        turn INTEGER NOT NULL,
        due INTEGER NOT NULL DEFAULT 0,  -- seconds since 1970: a retry, not before
        attempts INTEGER NOT NULL DEFAULT 0,
        ends INTEGER NOT NULL DEFAULT 0, -- killed runs in which it was in flight
        raw TEXT,                        -- where the body lies
        reason TEXT,
        changed_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX pages_turn ON pages (turn, page) WHERE state = 'waiting';
    CREATE INDEX pages_state ON pages (state, page);
    CREATE INDEX pages_due ON pages (due) WHERE state = 'retry';

    -- The last turn that each host has got.
    CREATE TABLE hosts (
        host TEXT PRIMARY KEY,
        turn INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Feeds, sitemaps and front pages: when they were looked at, and when they will be.
    CREATE TABLE doors (
        url TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        etag TEXT,
        last_modified TEXT,
        checked_at INTEGER,              -- of the last good answer
        next_at INTEGER NOT NULL DEFAULT 0,
        interval_s INTEGER,
        failures INTEGER NOT NULL DEFAULT 0,
        reason TEXT
    ) STRICT, WITHOUT ROWID;
",
    "
    -- Where a feed goes on with entries that nobody has read, and the number of that page of it, from 1 for the feed itself.
    ALTER TABLE doors ADD COLUMN older TEXT;
    ALTER TABLE doors ADD COLUMN older_page INTEGER;
",
];
