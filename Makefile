# Two commands are the whole set-up: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
PORT ?= 5000

ONLY ?=
SCALE ?= full
MINUTES ?= 10

.PHONY: help run test scan lint format screenshots sheets bench load bench-paper bench-reports bench-export drills translations environment clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## set everything up and serve the demo clinic on 127.0.0.1 (PORT=5000)
	@PORT=$(PORT) scripts/run

test: ## set everything up and run every test, on SQLite and PostgreSQL and in a browser
	@scripts/environment requirements-dev.txt
	@scripts/test-setup
	@$(PYTHON) -m scripts.suite

scan: ## let wapiti and sqlmap at a demo of its own on the loopback; fails on a finding (SECONDS_EACH=15 bounds each step)
	@scripts/environment requirements.txt
	@$(PYTHON) -m scripts.scan --seconds $(or $(SECONDS_EACH),15)

lint: ## check style and types only
	@scripts/environment requirements-dev.txt
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

format: ## let ruff lay out the code
	@scripts/environment requirements-dev.txt
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

screenshots: ## take the pictures of docs/screenshots/ again, from a fresh demo clinic
	@scripts/environment requirements-dev.txt
	@scripts/test-setup
	@$(PYTHON) -m scripts.screenshots

sheets: ## print every sheet in both languages, sizes and papers, to look at (TO=sheets, ONLY="words of its name", POOR=grey or fax)
	@scripts/environment requirements-dev.txt
	@$(PYTHON) -m scripts.sheets $(or $(TO),sheets) --only "$(ONLY)" $(if $(POOR),--poor $(POOR))

bench: ## speed at a million check-ins beside hello world, the raw query and Django (ONLY=part, SCALE=small)
	@scripts/environment requirements-dev.txt
	@$(PYTHON) -m pip install -qq --disable-pip-version-check --no-input -r requirements-bench.txt
	@SCALE=$(SCALE) MINUTES=$(MINUTES) $(PYTHON) -W ignore -m bench $(ONLY)

load: ## a working day of 200 clinicians on gunicorn and PostgreSQL (MINUTES=10), and what must hold after it
	@$(MAKE) --no-print-directory bench ONLY=load

bench-paper: ## compare the paper with a bare canvas and WeasyPrint, and watch its memory
	@scripts/environment requirements-dev.txt
	@$(PYTHON) -m pip install -qq --disable-pip-version-check --no-input -r requirements-bench.txt
	@$(PYTHON) -m bench.paper

bench-reports: ## count and list the reports of 10,000 and 100,000 invented patients
	@scripts/environment requirements-dev.txt
	@$(PYTHON) -m bench.counts

bench-export: ## export 100 and 10,000 invented patients; compare time for each, watch the memory
	@scripts/environment requirements-dev.txt
	@$(PYTHON) -m bench.export

drills: ## what the record bears: kill -9, failover, restore, races, bad input, full disks (ONLY=name)
	@scripts/environment requirements-dev.txt
	@scripts/test-setup
	@$(PYTHON) -W ignore -m drills $(ONLY)

translations: ## find the texts of the interface, and put new ones into the Spanish catalogue without Spanish
	@scripts/environment requirements-dev.txt
	@$(PYTHON) -m scripts.translations

environment: ## create .venv with the development packages
	@scripts/environment requirements-dev.txt

clean: ## remove the environment and what tests leave behind (never instance/)
	@rm -rf .venv .test .coverage* htmlcov .pytest_cache .mypy_cache .ruff_cache .hypothesis
