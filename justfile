# Everything before a commit: formatting, lints, tests, docs
default: fmt-check clippy licences-check test-plain docs

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

# Tests on the shared data, where it is
shared:
    cargo test shared_ -- --ignored

# Tests that take minutes: many kills, the real cron daemon, figures of the store
slow:
    cargo test slow_ -- --ignored --nocapture

# Fuzz one target for some seconds, or `runs=N` times (needs cargo-fuzz): fuzz page 600
fuzz TARGET LIMIT="60":
    fuzz/run {{TARGET}} {{LIMIT}}

# An hour of runs over a changing web with kills, full disks and clock jumps; GLEANER_SOAK_SECONDS sets another time
soak:
    cargo test --test soak -- --ignored --nocapture

# Time and memory of every hostile shape, as a table (docs/testing.md)
hostile:
    cargo build --release
    GLEANER_BIN=$PWD/target/release/gleaner cargo test --test hostile slow_ -- --ignored --nocapture

# The documentation, without a warning
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

# Accept changed snapshots one by one (needs cargo-insta)
review:
    cargo insta review

# The licences of all dependencies, into docs/licences.md
licences:
    .ci/licences.py

# Whether docs/licences.md is up to date and every licence is allowed (deny.toml)
licences-check:
    .ci/licences.py --check

# Spelling, with typos (`pip install typos`)
spelling:
    typos

# Each rule against its own examples
rules:
    cargo run --quiet -- rules check

# Scores on the shared datasets, where they are: quality fundus-pub-a traf-a
quality *SETS:
    cargo build --release
    ${GLEANER_SHARED:-../shared}/eval/evaluate.sh target/release/gleaner {{SETS}}

# Train the models from the labelled datasets, cross-validated: extract/model/README.md
train:
    train/recipe

# The Python package as a wheel, in target/wheels (needs maturin: `pip install maturin`)
wheel:
    maturin build -m python/Cargo.toml

# Whether the crates compile from their packages alone, and how large these are
crates:
    packaging/crates.sh

# The Debian package, in target/packages (needs cargo-deb); `just deb-test` as root installs, uses and purges it
deb:
    packaging/deb/build.sh

deb-test:
    packaging/deb/test.sh

# Whether two folders give the same program
reproducible:
    packaging/reproducible.sh

# The WebAssembly program: whether it gives the articles of the native one (needs Node); `just wasm --serve` shows it in a browser
wasm *ARGS:
    wasm/test.sh {{ARGS}}

# Workflows, container file and scripts, with actionlint, hadolint and shellcheck
lint:
    packaging/lint.sh

# Tests of the Python package on Spark (needs Java 17), Ray and datatrove and with an S3 server, in a virtual environment (about 2 GB)
engines:
    python3 -m venv target/engines
    target/engines/bin/pip install -q "maturin>=1.9,<2" pytest -r python/tests/engines.txt
    VIRTUAL_ENV=$PWD/target/engines target/engines/bin/maturin develop --quiet --profile dev -m python/Cargo.toml
    cd python && ../target/engines/bin/pytest -q tests/test_spark.py tests/test_ray.py tests/test_datatrove.py tests/test_object_storage.py gleaner/ray.py gleaner/datatrove.py

# Speed beside the bare parser and two peers; GLEANER_BENCH_MANIFEST names real pages
bench *ARGS:
    cargo run --release --package gleaner-bench -- {{ARGS}}

# A page folder extract/tests/pages/NAME from FILE (.html or .txt), with the text that comes out of it now
page NAME FILE:
    mkdir -p extract/tests/pages/{{NAME}}
    cp {{FILE}} extract/tests/pages/{{NAME}}/source.{{extension(FILE)}}
    cargo run --quiet -- extract {{FILE}} > extract/tests/pages/{{NAME}}/expected.txt

# Rewrite the blocks of the documentation that come from the program
bless:
    GLEANER_BLESS=1 cargo test --test docs
