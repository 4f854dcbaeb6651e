/* SPDX-License-Identifier: MIT */
#include "state/spoolfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/crc32.h"

#define ID	"01KB6YV3E2Q4T7X9Z0A1B2C3D4"

static struct envelope
example(void)
{
	return (struct envelope){
		.kind = ENVELOPE_MAIL, .id = ID, .received_ms = 1795892821123,
		.sender = "jane@paper.example", .recipient = "press@company.example",
		.queue_id = "4Zb1Qk0Cz9z1xyz", .client = "192.0.2.7",
		.declared_size = 2633,
	};
}

/* A whole file. */
static void
make_file(const struct envelope *env, struct slice message, struct buf *out)
{
	char header[SPOOLFILE_HEADER_MAX];
	uint32_t crc;
	size_t n = spoolfile_encode(env, header, &crc);

	spoolfile_seal(n, message.len, crc, header);
	buf_reset(out);
	buf_add(out, header, n);
	buf_add_slice(out, message);
}

/* A whole file whose values are this text, with a checksum that fits. */
static void
make_raw(struct slice values, struct buf *out)
{
	char line[SPOOLFILE_LINE];

	spoolfile_seal(SPOOLFILE_LINE + values.len, 2, crc32_update(0, values.ptr,
	    values.len), line);
	buf_reset(out);
	buf_add(out, line, sizeof line);
	buf_add_slice(out, values);
	buf_add_str(out, "hi");
}

static void
assert_refused(struct slice file, const char *label, size_t at)
{
	/* A copy of its own, so that a checker sees each byte read too far. */
	char *copy = test_malloc(file.len > 0 ? file.len : 1);
	struct err e = ERR_INIT;
	struct envelope env;
	size_t offset;

	if (file.len > 0)
		memcpy(copy, file.ptr, file.len);
	if (spoolfile_decode(slice_make(copy, file.len), &env, &offset, &e) == 0)
		fail_msg("accepted: %s %zu", label, at);
	assert_int_equal(e.kind, ERR_DATA);
	assert_true(e.text[0] != '\0');
	test_free(copy);
}

static void
form_is_as_documented(void **state)
{
	static const char want[] =
	    "mroute-message 1 00000124 0000000000000004 b2b90a79\n"
	    "kind 4 mail\n"
	    "id 26 " ID "\n"
	    "received 13 1795892821123\n"
	    "sender 18 jane@paper.example\n"
	    "recipient 21 press@company.example\n"
	    "original-recipient 0 \n"
	    "queue-id 15 4Zb1Qk0Cz9z1xyz\n"
	    "client 9 192.0.2.7\n"
	    "declared-size 4 2633\n"
	    "own-key 0 \n"
	    "END\n"
	    "a\r\nb";
	AUTO(buf_release) struct buf file = BUF_INIT;
	struct envelope env = example();

	(void)state;
	make_file(&env, SLICE_LIT("a\r\nb"), &file);
	assert_string_equal(file.ptr, want);
}

static void
assert_round_trip(const struct envelope *env, struct slice message)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	struct err e = ERR_INIT;
	struct envelope got;
	size_t offset;

	make_file(env, message, &file);
	if (spoolfile_decode(buf_slice(&file), &got, &offset, &e) < 0)
		fail_msg("%s", e.text);
	assert_memory_equal(&got, env, sizeof got);
	assert_int_equal(file.len - offset, message.len);
	assert_memory_equal(file.ptr + offset, message.ptr, message.len);
}

/* Nothing of an old value stays behind the new one: we compare whole structs. */
static void
set_text(char *out, size_t size, const char *text)
{
	memset(out, 0, size);
	memcpy(out, text, strlen(text));
}
#define set(field, text)	set_text(field, sizeof field, text)

static void
fill(char *out, size_t size, int first)
{
	for (size_t i = 0; i < size - 1; i++)
		out[i] = (char)(1 + ((size_t)first + i) % 255);
	out[size - 1] = '\0';
}

