/* SPDX-License-Identifier: MIT */
/* utf8, ulid, crc32, digest, clock, log values, file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crc32.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "base/ulid.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "tempdir.h"

/* ---- utf8 ---- */

static const struct {
	const char *label, *in;
	bool valid;
} utf8_cases[] = {
	{ "ASCII", "abc", true },
	{ "two bytes", "\xc3\xa4", true },
	{ "three", "\xe2\x82\xac", true },
	{ "four", "\xf0\x9f\x98\x80", true },
	{ "U+FFFD itself", "\xef\xbf\xbd", true },
	{ "a lone tail", "\x80", false },
	{ "overlong slash", "\xc0\xaf", false },
	{ "overlong three", "\xe0\x80\xaf", false },
	{ "a surrogate", "\xed\xa0\x80", false },
	{ "beyond U+10FFFF", "\xf4\x90\x80\x80", false },
	{ "cut off", "\xe2\x82", false },
	{ "five bytes", "\xf8\x88\x80\x80\x80", false },
};

static void
utf8_is_checked_strictly(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(utf8_cases); i++)
		if (utf8_valid(slice_str(utf8_cases[i].in)) != utf8_cases[i].valid)
			fail_msg("%s", utf8_cases[i].label);
}

static void
every_code_point_goes_there_and_back(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	size_t n;

	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp += cp < 0x3000 ? 1 : 97) {
		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		buf_reset(&b);
		utf8_put(&b, cp);
		assert_int_equal(utf8_next(buf_slice(&b), &n), cp);
		assert_int_equal(n, b.len);
	}
}

static void
what_is_printed_is_harmless(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	(void)state;
	utf8_clean(&b, slice_str("a\x1b[31mb\r\nc\xff\xe2\x80\xae" "d\x7f"), false);
	assert_string_equal(b.ptr, "a [31mb  c\xef\xbf\xbd d ");
	buf_reset(&b);
	utf8_clean(&b, slice_str("a\nb"), true);
	assert_string_equal(b.ptr, "a\nb");
}

static void
cuts_fall_between_characters(void **state)
{
	const struct slice s = slice_str("a\xc3\xa4\xe2\x82\xac");

	(void)state;
	assert_int_equal(utf8_cut(s, 2).len, 1);
	assert_int_equal(utf8_cut(s, 3).len, 3);
	assert_int_equal(utf8_cut(s, 5).len, 3);
	assert_int_equal(utf8_cut(s, 6).len, 6);
	assert_int_equal(utf8_width(slice_str("\xe6\xbc\xa2\xe5\xad\x97" "ab")), 6);
	assert_int_equal(utf8_width(slice_str("e\xcc\x81")), 1);
	assert_int_equal(utf8_cut_width(slice_str("\xe6\xbc\xa2\xe5\xad\x97"), 3).len, 3);
}

/* ---- ulid, crc32, digest, clock ---- */

static void
ids_sort_by_time(void **state)
{
	char a[ULID_SIZE], b[ULID_SIZE], c[ULID_SIZE];

	(void)state;
	assert_int_equal(ulid_make(1700000000000, a), 0);
	assert_int_equal(ulid_make(1700000000001, b), 0);
	assert_int_equal(ulid_make(1700000000001, c), 0);
	assert_true(ulid_valid(a));
	assert_true(strcmp(a, b) < 0);
	assert_string_not_equal(b, c);
	assert_true(ulid_ms(a) == 1700000000000);
	assert_false(ulid_valid("01ARZ3NDEKTSV4RRFFQ69G5FA"));
	assert_false(ulid_valid("01ARZ3NDEKTSV4RRFFQ69G5FAVX"));
	assert_false(ulid_valid("01arz3ndektsv4rrffq69g5fav"));
	assert_false(ulid_valid("81ARZ3NDEKTSV4RRFFQ69G5FAV"));
	assert_false(ulid_valid("../ARZ3NDEKTSV4RRFFQ69G5FA"));
	assert_true(ulid_ms("x") == 0);
}

static void
checksums_are_the_known_ones(void **state)
{
	char d[DIGEST_SIZE];

	(void)state;
	assert_int_equal(crc32_update(0, "123456789", 9), 0xCBF43926);
	assert_int_equal(crc32_update(crc32_update(0, "1234", 4), "56789", 5),
	    0xCBF43926);
	digest_slice(SLICE_LIT("abc"), d);
	assert_string_equal(d, "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	/* RFC 4231, test case 2. */
	digest_hmac(SLICE_LIT("Jefe"), SLICE_LIT("what do ya want for nothing?"), d);
	assert_string_equal(d, "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
	assert_true(digest_equal("ab", "ab"));
	assert_false(digest_equal("ab", "ac"));
	assert_false(digest_equal("ab", "abc"));
}

static void
times_are_written_in_utc(void **state)
{
	char iso[CLOCK_ISO_SIZE], rfc[CLOCK_RFC5322_SIZE];

	(void)state;
	clock_iso(1795891561007, iso);
	assert_string_equal(iso, "2026-11-28T18:46:01.007Z");
	clock_rfc5322(1795891561007, rfc);
	assert_string_equal(rfc, "Sat, 28 Nov 2026 18:46:01 +0000");
	clock_iso(INT64_MAX, iso);
	assert_string_equal(iso, "0000-00-00T00:00:00.000Z");
}

/* ---- log ---- */

static const struct {
	const char *in, *want;
} log_cases[] = {
	{ "plain", "k=plain" },
	{ "two words", "k=\"two words\"" },
	{ "", "k=\"\"" },
	{ "a=b", "k=\"a=b\"" },
	{ "say \"x\" \\", "k=\"say \\\"x\\\" \\\\\"" },
	{ "x\nevent=forged", "k=\"x\\x0aevent=forged\"" },
};

static void
values_can_t_forge_a_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(log_cases); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT;

		log_add(&b, "k", slice_str(log_cases[i].in));
		assert_string_equal(b.ptr, log_cases[i].want);
	}
}

