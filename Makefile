# Two commands matter: `make demo` and `make test`. `make` alone lists all.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --strip-extras --allow-unsafe
export MINQING_DATA ?= var

.PHONY: help demo test check bench torture soak build lock clean browser format

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

demo: .venv/server pwa/dist/index.html ## everything from nothing to a running demo community
	@$(BIN)/minqing demo --serve $(DEMO)

test: check browser pwa/dist/index.html pwa/dist-harness/index.html ## every check and every test, in a real browser too
	cd pwa && npm test --silent
	$(BIN)/pytest $(PYTEST)

check: .venv/tests pwa/node_modules/.package-lock.json ## linters, types and the directions of imports
	$(BIN)/ruff check server sync tests
	$(BIN)/ruff format --check server sync tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd pwa && npm run --silent types && npm run --silent lint && npm run --silent format

bench: .venv/tests browser pwa/dist/index.html pwa/dist-harness/index.html ## the figures, as ratios to a baseline of the same run
	$(BIN)/python -m tests.bench $(BENCH)

torture: .venv/tests ## kill -9 of the server, and of PostgreSQL, under load; takes half an hour
	$(BIN)/python -m tests.torture $(TORTURE)

soak: .venv/tests pwa/node_modules/.package-lock.json ## play seeds of the simulation until stopped or one fails
	nice $(BIN)/python -m tests.sync.simulation $(SOAK)

build: pwa/dist/index.html ## the PWA, ready to be served

format: .venv/tests pwa/node_modules/.package-lock.json ## put every file into its standard form
	$(BIN)/ruff check --fix-only --quiet server sync tests
	$(BIN)/ruff format server sync tests
	cd pwa && npx prettier --config .prettierrc --write --log-level warn . '../sync/*.ts'

lock: .venv/tests ## write the lock files anew from pyproject.toml, tests/requirements.in and package.json
	$(COMPILE) --extra postgres -o server/requirements.txt pyproject.toml
	$(COMPILE) -o tests/requirements.txt tests/requirements.in
	cd pwa && npm install --package-lock-only

clean: ## remove what was built; the data in var/ stays
	rm -rf .venv pwa/node_modules pwa/dist pwa/dist-harness build

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "On Debian: apt-get install python3-venv"; exit 1; }

.venv/server: .venv/bin/pip server/requirements.txt pyproject.toml
	@echo "Installing the server's packages ..."
	$(PIP) install --require-hashes -r server/requirements.txt
	$(PIP) install --no-deps --editable .
	@touch $@

.venv/tests: .venv/server tests/requirements.txt
	@echo "Installing the packages for tests ..."
	$(PIP) install --require-hashes -r tests/requirements.txt
	@touch $@

pwa/node_modules/.package-lock.json: pwa/package.json pwa/package-lock.json
	@command -v npm >/dev/null || { echo "Node.js 20 or newer with npm is needed."; exit 1; }
	@echo "Installing the app's packages ..."
	cd pwa && npm ci --silent
	@touch $@

pwa/dist/index.html: pwa/node_modules/.package-lock.json $(shell find pwa/src pwa/public sync -type f -not -name '*.test.ts' -not -name '*.py' -not -name '*.md' 2>/dev/null) $(wildcard pwa/*.ts pwa/*.html pwa/build/*)
	@echo "Building the app ..."
	cd pwa && npm run --silent build
	@touch $@

browser:
	@tests/e2e/install-browser

# The same app with a page that opens any questionnaire, for tests and measurements.
pwa/dist-harness/index.html: pwa/dist/index.html
	@echo "Building the harness of questionnaires ..."
	cd pwa && VITE_HARNESS=1 npm run --silent build -- --outDir dist-harness
	@touch $@
