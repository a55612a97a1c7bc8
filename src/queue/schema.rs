//! The tables of the queue. Append only: a change is a new migration and never an edit of an old one, because queues are kept when gleaner is updated.

/// The migrations, one per version.
pub(super) const MIGRATIONS: &[&str] = &[
    "
    -- Every URL that was ever queued. `page` is the order in which they were added.
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

    -- The last turn given to each host.
    CREATE TABLE hosts (
        host TEXT PRIMARY KEY,
        turn INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Sources (feeds, sitemaps, front pages): when they were polled, and when to poll them again.
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
    -- The page of a feed with older entries that has not been read yet, and its number; the feed itself is number 1.
    ALTER TABLE doors ADD COLUMN older TEXT;
    ALTER TABLE doors ADD COLUMN older_page INTEGER;
",
    "
    -- When a page was added, and when a source was last polled, whatever came of it.
    ALTER TABLE pages ADD COLUMN added_at INTEGER;
    UPDATE pages SET added_at = changed_at;
    ALTER TABLE doors ADD COLUMN polled_at INTEGER;
    UPDATE doors SET polled_at = checked_at;
    CREATE INDEX pages_waiting ON pages (source) WHERE state = 'waiting';
    CREATE INDEX doors_source ON doors (source);
",
    "
    -- When a story was found, as long as it is to be requested again, and how often that has been done.
    ALTER TABLE pages ADD COLUMN found_at INTEGER;
    ALTER TABLE pages ADD COLUMN rechecks INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX pages_found ON pages (page) WHERE state = 'done' AND found_at IS NOT NULL;
",
    "
    -- What a page is taken for: new_url::UrlKind.
    ALTER TABLE pages ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
",
];
