# Groundwork's commands. `make run` and `make test` are all one needs; the rest serves them.

PYTHON ?= python3

ENVIRONMENT := .venv
BIN := $(ENVIRONMENT)/bin
# A stamp lies in the environment it speaks of, so it goes when the environment goes.
RUNNING := $(ENVIRONMENT)/requirements.stamp
TESTING := $(ENVIRONMENT)/requirements-dev.stamp
# What did not run, carried from the first half of the tests to the second.
NOT_RUN := .make/not_run.json
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Two processes whatever the machine: the time `make test` takes is promised for two cores.
PROCESSES ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test test-all format lock clean
# Targets here share one environment and one terminal; -j must not mix them.
.NOTPARALLEL:
.DELETE_ON_ERROR:

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)$$/\1\t\2/p' Makefile | expand -t 12

run: export GROUNDWORK_TERRITORY ?= data/demo
run: $(RUNNING)  ## serve the dashboard on localhost:8501 (GROUNDWORK_TERRITORY, default data/demo)
	@test -e "$$GROUNDWORK_TERRITORY/store/catalogue.sqlite" \
		|| $(BIN)/python -m analysis build "$$GROUNDWORK_TERRITORY"
	$(BIN)/python -m streamlit run dashboard.py

test: $(TESTING)  ## format, lint, types, unit, page and browser tests; then what did not run and why
	$(call check,)

test-all: $(TESTING)  ## the same with the tests of services, faults and scale
	$(call check,--all)

format: $(TESTING)  ## format the code, mend what the linter can mend
	$(BIN)/python -m ruff format .
	$(BIN)/python -m ruff check --fix .

lock:  ## write requirements.lock from requirements.txt
	$(PYTHON) -m venv --clear .make/lock
	.make/lock/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.8
	@# Universal: one lock for every Python and system; no address of a registry gets into it.
	.make/lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links \
		--output-file requirements.lock requirements.txt

clean:  ## remove environment and caches; stores stay, they hold what was published
	rm -rf $(ENVIRONMENT) .make .mypy_cache .ruff_cache .hypothesis static
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

# Browser journeys measure seconds, so they run alone, after the rest; both halves always run.
define check
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	@mkdir -p .make && rm -f $(NOT_RUN)
	@failed=0; \
	$(BIN)/python -m pytest --quiet $(1) --not-run $(NOT_RUN) \
		--numprocesses $(PROCESSES) --ignore tests/browser || failed=1; \
	$(BIN)/python -m pytest --quiet $(1) --not-run $(NOT_RUN) tests/browser || failed=1; \
	exit $$failed
endef

$(RUNNING): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(ENVIRONMENT) \
		|| { echo "Python's venv module is incomplete; on Debian: apt install python3-venv"; exit 1; }
	$(INSTALL) --requirement requirements.txt
	@touch $@

$(TESTING): requirements-dev.txt $(RUNNING)
	$(INSTALL) --requirement requirements-dev.txt
	@touch $@
