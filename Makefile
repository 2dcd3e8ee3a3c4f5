# Everyday commands. `make` alone says what there is.

BUILD ?= swift build
RELEASE_BIN = .build/release

.PHONY: help setup run build test lint format bench bench-provisioning record clean

help:
	@echo "make run      build in release mode and serve examples/quickstart"
	@echo "make test     run all tests"
	@echo "make lint     check the format, the imports between targets, and that nothing warns"
	@echo "make format   format the sources in place"
	@echo "make bench    measure the load balancer beside nginx"
	@echo "make bench-provisioning"
	@echo "              measure planning, lowering and comparison of up to 5,000 Ingresses"
	@echo "make record   write the golden files anew"
	@echo "make setup    install missing Debian packages"

setup:
	@scripts/setup build

build: setup
	$(BUILD) -c release --product headgate
	$(BUILD) -c release --product headgate-echo

run:
	@scripts/setup build run
	@$(MAKE) --no-print-directory build
	@examples/quickstart/run $(RELEASE_BIN)

test:
	@scripts/setup build test
	@scripts/test

lint:
	@scripts/setup build
	@scripts/lint

format:
	swift format format --in-place --recursive --parallel Package.swift Sources providers Tests Benchmarks

bench:
	@scripts/setup build bench
	@Benchmarks/run

bench-provisioning:
	@scripts/setup build
	@$(BUILD) -c release --product ProvisioningBenchmark
	@$(RELEASE_BIN)/ProvisioningBenchmark

record:
	@scripts/setup build test
	@HEADGATE_RECORD=1 scripts/test || true
	@git status --short Tests docs

clean:
	rm -rf .build
