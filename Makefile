# patrolcast: every target needs nothing but Python 3.11+ and make; the first one that runs sets up .venv by itself.
# `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

CONFIG ?= configs/sample.toml
RUNS ?=
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PATROLCAST := $(BIN)/patrolcast
# Threads that wait sleep instead of spinning: half the CPU time where others use the machine too.
export OMP_WAIT_POLICY ?= passive
# The base first; a city without one of these files leaves it out.
VARIANTS ?= $(foreach v,citizen_only with_enforcement enforcement_counted no_context declared_only capped exposure_bounded coarse,$(if $(wildcard configs/variants/$(CITY)_$(v).toml),$(v)))
COMPARE_FLAGS ?=
LINT := $(BIN)/ruff check src tests benchmarks tools && $(BIN)/ruff format --check src tests benchmarks tools
SINCE ?= HEAD
MUTATION_FLAGS ?=
SERVE_FLAGS ?=
FORECAST_FLAGS := $(if $(RUNS),--runs $(RUNS),)

CITY ?= sample
PROFILE ?= all
SHIPPED := $(filter-out configs/data.toml,$(wildcard configs/*.toml))

.PHONY: help setup databases console serve forecast screen nightly check backtest compare test quick check-long mutation lint monitor simulate evidence \
  records kit site sample bench lock clean

##@ Help
help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

# Two stamps, so that `make forecast` never waits for test tools. They are newer than the lock files or the set-up repeats.
$(VENV)/.ready: requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" sh tools/setup.sh $(VENV) requirements.lock
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	@PYTHON="$(PYTHON)" sh tools/setup.sh $(VENV) requirements-dev.lock
	@touch $@

$(VENV)/.ready-console: requirements-console.lock $(VENV)/.ready
	@PYTHON="$(PYTHON)" sh tools/setup.sh $(VENV) requirements-console.lock
	@touch $@

# The pages are looked at by the system's Chromium, with axe-core, and by html-validate; the tests say so where one is missing.
$(VENV)/.browser: tools/browser.sh tools/html-validate/package-lock.json $(VENV)/.ready-dev
	@sh tools/browser.sh $(VENV)
	@touch $@

##@ Every day
forecast: $(VENV)/.ready ## one run of the sample city, or of CONFIG=configs/chicago.toml
	@$(PATROLCAST) forecast $(CONFIG) $(FORECAST_FLAGS)

check: $(VENV)/.ready ## validate CONFIG and its data without running
	@$(PATROLCAST) check $(CONFIG)

nightly: $(VENV)/.ready ## the unattended run: lock, freshness, run, gates, publish
	@$(PATROLCAST) nightly $(CONFIG) --most-minutes 120 $(FORECAST_FLAGS)

serve: $(VENV)/.ready-console ## the review console with the sample city, one made-up account a role, on this machine alone
	@test -e console/demonstration/runs/sample/current || $(PATROLCAST) forecast configs/sample.toml --runs console/demonstration/runs
	@$(PATROLCAST) serve configs/sample.toml --demonstration --runs console/demonstration/runs --state console/demonstration/state $(SERVE_FLAGS)

records: $(VENV)/.ready ## the published documents of CONFIG's run, checked; PROFILE=us-ccops for some of them
	@$(PATROLCAST) forecast $(CONFIG) $(FORECAST_FLAGS) --quiet
	@$(PATROLCAST) records $(CITY)/current $(FORECAST_FLAGS) --profile $(PROFILE)
	@$(PATROLCAST) records $(CITY)/current $(FORECAST_FLAGS) --check

kit: $(VENV)/.ready ## the reviewer's kit of CONFIG's run, with its records, checked with Python alone (runs/CITY-kit.zip)
	@$(MAKE) --no-print-directory records
	@$(PATROLCAST) kit $(CITY)/current $(FORECAST_FLAGS) --out $(or $(RUNS),runs)/$(CITY)-kit.zip
	@$(PYTHON) -I -S $(or $(RUNS),runs)/$(CITY)-kit.zip

site: $(VENV)/.ready ## the public audit site of CONFIG in site/: every run's checks, registers, trail, counts with small ones withheld
	@$(PATROLCAST) forecast $(CONFIG) $(FORECAST_FLAGS) --quiet
	@$(PATROLCAST) publish-site $(CONFIG) --out site $(FORECAST_FLAGS)

##@ Before a config may be published
screen: $(VENV)/.ready ## measure CONFIG's features against the groups' shares; stores what forecast enforces
	@$(PATROLCAST) screen $(CONFIG)

simulate: $(VENV)/.ready ## does it feed on itself? the closed loop over CONFIG, in cities whose truth is known
	@$(PATROLCAST) simulate $(CONFIG)

monitor: $(VENV)/.ready ## does it feed on itself in use? checks on the dosage log of CONFIG
	@$(PATROLCAST) monitor $(CONFIG)

evidence: $(VENV)/.ready ## renew what is stored of the shipped configs: loop tests, screens, looks (needs the cities' files)
	@for config in $(SHIPPED); do $(PATROLCAST) simulate $$config || exit $$?; \
	  $(PATROLCAST) screen $$config || exit $$?; \
	  if grep -q '^\[monitor\]' $$config; then $(PATROLCAST) monitor $$config || exit $$?; fi; done

##@ How good is it, and what does a choice cost
backtest: $(VENV)/.ready ## forecast past nights again, beside counting and every peer (CITY=chicago, portland)
	@$(PATROLCAST) backtest configs/$(CITY).toml

compare: $(VENV)/.ready ## config variants side by side on the same nights (CITY=chicago, portland; VARIANTS="a b")
	@$(PATROLCAST) compare $(foreach v,$(VARIANTS),configs/variants/$(CITY)_$(v).toml) --null --out comparisons/$(CITY) $(COMPARE_FLAGS)

bench: $(VENV)/.ready-dev ## measure, side by side, what docs/benchmarks.md claims
	@$(BIN)/python -m benchmarks.known_truth

##@ For developers
# Types are checked beside the tests, which leave a core idle at times; what either finds fails the target.
test: $(VENV)/.ready-dev $(VENV)/.browser ## lint, types and the whole test suite (under 10 minutes on 2 cores)
	@$(LINT)
	@{ $(BIN)/mypy && $(BIN)/deptry . --no-ansi; } > $(VENV)/types.txt 2>&1 & types=$$!; \
	  $(BIN)/python -m pytest -n 2 --dist worksteal -m "not long" --durations=10; tests=$$?; \
	  wait $$types || { cat $(VENV)/types.txt; exit 1; }; \
	  cat $(VENV)/types.txt; exit $$tests

# The tests of what changed: a module's test file bears its name, so no plug-in has to guess.
quick: $(VENV)/.ready-dev ## lint, types and the tests of what changed since SINCE=HEAD (under a minute)
	@$(LINT) && $(BIN)/mypy
	@$(BIN)/python tools/changed_tests.py $(SINCE) | xargs -r $(BIN)/python -m pytest -n 2 -m "not long"

check-long: mutation ## the heavy sweeps that `make test` leaves out, and the mutation run
	@$(BIN)/python -m pytest -m "long or hypothesis" --hypothesis-profile="new examples" --durations=10

mutation: $(VENV)/.ready-dev ## which small changes of the gates, waivers, admission, screen, publishing does no test see
	@$(BIN)/python tools/mutation.py $(MUTATION_FLAGS)

lint: $(VENV)/.ready-dev ## lint and types only
	@$(LINT) && $(BIN)/mypy

sample: $(VENV)/.ready ## rebuild data/sample byte for byte from its seed
	@$(PATROLCAST) sample --out data/sample

setup: $(VENV)/.ready ## set up the local environment only

databases: $(VENV)/.ready ## add what reading from a database needs (docs/databases.md)
	@PYTHON="$(PYTHON)" sh tools/setup.sh $(VENV) requirements-databases.lock

console: $(VENV)/.ready-console ## add what the review console needs (docs/console.md)

lock: $(VENV)/.ready ## renew the lock files (versions and hashes, no host)
	@sh tools/lock.sh $(VENV)

clean: ## remove the environment and caches; runs stay
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build
