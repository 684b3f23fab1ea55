# Needs make and Rust. What needs more says so.

SAMPLE ?= sample-templates/contact-form.yaml
# How many templates and damaged texts `make properties` repairs, and the first of them.
CASES ?= 100000
DAMAGED ?= 100000
SEED ?= 0
# The fuzz target (fix, velocity, selection_pattern, mapping_expression), and more options for it: FUZZ=-runs=1000000
TARGET ?= fix
FUZZ ?=
# The folder with corpus/, bench-sample/ and oracle/; not part of this repository.
SHARED ?= ../shared

.PHONY: help run test properties fuzz ready fmt clippy doc deny typos corpus verdicts bench oracle

help: ## Says what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: ## Builds, and checks a broken sample template
	@cargo build --quiet
	@cargo run --quiet -- check $(SAMPLE); code=$$?; test $$code -le 1

test: ## Runs all tests
	cargo test --locked

properties: ## Repairs CASES generated templates and DAMAGED texts, from number SEED on
	FIX_PROPERTY_CASES=$(CASES) FIX_PROPERTY_SEED=$(SEED) FIX_MUTATION_CASES=$(DAMAGED) FIX_MUTATION_SEED=$(SEED) \
	cargo test --locked --profile properties --test fix_properties --test fix_mutations -- --nocapture

fuzz: ## Gives TARGET whatever a fuzzer makes of its seeds, until stopped; needs cargo-fuzz and nightly Rust
	mkdir -p fuzz/corpus/fix fuzz/corpus/$(TARGET)
	FIX_CORPUS="$(CURDIR)/fuzz/corpus/fix" cargo test --locked --test fix_mutations undamaged
	cargo +nightly fuzz run -s none $(TARGET) -- -dict=fuzz/fix.dict -max_len=2500 $(FUZZ)

ready: fmt clippy test doc deny typos ## Runs what has to pass before a commit

fmt:
	cargo fmt --check

clippy:
	cargo clippy --locked --all-targets -- -D warnings

doc:
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps

deny:
	@if cargo deny --version >/dev/null 2>&1; then cargo deny check; \
	else echo "deny: left out; install it with: cargo install --locked cargo-deny"; fi

typos:
	@if typos --version >/dev/null 2>&1; then typos; \
	else echo "typos: left out; install it with: cargo install --locked typos-cli"; fi

corpus: ## Runs the tests that need real templates in SHARED
	CFN_IGR_SHARED="$(abspath $(SHARED))" cargo test --locked --test corpus -- --nocapture --test-threads=1

verdicts: ## Compares Guard rules on SHARED/corpus with the stock cfn-guard 3.2.1, which has to be installed; needs Python 3
	cargo build --release --locked
	python3 tests/guard-verdicts.py $(SHARED)/corpus

bench: ## Measures the budgets, as ratios
	cargo bench --locked --bench ratios

oracle: ## Records the answers of Java's regular expressions and of Velocity anew; needs Java 17, Python 3, velocity
	python3 tests/recorded/make_java_regex.py $(SHARED)/oracle/JavaRegex.java > tests/recorded/java_regex.tsv.new
	mv tests/recorded/java_regex.tsv.new tests/recorded/java_regex.tsv
	python3 tests/recorded/make_velocity.py $(SHARED)/oracle/VelocityParse.java > tests/recorded/velocity.tsv.new
	mv tests/recorded/velocity.tsv.new tests/recorded/velocity.tsv
	python3 tests/recorded/make_velocity.py $(SHARED)/oracle/VelocityParse.java $(SHARED)/corpus > tests/recorded/velocity-corpus.tsv.new
	mv tests/recorded/velocity-corpus.tsv.new tests/recorded/velocity-corpus.tsv
	git diff --stat -- tests/recorded
