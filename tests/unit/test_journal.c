/* SPDX-License-Identifier: MIT */
/*
 * The journal keeps whole entries in order; a crash or a bad disk costs the
 * entry it hits and no other; what it reads it does not trust.
 */
#include "records.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/file.h"
#include "state/journal.h"

enum { ENTRIES = 3 };

static int
dirfd_of(struct fixture *f)
{
	return spool_dirfd(f->sp);
}

static struct journal *
open_journal(struct fixture *f, bool write)
{
	struct journal *j = NULL;

	OK(journal_open(dirfd_of(f), "journal", write, &j, &E));
	return j;
}

/* Three entries of one sample message each. */
static void
fill(struct fixture *f)
{
	struct journal *j = open_journal(f, true);

	for (unsigned i = 0; i < ENTRIES; i++) {
		const char *id = sample_id(f->a, T(i), i + 1);
		size_t n;
		struct record *r = sample_life(f->a, id, &n);

		OK(journal_append(j, record_clean(f->a, r, n), NULL, n, &E));
	}
	journal_close(&j);
}

static struct slice
read_all(struct fixture *f)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	OK(file_read(dirfd_of(f), "journal", 64 << 20, &b, &E));
	return arena_slice(f->a, buf_slice(&b));
}

static void
write_all(struct fixture *f, struct slice s)
{
	FILE *out;

	/* A new file: ext4 writes one that was cut to nothing at once. */
	(void)unlink(f->journal_path);
	out = fopen(f->journal_path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(s.ptr, 1, s.len, out), s.len);
	assert_int_equal(fclose(out), 0);
}

static bool
encode_again(void *arg, const struct record *r, const bool *fresh, size_t n)
{
	struct buf *out = arg;

	for (size_t i = 0; i < n; i++) {
		buf_put_u8(out, fresh[i]);
		record_encode(&r[i], out);
	}
	return true;
}

static bool
count_records(void *arg, const struct record *r, const bool *fresh, size_t n)
{
	(void)r;
	(void)fresh;
	*(size_t *)arg += n;
	return true;
}

/* ---- what goes in comes out ---- */

static void
test_round_trip(void **state)
{
	struct fixture *f = *state;
	AUTO(buf_release) struct buf want = BUF_INIT;
	AUTO(buf_release) struct buf got = BUF_INIT;
	struct journal *j = open_journal(f, true);
	const char *id = sample_id(f->a, T(0), 1);
	struct record *r, *clean;
	bool fresh[64] = { false, true };
	bool seen[RECORD_N] = { false };
	size_t n;

	r = sample_life(f->a, id, &n);
	r[n++] = (struct record){ .type = RECORD_PURGE, .at_ms = T(9), .id = id };
	clean = record_clean(f->a, r, n);
	for (size_t i = 0; i < n; i++)
		seen[r[i].type] = true;
	for (size_t t = 0; t < RECORD_N; t++)
		assert_true(seen[t]);
	encode_again(&want, clean, fresh, n);
	OK(journal_append(j, clean, fresh, n, &E));
	journal_close(&j);

	j = open_journal(f, false);
	assert_int_equal(journal_entries(j), 1);
	OK(journal_each(j, encode_again, &got, &E));
	assert_int_equal(journal_damaged(j), 0);
	assert_int_equal(got.len, want.len);
	assert_memory_equal(got.ptr, want.ptr, want.len);
	journal_close(&j);
}

static void
test_not_there(void **state)
{
	struct fixture *f = *state;
	struct journal *j = NULL;

	assert_int_equal(journal_open(dirfd_of(f), "journal", false, &j, &E), -1);
	assert_int_equal(E.kind, ERR_ABSENT);
	j = open_journal(f, true);
	assert_int_equal(journal_entries(j), 0);
	OK(journal_clear(j, &E));
	journal_close(&j);
	assert_int_equal(access(f->journal_path, F_OK), -1);
}

static void
test_not_a_file(void **state)
{
	struct fixture *f = *state;
	struct journal *j = NULL;

	assert_int_equal(symlink("/etc/passwd", f->journal_path), 0);
	assert_int_equal(journal_open(dirfd_of(f), "journal", true, &j, &E), -1);
	assert_int_equal(unlink(f->journal_path), 0);
	assert_int_equal(mkfifo(f->journal_path, 0600), 0);
	assert_int_equal(journal_open(dirfd_of(f), "journal", true, &j, &E), -1);
	assert_int_equal(E.kind, ERR_DATA);
}