/* ---- file ---- */

static void
a_file_is_replaced_whole(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	AUTO(fd_close) int dir = -1;
	struct err e = ERR_INIT;
	struct names names;
	struct stat st;

	assert_int_equal(dir_open(AT_FDCWD, *state, &dir, &e), 0);
	assert_int_equal(file_read(dir, "f", 100, &b, &e), -1);
	assert_int_equal(e.kind, ERR_ABSENT);
	assert_int_equal(file_replace(dir, "f", SLICE_LIT("old"), 0600, &e), 0);
	assert_int_equal(file_replace(dir, "f", SLICE_LIT("new"), 0600, &e), 0);
	assert_int_equal(file_read(dir, "f", 3, &b, &e), 0);
	assert_string_equal(b.ptr, "new");
	assert_int_equal(file_read(dir, "f", 2, &b, &e), -1);
	assert_int_equal(e.kind, ERR_DATA);
	assert_int_equal(fstatat(dir, "f", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(dir_names(dir, ".", &names, &e), 0);
	assert_int_equal(names.n, 1);		/* no f.tmp is left */
	names_release(&names);
}

static void
our_own_files_are_no_links(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	AUTO(fd_close) int dir = -1;
	struct err e = ERR_INIT;

	assert_int_equal(dir_open(AT_FDCWD, *state, &dir, &e), 0);
	assert_int_equal(file_replace(dir, "f", SLICE_LIT("text"), 0600, &e), 0);
	assert_int_equal(file_read_own(dir, "f", 100, &b, &e), 0);
	assert_int_equal(symlinkat("f", dir, "soft"), 0);
	assert_int_equal(file_read(dir, "soft", 100, &b, &e), 0);
	assert_int_equal(file_read_own(dir, "soft", 100, &b, &e), -1);
	assert_int_equal(linkat(dir, "f", dir, "hard", 0), 0);
	assert_int_equal(file_read_own(dir, "hard", 100, &b, &e), -1);
	assert_int_equal(mkfifoat(dir, "fifo", 0600), 0);
	assert_int_equal(file_read(dir, "fifo", 100, &b, &e), -1);
	assert_int_equal(e.kind, ERR_DATA);
	assert_int_equal(file_read(dir, ".", 100, &b, &e), -1);
}

static void
names_come_in_byte_order(void **state)
{
	AUTO(fd_close) int dir = -1;
	struct err e = ERR_INIT;
	struct names names;

	assert_int_equal(dir_open(AT_FDCWD, *state, &dir, &e), 0);
	for (const char *s = "bBa\xc3"; *s != '\0'; s++) {
		const char name[2] = { *s, '\0' };

		assert_int_equal(file_replace(dir, name, SLICE_LIT(""), 0600, &e), 0);
	}
	assert_int_equal(dir_names(dir, ".", &names, &e), 0);
	assert_int_equal(names.n, 4);
	assert_string_equal(names.name[0], "B");
	assert_string_equal(names.name[1], "a");
	assert_string_equal(names.name[3], "\xc3");
	names_release(&names);
}

static void
an_empty_file_maps_to_nothing(void **state)
{
	AUTO(fd_close) int dir = -1;
	AUTO(fd_close) int fd = -1;
	struct slice map;
	struct err e = ERR_INIT;

	assert_int_equal(dir_open(AT_FDCWD, *state, &dir, &e), 0);
	assert_int_equal(file_replace(dir, "f", SLICE_LIT(""), 0600, &e), 0);
	fd = openat(dir, "f", O_RDONLY | O_CLOEXEC);
	assert_int_equal(file_map(fd, "f", &map, &e), 0);
	assert_int_equal(map.len, 0);
	file_unmap(&map);
	assert_int_equal(file_map(dir, "dir", &map, &e), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_is_checked_strictly),
		cmocka_unit_test(every_code_point_goes_there_and_back),
		cmocka_unit_test(what_is_printed_is_harmless),
		cmocka_unit_test(cuts_fall_between_characters),
		cmocka_unit_test(ids_sort_by_time),
		cmocka_unit_test(checksums_are_the_known_ones),
		cmocka_unit_test(times_are_written_in_utc),
		cmocka_unit_test(values_can_t_forge_a_line),
		cmocka_unit_test_setup_teardown(a_file_is_replaced_whole, tempdir_setup,
		    tempdir_teardown),
		cmocka_unit_test_setup_teardown(our_own_files_are_no_links, tempdir_setup,
		    tempdir_teardown),
		cmocka_unit_test_setup_teardown(names_come_in_byte_order, tempdir_setup,
		    tempdir_teardown),
		cmocka_unit_test_setup_teardown(an_empty_file_maps_to_nothing, tempdir_setup,
		    tempdir_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
