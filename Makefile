# The two commands: `make demo` shows Riposte at work, `make test` proves it. Both install what is missing.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SWIFT_BUILD := swift build --build-tests --disable-xctest
CHECKED := --explicit-target-dependency-import-check error

.PHONY: help demo test chaos compose-test fuzz build bench lint dependencies clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

demo: build ## Run the main job on the embedded broker and simulator
	@.build/debug/riposte sandbox

test: build ## Run all tests on the embedded broker; VERBOSE=1 shows each
	@Tests/run .build/debug

chaos: build ## Prove delivery under crashes; CHAOS_SEED, CHAOS_REQUESTS, CHAOS_KILLS, KAFKA_BOOTSTRAP_SERVERS
	@deploy/install-dependencies --checks
	@PYTHONPATH=.build-python python3 -c 'import confluent_kafka' 2>/dev/null || \
	  python3 -m pip install --quiet --disable-pip-version-check --target .build-python -r Tests/Chaos/requirements.txt
	@SWIFT_BACKTRACE=enable=no .build/debug/Chaos

compose-test: ## Prove docker-compose.yml on a Docker engine, 20 min at most; COMPOSE_TEST_REQUIRED=1 allows no skip
	@Tests/Compose/run

fuzz: build ## Feed damaged inputs to everything that reads what comes from outside; FUZZ_SEED, FUZZ_INPUTS
	@FUZZ_SEED=$(FUZZ_SEED) FUZZ_INPUTS=$(or $(FUZZ_INPUTS),100000) Tests/fuzz .build/debug

build: dependencies ## Build everything (debug)
	@$(SWIFT_BUILD)

bench: dependencies ## Measure side by side with Foundation's Codable and Python's json
	@swift run -c release --scratch-path .build-release --quiet Benchmarks

lint: ## Check format and the direction of imports
	@swift format lint --strict --recursive Services Shared Tests Package.swift
	@swift build $(CHECKED) --scratch-path .build-lint

dependencies:
	@deploy/install-dependencies

clean: ## Remove everything that was built
	@rm -rf .build .build-* .sandbox
