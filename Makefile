# The Hall's commands. `make` alone lists them.

PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash
export PYTHONUTF8 := 1
# Node is there if it was installed as a Python package.
export PATH := $(PATH):$(CURDIR)/.venv/bin
# Reproducible from the pinned versions. Ignores the warning that the project has no dependency on itself.
SBOM := $(BIN)/python -W ignore::UserWarning:cyclonedx.model.bom -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible
# Each suite has a worker for each processor, and says which tests took longest. `make test` runs two suites at a time, so
# that the processors work while some tests wait for time-outs and disks. The tests start hundreds of Pythons: compiled
# modules are kept, even where the environment says otherwise.
WORKERS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --durations=10 --durations-min=1
# What the tests need from npm.
PEERS := tests/bench/peers/package.json tests/bench/peers/postgraphile/package.json
PACKAGES := $(wildcard tests/*/package.json tests/bench/peers/package.json) $(if $(filter full,$(HALL_TEST_LOADS)),$(PEERS))

.DEFAULT_GOAL := help
.PHONY: help run test test-all lint test-sqlite test-postgresql test-browser test-durability test-cluster soak fuzz attack pictures bench bench-client bench-import bench-audit bench-seal bench-scale bench-cost bench-widening mutation-test differential-test sbom schema generated migration graphiql requirements clean

help: ## Lists all commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: export HALL_MODE ?= demo
run: .venv/ready-to-run ## Starts the Hall with demo people (HALL_PORT and other settings are passed on)
	@mkdir -p "$${HALL_DATA:-data}"
	@$(MAKE) --no-print-directory graphiql >"$${HALL_DATA:-data}/graphiql.log" 2>&1 </dev/null &
	@echo "Opening http://$${HALL_HOST:-127.0.0.1}:$${HALL_PORT:-8000} (Ctrl-C stops it; GraphiQL is downloaded meanwhile for /graphiql, see $${HALL_DATA:-data}/graphiql.log)"
	@exec $(BIN)/python -m api serve

test: .venv/ready-to-test ## Checks everything: lint, types, every test on SQLite, PostgreSQL and in Chromium
	@echo "Two suites run at a time; the output of each follows when it ends: style and types, SQLite, Chromium, PostgreSQL"
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint test-sqlite test-browser test-postgresql

test-all: export HALL_TEST_LOADS := full
test-all: test test-cluster fuzz differential-test attack soak mutation-test ## Runs what takes hours too: long loads, fuzzing and comparisons, half an hour of use, every guard removed

lint: .venv/ready-to-test ## Checks style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@.ci/prepare npm tests/browser/package.json
	node tests/browser/node_modules/prettier/bin/prettier.cjs --check 'web/**/*.{js,css}' 'tests/**/*.mjs'
	$(BIN)/python -m tests.architecture.safe_versions

test-sqlite: .venv/ready-to-test ## Runs every test but the browser's, on SQLite
	@.ci/prepare node
	@.ci/prepare npm $(PACKAGES)
	@.ci/prepare clients
	@.ci/prepare redis
	HALL_TEST_DATABASE=sqlite $(PYTEST) --numprocesses=$(WORKERS) --ignore=tests/browser

test-postgresql: .venv/ready-to-test ## Runs the tests that depend on the database, on a real PostgreSQL
	@.ci/prepare npm $(PACKAGES)
	@.ci/prepare pooler
	HALL_TEST_DATABASE=postgresql $(PYTEST) --numprocesses=$(WORKERS) --ignore=tests/browser

test-durability: .venv/ready-to-test ## Tests that no write is lost: thousands of concurrent submissions, crashes, restarts
	HALL_TEST_LOADS=full HALL_TEST_DATABASE=sqlite $(BIN)/python -m pytest tests/durability
	HALL_TEST_LOADS=full HALL_TEST_DATABASE=postgresql $(BIN)/python -m pytest tests/durability

test-cluster: .venv/ready-to-test ## Kills machines and servers of a cluster of three, with Patroni and HAProxy: no receipt is lost (five minutes)
	@.ci/prepare cluster
	HALL_TEST_CLUSTER=1 HALL_TEST_DATABASE=sqlite $(BIN)/python -m pytest tests/cluster

fuzz: .venv/ready-to-test ## Sends twenty thousand operations generated from the schema (CASES=… for another number)
	HALL_FUZZ_CASES=$(or $(CASES),20000) $(BIN)/python -m pytest tests/fuzz

soak: .venv/ready-to-test ## Puts load on a server for half an hour, and checks that its memory does not grow (MINUTES=… for another time)
	@$(BIN)/python -m tests.durability.soak $(MINUTES)

test-browser: .venv/ready-to-test ## Runs the journeys in a real Chromium
	@.ci/prepare npm $(PACKAGES)
	HALL_CHROMIUM="$$(.ci/prepare chromium)" $(PYTEST) --numprocesses=$(WORKERS) tests/browser

pictures: .venv/ready-to-test ## Takes a picture of every page in every setting: tests/artifacts/pictures/index.html
	@.ci/prepare npm $(PACKAGES)
	HALL_TEST_LOADS=full HALL_CHROMIUM="$$(.ci/prepare chromium)" $(PYTEST) --numprocesses=$(WORKERS) tests/browser/test_pictures.py

bench: .venv/ready-to-test ## Benchmarks the Hall against other servers that do the same work, in ten minutes
	@.ci/prepare load
	@.ci/prepare node
	@.ci/prepare npm $(PEERS)
	@$(BIN)/python -m tests.bench

bench-client: .venv/ready-to-test ## Benchmarks a first visit to the client on a slow phone, beside GOV.UK's start page
	@.ci/prepare npm tests/bench/peers/package.json
	@HALL_CHROMIUM="$$(.ci/prepare chromium)" $(BIN)/python -m tests.bench.client

bench-import: .venv/ready-to-test ## Benchmarks the import
	@$(BIN)/python -m tests.bench.importing

bench-audit: .venv/ready-to-test ## Benchmarks the access log: verifying and appending
	@$(BIN)/python -m tests.bench.auditing
	@$(BIN)/python -m tests.bench.chains

bench-seal: .venv/ready-to-test ## Benchmarks the overhead of encryption at rest
	@$(BIN)/python -m tests.bench.encryption

bench-scale: .venv/ready-to-test ## Benchmarks a million people against ten thousand (PEOPLE=… for another number)
	@.ci/prepare load
	@$(BIN)/python -m tests.bench.scale $(if $(PEOPLE),--people $(PEOPLE))

bench-cost: .venv/ready-to-test ## Benchmarks the most expensive requests, accepted and refused: at most 50 ms of CPU time each
	@$(BIN)/python -m tests.bench.worst_case

bench-widening: .venv/ready-to-test ## Benchmarks how long clients wait while PostgreSQL's row numbers get 64 bits (PEOPLE=… for another number)
	@$(BIN)/python -m tests.bench.widening $(if $(PEOPLE),--people $(PEOPLE))

mutation-test: .venv/ready-to-test ## Removes each guard once, and checks that a test fails
	@$(BIN)/python -m tests.mutation

differential-test: .venv/ready-to-test ## Compares compiled plans with graphql-core on fifty thousand operations (OPERATIONS=… for another number)
	HALL_DIFFERENTIAL_OPERATIONS=$(or $(OPERATIONS),50000) $(BIN)/python -m pytest tests/compiler

attack: .venv/ready-to-test ## Attacks a server from outside (HALL_URL=http://127.0.0.1:8000; by default it starts one)
	@$(BIN)/python -m tests.attack $(PROMISES)

sbom: .venv/ready-to-test ## Writes a bill of materials with versions and hashes, as CycloneDX, to the data folder
	@mkdir -p "$${HALL_DATA:-data}"
	@$(SBOM) --output-file "$${HALL_DATA:-data}/sbom.cdx.json" requirements.txt
	@echo "See $${HALL_DATA:-data}/sbom.cdx.json"

schema: .venv/ready-to-run ## Writes schema.graphql
	$(BIN)/python -m api schema > schema.graphql.new
	mv schema.graphql.new schema.graphql

generated: .venv/ready-to-test ## Updates generated files: schema.graphql, the client's types, the authorization table
	@$(MAKE) --no-print-directory schema
	$(BIN)/python -m tests.web.answers
	HALL_WRITE_GOLDEN=1 $(BIN)/python -m pytest -q tests/accounts/test_authorization.py

migration: .venv/ready-to-test ## Generates a migration for changed models (NAME=add_email)
	@folder=$$(mktemp -d) && HALL_DATABASE_URL="sqlite://$$folder/models.sqlite3" $(BIN)/python -m api migration "$(or $(NAME),$(error Set NAME=what_it_does))"; status=$$?; rm -rf "$$folder"; $(BIN)/ruff check --quiet --fix api/migrations; $(BIN)/ruff format --quiet api/migrations; exit $$status

graphiql: .venv/ready-to-run ## Downloads GraphiQL's files, so that /graphiql works offline
	@.ci/prepare npm
	@$(BIN)/python -m api graphiql

requirements: .venv/ready-to-test ## Pins the packages of requirements*.in (UPGRADE=1: the newest versions)
	@.ci/prepare requirements $(if $(UPGRADE),--upgrade)

clean: ## Removes generated files of tools; keeps the data folder
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .schemathesis tests/artifacts
	find . -name __pycache__ -prune -exec rm -rf {} + -o -name node_modules -prune -exec rm -rf {} +

.venv/ready-to-run: requirements.txt .ci/prepare
	@.ci/prepare python requirements.txt
	@touch $@

.venv/ready-to-test: requirements-test.txt .ci/prepare
	@.ci/prepare python requirements-test.txt
	@touch $@ .venv/ready-to-run
