/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer: whatever the bytes, message_read() gives a message, and each value
 * of each field is valid UTF-8 whose maps stay inside of it; and so is what a
 * value is as each type that a capture may have.
 *
 *	make fuzz && build/fuzz/fuzz_message -max_len=20000 CORPUS
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "model/message.h"
#include "model/typed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_form(struct slice s, struct slice orig, const uint32_t *map)
{
	must(utf8_valid(s));
	must(map[s.len] == orig.len);
	for (size_t i = 0; i < s.len; i++)
		must(map[i] <= map[i + 1]);
}

static void
check_types(struct slice s)
{
	AUTO(arena_free) struct arena *a = arena_new();

	for (enum typed t = TYPED_TEXT + 1; t < TYPED_N; t++) {
		struct slice value = typed_read(a, t, s, SLICE_LIT("28 Nov 2026"));

		must(utf8_valid(value));
		for (size_t i = 0; i < value.len; i++)
			must((unsigned char)value.ptr[i] >= ' ');
	}
}

static void
check_values(const struct values *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct text *t = &v->v[i].text;

		must(utf8_valid(t->orig));
		check_form(t->norm, t->orig, t->norm_map);
		check_form(t->fold, t->orig, t->fold_map);
		check_types(utf8_cut(t->orig, 500));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct config cfg = { .authserv_id = "mx.example",
	    .limits = { .message_size = 1 << 20, .headers = 100, .header_size = 4096,
		.parts = 50, .depth = 8, .body_window = 8192 } };
	static const char *const staff[] = { "example" };
	static const struct config_alias alias = { .staff = staff, .n_staff = 1 };
	static const struct envelope env = { .sender = "c@company.example",
	    .recipient = "a+b@company.example" };
	struct message *m = message_read(slice_make((const char *)data, size), &env, &cfg,
	    &alias);

	for (enum field_id id = 0; id < FIELD_N; id++)
		check_values(message_values(m, &(struct field_ref){
		    .id = id, .header = SLICE_LIT("received") }));
	must(utf8_valid(message_identity(m)->subject));
	must(utf8_valid(message_identity(m)->from));
	must(utf8_valid(message_identity(m)->references));
	message_free(&m);
	return 0;
}
