# Everything runs from .venv, which is made from the lock files in deploy/.
PYTHON ?= $(shell python3.11 -c 'import sys; print(sys.executable)' 2>/dev/null || command -v python3)
BIN := .venv/bin
PROJECTS := setup.cfg pyproject.toml $(wildcard plugins/*/setup.cfg plugins/*/pyproject.toml)
PLUGINS := $(sort $(dir $(wildcard plugins/*/pyproject.toml)))
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --all-build-deps \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test lint bench lock specs clean

run: .venv/.runtime
	$(BIN)/shangfa serve

test: .venv/.dev
	$(BIN)/pytest

lint: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.dev
	$(BIN)/python -m tests.bench

specs: .venv/.dev
	$(BIN)/python -m shangfa.api.specs api_specs
	$(BIN)/shangfa systems tenants > tenants/README.md.new && mv tenants/README.md.new tenants/README.md

lock: .venv/.runtime
	$(BIN)/pip install --quiet pip-tools
	$(LOCK) --output-file deploy/requirements.txt pyproject.toml
	$(LOCK) --extra test --extra lint --constraint deploy/requirements.txt --output-file deploy/requirements-dev.txt pyproject.toml

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis

.venv/.runtime: deploy/requirements.txt $(PROJECTS)
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r deploy/requirements.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e . $(PLUGINS:%=-e %)
	touch $@

.venv/.dev: .venv/.runtime deploy/requirements-dev.txt
	$(BIN)/pip install --quiet --require-hashes -r deploy/requirements-dev.txt
	touch $@
