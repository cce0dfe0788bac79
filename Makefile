# MangoOfficeSDK: every task of the project, one target a line. `make` alone
# prints this list.
SHELL := /bin/bash
.DEFAULT_GOAL := help
FUZZTIME ?= 30s
export GOFLAGS := -mod=readonly -buildvcs=false

.PHONY: help
help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: deps
deps: ## install what building and testing needs (apt packages, a wine chroot in the cache); safe to repeat
	@build/deps.sh all

.PHONY: build
build: ## the five libraries and their probe twins, hosts and tools into dist/
	@build/deps.sh compilers
	@build/build.sh all

.PHONY: demo
demo: ## emulator + native host + the real library: what 1C would receive, in your terminal
	@build/build.sh demo
	@go run ./build/demo

.PHONY: check
check: ## the quick checks, about a minute: format, vet, lint, generated files, unit tests
	@build/check.sh

.PHONY: test
test: ## everything: all targets built and driven by their hosts, races, fuzzing, end to end; prints seconds per leg
	@build/test.sh

.PHONY: lint
lint: ## gofmt, vet for every platform, staticcheck, the project's own rules
	@build/lint.sh

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (30s)
	@build/fuzz.sh $(FUZZTIME)

.PHONY: bench
bench: ## figures as ratios against a named baseline in the same run
	@build/deps.sh compilers
	@build/bench.sh

.PHONY: generate
generate: ## rewrite what is derived from the declaration tables
	@go run ./build/gen

.PHONY: bundle
bundle: build ## ZIP with MANIFEST.XML for УстановитьВнешнююКомпоненту, and the loose files with registry.xml
	@go run ./cmd/mango-addin pack -dist dist -out dist/bundle -date "$$(build/epoch.sh)"

.PHONY: release
release: build ## what is given to people, into dist/release: bundle, .deb, ZIP, checksums; signed if build/sign.sh has a certificate
	@build/deps.sh packaging
	@build/release.sh

.PHONY: clean
clean: ## remove what was built (the cache of tools stays)
	@rm -rf dist
