# Python 3.11 or newer makes the environment, which then keeps its Python: `make test PYTHON=python3.13` makes another.
PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)
BIN := .venv/bin
JOBS ?= auto
ARGS ?=

# What ends in under a minute on two cores that have nothing else to do; left to `make test` are real programs, whole
# daemons, hours on a driven clock and thousands of drawn cases.
QUICK := tests/catalogue tests/cloud tests/drs tests/parse tests/poll tests/render tests/settings tests/test_*.py \
	--ignore=tests/settings/test_any_file.py --ignore=tests/poll/test_histories.py --ignore-glob=tests/poll/test_driven*.py

# Where the libraries are that the quick tests do not meet: the command line and the web server.
LOWEST := $(QUICK) tests/cli tests/logs tests/web -m "not programs"

# Whole daemons, real programs and what is made beside the package: nothing that the other tests do not cover as well,
# and tracing it would take as long again.
WHOLE := tests/deploy tests/e2e tests/environment tests/faults tests/grafana tests/release tests/rules tests/secrets

.PHONY: help demo test quick lowest check fix bench soak stack generate docs tools lock runtime dev python clean

help: ## what there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: runtime ## the exporter with a simulated cloud on loopback; no account needed; ARGS="--jobs 400"
	@DRS_EXPORTER_WEB_LISTEN_ADDRESS=$${DRS_EXPORTER_WEB_LISTEN_ADDRESS:-127.0.0.1:9877} $(BIN)/drs-exporter demo $(ARGS)

test: dev tools ## every check that decides: format, lint, types, tests with coverage
	@$(BIN)/python -m tools.check
	@$(BIN)/python -m tools.steps "tests with coverage" $(BIN)/python -m pytest -n $(JOBS) --cov $(WHOLE:%=--ignore=%) $(ARGS)
	@$(BIN)/python -m tools.steps "tests of the whole" $(BIN)/python -m pytest -n $(JOBS) $(WHOLE) $(ARGS)

quick: dev ## the tests that end in under a minute, while you work
	@$(BIN)/python -m tools.steps --within 60 "quick tests" $(BIN)/python -m pytest -n $(JOBS) $(QUICK) $(ARGS)

lowest: dev ## those and more with the lowest versions that pyproject.toml allows
	@$(PYTHON) -m tools.environment lowest
	@.venv-lowest/bin/python -m tools.steps "tests with the lowest versions" .venv-lowest/bin/python -m pytest -n $(JOBS) $(LOWEST) $(ARGS)

check: dev ## format, lint, types, known vulnerabilities
	@$(BIN)/python -m tools.check --audit

fix: dev ## format and mend what can be mended
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: dev ## ratios against named rivals; writes docs/performance.md
	@$(BIN)/python -m benchmarks $(ARGS)

soak: dev ## a thousand polls with random faults and hammering scrapers; SEED=2 for others
	@$(BIN)/python -m benchmarks.soak $(SEED)

stack: dev tools ## simulated cloud, exporter, real Prometheus and Alertmanager on loopback
	@$(BIN)/python -m deploy.stack $(ARGS)

generate: dev ## everything that is made from code: docs, rules, dashboards
	@$(BIN)/python -m tools.generate

docs: python ## the documentation as a site, in .site/
	@$(PYTHON) -m tools.environment docs
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --strict --quiet

tools: dev ## test programs from Debian's packages, unpacked into .tools/
	@$(BIN)/python -m tools.steps "test programs" $(BIN)/python -m tools.programs
	@$(BIN)/python -m tools.pips
	@$(BIN)/python -m tools.axe

lock: dev ## new lock files from the ranges in pyproject.toml
	@$(BIN)/python -m tools.lock

runtime dev: python # the environment in .venv, made anew whenever its lock is another
	@$(PYTHON) -m tools.environment $@

python: # before anything is made
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, and $(PYTHON) is %d.%d.%d; name another: make $(MAKECMDGOALS) PYTHON=python3.12" % sys.version_info[:3])'

clean:
	rm -rf .venv .venv-lowest .venv-docs .site .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage*