static void
any_envelope_comes_back_as_it_was(void **state)
{
	struct envelope env = example();

	(void)state;
	assert_round_trip(&env, SLICE_LIT("x"));
	assert_round_trip(&env, SLICE_LIT(""));
	assert_round_trip(&env, SLICE_LIT("END\n\0\r\n\xff"));

	set(env.sender, "");
	set(env.queue_id, "");
	set(env.client, "");
	env.declared_size = UINT64_MAX;
	env.received_ms = 0;
	assert_round_trip(&env, SLICE_LIT("x"));
	env.received_ms = INT64_MAX;
	set(env.sender, "a\nrecipient 1 x\nEND\n b");
	set(env.recipient, "  \" \\ \t\x01\x7f\xff ");
	assert_round_trip(&env, SLICE_LIT("x"));

	fill(env.sender, sizeof env.sender, 1);
	fill(env.recipient, sizeof env.recipient, 2);
	fill(env.original_recipient, sizeof env.original_recipient, 100);
	fill(env.queue_id, sizeof env.queue_id, 200);
	fill(env.client, sizeof env.client, 250);
	assert_round_trip(&env, SLICE_LIT("x"));

	env.kind = ENVELOPE_OWN;
	fill(env.own_key, sizeof env.own_key, 30);
	for (env.n_own_rcpt = 0; env.n_own_rcpt < OWN_RCPT_MAX; ) {
		fill(env.own_rcpt[env.n_own_rcpt], ADDR_SIZE, (int)env.n_own_rcpt);
		env.n_own_rcpt++;
		assert_round_trip(&env, SLICE_LIT("x"));
	}
}

static void
cut_anywhere_it_is_refused(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	struct envelope env = example();

	(void)state;
	make_file(&env, SLICE_LIT("Subject: x\n\nhello\n"), &file);
	for (size_t n = 0; n < file.len; n++)
		assert_refused(slice_make(file.ptr, n), "cut at", n);
	buf_add_char(&file, '\n');
	assert_refused(buf_slice(&file), "one byte too long", file.len);
}

static void
one_wrong_bit_in_front_of_the_message_is_noticed(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	struct envelope env = example();

	(void)state;
	make_file(&env, SLICE_LIT("x"), &file);
	for (size_t i = 0; i + 1 < file.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			file.ptr[i] = (char)(file.ptr[i] ^ 1 << bit);
			assert_refused(buf_slice(&file), "bit flipped in byte", i);
			file.ptr[i] = (char)(file.ptr[i] ^ 1 << bit);
		}
}

static void
unfinished_file_is_refused(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	struct envelope env = example();
	char header[SPOOLFILE_HEADER_MAX];
	uint32_t crc;

	(void)state;
	buf_add(&file, header, spoolfile_encode(&env, header, &crc));
	assert_refused(buf_slice(&file), "no first line", 0);
	buf_add_str(&file, "Subject: x\n");
	assert_refused(buf_slice(&file), "no first line", 1);
}

/* A slice in a static table. */
#define BYTES(s)	{ "" s, sizeof(s) - 1 }

/* What a writer with a bug, or somebody with a text editor, could leave. */
#define HEAD	"kind 4 mail\nid 26 " ID "\nreceived 1 7\n"
#define ADDRS	"sender 0 \nrecipient 3 a@b\noriginal-recipient 0 \n"
#define TAIL	"queue-id 0 \nclient 0 \ndeclared-size 1 0\nown-key 0 \n"
#define OWN	"kind 3 own\nid 26 " ID "\nreceived 1 7\n" ADDRS TAIL

