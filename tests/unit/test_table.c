/* SPDX-License-Identifier: MIT */
#include "base/table.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static const struct table_column columns[] = {
	{ "message", false, true }, { "points", true, false }, { "route", false, false },
};

static void
render(const char *const *cells, unsigned width, struct buf *out)
{
	struct table *t = table_new(columns, NELEM(columns));

	for (size_t i = 0; cells[i] != NULL; i++)
		table_add(t, STYLE_PLAIN, cells[i]);
	table_render(t, width, false, out);
	table_free(&t);
	assert_null(t);
}

static void
columns_are_aligned_by_width_not_by_bytes(void **state)
{
	static const char *const cells[] = {
		"Bewerbung für Köln", "95", "applicant",
		"取材のお願い", "5", "press",
		"", "100", "",
		NULL
	};
	AUTO(buf_release) struct buf out = BUF_INIT;

	(void)state;
	render(cells, 0, &out);
	assert_string_equal(buf_str(&out),
	    "message             points  route\n"
	    "Bewerbung für Köln      95  applicant\n"
	    "取材のお願い             5  press\n"
	    "                       100\n");
}

static void
flexible_columns_give_way_to_a_narrow_terminal(void **state)
{
	static const char *const cells[] = {
		"Interview request: your remote manifesto", "95", "press", NULL
	};
	AUTO(buf_release) struct buf out = BUF_INIT;

	(void)state;
	render(cells, 30, &out);
	assert_string_equal(buf_str(&out),
	    "message          points  route\n"
	    "Interview requ…      95  press\n");
	buf_reset(&out);
	render(cells, 10, &out);
	assert_string_equal(buf_str(&out),
	    "message   points  route\n"
	    "Intervi…      95  press\n");
}

static void
text_from_a_mail_cannot_move_the_cursor(void **state)
{
	static const char *const cells[] = { "a\033[2Jb\r\nc", "1", "x", NULL };
	AUTO(buf_release) struct buf out = BUF_INIT;

	(void)state;
	render(cells, 0, &out);
	assert_null(strchr(buf_str(&out), '\033'));
	assert_null(strchr(buf_str(&out), '\r'));
}

static void
colour_only_where_it_is_wanted(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	AUTO(fd_close) int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)state;
	style_add(&out, STYLE_GOOD, slice_str("ok"), false);
	assert_string_equal(buf_str(&out), "ok");
	buf_reset(&out);
	style_add(&out, STYLE_GOOD, slice_str("ok"), true);
	assert_string_equal(buf_str(&out), "\033[32mok\033[0m");

	assert_true(colour_wanted(COLOUR_ALWAYS, null));
	assert_false(colour_wanted(COLOUR_NEVER, null));
	assert_false(colour_wanted(COLOUR_AUTO, null));
	assert_int_equal(terminal_columns(null), 0);
}

/* A pseudo-terminal shows what a person would get. */
static void
a_terminal_is_coloured_unless_the_environment_says_no(void **state)
{
	AUTO(fd_close) int master = posix_openpt(O_RDWR | O_NOCTTY);
	AUTO(fd_close) int terminal = -1;

	(void)state;
	if (master < 0)
		skip();		/* a container without /dev/pts */
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	terminal = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(terminal >= 0);

	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	assert_true(colour_wanted(COLOUR_AUTO, terminal));
	setenv("NO_COLOR", "1", 1);
	assert_false(colour_wanted(COLOUR_AUTO, terminal));
	setenv("NO_COLOR", "", 1);
	assert_true(colour_wanted(COLOUR_AUTO, terminal));
	setenv("TERM", "dumb", 1);
	assert_false(colour_wanted(COLOUR_AUTO, terminal));

	setenv("COLUMNS", "57", 1);
	assert_int_equal(terminal_columns(terminal), 57);
	unsetenv("COLUMNS");
	assert_int_equal(terminal_columns(terminal), 80);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_aligned_by_width_not_by_bytes),
		cmocka_unit_test(flexible_columns_give_way_to_a_narrow_terminal),
		cmocka_unit_test(text_from_a_mail_cannot_move_the_cursor),
		cmocka_unit_test(colour_only_where_it_is_wanted),
		cmocka_unit_test(a_terminal_is_coloured_unless_the_environment_says_no),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
