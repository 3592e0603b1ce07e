# All commands of the project. `make` alone lists them.

SWIFT ?= swift
PREFIX ?= /usr/local
# Runs of each test on random machines in `make soak`.
SOAK ?= 20000
# Names of the tests that `make soak` runs, as a regular expression.
SOAK_TESTS ?= Random|Fuzz|LawTests
# Inputs of `make fuzz`, where they begin, and 1 for the address sanitizer.
N ?= 100000
SEED ?= 1
ASAN ?=
# A clone of Quint's repository, for `make quint`.
QUINT ?=
# Size and rounds of `make bench`.
SIZE ?= medium
ROUNDS ?= 5

# The Swift runtime goes into the binary where the platform allows it: it then
# starts in milliseconds and runs where no Swift is installed.
ifeq ($(shell uname -s),Linux)
STATIC := --static-swift-stdlib
endif
RELEASE := $(SWIFT) build -c release $(STATIC) --product dfmi-verify
BINARY := .build/release/dfmi-verify
SOAK_RUN := $(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build/soak
FUZZ_PATH := .build/$(if $(ASAN),fuzz-asan,fuzz-release)
FUZZ_BUILD := $(SWIFT) build -c release $(if $(ASAN),--sanitize=address) --product dfmi-fuzz --scratch-path $(FUZZ_PATH)
FORMAT := --recursive --parallel --configuration .swift-format Sources Tests Package.swift

.PHONY: help
help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "make %-9s %s\n", $$1, $$2 }'

.PHONY: check
check: build ## the main job: check every protocol in Specs
	$(BINARY) check --strict Specs

.PHONY: mutants
mutants: build ## change the steps of Specs in small ways: LIMIT=mutants of each spec, KIND=kinds, TABLE=1
	$(if $(TABLE),$(BINARY) mutate --json Specs | scripts/mutant-table > Tests/SpecTests/mutants.txt,$(BINARY) mutate Specs $(if $(LIMIT),--limit $(LIMIT)) $(if $(KIND),--kind $(KIND)))

.PHONY: prove
prove: build ## prove or refute for all amounts: every protocol in Specs
	$(BINARY) verify Specs

.PHONY: test
test: setup-tests lint ## lint, then run all tests
	$(SWIFT) test

.PHONY: build
build: setup ## build the program for use: .build/release/dfmi-verify
	$(RELEASE)

.PHONY: setup
setup: ## install the libraries that are missing (apt or Homebrew)
	@SWIFT="$(SWIFT)" scripts/setup

# Also Chromium, Graphviz and an object model of SARIF, if they can be had: tests that want them are skipped otherwise.
.PHONY: setup-tests
setup-tests:
	@SWIFT="$(SWIFT)" scripts/setup --tests

.PHONY: lint
lint: ## report code that is not formatted or breaks a rule of style
	$(SWIFT) format lint --strict $(FORMAT)

.PHONY: format
format: ## format all code in place
	$(SWIFT) format --in-place $(FORMAT)

.PHONY: soak
soak: setup ## run the tests on random machines for long: SOAK=runs
	@$(SOAK_RUN) list | grep -E '$(SOAK_TESTS)' || { echo 'no test has a name like $(SOAK_TESTS)'; exit 1; }
	DFMI_SOAK=$(SOAK) $(SOAK_RUN) --filter '$(SOAK_TESTS)'

.PHONY: fuzz
fuzz: setup ## damaged and random specs: N=inputs SEED=number ASAN=1
	$(FUZZ_BUILD)
	ASAN_OPTIONS=detect_leaks=0:malloc_context_size=0 $(FUZZ_PATH)/release/dfmi-fuzz --seed $(SEED) --count $(N) $(if $(ASAN),--seconds 60 --megabytes 8000) Specs/*/*.qnt

.PHONY: docs
docs: build ## draw the diagrams in the READMEs of Specs anew
	scripts/docs $(BINARY)

.PHONY: bench
bench: build ## compare with SPIN, Rumur: SIZE=small|medium|large|faults ROUNDS=n
	@echo "commit $$(git rev-parse --short HEAD), $$(uname -sm), $$(getconf _NPROCESSORS_ONLN) processors"
	Benchmarks/compare --size $(SIZE) --rounds $(ROUNDS)

.PHONY: quint
quint: build ## compare with Quint: QUINT=clone of its repository
	scripts/quint-fixtures "$(QUINT)" $(BINARY)
	scripts/quint-verify "$(QUINT)" $(BINARY)

.PHONY: install
install: build ## install program, manual, completions below PREFIX (default /usr/local)
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -s -m 755 $(BINARY) "$(DESTDIR)$(PREFIX)/bin/dfmi-verify"
	install -d "$(DESTDIR)$(PREFIX)/share/man/man1" "$(DESTDIR)$(PREFIX)/share/bash-completion/completions"
	install -d "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	$(BINARY) manual > "$(DESTDIR)$(PREFIX)/share/man/man1/dfmi-verify.1"
	$(BINARY) completion bash > "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/dfmi-verify"
	$(BINARY) completion zsh > "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_dfmi-verify"
	$(BINARY) completion fish > "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/dfmi-verify.fish"

.PHONY: clean
clean: ## remove everything that was built
	rm -rf .build
