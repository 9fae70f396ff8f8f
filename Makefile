# Everything a person or CI does with this project. Needs only make and Python 3.11 or newer.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
INSTALLED := .venv/.installed
# Bytecode is kept although containers like to forbid it: without it every program that a test starts is compiled anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: audit help install lock sbom phone test long record record-check check check-all lint types layers screens site bench drill soak wheel clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## create .venv with exact versions (constraints.txt); done by the others when needed

$(INSTALLED): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer found: install one, or say make PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

phone: $(INSTALLED) ## the demo: call the line from a phone in this terminal
	@$(BIN)/phone

PYTEST := $(BIN)/python -m pytest --quiet --numprocesses=auto --dist=worksteal
test: $(INSTALLED) ## run the quick tests: all stories, rules and doors (ARGS="-k word")
	$(PYTEST) -m "not long" $(ARGS)

long: $(INSTALLED) ## run the others: browsers, workers, terminals, the soak in small (tests/conftest.py names them)
	$(PYTEST) -m long $(ARGS)

record: $(INSTALLED) ## make the recordings in cassettes/ again (ARGS="--help")
	$(BIN)/ivr record $(ARGS)

record-check: $(INSTALLED)
	$(BIN)/ivr record --check $(ARGS)

check: lint types layers test ## before every commit: style, types, layers, quick tests

check-all: check long wheel ## what CI runs: the long tests and the wheel, too

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED)
	$(BIN)/mypy

layers: $(INSTALLED)
	$(BIN)/lint-imports

screens: $(INSTALLED) ## draw the pictures of the phone in docs/screens anew
	$(BIN)/python -m tests.phone.pictures

site: $(INSTALLED) ## build docs/ as a website into site/, with search and the Python API; a link that leads nowhere fails
	$(BIN)/zensical build --strict

bench: $(INSTALLED) ## measure the budgets, compare with the last release (ARGS=--keep, or parts: ARGS="webhooks phone")
	$(BIN)/python -m bench $(ARGS)

drill: $(INSTALLED) ## ten minutes of 200 calls at once with a worker killed (ARGS="--seconds 30 --report OUT.json")
	$(BIN)/python -m bench.drill $(ARGS)

soak: $(INSTALLED) ## 100,000 simulated calls in all kinds of trouble (ARGS="--help"), then 100,000 steps of break-ins
	$(BIN)/python -m bench.soak --workers 2 $(ARGS)
	IVR_BYPASS_STEPS=100000 $(BIN)/python -m pytest --quiet tests/ivr/test_ivr_bypass.py -k no_sequence

wheel: $(INSTALLED) ## build what is released, into dist/, and try it in an environment of its own
	rm -rf dist
	$(BIN)/python -m hatchling build -t sdist -t wheel
	$(BIN)/python -m pytest --quiet tests/packaging/wheel_in_use.py

# What goes into the image is installed apart, by the hashes of requirements/image.lock, and so are the tools that look at it.
AUDIT := .venv-audit
IMAGE := .venv-image
$(AUDIT) $(IMAGE): .venv-%: requirements/%.lock
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer found: install one, or say make PYTHON=/path/to/python" >&2; exit 1; }
	rm -rf $@
	$(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet --require-hashes --requirement $<

# Kinds of licence that we may ship; LGPL: jwcrypto, which the okta SDK needs, unchanged.
LICENCES := MIT;BSD;Apache;Python Software Foundation;PSF;Mozilla Public License 2.0;LGPL

audit: $(AUDIT) $(IMAGE) ## licences of what the image has, known vulnerabilities of all that is installed anywhere (ARGS)
	$(AUDIT)/bin/pip-licenses --python=$(IMAGE)/bin/python --partial-match --allow-only="$(LICENCES)" --order=license
	@$(AUDIT)/bin/pip-audit --strict --disable-pip --no-deps --progress-spinner=off --requirement constraints.txt $(ARGS) || \
	{ echo "Something is vulnerable, or could not be looked up: then nothing is known about it. See above." >&2; exit 1; }

sbom: $(AUDIT) $(IMAGE) ## the bill of materials of a release (CycloneDX), into dist/
	mkdir -p dist
	$(AUDIT)/bin/cyclonedx-py environment $(IMAGE)/bin/python --pyproject pyproject.toml --output-reproducible \
	--of JSON --output-file dist/okta_twilio_ivr-$$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml).cdx.json

LOCK = $(AUDIT)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock: $(AUDIT) ## make requirements/*.lock again, with the versions of constraints.txt
	$(LOCK) pyproject.toml --extra line --extra redis --extra otel --constraint constraints.txt --output-file requirements/image.lock
	$(LOCK) requirements/audit.in --output-file requirements/audit.lock

clean: ## remove .venv and caches
	rm -rf .venv .venv-audit .venv-image .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
