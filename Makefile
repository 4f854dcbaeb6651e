# SPDX-License-Identifier: MIT
# mroute: `make try` and `make check` do everything; see README.md.
# One Makefile, not recursive; all that is made lies under build/.

VERSION = 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
# One name for it: what depends on a header is recorded by the names of targets.
override BUILD := $(patsubst $(CURDIR)/%,%,$(BUILD))
PKG_CONFIG ?= pkg-config
ifeq ($(origin CC),default)
CC = gcc
endif
# V=1 shows the commands, -s nothing.
Q = $(if $(V),,@)
silent := $(findstring s,$(firstword -$(MAKEFLAGS)))
say = $(if $(V)$(silent),,@printf '  %-6s %s\n' $(1) $(2))

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

PACKAGES = gmime-3.0 libpcre2-8 sqlite3 gnutls libseccomp uchardet jansson
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null | sed 's/-I/-isystem /g')
CAIRO_CFLAGS := $(shell $(PKG_CONFIG) --cflags cairo 2>/dev/null | sed 's/-I/-isystem /g')
CAIRO_LIBS := $(shell $(PKG_CONFIG) --libs cairo 2>/dev/null)
PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -letpan -lm

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wwrite-strings -Wcast-qual -Wpointer-arith -Wformat=2 -Wundef -Wvla \
	-Wno-gnu-zero-variadic-macro-arguments -Werror
HARDEN = $(if $(SAN),,-D_FORTIFY_SOURCE=2) -fstack-protector-strong \
	-fstack-clash-protection -fcf-protection -fPIE -fno-common -fvisibility=hidden
HARDEN_LD = -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed
CPPFLAGS += -D_GNU_SOURCE -DMROUTE_VERSION='"$(VERSION)"' -Isrc
OPT ?= -O2 -g
CFLAGS_ALL = -std=gnu11 $(OPT) $(WARN) $(HARDEN) $(PKG_CFLAGS) $(SAN) $(CFLAGS)
LDFLAGS_ALL = $(HARDEN_LD) $(SAN) $(LDFLAGS)

# Layers from the top down: a library may use those behind it.
LAYERS = cmd flow rules state net model base
DOOR_MAIN = src/cmd/deliver.c
DOOR_SRC = $(DOOR_MAIN) src/state/door.c src/state/spoolfile.c src/base/clock.c \
	src/base/crc32.c src/base/err.c src/base/slice.c src/base/ulid.c

CHART_MAIN = src/cmd/chart_png.c

src_of = $(filter-out $(DOOR_MAIN) $(CHART_MAIN) src/cmd/main.c,$(wildcard src/$(1)/*.c))
obj_of = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(1))
LIBS = $(LAYERS:%=$(BUILD)/lib%.a)

.PHONY: all
all: $(BUILD)/mroute $(BUILD)/mroute-deliver $(BUILD)/mroute-chart

# What was built with other flags, or of other files, is built again.
.PHONY: FORCE
define stamp
$(BUILD)/$(1): FORCE
	@mkdir -p $$(@D)
	@printf '%s\n' '$$(subst ','\'',$(2))' | cmp -s - $$@ || \
	    printf '%s\n' '$$(subst ','\'',$(2))' >$$@
endef
$(eval $(call stamp,flags,$$(CC) $$(DOOR_CC) $$(CPPFLAGS) $$(CFLAGS_ALL) $$(LDFLAGS_ALL)))
$(eval $(call stamp,sources,$$(wildcard src/*/*.c)))

$(BUILD)/obj/%.o: src/%.c $(BUILD)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

define layer
$(BUILD)/lib$(1).a: $(call obj_of,$(call src_of,$(1))) $(BUILD)/sources
	$$(call say,AR,$$@)
	@rm -f $$@
	$(Q)ar rcs $$@ $$(filter %.o,$$^)
endef
$(foreach l,$(LAYERS),$(eval $(call layer,$(l))))

$(BUILD)/mroute: $(BUILD)/obj/cmd/main.o $(LIBS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PKG_LIBS)

