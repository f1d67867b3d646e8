# The portal's commands. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run test check fix bench translations runtime fonts

PYTHON ?= python3
export PYTHON
PY := .venv/bin/python
# Two processes suit two cores, and worksteal leaves a module's tests, with what they share, to one of them;
# the rest of pytest's options: make test ARGS="tests/workflow -x".
PROCESSES ?= 2
ARGS ?=
REQUESTS ?= 20000

help: ## List the commands
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: ## Make .venv with everything for running and developing
	@sh tools/setup.sh dev

runtime:
	@sh tools/setup.sh run
	@sh tools/system.sh run $(PY)

run: runtime ## Start the portal with its demo data: HOST and PORT are honoured, Ctrl-C stops everything
	@exec $(PY) -m cdc_portal.supervisor

test: setup ## Run the whole suite, browser included
	@sh tools/system.sh test $(PY)
	@$(PY) -m pytest -n $(PROCESSES) --dist worksteal -m "not long" $(ARGS)

check: setup ## Look without running: style, templates, imports, migrations, deployment, translations
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m djlint templates --lint --quiet
	@$(PY) -m pytest -q -p no:randomly tests/test_architecture.py
	@PORTAL_MODE=test $(PY) manage.py makemigrations --check --dry-run
	@sh tools/production.sh $(PY) -W error manage.py check --deploy --fail-level WARNING
	@PORTAL_MODE=test $(PY) manage.py translations --check

fix: setup ## Put right what can be put right by itself
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

translations: setup ## Bring the catalogues up to date with the sources
	@PORTAL_MODE=test $(PY) manage.py translations

bench: setup ## Measure against a bare-Django floor on PostgreSQL: make bench REQUESTS=20000
	@$(PY) -m bench --requests $(REQUESTS) $(ARGS)
