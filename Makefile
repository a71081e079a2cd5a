# Firstline. `make help` lists what can be made.

VERSION := 0.1.0
PREFIX  ?= /usr/local
BUILD   ?= build
JOBS    ?= $(shell nproc)
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))

LIBRARIES := glib-2.0 zlib ncursesw termkey libutf8proc libcurl libmicrohttpd gnutls libcjson libpcre2-8 \
             sqlite3 yaml-0.1 lua5.4 libsodium
PACKAGES  := gcc pkg-config libglib2.0-dev zlib1g-dev libncurses-dev libtermkey-dev libutf8proc-dev \
             libcurl4-openssl-dev libmicrohttpd-dev libgnutls28-dev libcjson-dev libpcre2-dev libsqlite3-dev libyaml-dev \
             liblua5.4-dev libsodium-dev icu-devtools tzdata
TEST_PACKAGES := tmux curl sqlite3 openssl python3 ncurses-term
LINT_PACKAGES := clang clang-format

OPTIMISE ?= -O2 -g
SANITIZE ?=
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
CPPFLAGS += -I. -I$(BUILD) -D_GNU_SOURCE -DFIRSTLINE_VERSION='"$(VERSION)"' -DFIRSTLINE_SHARE='"$(SHARE)"'
SHARE    ?= $(CURDIR)/share
CFLAGS   += -std=c17 $(OPTIMISE) $(WARNINGS) $(SANITIZE) -pthread
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(LIBRARIES)))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs $(LIBRARIES)))$(PKG_LIBS)
LDLIBS   += $(PKG_LIBS) -lm -pthread

SOURCES := $(sort $(wildcard app/*/*.c ui/*.c ui/*/*.c net/*.c kb/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
PROGRAMS := $(patsubst app/%.c,$(BUILD)/%,$(wildcard app/*.c))
HOUSE   := $(BUILD)/libhouse.a

SUPPORT := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/support/*.c)))
TESTS_C := $(sort $(wildcard tests/unit/test_*.c tests/screen/test_*.c tests/script/test_*.c tests/http/test_*.c))
TESTS_SH := $(sort $(wildcard tests/http/test_*.sh tests/e2e/test_*.sh))
TEST_PROGRAMS := $(TESTS_C:%.c=$(BUILD)/%)
BENCHES := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/bench/bench_*.c)))
FUZZERS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))

.DEFAULT_GOAL := all
.PHONY: all help run test test-built asan asan-built tsan tsan-built lint lint-built bench fuzz fuzz-built golden man install clean setup setup-test setup-lint
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAMS)                ## build build/firstline and build/firstlined

help:                           ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: setup                      ## install what is missing, build, open the demo desk
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@$(BUILD)/firstlined demo --desk

test: setup setup-test          ## install what is missing, run every test
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@$(MAKE) --no-print-directory -j$(JOBS) test-built

test-built: all $(TEST_PROGRAMS) $(FUZZERS)
	@BUILD=$(BUILD) tests/support/tally $(TEST_PROGRAMS) $(FUZZERS) $(TESTS_SH)

asan: setup                     ## unit, update and HTTP tests under ASan and UBSan
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build/asan OPTIMISE='-O1 -g' \
	    SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' asan-built

asan-built: all $(TEST_PROGRAMS) $(FUZZERS)
	@BUILD=$(BUILD) ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS=suppressions=tests/support/lsan.supp:print_suppressions=0 \
	    tests/support/tally $(TEST_PROGRAMS) $(FUZZERS) $(filter tests/http/%,$(TESTS_SH))

# The modules that have threads of their own. GLib's locks are told to the sanitizer by tests/support/tsan_glib.c.
THREADED := $(addprefix $(BUILD)/tests/,$(addprefix unit/test_,store articles http http_server http_client event_stream \
            journal sender kb_search) http/test_service http/test_catalogue http/test_link http/test_rights)
tsan: setup                     ## tests of what has threads, under ThreadSanitizer
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build/tsan OPTIMISE='-O1 -g' SANITIZE=-fsanitize=thread tsan-built

tsan-built: $(THREADED)
	@BUILD=$(BUILD) TSAN_OPTIONS='ignore_noninstrumented_modules=1 exitcode=66' tests/support/tally $(THREADED)

lint: setup-lint                ## floors and arrows, clang's warnings, layout of the text
	@tests/support/check-arrows
	@tests/support/check-format
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build/clang CC=clang OPTIMISE=-O0 lint-built
	@tests/support/check-symbols build/clang/libhouse.a

# What is not shipped is compiled alone, since linking it finds nothing that is clang's to say.
lint-built: all $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/*/*.c))