# The door: libc only, static, without a single page fault that is not needed.
DOOR_CC ?= $(if $(shell command -v musl-gcc 2>/dev/null),musl-gcc,$(CC))
$(BUILD)/mroute-deliver: $(DOOR_SRC) $(BUILD)/flags \
    $(wildcard src/base/*.h src/model/envelope.h src/state/door.h \
    src/state/spoolfile.h)
	$(call say,LD,$@)
	$(Q)$(DOOR_CC) $(CPPFLAGS) -std=gnu11 $(OPT) $(WARN) -static -no-pie \
	    -fstack-protector-strong -Wl,-z,noexecstack -o $@ $(DOOR_SRC)

# Draws charts: the only program that needs cairo, and of ours only what knows no mail.
$(BUILD)/obj/cmd/chart_png.o: PKG_CFLAGS += $(CAIRO_CFLAGS)
$(BUILD)/mroute-chart: $(BUILD)/obj/cmd/chart_png.o $(BUILD)/libbase.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(CAIRO_LIBS) -lm

# Unit tests: tests/unit/test_X.c links what it needs of the layers.
UNIT = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
$(BUILD)/tests/%: tests/unit/%.c $(LIBS)
	$(call say,UNIT,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -Itests/unit $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_ALL) -o $@ $< \
	    $(LIBS) $(PKG_LIBS) -lcmocka

# Programs that the tests of the servers use.
TOOLS = $(patsubst tests/tools/%.c,$(BUILD)/tests/tools/%,$(wildcard tests/tools/*.c))
$(BUILD)/tests/tools/%: tests/tools/%.c $(LIBS)
	$(call say,TOOL,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_ALL) -o $@ \
	    $(filter %.c,$^) $(LIBS) $(PKG_LIBS)

$(BUILD)/tests/tools/accuracy: $(wildcard tests/tools/accuracy/*.[ch])
$(BUILD)/tests/tools/traffic: $(wildcard tests/tools/traffic/*.[ch])
$(BUILD)/tests/tools/ledger: tests/tools/traffic/batch.c

.PHONY: unit
unit: $(UNIT) $(TOOLS)

# How good the pack is on mail that it was not written for; ARGS=-v says why.
RULES = rules
HOLDOUT = tests/holdout
.PHONY: accuracy
accuracy: $(BUILD)/tests/tools/accuracy
	@$< $(ARGS) --rules '$(RULES)' $(HOLDOUT)

# What the records cost when there are 5,000,000 of them: tests/bench/run says more.
.PHONY: bench
bench: $(BUILD)/mroute $(BUILD)/tests/tools/traffic $(BUILD)/tests/tools/measure
	@BUILD=$(BUILD) tests/bench/run

# What README.md and docs/ show of a summary.
.PHONY: pictures
pictures: $(BUILD)/mroute $(BUILD)/tests/tools/traffic
	@BUILD=$(BUILD) tests/docs/pictures

# On a fresh system: install what is missing, then start over, so that
# pkg-config is asked again.
ifeq ($(DEPS),)
again = +$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc)) \
	DEPS=there
.PHONY: try check check-san lint
try:
	@contrib/install-deps
	@$(again) $@
check check-san lint:
	@contrib/install-deps --test
	@$(again) $@
else
.PHONY: try
try: all
	@BUILD=$(BUILD) contrib/try

.PHONY: check
check: all unit
	@BUILD=$(BUILD) tests/run

# The same tests under AddressSanitizer and UBSan, in a build of their own.
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
.PHONY: check-san
check-san:
	@+LINT=no DEADLINE=600 $(MAKE) --no-print-directory BUILD=$(BUILD)/san OPT='-O1 -g' \
	    SAN='$(SANITIZE)' check

.PHONY: lint
lint:
	@BUILD=$(BUILD) ANALYZE=-all tests/run tests/lint/*
endif

# clang-tidy again where the object is newer: its source or a header changed.  With
# ANALYZE also the Clang static analyzer, which takes four times as long.
TIDY_DIR = $(BUILD)/tidy$(ANALYZE)
TIDY = $(patsubst src/%.c,$(TIDY_DIR)/%.ok,$(wildcard src/*/*.c))
$(TIDY_DIR)/%.ok: src/%.c $(BUILD)/obj/%.o .clang-tidy
	$(call say,TIDY,$<)
	@mkdir -p $(@D)
	$(Q)clang-tidy --quiet $(if $(ANALYZE),,'--checks=-clang-analyzer-*') $< -- \
	    $(CPPFLAGS) -std=gnu11 $(PKG_CFLAGS) $(CAIRO_CFLAGS) 2>$@.err || { cat $@.err >&2; exit 1; }
	@touch $@

