# `make` lists the targets. Stars mark the ones of every day.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
# What the functions run on.
MACHINE ?= arm64
BIN := $(VENV)/bin
GROUPS_LOCKED := zip worker cli emulator checkov dev
TEMPLATE := infra/bootstrap/template.yaml
DOCKERFILE := functions/orchestrator/Dockerfile
# Has an environment of its own: its pins are not ours.
CHECKOV := build/checkov
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --generate-hashes \
	--no-annotate --no-header --no-emit-index-url --python-version 3.11
# Where files are kept in memory, thousands of fsyncs cost nothing.
export PYTEST_DEBUG_TEMPROOT := $(if $(wildcard /dev/shm/.),/dev/shm,)
# Two processes of tests: each has its own emulator.
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal

.PHONY: help setup check format lint types locks fast test fuzz bench build image deploy e2e smoke openapi checkov demo demo-down engine lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready ## make the environment in .venv

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Hoist needs Python 3.11 or newer; set PYTHON=<path of one>" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

check: setup format lint types locks fast ## * format, lint, types, locks and the fast tests: before every commit

format: setup
	$(BIN)/ruff format --check

lint: setup
	$(BIN)/ruff check
	$(BIN)/cfn-lint $(TEMPLATE)
	$(BIN)/hadolint $(DOCKERFILE)

types: setup
	$(BIN)/mypy functions layers infra tests

# A lock file is fresh if compiling it again changes nothing; what it pins is kept meanwhile.
locks: setup
	@mkdir -p build/locks
	@for group in $(GROUPS_LOCKED); do \
		cp requirements/$$group.txt build/locks/$$group.txt && \
		$(COMPILE) --group $$group -o build/locks/$$group.txt && \
		diff -q requirements/$$group.txt build/locks/$$group.txt >/dev/null \
		|| { echo "requirements/$$group.txt is stale: run make lock" >&2; exit 1; }; \
	done

fast: setup
	$(PYTEST) -q -m "not engine and not emulator and not thorough and not fuzz"

test: setup engine $(CHECKOV)/.ready ## * all tests: the real engine, the local AWS
	$(PYTEST) -m "not fuzz"

fuzz: setup engine ## the long, seeded searches
	$(BIN)/python -m pytest -m fuzz -s

bench: setup engine ## measure against the bare CLI and the Automation API; writes build/bench.json
	PYTHONPATH=tests:tests/support $(BIN)/python -m bench

engine: setup ## get the Pulumi engine (from PATH, cache, release, or built with Go)
	@$(BIN)/hoist local engine

build: setup ## build the packages of the functions (MACHINE=arm64 or x86_64) below build/
	@$(BIN)/python -m building packages --machine $(MACHINE)

image: setup ## build the worker's image with Docker, Podman or Finch (RUNTIME=<base by digest>)
	@$(BIN)/python -m building image --machine $(MACHINE) --runtime "$(RUNTIME)"

deploy: setup ## deploy Hoist onto an AWS account: make deploy ENV=dev (docs/aws.md)
	@$(BIN)/python -m deployment "$(ENV)" --runtime "$(RUNTIME)"

e2e: setup ## run the demo's stacks on an account: HOIST_E2E_URL=<apiUrl> make e2e (docs/aws.md)
	@test -n "$$HOIST_E2E_URL" || { echo "set HOIST_E2E_URL to the address of an API" >&2; exit 2; }
	HOIST_SERVER="$$HOIST_E2E_URL" $(BIN)/python -m pytest -s tests/test_e2e_aws

smoke: setup ## import each function alone, as Lambda would
	@$(BIN)/python -m building smoke

openapi: setup ## write docs/openapi.json anew
	@$(BIN)/python -m orchestrator.http_api.openapi docs/openapi.json

checkov: $(CHECKOV)/.ready ## look for weaknesses in the bootstrap template
	$(CHECKOV)/bin/checkov --file $(TEMPLATE) --framework cloudformation --compact --quiet --skip-download

$(CHECKOV)/.ready: requirements/checkov.txt
	rm -rf $(CHECKOV)
	$(PYTHON) -m venv $(CHECKOV)
	$(CHECKOV)/bin/pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/checkov.txt
	@touch $@

demo: setup ## * deploy Hoist and two sample stacks onto a local AWS, over HTTP
	@$(BIN)/python -m local.demo

demo-down: setup ## stop the local AWS and delete its data
	@$(BIN)/hoist local down --purge --yes

lock: setup ## compile the requirements files from pyproject.toml
	@for group in $(GROUPS_LOCKED); do $(COMPILE) --group $$group -o requirements/$$group.txt || exit 1; done

clean: ## remove the environment and what was built
	rm -rf $(VENV) build