static void
test_other_version(void **state)
{
	struct fixture *f = *state;
	struct journal *j = NULL;
	struct slice s;

	fill(f);
	s = read_all(f);
	((char *)(uintptr_t)s.ptr)[strlen("mroute journal ")] = '2';
	write_all(f, s);
	assert_int_equal(journal_open(dirfd_of(f), "journal", true, &j, &E), -1);
	assert_int_equal(E.kind, ERR_CONFIG);
}

/* ---- emptied ---- */

static void
test_clear(void **state)
{
	struct fixture *f = *state;
	struct journal *j, *reader;
	size_t n;
	struct record *r = sample_message(f->a, sample_id(f->a, T(0), 1), &n);

	fill(f);
	reader = open_journal(f, false);
	assert_true(journal_same(reader));
	j = open_journal(f, true);
	assert_int_equal(journal_entries(j), ENTRIES);
	OK(journal_append(j, record_clean(f->a, r, n), NULL, n, &E));
	/* Grown is fine: what was read is still in it. */
	assert_true(journal_same(reader));
	OK(journal_clear(j, &E));
	assert_int_equal(journal_entries(j), 0);
	assert_false(journal_same(reader));
	/* Also when as much was written since. */
	for (int i = 0; i < 2 * ENTRIES; i++)
		OK(journal_append(j, record_clean(f->a, r, n), NULL, n, &E));
	assert_false(journal_same(reader));
	journal_close(&j);
	journal_close(&reader);
	j = open_journal(f, false);
	assert_int_equal(journal_entries(j), 2 * ENTRIES);
	journal_close(&j);
}

/* ---- torn and damaged ---- */

/* Offsets behind the title and behind each entry. */
static void
find_ends(struct slice s, size_t ends[ENTRIES + 1])
{
	struct slice rest;
	uint32_t len = 0;
	size_t at = strlen("mroute journal 1\n") + ULID_LEN + 1;

	for (unsigned i = 0; i <= ENTRIES; i++) {
		ends[i] = at;
		rest = slice_sub(s, at + 4, s.len);
		if (i < ENTRIES)
			assert_true(slice_get_u32(&rest, &len));
		at += 12 + len;
	}
	assert_int_equal(ends[ENTRIES], s.len);
}

static void
test_cut_everywhere(void **state)
{
	struct fixture *f = *state;
	size_t ends[ENTRIES + 1], n;
	struct record *r = sample_message(f->a, sample_id(f->a, T(9), 9), &n);
	struct slice all;

	fill(f);
	all = read_all(f);
	find_ends(all, ends);
	for (size_t len = 0; len <= all.len; len++) {
		unsigned whole = 0;
		struct journal *j;

		while (whole < ENTRIES && ends[whole + 1] <= len)
			whole++;
		write_all(f, slice_sub(all, 0, len));
		j = open_journal(f, false);
		assert_int_equal(journal_entries(j), whole);
		assert_int_equal(journal_damaged(j), 0);
		journal_close(&j);
		/* A writer cuts it and goes on; each sync takes its time. */
		if (len % 199 != 0 && len != ends[1])
			continue;
		j = open_journal(f, true);
		assert_int_equal(journal_entries(j), whole);
		OK(journal_append(j, record_clean(f->a, r, n), NULL, n, &E));
		journal_close(&j);
		j = open_journal(f, false);
		assert_int_equal(journal_entries(j), whole + 1);
		assert_int_equal(journal_damaged(j), 0);
		journal_close(&j);
	}
}

static void
test_damage_costs_one_entry(void **state)
{
	struct fixture *f = *state;
	size_t ends[ENTRIES + 1], one;
	struct slice all;
	char *bytes;

	fill(f);
	all = read_all(f);
	bytes = (char *)(uintptr_t)all.ptr;
	find_ends(all, ends);
	one = ends[0];
	for (unsigned hit = 0; hit < ENTRIES; hit++)
		for (size_t at = ends[hit]; at < ends[hit + 1]; at += 7) {
			struct journal *j;
			size_t records = 0;

			bytes[at] = (char)(bytes[at] ^ 0x41);
			write_all(f, all);
			j = open_journal(f, false);
			OK(journal_each(j, count_records, &records, &E));
			assert_int_equal(journal_entries(j), ENTRIES - 1);
			/* At the end it can't be told from a torn one. */
			assert_int_equal(journal_damaged(j), hit < ENTRIES - 1);
			journal_close(&j);
			bytes[at] = (char)(bytes[at] ^ 0x41);
		}
	/* The title says nothing that is needed. */
	assert_true(one > 0);
	bytes[0] = 'X';
	write_all(f, all);
	{
		struct journal *j = open_journal(f, false);

		assert_int_equal(journal_entries(j), ENTRIES);
		journal_close(&j);
	}
}

