# `make demo` and `make test` are all that a fresh machine with Python 3.11, git and make needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RESOLVE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --only-binary :all: --no-header \
	--constraint requirements/refused.txt --exclude-newer "$$(date -u -d '7 days ago' +%Y-%m-%dT00:00:00Z)"
# Of what is installed a part is ever imported: Python compiles it then.
INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-compile
PYTEST := $(BIN)/pytest --numprocesses auto --dist worksteal
# What is compiled is kept, whatever the surroundings say: without it each process of the tests compiles all of them anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test thorough check lint bench docs format reliability fuzz mutate dist sbom audit lock clean

demo: $(VENV)/.run
	$(BIN)/reviewbot demo

# `make check` and the tests. mypy keeps one core busy for half a minute, so it works beside them, and says at the end what it
# found. In a new environment one process compiles beforehand what each process of the tests would compile otherwise.
test: lint
	@$(BIN)/mypy >$(VENV)/types.txt 2>&1 & types=$$!; \
	test -e $(VENV)/.compiled || { echo 'compiling the tests and what they use'; \
		$(BIN)/pytest --collect-only --quiet >$(VENV)/.compiled; $(BIN)/python -P tests/forks.py </dev/null; }; \
	$(PYTEST) -m 'not thorough'; tests=$$?; \
	wait $$types || { cat $(VENV)/types.txt; exit 1; }; \
	exit $$tests

# What takes minutes besides. CI runs it beside `make test`.
thorough: $(VENV)/.dev
	$(PYTEST) -m thorough

check: lint
	$(BIN)/mypy

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The reference of the configuration file, from its schema; the table of secrets, from the rules; the page of the security
# bar, from the marks of the tests.
docs: $(VENV)/.dev
	$(BIN)/python tools/config_reference.py
	$(BIN)/python tools/secrets_reference.py
	$(BIN)/python tools/security_page.py

# Minutes: what a run costs beyond its reviewers, and how that grows. docs/benchmarks.md explains the figures.
bench: $(VENV)/.dev
	$(BIN)/python benchmarks/overhead.py
	$(BIN)/python benchmarks/hook.py
	$(BIN)/python benchmarks/scale.py
	$(BIN)/python benchmarks/pull_request.py

# Minutes: every fault of tests/faults.py, one after the other, into docs/reliability.md.
reliability: $(VENV)/.dev
	PYTHONPATH=tests $(BIN)/python benchmarks/reliability.py

# For as long as one likes: every parser of text from outside against mutations of known texts.
FUZZ_SECONDS ?= 600
fuzz: $(VENV)/.dev
	PYTHONPATH=tests $(BIN)/python tools/fuzz.py --seconds $(FUZZ_SECONDS)

# An hour or two: mistakes put into the modules on which the verdict and its safety rest. docs/mutation.md has the score.
# `make mutate PARTS="gate anchor"`, `make mutate PARTS="redact --sample 100"`.
mutate: $(VENV)/.dev
	$(BIN)/python tools/mutate.py $(PARTS)

dist: $(VENV)/.run
	rm -rf dist
	$(BIN)/hatchling build -d dist

# What a release consists of, in CycloneDX: every locked package with its hashes, licence and dependencies.
sbom: $(VENV)/.run
	mkdir -p build
	$(BIN)/python tools/bill_of_materials.py build/reviewbot.cdx.json

# Asks the advisory database about every lock, and takes no answer for a failure. Needs the network.
audit:
	$(PYTHON) -m venv build/audit
	build/audit/bin/python $(INSTALL) -r requirements/audit.txt
	set -e; for lock in run action build dev audit; do \
		build/audit/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements/$$lock.txt; done

# The lock holds only releases that are at least a week old. Needs uv.
lock:
	$(RESOLVE) pyproject.toml --output-file requirements/run.txt
	$(RESOLVE) --group action --output-file requirements/action.txt
	$(RESOLVE) --group build --output-file requirements/build.txt
	$(RESOLVE) --group audit --output-file requirements/audit.txt
	$(RESOLVE) pyproject.toml --group dev --constraint requirements/run.txt --output-file requirements/dev.txt

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.run: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'reviewbot needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ...' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(INSTALL) -r requirements/run.txt
	$(BIN)/python $(INSTALL) -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(BIN)/python $(INSTALL) -r requirements/dev.txt
	@touch $@