# A peer in its own language, built where its library is.
XAPIAN_PEER = $(if $(shell pkg-config --exists xapian-core && command -v g++),$(BUILD)/tests/bench/xapian_peer)
$(BUILD)/tests/bench/xapian_peer: tests/bench/xapian_peer.cc
	@mkdir -p $(@D)
	@echo '  CXX   $<'; g++ -O2 -Wall -Wextra -o $@ $< $$(pkg-config --cflags --libs xapian-core)

bench: all $(BENCHES) $(BUILD)/tests/bench/least_http $(XAPIAN_PEER)  ## measure, each figure beside its peer or limit
	@BUILD=$(BUILD) tests/support/run-benches $(BENCHES) $(sort $(wildcard tests/bench/bench_*.sh tests/bench/bench_*.py))

fuzz: setup-lint                ## fuzz each parser of outside bytes for a minute (FUZZ_SECONDS)
	@$(MAKE) --no-print-directory BUILD=build/fuzz CC=clang OPTIMISE='-O1 -g' FUZZ_MAIN=-fsanitize=fuzzer \
	    SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' fuzz-built

fuzz-built: $(FUZZERS)
	@tests/support/run-fuzzers $(FUZZERS)

golden: $(TEST_PROGRAMS)        ## write the screens' golden texts anew; read the diff before you commit it
	@for t in $(filter $(BUILD)/tests/screen/%,$(TEST_PROGRAMS)); do GOLDEN_WRITE=1 $$t >/dev/null || exit 1; done

man: $(BUILD)/firstline          ## write the manual of keys anew from the table of keys
	$(BUILD)/firstline keys --man >docs/firstline-keys.7

# The programs look for their share data where the prefix puts it, so they are built for it apart.
install:                        ## PREFIX, DESTDIR: programs, man pages, completions, systemd unit
	@$(MAKE) --no-print-directory BUILD=build/install SHARE=$(PREFIX)/share/firstline all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/firstline
	install build/install/firstline build/install/firstlined $(DESTDIR)$(PREFIX)/bin
	cp -R share/demo share/import $(DESTDIR)$(PREFIX)/share/firstline/
	for f in $(wildcard docs/openapi.yaml); do install -m 644 $$f $(DESTDIR)$(PREFIX)/share/firstline; done
	for section in 1 5 7 8; do \
	    install -d $(DESTDIR)$(PREFIX)/share/man/man$$section && \
	    install -m 644 docs/*.$$section $(DESTDIR)$(PREFIX)/share/man/man$$section || exit 1; done
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/lib/systemd/system
	install -m 644 share/completions/* $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	sed 's|@PREFIX@|$(PREFIX)|' share/units/firstlined.service \
	    >$(DESTDIR)$(PREFIX)/lib/systemd/system/firstlined.service

clean:                          ## remove build/
	rm -rf build

# Each set of packages is asked for once; a stamp remembers that it is there.
setup: build/.packages
setup-test: build/.packages-test
setup-lint: build/.packages build/.packages-lint
build/.packages: Makefile
	@tests/support/install-packages $(PACKAGES) && touch $@
build/.packages-test: Makefile
	@tests/support/install-packages $(TEST_PACKAGES) && touch $@
build/.packages-lint: Makefile
	@tests/support/install-packages $(LINT_PACKAGES) && touch $@

$(HOUSE): $(OBJECTS)
	@rm -f $@ && ar rcsP $@ $(OBJECTS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@$(if $(QUIET),,echo '  CC    $<';) $(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/kb/han.o: $(BUILD)/kb/han_table.h
$(BUILD)/kb/han_table.h: kb/make-han-table
	@mkdir -p $(@D)
	@$(if $(QUIET),,echo '  MAKE  $@';) $< >$@

$(PROGRAMS): $(BUILD)/%: $(BUILD)/app/%.o $(HOUSE)
	@echo '  LINK  $@'; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(HOUSE) $(LDLIBS)

# Without a fuzzer's main, a fuzz target replays its corpus as a test.
FUZZ_MAIN ?= $(BUILD)/tests/fuzz/replay.o
$(FUZZERS): $(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(filter %.o,$(FUZZ_MAIN)) $(HOUSE)
	@echo '  LINK  $@'; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(FUZZ_MAIN) $(HOUSE) $(LDLIBS)

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(SUPPORT) $(HOUSE)
	@echo '  LINK  $@'; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(SUPPORT) $(HOUSE) $(LDLIBS)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