/* Payloads that pass the checksum but were not made by us. */
static void
test_hostile_payload(void **state)
{
	struct fixture *f = *state;
	AUTO(buf_release) struct buf good = BUF_INIT;
	size_t n;
	struct record *r = sample_life(f->a, sample_id(f->a, T(0), 1), &n);
	struct record *clean = record_clean(f->a, r, n);
	unsigned x = 12345;

	for (size_t i = 0; i < n; i++) {
		buf_reset(&good);
		record_encode(&clean[i], &good);
		for (int round = 0; round < 1000; round++) {
			AUTO(arena_free) struct arena *a = arena_new();
			AUTO(buf_release) struct buf bad = BUF_INIT;
			AUTO(buf_release) struct buf again = BUF_INIT;
			struct slice in;
			struct record out;
			struct err e = ERR_INIT;

			buf_add(&bad, good.ptr, good.len);
			for (int k = 0; k < 3; k++) {
				x = x * 1103515245 + 12345;
				bad.ptr[(x >> 8) % bad.len] = (char)(x >> 24);
			}
			x = x * 1103515245 + 12345;
			in = slice_make(bad.ptr, x % 4 == 0 ?
			    (x >> 8) % bad.len : bad.len);
			/* What it takes, it takes whole: the same comes out. */
			if (record_decode(a, &in, RECORD_VERSION, &out, &e) < 0)
				continue;
			record_encode(&out, &again);
			assert_memory_equal(again.ptr, bad.ptr, again.len);
		}
	}
}

/* ---- entries of an older version ---- */

/* In version 0 a field had neither type nor text. */
static void
test_version_0(void **state)
{
	struct fixture *f = *state;
	AUTO(buf_release) struct buf b = BUF_INIT, old = BUF_INIT;
	struct record r = record_of_decision(f->a, sample_id(f->a, T(0), 1), 1, "press");
	struct plan plan = *r.u.decision.plan;
	size_t tail = 4;		/* the number of effects, before that of lines */
	struct slice in;
	struct record out;

	plan.n_field = 1;
	r.u.decision.plan = &plan;
	r.u.decision.n_effect = r.u.decision.n_line = 0;
	record_encode(record_clean(f->a, &r, 1), &b);
	b.len -= 4;
	buf_add(&old, b.ptr, b.len - tail - 4 - 4 - strlen(plan.field[0].text));
	buf_add(&old, b.ptr + b.len - tail, tail);

	in = buf_slice(&old);
	assert_int_equal(record_decode(f->a, &in, 1, &out, &E), -1);
	in = buf_slice(&old);
	OK(record_decode(f->a, &in, 0, &out, &E));
	assert_int_equal(in.len, 0);
	assert_int_equal(out.u.decision.plan->field[0].type, TYPED_TEXT);
	assert_string_equal(out.u.decision.plan->field[0].text, "Daily Planet");
	assert_string_equal(out.u.decision.plan->field[0].value, "Daily Planet");
}

