# make run    opens Pintray           make test   checks everything
# The rest: demo build bench shots soak lint. CONTRIBUTING.md says more.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.PHONY: run demo build test bench shots soak lint

GO ?= go
NEED := assets/package/need.sh
SERVERS := services/psa/testdata/servers/install.sh
E2E := ./cmd/internal/e2e

# Fyne would otherwise want the headers of Wayland too; X11 reaches both.
X11 := $(if $(filter Linux,$(shell uname -s)),x11)
# What is shipped. The tests leave migrated_fynedo out, so that Fyne reports
# calls from the wrong thread. Fyne's emoji take 10 MB of memory and are drawn in
# fields alone: what is not in Inter is drawn with the fonts of the system, there too.
RELEASE_TAGS := $(X11),migrated_fynedo,no_emoji
DRIVER_TAGS := $(X11),driver,no_emoji
VERSION := $(shell sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)

# A window has a display, or gets a virtual one.
HEADLESS := $(if $(filter Linux,$(shell uname -s)),$(if $(DISPLAY),,yes))

run: build
	@$(if $(HEADLESS),$(NEED) display && assets/package/try.sh bin,exec bin/pintray)

demo: build
	@$(if $(HEADLESS),echo "make demo opens a window and needs a display" && exit 1,bin/pintray --demo)

build:
	@$(NEED) build
	$(GO) build -tags '$(RELEASE_TAGS)' -ldflags '-X github.com/pintray/pintray/cmd/internal/boot.Version=$(VERSION)' \
		-o bin/ ./cmd/pintray ./cmd/pintrayctl

# The window itself is built once for the end-to-end tests, without the race
# detector: its C parts take minutes each time they are compiled another way.
UNIT = $(shell $(GO) list -tags '$(X11)' ./... | grep -vE '/cmd/pintray$$|/cmd/internal/e2e(/|$$)')

# The race detector watches Go's memory alone, and SQLite, which was C, has none
# of that: following it there would find nothing and cost four fifths of the time.
RACE := -race -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false

# Once more, or only, without the race detector: what it makes smaller or cannot
# do in minutes (see the build tags "race"). A thousand simulated lives, large
# accounts, a million lines.
LARGE := ^Test(Simulation|Run_|Refresh_|Sync_Where|Budget_|Import_ReadsAMillion)

test:
	@$(NEED) build test
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "not formatted with gofmt:" $$unformatted; exit 1; }
	$(GO) build -o bin/test/report $(E2E)/report
	$(GO) vet -tags '$(X11)' ./...
	CGO_ENABLED=0 $(GO) build -o bin/test/pintrayctl ./cmd/pintrayctl
	$(GO) build -tags '$(DRIVER_TAGS)' -o bin/test/pintray ./cmd/pintray
	$(GO) test -json -vet=off $(RACE) -shuffle=on -timeout 20m $(UNIT) | bin/test/report
	$(GO) test -json -vet=off -count=1 -run '$(LARGE)' ./sync ./cmd/internal/boot ./cmd/pintrayctl | bin/test/report
	$(SERVERS) >/dev/null
	$(SERVERS) services/psa/testdata/compliance >/dev/null
	PINTRAY_BIN=$(CURDIR)/bin/test $(GO) test -json -vet=off -count=1 -timeout 10m $(E2E) | bin/test/report

# What is shipped, but for the driver's socket.
bench:
	@$(NEED) build test
	CGO_ENABLED=0 $(GO) build -o bin/bench/pintrayctl ./cmd/pintrayctl
	$(GO) build -tags '$(RELEASE_TAGS),driver' -o bin/bench/pintray ./cmd/pintray
	$(GO) build -tags '$(RELEASE_TAGS)' -o bin/bench/bare $(E2E)/bench/bare
	PINTRAY_BIN=$(CURDIR)/bin/bench $(GO) run $(E2E)/bench

shots:
	@$(NEED) build test
	CGO_ENABLED=0 $(GO) build -o bin/test/pintrayctl ./cmd/pintrayctl
	$(GO) build -tags '$(DRIVER_TAGS)' -o bin/test/pintray ./cmd/pintray
	PINTRAY_BIN=$(CURDIR)/bin/test $(GO) run $(E2E)/shots docs/pictures

# The parsers against made-up input, a minute each.
soak:
	for f in $$(git grep -hoP '^func \KFuzz\w+' -- '*_test.go'); do \
		$(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime 1m -fuzzminimizetime 1x ./$$(dirname $$(git grep -l "^func $$f(" -- '*_test.go')); \
	done

lint:
	$(GO) vet -tags '$(X11)' ./...
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.6.1 -tags '$(X11)' ./...
	$(GO) run mvdan.cc/gofumpt@v0.9.2 -l .
