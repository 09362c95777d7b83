# Recipes for working with tucham. A fresh clone needs only Python (3.11 or newer), make and a package registry.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
SOURCES := bot scoring storage messages tests
DEMO := var/demo
# The registry may be slow, but a missing wheel must never start a compiler or an interactive question.
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 $(PY) -m pip install --quiet --require-hashes
FAST := not slow
# To make, AS is the assembler unless somebody says whom to talk as.
ifeq ($(origin AS),default)
AS :=
endif

.PHONY: help setup setup-run demo demo-reset talk run test lint types check bench faults soak lock preview pictures clean

help: ## print these recipes
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# --- set-up -----------------------------------------------------------------------------------------------------------

$(PY):
	@found=; for python in $${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; then \
	    found=$$python; break; fi; done; \
	if [ -z "$$found" ]; then echo 'tucham needs Python 3.11, 3.12, 3.13 or 3.14 (make PYTHON=/path/to/python3 …)' >&2; exit 1; fi; \
	echo "Creating $(VENV) with $$("$$found" --version)"; \
	"$$found" -m venv $(VENV) || { rm -rf $(VENV); \
	  echo 'Could not create $(VENV); on Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }

# The project is not built: a path file and a script join it to the environment, so set-up needs no build backend,
# a change of the source is live at once, and the clone may be moved together with a fresh `make setup`.
$(BIN)/tucham: Makefile | $(PY)
	@$(PY) -c 'import pathlib, sysconfig; \
	  pathlib.Path(sysconfig.get_path("purelib"), "tucham.pth").write_text(str(pathlib.Path.cwd()) + "\n", encoding="utf-8")'
	@printf '%s\n' '#!/bin/sh' 'exec "$$(dirname -- "$$(readlink -f -- "$$0")")/python" -P -m bot "$$@"' > $@
	@chmod +x $@

$(VENV)/.run-ready: requirements.lock | $(PY)
	@echo 'Installing what tucham needs to run'
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/.dev-ready: requirements-dev.lock | $(PY)
	@echo 'Installing what tucham needs to run and to be checked'
	@$(PIP) -r requirements-dev.lock
	@touch $@

setup-run: $(VENV)/.run-ready $(BIN)/tucham ## install what is needed to run, nothing else

setup: $(VENV)/.dev-ready $(BIN)/tucham ## install everything, the tools for tests and lints included

# --- use --------------------------------------------------------------------------------------------------------------

demo: setup-run ## try it in a browser: sample units half-way through a cycle, and three links; Ctrl-C stops it
	@exec $(BIN)/tucham demo --dir $(DEMO)

demo-reset: ## forget the demo (stop it first)
	@rm -rf $(DEMO)

talk: setup-run ## the same in this terminal, as the sample unit's officer; as somebody else: make talk AS=CODE; PLAIN=1: without buttons, as on Zalo
	@exec $(BIN)/tucham talk --demo $(DEMO) $(if $(AS),--as "$(AS)") $(if $(PLAIN),--plain)

run: setup-run ## start the service with the settings of .env
	@exec $(BIN)/tucham run

preview: setup-run ## every screen on one page: var/preview.html
	@mkdir -p var && $(BIN)/tucham preview --out var/preview.html && echo var/preview.html

pictures: setup ## the README's pictures anew; needs Chromium (it says how to get it)
	@$(PY) docs/pictures/make.py

# --- checks -----------------------------------------------------------------------------------------------------------

# Assertions are rewritten for each test file: kept, or every worker of every run would do it anew for seconds.
test: setup ## every fast test; needs no network and no token
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -m '$(FAST)' -n auto --maxprocesses 4 --dist loadfile

lint: setup ## format, lints, import contracts
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/lint-imports

types: setup ## mypy --strict on source and tests
	@$(BIN)/mypy

check: ## what CI runs: lint, types, test
	@$(MAKE) lint
	@$(MAKE) types
	@$(MAKE) test

bench: setup ## the product against a bare bot, on this machine
	@PYTHONPATH=tests $(PY) -m bench

faults: setup ## the long proofs: kill -9, lost connections, full disks
	@$(BIN)/pytest -m slow tests/faults

soak: setup ## every slow test, and many more examples of what is random
	@THOROUGH=1 $(BIN)/pytest -m 'slow or thorough'

lock: setup ## make the two lock files again from pyproject.toml
	@$(BIN)/uv --version >/dev/null 2>&1 || $(PY) -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-header --no-annotate \
	  --quiet -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --generate-hashes --no-header --no-annotate \
	  --quiet -o requirements-dev.lock
	@! grep -n '://' requirements.lock requirements-dev.lock

clean: ## remove what the recipes made, the environment and the demo included; never a real database
	@rm -rf $(VENV) $(DEMO) var/preview.html .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
