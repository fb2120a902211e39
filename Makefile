# Everything happens in .venv, at the root of the repository. Its file `ready` is written last: without it the environment
# is half-made and is built anew; when pyproject.toml or constraints.txt is younger, it is brought up to date.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
MAKEFLAGS += --no-print-directory

# The slow tests start whole services and kill them: they need the machine for themselves.
SIDE_BY_SIDE = $(BIN)/python -m pytest -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help demo serve test check lint fuzz samples licences dependencies constraints clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY)  ## start the service, send it five sample files, show what comes out, stop it
	@PYTHONPATH=. $(BIN)/python scripts/demo.py

serve: $(READY)  ## run the service on http://127.0.0.1:8000 with its data in ./data
	@exec $(BIN)/pagemill serve --data ./data

test: lint licences  ## all checks and all tests (some minutes)
	@scripts/install-office
	@$(SIDE_BY_SIDE) -m "not slow"; fast=$$?; $(BIN)/python -m pytest -m slow; slow=$$?; [ $$fast -eq 0 ] && exit $$slow || exit $$fast

check: lint  ## all checks and the fast tests (under a minute)
	@$(SIDE_BY_SIDE) -m "not slow and not long" -q

lint: $(READY)  ## style, types and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo 'Run "$(BIN)/ruff format ." first.'; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

licences: $(READY)  ## licences and size of everything that a user installs
	@$(BIN)/python scripts/dependencies.py check

dependencies: $(READY)  ## write docs/dependencies.md anew, with figures from this machine
	@$(BIN)/python scripts/dependencies.py write

fuzz: $(READY)  ## send 2,000 broken files through a service and report what became of them
	@PYTHONPATH=. $(BIN)/python -m tests.fuzz

samples: $(READY)  ## make the five sample files in ./demo-data/samples
	@$(BIN)/python -m samples demo-data/samples

constraints:  ## pin the newest versions that pyproject.toml allows in constraints.txt
	@scripts/pin-constraints

clean:  ## remove the environment, the demo's data and every cache
	rm -rf $(VENV) demo-data build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt scripts/make-venv
	@scripts/make-venv $(VENV)