/* In version 1 a decision had no lines, and a message no opening. */
static void
test_version_1(void **state)
{
	struct fixture *f = *state;
	AUTO(buf_release) struct buf b = BUF_INIT;
	const char *id = sample_id(f->a, T(0), 1);
	struct record r[2] = { record_of_decision(f->a, id, 1, "press"),
	    record_of_message(f->a, id, true) };
	struct message_identity identity = *r[1].u.message.identity;
	struct slice in;
	struct record out;

	r[0].u.decision.n_line = 0;
	record_encode(record_clean(f->a, &r[0], 1), &b);
	b.len -= 4;
	in = buf_slice(&b);
	assert_int_equal(record_decode(f->a, &in, 2, &out, &E), -1);
	in = buf_slice(&b);
	OK(record_decode(f->a, &in, 1, &out, &E));
	assert_int_equal(in.len, 0);
	assert_int_equal(out.u.decision.n_line, 0);
	assert_int_equal(out.u.decision.n_effect, 2);

	identity.opening = slice_make("", 0);
	r[1].u.message.identity = &identity;
	buf_reset(&b);
	record_encode(record_clean(f->a, &r[1], 1), &b);
	b.len -= 4;
	in = buf_slice(&b);
	assert_int_equal(record_decode(f->a, &in, 2, &out, &E), -1);
	in = buf_slice(&b);
	OK(record_decode(f->a, &in, 1, &out, &E));
	assert_int_equal(in.len, 0);
	assert_true(slice_eq_str(out.u.message.identity->from_address,
	    "Jane@DailyPlanet.example"));
	assert_int_equal(out.u.message.identity->opening.len, 0);
}

/* ---- no room ---- */

static void
test_no_room(void **state)
{
	struct fixture *f = *state;
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct rlimit old, small;
	struct journal *j;
	size_t n;
	struct record *r = sample_life(f->a, sample_id(f->a, T(0), 1), &n);
	const struct record *clean = record_clean(f->a, r, n);

	fill(f);
	j = open_journal(f, true);
	assert_int_equal(sigaction(SIGXFSZ, &ignore, NULL), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = read_all(f).len + 100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(journal_append(j, clean, NULL, n, &E), -1);
	assert_int_equal(E.kind, ERR_TEMP);
	assert_int_equal(journal_entries(j), ENTRIES);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	OK(journal_append(j, clean, NULL, n, &E));
	journal_close(&j);
	j = open_journal(f, false);
	assert_int_equal(journal_entries(j), ENTRIES + 1);
	assert_int_equal(journal_damaged(j), 0);
	journal_close(&j);
}

/* ---- cleaning ---- */

static const struct {
	const char *label, *raw, *want;
} texts[] = {
	{ "plain", "all is well", "all is well" },
	{ "UTF-8 stays", "Gr\xc3\xb6\xc3\x9f""e", "Gr\xc3\xb6\xc3\x9f""e" },
	{ "Latin-1", "Gr\xf6\xdf""e", "Gr\xef\xbf\xbd\xef\xbf\xbd""e" },
	{ "line ends", "a\r\nb\tc", "a  b c" },
	{ "escape sequence", "\x1b[31mred", " [31mred" },
	{ "bidirectional override", "a\xe2\x80\xae""b", "a b" },
	{ "SQL", "'; DROP TABLE messages; --", "'; DROP TABLE messages; --" },
	{ "nothing", NULL, "" },
};

static void
test_cleaning(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < NELEM(texts); i++) {
		struct record r = record_of_event(NULL, "test", texts[i].raw, T(0));
		const struct record *c = record_clean(f->a, &r, 1);

		if (strcmp(c->u.event.text, texts[i].want) != 0)
			fail_msg("%s: '%s'", texts[i].label, c->u.event.text);
		assert_string_equal(c->id, "");
	}
}

static void
test_long_text(void **state)
{
	struct fixture *f = *state;
	char text[5000];
	struct record r = record_of_event(NULL, "test", text, T(0));
	const struct record *c;

	/* Two bytes each: the cut must not leave half a character. */
	for (size_t i = 0; i + 2 < sizeof text; i += 2)
		memcpy(text + i, "\xc3\xa4", 2);
	text[sizeof text - 2] = 'x';
	text[sizeof text - 1] = '\0';
	c = record_clean(f->a, &r, 1);
	assert_int_equal(strlen(c->u.event.text), 1000);
	/* Bytes that grow threefold when cleaned. */
	memset(text, 0xff, sizeof text - 1);
	c = record_clean(f->a, &r, 1);
	assert_int_equal(strlen(c->u.event.text), 999);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip),
		TEST(test_not_there),
		TEST(test_not_a_file),
		TEST(test_other_version),
		TEST(test_clear),
		TEST(test_cut_everywhere),
		TEST(test_damage_costs_one_entry),
		TEST(test_hostile_payload),
		TEST(test_version_0),
		TEST(test_version_1),
		TEST(test_no_room),
		TEST(test_cleaning),
		TEST(test_long_text),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
