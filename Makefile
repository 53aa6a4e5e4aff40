# Everything runs from .venv, which is made from the lock files in deploy/.
PYTHON ?= $(shell python3.11 -c 'import sys; print(sys.executable)' 2>/dev/null || command -v python3)
BIN := .venv/bin
PROJECTS := setup.cfg pyproject.toml $(wildcard plugins/*/setup.cfg plugins/*/pyproject.toml)
PLUGINS := $(sort $(dir $(wildcard plugins/*/pyproject.toml)))
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --all-build-deps \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
# A file's tests share a database, so a file stays with one worker; files go out as conftest sorts them.
# One more than there are processors: some tests wait for processes.
WORKERS := $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((n < 4 ? n + 1 : 5)))
PARALLEL := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# With COVERED=1 every process of the tests counts what it reaches, from its first import on.
COVERED ?=
PYTEST := $(BIN)/$(if $(COVERED),coverage run -m )pytest
ARTEFACTS ?= build/ci
EXAMPLES := $(sort $(dir $(wildcard plugins/examples/*/pyproject.toml)))
# Apart from what the product is made of: it only looks at wheels.
TWINE := 7.0.0
# What reads the OpenAPI document as its users do; needs node 18 or later.
NODE := build/node
# The programs of the oldest PostgreSQL that is supported.
OLDEST ?= /usr/lib/postgresql/15/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Every process that starts would compile all of the source again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test slow clients browser pictures quick oldest fuzz laws nightly cover covered lint fix audit bench specs docs site lock dist clean

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: .venv/.runtime ## Serve on this machine, with an embedded PostgreSQL
	$(BIN)/shangfa serve

test: .venv/.dev ## Run all tests but the slow ones and those of whole servers
	$(PYTEST) $(PARALLEL) -m "not slow and not serve"

slow: .venv/.dev ## Run the slow tests: whole servers, many clients at once, very many values
	$(BIN)/pytest $(PARALLEL) -m "(slow or serve) and not browser and not node"

clients: .venv/.dev $(NODE)/.made ## Lint the OpenAPI document; generate, compile and run its clients and recipes
	$(BIN)/pytest tests/clients

browser: .venv/.dev ## Look at the console with chromium; pictures go to build/ci/screens
	ARTEFACTS=$(abspath $(ARTEFACTS)) $(BIN)/pytest -m browser tests/browser

pictures: .venv/.dev ## Make the pictures of the console in docs/assets anew, with chromium
	SHANGFA_PICTURES=1 $(BIN)/pytest -q tests/browser/test_pictures.py -k documents

quick: .venv/.dev ## Run the tests that need no database and no process
	$(BIN)/pytest $(PARALLEL) -q -m "not database and not serve"

oldest: .venv/.dev ## Run the tests of the database on PostgreSQL 15
	SHANGFA_TEST_POSTGRES=$(OLDEST) $(BIN)/pytest $(PARALLEL) -m "not slow" tests/db tests/services tests/api

fuzz: .venv/.dev ## Try a running server with requests made up from the OpenAPI document
	$(BIN)/python -m tests.fuzz --seconds 80

laws: .venv/.dev ## Run the tests of properties with 150 examples each, always the same ones
	SHANGFA_HYPOTHESIS=ci $(BIN)/pytest $(PARALLEL) -m "hypothesis and not slow and not serve"

nightly: .venv/.dev ## Run all tests, the laws with 500 examples each
	SHANGFA_HYPOTHESIS=nightly $(BIN)/pytest $(PARALLEL)

cover: .venv/.dev ## Run what `make test` runs, counted, and hold what it reaches of the code
	$(BIN)/coverage erase
	$(MAKE) test COVERED=1
	$(MAKE) covered

covered: ## Hold what a run of `make test COVERED=1` reached of the code
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --include='platform/shangfa/domain/*' --fail-under=100
	$(BIN)/coverage report --omit='platform/shangfa/domain/*' --fail-under=95

lint: .venv/.dev ## Check format, style, types and who imports whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	for plugin in $(PLUGINS); do $(BIN)/mypy $${plugin}tests || exit 1; done
	$(BIN)/lint-imports

fix: .venv/.dev ## Format, and mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

audit: .venv/.dev ## Check the lock files and write what the product is made of (SBOM)
	$(BIN)/python -m tests.making.audit deploy/requirements.txt deploy/requirements-dev.txt
	$(BIN)/pip check
	mkdir -p $(ARTEFACTS)
	$(BIN)/cyclonedx-py requirements deploy/requirements.txt --output-reproducible --of JSON \
		--output-file $(ARTEFACTS)/shangfa.cdx.json

bench: .venv/.dev ## Measure against the figures of the README
	$(BIN)/python -m tests.bench

specs: .venv/.dev ## Write api_specs/ and the table of tenants again
	$(BIN)/python -m shangfa.api.specs api_specs
	$(BIN)/shangfa systems tenants > tenants/README.md.new && mv tenants/README.md.new tenants/README.md

docs: .venv/.dev ## Write docs/reference/sdk and the drawing of docs/architecture.md again from the code
	$(BIN)/python -m tests.making.sdk docs/reference/sdk
	$(BIN)/python -m tests.making.drawing docs/architecture.md

site: .venv/.dev ## Build the site of docs/ into build/site; it asks no other host for anything
	$(BIN)/python -m tests.making.site build
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet -f build/mkdocs.yml

lock: .venv/.runtime ## Choose the newest versions for the lock files
	$(BIN)/pip install --quiet pip-tools
	$(LOCK) --output-file deploy/requirements.txt pyproject.toml
	$(LOCK) --extra test --extra suite --extra docs --extra lint --constraint deploy/requirements.txt --output-file deploy/requirements-dev.txt pyproject.toml

dist: .venv/.runtime ## Build the wheels of the platform and of its plugins into dist/, and check them
	rm -rf dist build/lib build/bdist.*
	for folder in . $(PLUGINS) $(EXAMPLES); do \
		$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist ./$$folder || exit 1; done
	test -x build/twine/bin/twine || { $(PYTHON) -m venv build/twine && \
		build/twine/bin/pip install --quiet twine==$(TWINE); }
	build/twine/bin/twine check --strict dist/*.whl

clean: ## Remove what was made
	rm -rf .venv build dist .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis .coverage .coverage.*

.venv/.runtime: deploy/requirements.txt $(PROJECTS)
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r deploy/requirements.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e . $(PLUGINS:%=-e %)
	touch $@

.venv/.dev: .venv/.runtime deploy/requirements-dev.txt
	$(BIN)/pip install --quiet --require-hashes -r deploy/requirements-dev.txt
	touch $@

$(NODE)/.made: tests/clients/node/package.json tests/clients/node/package-lock.json
	mkdir -p $(NODE)
	cp $^ $(NODE)
	cd $(NODE) && npm ci --silent --ignore-scripts --no-audit --no-fund
	touch $@
