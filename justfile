# Everything before a commit: formatting, lints, tests, docs
default: fmt-check clippy test-plain docs

# Formatting as rustfmt.toml has it
fmt-check:
    cargo fmt --all --check

# Lints, none allowed
clippy:
    cargo clippy --all-targets -- -D warnings

# All tests, with nextest where it is installed
test *ARGS:
    if cargo nextest --version >/dev/null 2>&1; then cargo nextest run {{ARGS}}; else cargo test {{ARGS}}; fi

# All tests, as the README has it
test-plain:
    cargo test

# Tests that take a minute: many kills, the real cron daemon
slow:
    cargo test --test crash --test cron -- --ignored

# The documentation, without a warning
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

# Accept changed snapshots one by one (needs cargo-insta)
review:
    cargo insta review

# Each rule against its own examples
rules:
    cargo run --quiet -- rules check

# Scores on the shared datasets, where they are: quality fundus-pub-a traf-a
quality *SETS:
    cargo build --release
    ${GLEANER_SHARED:-../shared}/eval/evaluate.sh target/release/gleaner {{SETS}}

# Speed of the parts
bench *ARGS:
    cargo bench {{ARGS}}

# A page folder tests/pages/NAME from FILE, with what comes out of it now
page NAME FILE:
    mkdir -p tests/pages/{{NAME}}
    cp {{FILE}} tests/pages/{{NAME}}/source.html
    GLEANER_BLESS=1 cargo test --test pages
    git diff --stat -- tests/pages/{{NAME}}

# Rewrite the blocks of the documentation that come from the program
bless:
    GLEANER_BLESS=1 cargo test --test docs