static void
there_is_one_way_to_write_an_envelope(void **state)
{
	static const struct {
		const char *label;
		struct slice values;
		bool good;
	} cases[] = {
		{ "as it must be", BYTES(HEAD ADDRS TAIL "END\n"), true },
		{ "own", BYTES(OWN "own-rcpt 3 a@b\nEND\n"), true },
		{ "nothing", BYTES(""), false },
		{ "END alone", BYTES("END\n"), false },
		{ "no END", BYTES(HEAD ADDRS TAIL), false },
		{ "END without LF", BYTES(HEAD ADDRS TAIL "END"), false },
		{ "END twice", BYTES(HEAD ADDRS TAIL "END\nEND\n"), false },
		{ "more behind END", BYTES(HEAD ADDRS TAIL "END\nx"), false },
		{ "unknown key", BYTES(HEAD ADDRS TAIL "x 0 \nEND\n"), false },
		{ "values missing", BYTES(HEAD TAIL "END\n"), false },
		{ "another order", BYTES(HEAD TAIL ADDRS "END\n"), false },
		{ "a value twice", BYTES(HEAD ADDRS ADDRS TAIL "END\n"), false },
		{ "unknown kind", BYTES("kind 4 male\nid 26 " ID
		    "\nreceived 1 7\n" ADDRS TAIL "END\n"), false },
		{ "long kind", BYTES("kind 9 mailxxxxx\nid 26 " ID
		    "\nreceived 1 7\n" ADDRS TAIL "END\n"), false },
		{ "id in small letters", BYTES("kind 4 mail\n"
		    "id 26 01kb6yv3e2q4t7x9z0a1b2c3d4\nreceived 1 7\n"
		    ADDRS TAIL "END\n"), false },
		{ "id that is a path", BYTES("kind 4 mail\n"
		    "id 26 ../../../../../etc/passwd0\nreceived 1 7\n"
		    ADDRS TAIL "END\n"), false },
		{ "id too long", BYTES("kind 4 mail\nid 27 " ID "0\n"
		    "received 1 7\n" ADDRS TAIL "END\n"), false },
		{ "negative time", BYTES("kind 4 mail\nid 26 " ID "\n"
		    "received 2 -7\n" ADDRS TAIL "END\n"), false },
		{ "time too large", BYTES("kind 4 mail\nid 26 " ID "\n"
		    "received 19 9223372036854775808\n" ADDRS TAIL "END\n"), false },
		{ "number with a zero in front", BYTES("kind 4 mail\nid 26 " ID
		    "\nreceived 2 07\n" ADDRS TAIL "END\n"), false },
		{ "number that is none", BYTES("kind 4 mail\nid 26 " ID
		    "\nreceived 0 \n" ADDRS TAIL "END\n"), false },
		{ "length with a zero in front", BYTES(HEAD "sender 00 \n"
		    "recipient 3 a@b\noriginal-recipient 0 \n" TAIL "END\n"), false },
		{ "length too small", BYTES(HEAD "sender 0 \nrecipient 2 a@b\n"
		    "original-recipient 0 \n" TAIL "END\n"), false },
		{ "length too large", BYTES(HEAD "sender 0 \nrecipient 4 a@b\n"
		    "original-recipient 0 \n" TAIL "END\n"), false },
		{ "length beyond the end", BYTES(HEAD "sender 200 \n"), false },
		{ "length of 2^64", BYTES(HEAD
		    "sender 18446744073709551616 \n" ADDRS TAIL "END\n"), false },
		{ "length of 2^64-1", BYTES(HEAD
		    "sender 18446744073709551615 \n" ADDRS TAIL "END\n"), false },
		{ "no length", BYTES(HEAD "sender  \n" TAIL "END\n"), false },
		{ "NUL in a value", BYTES(HEAD "sender 0 \nrecipient 3 a\0b\n"
		    "original-recipient 0 \n" TAIL "END\n"), false },
		{ "own without recipient", BYTES(OWN "END\n"), false },
		{ "mail with own-rcpt", BYTES(HEAD ADDRS TAIL
		    "own-rcpt 3 a@b\nEND\n"), false },
	};
	AUTO(buf_release) struct buf file = BUF_INIT;
	struct err e = ERR_INIT;
	struct envelope env;
	size_t offset;

	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		make_raw(cases[i].values, &file);
		if (!cases[i].good)
			assert_refused(buf_slice(&file), cases[i].label, i);
		else if (spoolfile_decode(buf_slice(&file), &env, &offset, &e) < 0)
			fail_msg("%s: %s", cases[i].label, e.text);
	}
}

static void
too_much_of_anything_is_refused(void **state)
{
	AUTO(buf_release) struct buf values = BUF_INIT;
	AUTO(buf_release) struct buf file = BUF_INIT;

	(void)state;
	/* An address of 255 bytes. */
	buf_addf(&values, HEAD "sender 255 %0255d\nrecipient 3 a@b\n"
	    "original-recipient 0 \n" TAIL "END\n", 0);
	make_raw(buf_slice(&values), &file);
	assert_refused(buf_slice(&file), "long address", 0);
	/* One recipient more than there may be. */
	buf_set(&values, OWN);
	for (int i = 0; i < OWN_RCPT_MAX + 1; i++)
		buf_add_str(&values, "own-rcpt 3 a@b\n");
	buf_add_str(&values, "END\n");
	make_raw(buf_slice(&values), &file);
	assert_refused(buf_slice(&file), "many recipients", 0);
	/* A header longer than ours can be. */
	buf_set(&values, HEAD ADDRS TAIL "END\n");
	while (values.len < SPOOLFILE_HEADER_MAX)
		buf_add_str(&values, "END\n");
	make_raw(buf_slice(&values), &file);
	assert_refused(buf_slice(&file), "long header", 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(form_is_as_documented),
		cmocka_unit_test(any_envelope_comes_back_as_it_was),
		cmocka_unit_test(cut_anywhere_it_is_refused),
		cmocka_unit_test(one_wrong_bit_in_front_of_the_message_is_noticed),
		cmocka_unit_test(unfinished_file_is_refused),
		cmocka_unit_test(there_is_one_way_to_write_an_envelope),
		cmocka_unit_test(too_much_of_anything_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
