# `make help` says what there is. The work itself is in scripts/, one file a job.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.SUFFIXES:

# Any Python 3.11 or newer makes the environment; afterwards everything runs on the one in .venv.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV_PYTHON := .venv/bin/python
# Options of the command that is run: make run ARGS="--port 8081", make test ARGS="-k badge"
ARGS ?=

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11 or newer was found; name one with PYTHON=…" >&2; exit 1; }

.PHONY: setup
setup: python ## Make .venv with the locked dependencies and build the web app
	@$(PYTHON) -m scripts.set_up

.PHONY: run
run: setup ## Start the demo and print its address and login
	@.venv/bin/chargedeck demo $(ARGS)

.PHONY: test
test: python ## Run every test, after installing the real parts they need
	@$(PYTHON) -m scripts.set_up test
	@$(VENV_PYTHON) -m scripts.run_tests $(ARGS)

.PHONY: check
check: python ## Lint, types, import rules, licences, dead links and house rules
	@$(PYTHON) -m scripts.set_up test check
	@$(VENV_PYTHON) -m scripts.run_checks

.PHONY: format
format: python ## Format the code and repair what the linter can repair
	@$(PYTHON) -m scripts.set_up test check
	@.venv/bin/ruff check --fix --quiet --exit-zero
	@.venv/bin/ruff format --quiet

.PHONY: docs
docs: setup ## Draw docs/state-machine.md again from its table
	@$(VENV_PYTHON) -m scripts.draw_state_machine

.PHONY: bench
bench: python ## Run the benchmarks and write bench/results
	@$(PYTHON) -m scripts.set_up test
	@$(VENV_PYTHON) -m bench $(ARGS)

.PHONY: clean
clean: ## Remove what the tools left and the built web app
	@find . \( -name .venv -o -name node_modules -o -name .git \) -prune -o -type d \
	  \( -name __pycache__ -o -name '.*_cache' -o -name .hypothesis \) -prune -print0 | xargs -0 rm -rf
	@rm -rf .coverage build dist src/chargedeck/web/dist

.PHONY: distclean
distclean: clean ## Remove .venv and node_modules as well
	@rm -rf .venv .setup.lock web/node_modules
