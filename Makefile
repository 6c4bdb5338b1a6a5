# Two commands do all the set-up on a fresh machine: `make briefing` and `make test`.
# They assume Python >= 3.11 with venv, and make; what is missing is named.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: briefing test test-slow bench lint format clean help

help:  ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

briefing: $(VENV)/.installed  ## a synthetic London's briefing; prints the PDF's path
	@echo "making a synthetic London and its briefing: half a minute …" >&2
	@$(BIN)/viperreport demo

test: $(VENV)/.installed-test lint  ## everything but the long forms
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

test-slow: $(VENV)/.installed-test  ## the long forms of the promises
	$(BIN)/python -m pytest -n auto --dist worksteal

bench: $(VENV)/.installed-test  ## what an edition costs, in milliseconds; fails nothing
	$(BIN)/python -m tests.bench

lint: $(VENV)/.installed-test  ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.installed-test  ## let the formatter and the linter mend what they can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove the virtual environment and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "installing viperreport into $(VENV): a minute or two …" >&2
	$(PIP) install --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(VENV)/bin/python
	@echo "installing viperreport and its test tools into $(VENV): a minute or two …" >&2
	$(PIP) install --editable '.[test]'
	@touch $@ $(VENV)/.installed

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is missing: install Python 3.11 or newer, or say make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is older than 3.11: say make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "make: $(PYTHON) lacks venv: install your system's python3-venv package"; exit 1; }
	$(PYTHON) -m venv $(VENV)
