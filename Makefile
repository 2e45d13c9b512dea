# Two commands are all a newcomer needs: `make serve` and `make test`. Both set up a local environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
INPUTS := $(shell find ontology shapes data queries networks src -type f -not -name '*.pyc' 2>/dev/null)

.PHONY: serve test fuseki build check lint format vendor bench clean

serve: build ## build the graph, check it and serve it on http://127.0.0.1:8000
	$(BIN)/migragraph serve

test: $(STAMP) ## run all tests, the files of tests side by side on all cores
	$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist loadfile $(PYTEST_ARGS)

fuseki: ## fetch the server of Apache Jena Fuseki, which tests of remote engines start; needs Maven
	tools/fetch_fuseki.sh

build: var/current ## build a version of the graph

var/current: $(STAMP) $(INPUTS)
	$(BIN)/migragraph build

check: $(STAMP) ## run all checks on the data; with the documents too where MIGRAGRAPH_REFERENCE names them
	$(BIN)/migragraph check

lint: $(STAMP) ## what CI asks of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/migragraph format --check

format: $(STAMP) ## bring code and RDF files into their canonical form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/migragraph format

vendor: $(STAMP) ## fetch the browser libraries that are kept here, and check that they are the ones looked at; needs npm
	$(BIN)/python tools/vendor.py

bench: build ## speed beside other engines: half an hour; SIZES=10m for a larger graph, BENCH_ARGS="--write docs/benchmarks.md" to keep the tables
	$(BIN)/python -m bench $(if $(SIZES),--sizes $(SIZES)) $(BENCH_ARGS)

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "migragraph needs Python 3.11 or newer; call make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev --group notebook
	touch $@

clean: ## remove what was built and installed
	rm -rf $(VENV) var
