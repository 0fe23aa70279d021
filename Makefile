# Two commands: `make run` shows the exchange at work, `make test` proves it. Both install what they need into .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: help run test check test-long coverage lint faults mutants schemas clean
.DEFAULT_GOAL := run

# Prints what there is to make.
help:
	@echo "make run         start everything, play the stories, print the console's address"
	@echo "make test        lint, types, contracts and every test; run it before you commit"
	@echo "make check       what needs no server, in a minute; run it while you work"
	@echo "make test-long   many more tries and runs under every fault; run it before a change lands"
	@echo "make faults      send under every fault and count the harm: SEED=1 MESSAGES=20000"
	@echo "make mutants     change the code in small ways and count what the tests notice: SEED=1 ONLY=PATH"
	@echo "make coverage    how much of the code the tests run"
	@echo "make lint        style, types, import contracts, generated files"
	@echo "make schemas     write the generated files anew"
	@echo "make clean       remove what was installed and cached"

run: $(INSTALLED)
	@$(BIN)/hub demo

# What is compiled once need not be compiled by every process that the tests start.
unexport PYTHONDONTWRITEBYTECODE

# Some of them wait, for servers that start and for time to pass: so one process more than there are cores.
PROCESSES ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))
PYTEST := $(BIN)/python -m pytest --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder

test: $(INSTALLED) lint
	@$(PYTEST)

# What needs no server, in less than a minute: for while you work.
check: $(INSTALLED) lint
	@$(PYTEST) tests/unit tests/architecture

# The tests where more tries find more, with many more of them, the runs under every fault, and all that `make test`
# does. Run it before each landing: it takes an hour.
test-long: $(INSTALLED) lint
	@TESTS_LONG=1 $(PYTEST)

# How much of the code the tests run, branches too. It is stated, and nothing depends on it.
coverage: $(INSTALLED)
	@$(PYTEST) --cov --cov-report term:skip-covered

lint: $(INSTALLED)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m schemas.generate --check
	@$(BIN)/python -m schemas.codes.page --check
	@$(BIN)/python -m schemas.indicators.page --check
	@$(BIN)/python -m hub.watching.page --check
	@$(BIN)/python -m hub.settings_page --check

# Sends under every fault and counts what was lost: `make faults SEED=1 MESSAGES=20000`. One line of JSON.
SEED ?= 1
MESSAGES ?= 20000
faults: $(INSTALLED)
	@$(BIN)/python -m tests.faults --seed $(SEED) --messages $(MESSAGES)

# Changes the exchange in small ways and counts what its tests notice: `make mutants SEED=2 ONLY=exchange/sending`.
PER_MODULE ?= 12
ONLY ?=
mutants: $(INSTALLED)
	@$(BIN)/python -m tests.mutants --seed $(SEED) --per-module $(PER_MODULE) --only '$(ONLY)'

schemas: $(INSTALLED)
	@$(BIN)/python -m schemas.generate
	@$(BIN)/python -m schemas.codes.page
	@$(BIN)/python -m schemas.indicators.page
	@$(BIN)/python -m hub.watching.page
	@$(BIN)/python -m hub.settings_page

# Installed once for each pyproject.toml; afterwards nothing is fetched from anywhere.
$(INSTALLED): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; set PYTHON to one"; exit 1; }
	@test -x $(BIN)/python || { echo "making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "installing into $(VENV): half a minute, once"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[server,dev]'
	@$(BIN)/python -m compileall -q -j 0 schemas adapters hub workers
	@touch $@

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache
