/* SPDX-License-Identifier: MIT */
/*
 * Every diagnostic as an author sees it: tests/rules/diag/CODE-what.txt holds
 * small files and, last, the wanted text.
 *
 *	-- rules/10.rules --
 *	version 2
 *	-- want --
 *	rules/10.rules:1:9: error MR010: ...
 *
 * In a section named "-- FILE escaped --", \xNN is a byte, \n a line end,
 * \\ a backslash and \{N TEXT} N times that text (escaped itself, with \# for
 * the number of the time).  With mroute.conf that is loaded, then its rules,
 * and their examples are run; without, the rules in rules/.
 * UPDATE=1 writes down what comes out: read the difference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/lex.h"
#include "rules/example.h"
#include "rules/lint.h"
#include "rules/policy.h"
#include "rules/ruleset.h"
#include "tempdir.h"

enum { GOLDEN_MAX = 1 << 20 };

static char *root;			/* of the source tree */

static char *
golden_dir(void)
{
	return xasprintf("%s/tests/rules/diag", root);
}

static unsigned
hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c);

	if (at == NULL || c == '\0')
		fail_msg("'%c' is not a hex digit", c);
	return (unsigned)(at - digits);
}

static void
unescape(struct slice s, unsigned number, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c != '\\') {
			buf_add_char(out, c);
			continue;
		}
		c = ++i < s.len ? s.ptr[i] : '\0';
		if (c == 'n')
			buf_add_char(out, '\n');
		else if (c == 'x' && i + 2 < s.len) {
			buf_add_char(out, (char)(hex(s.ptr[i + 1]) << 4 |
			    hex(s.ptr[i + 2])));
			i += 2;
		} else if (c == '{') {
			struct slice body = slice_sub(s, i + 1, s.len), count;
			uint64_t n;

			body = slice_sub(body, 0, slice_find(body, '}'));
			i += body.len + 1;
			count = slice_sub(body, 0, slice_find(body, ' '));
			body = slice_sub(body, count.len + 1, body.len);
			assert_true(slice_to_u64(count, &n));
			for (unsigned j = 0; j < n; j++)
				unescape(body, j, out);
		} else if (c == '#') {
			buf_addf(out, "%u", number);
		} else
			buf_add_char(out, c);
	}
}

static void
write_file(struct slice path, struct slice bytes, bool escaped)
{
	AUTO(xfree) char *name = xstrndup(path.ptr, path.len);
	AUTO(buf_release) struct buf out = BUF_INIT;
	AUTO(fd_close) int fd = -1;

	if (escaped) {
		unescape(bytes, 0, &out);
		bytes = buf_slice(&out);
	}
	for (char *p = strchr(name, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(name, 0700);
		*p = '/';
	}
	if (name[strlen(name) - 1] == '/')	/* an empty directory */
		return;
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, bytes.ptr, bytes.len), 0);
}

/* "-- NAME --": the name, or false. */
static bool
section_line(struct slice line, struct slice *name, bool *escaped)
{
	static const char mark[] = "escaped";

	if (!slice_starts(line, "-- ") || !slice_ends_case(line, " --") ||
	    line.len < 7)
		return false;
	*name = slice_sub(line, 3, line.len - 3);
	*escaped = slice_ends_case(*name, mark);
	if (*escaped)
		*name = slice_trim(slice_sub(*name, 0, name->len - strlen(mark)));
	return true;
}

/* Write the files of a golden test; the wanted text begins at the result. */
static size_t
unpack(struct slice all)
{
	struct slice rest = all, line, name = { NULL, 0 }, next;
	size_t from = 0;
	bool escaped = false, next_escaped;

	while (slice_next(&rest, '\n', &line)) {
		size_t end = (size_t)(line.ptr - all.ptr);

		if (!section_line(line, &next, &next_escaped))
			continue;
		if (name.len > 0)
			write_file(name, slice_sub(all, from, end), escaped);
		name = next;
		escaped = next_escaped;
		from = MIN(end + line.len + 1, all.len);
	}
	if (!slice_eq_str(name, "want"))
		fail_msg("the last section is " SLICE_FMT, SLICE_ARG(name));
	return from;
}

/* What `check` would print. */
static void
judge(struct buf *out)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(config_free) struct config *cfg = NULL;
	AUTO(policy_free) struct policy *p = NULL;
	struct err e = ERR_INIT;
	int r = 0;

	if (access("mroute.conf", F_OK) == 0)
		r = config_load("mroute.conf", d, &cfg, &e);
	else
		cfg = config_for_rules("rules");
	if (r == 0)
		r = policy_load(cfg, d, &p, &e);
	for (size_t i = 0; r == 0 && i < cfg->n_alias; i++) {
		struct example_result done;

		lint_run(policy_ruleset(p, i), d);
		example_run(p, i, d, &done);
	}
	if (diag_errors(d) > 0)
		r = -1;
	diag_print(d, false, out);
	if (r == 0)
		buf_add_str(out, "accepted\n");
	else if (diag_errors(d) == 0)
		buf_addf(out, "%s\n", e.text);
}

static void
show_difference(const char *name, struct slice want, struct slice got)
{
	struct slice line, other;

	for (unsigned n = 1; slice_next(&got, '\n', &line); n++) {
		if (!slice_next(&want, '\n', &other))
			other = slice_make("", 0);
		if (!slice_eq(line, other))
			print_message("# %s, line %u\n#  want " SLICE_FMT
			    "\n#  got  " SLICE_FMT "\n", name, n,
			    SLICE_ARG(other), SLICE_ARG(line));
	}
	while (slice_next(&want, '\n', &other))
		print_message("# %s\n#  want " SLICE_FMT "\n", name,
		    SLICE_ARG(other));
}

