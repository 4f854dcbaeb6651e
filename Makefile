# mroute: `make try` and `make check` do everything; see README.md.
# One Makefile, not recursive; all that is made lies under build/.

VERSION = 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
CC ?= gcc
PKG_CONFIG ?= pkg-config

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

PACKAGES = gmime-3.0 libpcre2-8 sqlite3 gnutls libseccomp uchardet jansson
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null | sed 's/-I/-isystem /g')
PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -letpan

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wwrite-strings -Wcast-qual -Wpointer-arith -Wformat=2 -Wundef -Wvla \
	-Wno-gnu-zero-variadic-macro-arguments -Werror
HARDEN = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection \
	-fPIE -fno-common
HARDEN_LD = -pie -Wl,-z,relro,-z,now,-z,noexecstack
CPPFLAGS += -D_GNU_SOURCE -DMROUTE_VERSION='"$(VERSION)"' -Isrc
OPT ?= -O2 -g
CFLAGS_ALL = -std=gnu11 $(OPT) $(WARN) $(HARDEN) $(PKG_CFLAGS) $(SAN) $(CFLAGS)
LDFLAGS_ALL = $(HARDEN_LD) $(SAN) $(LDFLAGS)

# Layers from the top down: a library may use those behind it.
LAYERS = cmd flow rules state net model base
DOOR_MAIN = src/cmd/deliver.c
DOOR_SRC = $(DOOR_MAIN) src/state/door.c src/model/envelope.c src/base/crc32.c \
	src/base/ulid.c src/base/clock.c

src_of = $(filter-out $(DOOR_MAIN) src/cmd/main.c,$(wildcard src/$(1)/*.c))
obj_of = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(1))
LIBS = $(LAYERS:%=$(BUILD)/lib%.a)

.PHONY: all
all: $(BUILD)/mroute $(BUILD)/mroute-deliver

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

define layer
$(BUILD)/lib$(1).a: $(call obj_of,$(call src_of,$(1)))
	@mkdir -p $$(@D)
	@rm -f $$@
	ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer,$(l))))

$(BUILD)/mroute: $(BUILD)/obj/cmd/main.o $(LIBS)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PKG_LIBS)

# The door: libc only, static, without a single page fault that is not needed.
DOOR_CC ?= $(if $(shell command -v musl-gcc 2>/dev/null),musl-gcc,$(CC))
$(BUILD)/mroute-deliver: $(DOOR_SRC) $(wildcard src/base/*.h src/model/envelope.h src/state/door.h)
	@mkdir -p $(@D)
	$(DOOR_CC) $(CPPFLAGS) -std=gnu11 $(OPT) $(WARN) -static -no-pie \
	    -fstack-protector-strong -Wl,-z,noexecstack -o $@ $(DOOR_SRC)

# Unit tests: tests/unit/test_X.c links what it needs of the layers.
UNIT = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
$(BUILD)/tests/%: tests/unit/%.c $(LIBS)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests/unit $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_ALL) -o $@ $< \
	    $(LIBS) $(PKG_LIBS) -lcmocka

.PHONY: unit
unit: $(UNIT)

.PHONY: clean
clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