.PHONY: tidy
tidy: $(TIDY)

# Shell completions come from the tables of commands and options.
.PHONY: completions
completions: $(BUILD)/mroute
	$(BUILD)/mroute completion bash >contrib/completions/mroute.bash
	$(BUILD)/mroute completion zsh >contrib/completions/_mroute
	$(BUILD)/mroute completion fish >contrib/completions/mroute.fish

.PHONY: format
format:
	clang-format -i $(wildcard src/*/*.[ch] tests/*/*.[ch])

# For tests/lint: the flags as one line.
.PHONY: print-cflags
print-cflags:
	@printf '%s\n' "$(subst ",\",$(CPPFLAGS) $(CFLAGS_ALL))"

# DESTDIR is for packagers; BUILT=1 installs what is there and builds nothing.
# Configuration and spool are made by `mroute init`.
SHARE = $(DESTDIR)$(PREFIX)/share
VIM = syntax ftdetect ftplugin compiler
LIB = $(DESTDIR)$(PREFIX)/lib
.PHONY: install
install: $(if $(BUILT),,all)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec/mroute \
	    $(SHARE)/mroute/rules/lists $(SHARE)/doc/mroute/postfix $(SHARE)/doc/mroute/ci \
	    $(SHARE)/doc/mroute/cron \
	    $(SHARE)/mroute/git $(SHARE)/man/man1 \
	    $(SHARE)/man/man5 $(SHARE)/man/man8 $(SHARE)/bash-completion/completions \
	    $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d \
	    $(LIB)/systemd/system $(LIB)/sysusers.d $(VIM:%=$(SHARE)/vim/vimfiles/%)
	install -s -m 755 $(BUILD)/mroute $(DESTDIR)$(PREFIX)/bin/mroute
	install -s -m 755 $(BUILD)/mroute-deliver $(DESTDIR)$(PREFIX)/libexec/mroute/
	install -s -m 755 $(BUILD)/mroute-chart $(DESTDIR)$(PREFIX)/libexec/mroute/
	install -m 644 rules/*.rules $(SHARE)/mroute/rules/
	install -m 644 rules/lists/*.txt $(SHARE)/mroute/rules/lists/
	install -m 644 README.md NEWS.md LICENSE $(wildcard docs/*.md) $(SHARE)/doc/mroute/
	install -m 644 contrib/postfix/* $(SHARE)/doc/mroute/postfix/
	install -m 644 contrib/ci/* $(SHARE)/doc/mroute/ci/
	install -m 755 contrib/git/pre-commit $(SHARE)/mroute/git/
	for page in docs/man/*.[158]; do \
	    install -m 644 $$page $(SHARE)/man/man$${page##*.}/ || exit 1; done
	install -m 644 contrib/completions/mroute.bash \
	    $(SHARE)/bash-completion/completions/mroute
	install -m 644 contrib/completions/_mroute $(SHARE)/zsh/site-functions/
	install -m 644 contrib/completions/mroute.fish $(SHARE)/fish/vendor_completions.d/
	for dir in $(VIM); do install -m 644 contrib/vim/$$dir/*.vim \
	    $(SHARE)/vim/vimfiles/$$dir/ || exit 1; done
	for unit in contrib/systemd/*.service contrib/systemd/*.timer; do \
	    sed 's|@PREFIX@|$(PREFIX)|' $$unit >$(LIB)/systemd/system/$${unit##*/} || exit 1; done
	sed 's|@PREFIX@|$(PREFIX)|' contrib/cron/mroute-summary \
	    >$(SHARE)/doc/mroute/cron/mroute-summary
	install -m 644 contrib/systemd/mroute.sysusers $(LIB)/sysusers.d/mroute.conf

# Fuzzers of what reads hostile bytes (clang): build/fuzz/fuzz_X CORPUS...
.PHONY: fuzz
fuzz: $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/*.c))
$(BUILD)/fuzz/%: tests/fuzz/%.c $(call src_of,rules) $(call src_of,model) $(call src_of,base)
	$(call say,FUZZ,$<)
	@mkdir -p $(@D)
	$(Q)clang $(CPPFLAGS) -std=gnu11 -O1 -g -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=all $(PKG_CFLAGS) -o $@ $^ $(PKG_LIBS)

.PHONY: clean
clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD)/obj $(BUILD)/tests -name '*.d' 2>/dev/null)
