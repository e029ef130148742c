PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= auto

.PHONY: demo test check fix bench soak stack tools lock generate clean

demo: $(VENV)/.runtime ## the exporter with a simulated cloud; no account needed
	$(BIN)/drs-exporter demo

test: $(VENV)/.dev tools ## every check that decides: format, lint, types, tests with coverage
	$(BIN)/python -m tools.check
	$(BIN)/python -m pytest -n $(JOBS) --cov --cov-report=term

check: $(VENV)/.dev ## format, lint, types, known vulnerabilities
	$(BIN)/python -m tools.check --audit

fix: $(VENV)/.dev ## format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## ratios against named rivals; writes docs/performance.md
	$(BIN)/python -m benchmarks

soak: $(VENV)/.dev ## a thousand polls with random faults and hammering scrapers; SEED=2 for others
	$(BIN)/python -m benchmarks.soak $(SEED)

stack: $(VENV)/.dev tools ## simulated cloud, exporter, real Prometheus and Alertmanager on loopback
	$(BIN)/python -m deploy.stack

generate: $(VENV)/.dev ## everything that is made from code: docs, rules, dashboards
	$(BIN)/python -m tools.generate

tools: $(VENV)/.dev ## test programs from Debian's packages, unpacked into .tools/
	$(BIN)/python -m tools.programs

lock: $(VENV)/.dev ## new lock files from the ranges in pyproject.toml
	$(BIN)/python -m tools.lock

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage*
