# Everything a person needs, on a machine with Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup demo test lint format types generate bench explore test-peers wheel clean

help:
	@echo "make demo        set everything up and run experiments/bell-parity.yaml on this computer"
	@echo "make test        set everything up and run linter, types and all tests"
	@echo "make lint        ruff, the import layers"
	@echo "make types       mypy"
	@echo "make format      rewrite the code in house style"
	@echo "make generate    rewrite what is generated: schemas, the page of codes, the page of commands"
	@echo "make bench       measure against other simulators, side by side (installs them)"
	@echo "make explore     the property tests with new examples, many more of them"
	@echo "make test-peers  tests that need other people's simulators (installs them)"
	@echo "make wheel       build the package"
	@echo "make clean       remove everything that can be made again"

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.tools: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

$(VENV)/.peers: $(VENV)/.tools
	$(BIN)/python -m pip install --quiet --editable '.[test,peers]'
	touch $@

.node/.installed: $(VENV)/.tools tools/node.py
	@$(BIN)/python -m tools.node && touch $@ || echo "npm gave no packages of Node: the tests that need them are skipped, and say so"

setup: $(VENV)/.tools .node/.installed

demo: $(VENV)/.installed
	$(BIN)/ionq-runner run experiments/bell-parity.yaml

test: $(VENV)/.tools .node/.installed lint types
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not peers" -q

lint: $(VENV)/.tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/.tools
	$(BIN)/mypy

format: $(VENV)/.tools
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generate: $(VENV)/.tools
	$(BIN)/python -m tools.generate

explore: $(VENV)/.tools .node/.installed
	HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest -n 2 -m "not peers" -q

test-peers: $(VENV)/.peers
	$(BIN)/python -m pytest -n 2 -m peers -q

bench: $(VENV)/.peers
	$(BIN)/python -m benchmarks

wheel: $(VENV)/.tools
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) .node build dist .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
