# Two commands are all a fresh machine needs: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN    := $(VENV)/Scripts
endif
DEMO   := examples/hello-cartridge
FUZZ_SECONDS ?= 60
FUZZ_EXAMPLES ?= 300
# How many mutants are tried, and of what: `src`, or a reader of the kit, which is `reader` for the
# one in Python, `javascript` or `rust`.
N      ?= 60
TARGET ?= src
# How many steps the simulated team takes, and which.
STEPS  ?= 2000
SEED   ?= 1
# The peer of `make bench` that npm installs.
ASAR   ?= 3.4.1
# The versions in a virtual environment; with the newest every test runs.
LOCK   ?= requirements/ci.txt
TESTS  ?=
# A newer Python may have no wheels of the lowest versions.
OLDEST ?= $(shell python3.11 -c 0 2>/dev/null && echo python3.11 || echo $(PYTHON))
LOWEST := VENV=.venv-lowest LOCK=requirements/lowest.txt PYTHON=$(OLDEST)

.PHONY: demo test lowest browser faults fuzz mutants bench team check docs generate lock clean

demo: $(VENV)/.runtime
	$(BIN)/prometeu-assets build $(DEMO)
	$(BIN)/prometeu-assets inspect $(DEMO)/build/assets.pa
	$(BIN)/prometeu-assets verify $(DEMO)/build/assets.pa
	rm -rf $(DEMO)/extracted
	$(BIN)/prometeu-assets extract $(DEMO)/build/assets.pa --out $(DEMO)/extracted --decode
	$(BIN)/prometeu-assets ship $(DEMO)
	$(BIN)/prometeu-assets boot $(DEMO)/cartridge

# The tests start hundreds of processes, so what is compiled is kept, whatever the shell says of it.
test: export PYTHONDONTWRITEBYTECODE =
test: export PYTHONPYCACHEPREFIX = $(abspath $(VENV))/.pycache
# A library of numpy would start threads in each of them, for sums that nobody asks for.
test: export OPENBLAS_NUM_THREADS = 1
test: $(VENV)/.groups
	$(BIN)/python -m pytest --numprocesses auto --dist loadscope $(TESTS)

lowest: ## the tests in which libraries work, and the demo, on the lowest versions that the ranges allow
	$(MAKE) test $(LOWEST) TESTS="$(addprefix tests/,cli compat contract docs packer reader schemas shipper views workspace)"
	$(MAKE) demo $(LOWEST)

browser: $(VENV)/.groups ## the inspector and the docs site in headless Chromium, which must be installed; npm gets what drives it
	$(BIN)/python -m tests.browser

faults: $(VENV)/.groups ## every fault at every file-system call (Linux; takes minutes)
	$(BIN)/python -m tests.fault.sweep

team: $(VENV)/.groups ## a simulated team: three clones, random work in git, and what must hold after every step
	$(BIN)/python -m tests.team.simulator --steps $(STEPS) --seed $(SEED)

check: test ## everything the gate checks
	bash .ci/run --after-test

fuzz: $(VENV)/.fuzz ## every parser under a fuzzer, FUZZ_SECONDS each; then a workspace
	$(BIN)/python -m fuzz --seconds $(FUZZ_SECONDS)
	FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/python -m pytest tests/fuzz/test_workspace.py

mutants: $(VENV)/.groups ## small changes of the code, of which tests must notice nearly all; MUTANTS="--help" has more
	$(BIN)/python -m tools.mutants --number $(N) --target $(TARGET) $(MUTANTS)

bench: $(VENV)/.bench ## ours and its peers in one run, and the goals; QUICK=1 takes small inputs
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick) --tools $(VENV)/bench $(BENCH)

docs: $(VENV)/.groups
	$(BIN)/mkdocs serve

generate: $(VENV)/.groups ## rewrite the generated pages
	$(BIN)/python tools/examples.py
	$(BIN)/python tools/generate.py
	$(BIN)/prometeu-assets conformance build

$(VENV)/.runtime: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

# Exactly what is locked, every file by its hash; the demo above takes what the ranges allow.
$(VENV)/.groups: $(VENV)/.runtime $(LOCK)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement $(LOCK)
	touch $@

lock: $(VENV)/.runtime ## lock the newest and the lowest versions that the ranges allow
	$(BIN)/python -m pip install --quiet --group lock
	$(BIN)/uv pip compile pyproject.toml --group test --group lint --group docs --group package \
	  --universal --python-version 3.11 --generate-hashes --upgrade --no-config --quiet \
	  --custom-compile-command "make lock" --output-file requirements/ci.txt
	$(BIN)/uv pip compile pyproject.toml --group test --resolution lowest-direct \
	  --universal --python-version 3.11 --generate-hashes --upgrade --no-config --quiet \
	  --custom-compile-command "make lock" --output-file requirements/lowest.txt

$(VENV)/.fuzz: $(VENV)/.groups
	$(BIN)/python -m pip install --quiet --group fuzz
	touch $@

$(VENV)/.bench: $(VENV)/.groups
	$(BIN)/python -m pip install --quiet --group bench
	npm install --silent --prefix $(VENV)/bench @electron/asar@$(ASAR)
	touch $@

clean:
	rm -rf $(VENV) .venv-lowest site dist .bench .fuzz .mutants .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache \
	  $(DEMO)/build $(DEMO)/extracted $(DEMO)/cartridge $(DEMO)/assets/.prometeu/cache.json $(DEMO)/assets/.prometeu/lock