static bool
try_golden(const char *path, const char *name)
{
	AUTO(buf_release) struct buf all = BUF_INIT, got = BUF_INIT;
	struct err e = ERR_INIT;
	struct slice want;
	void *state = NULL;
	size_t from;

	if (file_read(AT_FDCWD, path, GOLDEN_MAX, &all, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(tempdir_setup(&state), 0);
	from = unpack(buf_slice(&all));
	judge(&got);
	assert_int_equal(tempdir_teardown(&state), 0);

	want = slice_sub(buf_slice(&all), from, all.len);
	if (slice_eq(want, buf_slice(&got)))
		return true;
	if (getenv("UPDATE") != NULL) {
		AUTO(fd_close) int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

		assert_int_equal(fd_write_all(fd, all.ptr, from), 0);
		assert_int_equal(fd_write_all(fd, got.ptr, got.len), 0);
	}
	show_difference(name, want, buf_slice(&got));
	return false;
}

static void
each_mistake_is_told_as_written_down(void **state)
{
	AUTO(names_release) struct names names = { NULL, 0 };
	AUTO(xfree) char *dir = golden_dir();
	struct err e = ERR_INIT;
	unsigned failed = 0;

	(void)state;
	if (dir_names(AT_FDCWD, dir, &names, &e) < 0)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < names.n; i++) {
		AUTO(xfree) char *path = path_join(dir, names.name[i]);

		failed += !try_golden(path, names.name[i]);
	}
	if (failed > 0)
		fail_msg("%u of %zu differ", failed, names.n);
}

static const struct diag_code *
find_code(const char *code)
{
	const struct diag_code *(*const tables[])(size_t *) = {
		lex_codes, ruleset_codes, config_codes,
	};

	for (size_t i = 0; i < NELEM(tables); i++) {
		size_t n;
		const struct diag_code *c = tables[i](&n);

		for (size_t j = 0; j < n; j++)
			if (strncmp(c[j].code, code, 5) == 0)
				return &c[j];
	}
	return NULL;
}

/* The file tells of the code that its name begins with. */
static void
golden_tells_of_its_code(const char *dir, const char *name)
{
	static const char *const levels[] = { "error", "warning", "note" };
	const struct diag_code *code = find_code(name);
	AUTO(xfree) char *path = path_join(dir, name);
	AUTO(xfree) char *told = NULL;
	AUTO(buf_release) struct buf all = BUF_INIT;
	struct err e = ERR_INIT;

	if (code == NULL)
		fail_msg("%s: no table has that code", name);
	told = xasprintf("%s %s: ", levels[code->level], code->code);
	if (file_read(AT_FDCWD, path, GOLDEN_MAX, &all, &e) < 0)
		fail_msg("%s", e.text);
	if (slice_find_slice(buf_slice(&all), slice_str(told)) == SIZE_MAX)
		fail_msg("%s does not tell of %s", name, told);
}

static void
codes_and_golden_files_are_the_same(void **state)
{
	const struct diag_code *(*const tables[])(size_t *) = {
		lex_codes, ruleset_codes, config_codes,
	};
	AUTO(names_release) struct names names = { NULL, 0 };
	AUTO(xfree) char *dir = golden_dir();
	struct err e = ERR_INIT;

	(void)state;
	if (dir_names(AT_FDCWD, dir, &names, &e) < 0)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < names.n; i++)
		golden_tells_of_its_code(dir, names.name[i]);
	for (size_t i = 0; i < NELEM(tables); i++) {
		size_t n;
		const struct diag_code *c = tables[i](&n);

		for (size_t j = 0; j < n; j++) {
			bool found = false;

			if (j > 0)
				assert_true(strcmp(c[j - 1].code, c[j].code) < 0);
			for (size_t k = 0; k < names.n; k++)
				found |= strncmp(names.name[k], c[j].code, 5) == 0;
			if (!found)
				fail_msg("%s has no golden file", c[j].code);
		}
	}
}

/* Each "MRnnn" in the sources is in a table. */
static void
codes_in_the_source_are_in_the_tables(void **state)
{
	static const char *const dirs[] = { "src/base", "src/model", "src/rules" };
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < NELEM(dirs); i++) {
		AUTO(xfree) char *dir = xasprintf("%s/%s", root, dirs[i]);
		AUTO(names_release) struct names names = { NULL, 0 };

		assert_int_equal(dir_names(AT_FDCWD, dir, &names, &e), 0);
		for (size_t j = 0; j < names.n; j++) {
			AUTO(xfree) char *path = path_join(dir, names.name[j]);
			AUTO(buf_release) struct buf all = BUF_INIT;
			const char *p;

			assert_int_equal(file_read(AT_FDCWD, path, GOLDEN_MAX,
			    &all, &e), 0);
			p = buf_str(&all);
			while ((p = strstr(p, "\"MR")) != NULL) {
				if (strspn(++p + 2, "0123456789") == 3 &&
				    find_code(p) == NULL)
					fail_msg("%s: %.5s is in no table",
					    names.name[j], p);
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_is_told_as_written_down),
		cmocka_unit_test(codes_and_golden_files_are_the_same),
		cmocka_unit_test(codes_in_the_source_are_in_the_tables),
	};

	root = getcwd(NULL, 0);
	return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
