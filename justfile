# Everything before a commit: formatting, lints, tests, docs
default: fmt-check clippy test-plain docs

# Formatting as rustfmt.toml has it
fmt-check:
    cargo fmt --all --check

# Lints, none allowed
clippy:
    cargo clippy --workspace --all-targets -- -D warnings
    cargo clippy -- -D warnings

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

# Train the models anew from the labelled datasets, cross-validated: model/README.md
train:
    train/recipe

# Speed beside the bare parser and two peers; GLEANER_BENCH_MANIFEST names real pages
bench *ARGS:
    cargo run --release --package gleaner-bench -- {{ARGS}}

# A page folder tests/pages/NAME from FILE (.html or .txt), with the text that comes out of it now
page NAME FILE:
    mkdir -p tests/pages/{{NAME}}
    cp {{FILE}} tests/pages/{{NAME}}/source.{{extension(FILE)}}
    cargo run --quiet -- extract {{FILE}} > tests/pages/{{NAME}}/expected.txt

# Rewrite the blocks of the documentation that come from the program
bless:
    GLEANER_BLESS=1 cargo test --test docs
