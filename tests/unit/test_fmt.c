/* SPDX-License-Identifier: MIT */
/* One layout: the same once more, and never another meaning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/linediff.h"
#include "base/xalloc.h"
#include "mutate.h"
#include "rules/fmt.h"
#include "rules/policy.h"
#include "rules/ruleset.h"
#include "tempdir.h"

enum { FILE_MAX = 1 << 20 };

static char *root;			/* of the source tree */

static const struct {
	const char *label, *in, *want;
} cases[] = {
	{ "columns of a route",
	    "version  1\nroute   press\ntitle Press\nforward a-team b-team\n"
	    "+40 subject has a, b\n+5 any has c\n-150 start has d\n"
	    "never is bounce\nalways to ~ ^press@\n+1 header:X-Y present\n"
	    "+10 is not reply,  bounce\nand words < 10\n",
	    "version 1\nroute press\n"
	    "  title    Press\n"
	    "  forward  a-team, b-team\n"
	    "  +40  subject  has  a, b\n"
	    "  +5   any      has  c\n"
	    "  -150 start    has  d\n"
	    "  never  is     bounce\n"
	    "  always  to    ~    ^press@\n"
	    "  +1   header:X-Y  present\n"
	    "  +10  is not   reply, bounce\n"
	    "       and words <   10\n" },
	{ "a longer field moves them all",
	    "version 1\nroute a\n+40 from.domain in lists/a.txt\nand dmarc is pass\n"
	    "+5 any has c\n+5 from.address has d\n field x   {x}\n"
	    "route b\n+5 any has c\nfield longername {x}\n",
	    "version 1\nroute a\n"
	    "  +40  from.domain  in   lists/a.txt\n"
	    "       and dmarc    is   pass\n"
	    "  +5   any          has  c\n"
	    "  +5   from.address  has  d\n"
	    "  field  x          {x}\n"
	    "route b\n"
	    "  +5   any      has  c\n"
	    "  field  longername  {x}\n" },
	{ "only facts",
	    "version 1\nroute a\nkeep\nalways is bounce,auto-reply\n",
	    "version 1\nroute a\n  keep\n  always  is  bounce, auto-reply\n" },
	{ "comments and blank lines",
	    "\n\n# top\n\n\n\nversion 1\n   # of the set\nphrases x = a\n\nroute a\n"
	    "# in a\n  +1 any has @x\n# why\n and is reply\n  # left below\n\n\n"
	    "# of b\nroute b\n  keep   \n\n\n",
	    "# top\n\nversion 1\n# of the set\nphrases x = a\n\nroute a\n"
	    "  # in a\n  +1   any      has  @x\n       # why\n       and is   reply\n"
	    "  # left below\n\n# of b\nroute b\n  keep\n" },
	{ "an = without blanks is an error",
	    "version 1\nphrases  x=\nphrases y  = one,two\n",
	    NULL },
	{ "a list with comments",
	    "version 1\nphrases x = one,two,\n        three ,\n  # more\n  four\n"
	    "phrases empty =\n",
	    "version 1\nphrases x = one, two,\n    three,\n    # more\n    four\n"
	    "phrases empty =\n" },
	{ "a full line is filled from there on",
	    "version 1\nroute a\n+1 any has aaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbb, "
	    "cccccccccccccccccc, dddddd, eeeeee,\nf,\ng\n+1 text has a,\nb\n",
	    "version 1\nroute a\n"
	    "  +1   any      has  aaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbb, "
	    "cccccccccccccccccc,\n"
	    "                     dddddd, eeeeee, f, g\n"
	    "  +1   text     has  a,\n"
	    "                     b\n" },
	{ "no item becomes a comment or a statement",
	    "version 1\nroute a\n+1 any has aaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbb, "
	    "cccccccccccccccccc, #d, eeeeeeeeee, keep, +5\n",
	    "version 1\nroute a\n"
	    "  +1   any      has  aaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbb, "
	    "cccccccccccccccccc, #d,\n"
	    "                     eeeeeeeeee, keep, +5\n" },
	{ "even if a line gets too long",
	    "version 1\nroute a\n+1 any has aaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbb, "
	    "cccccccccccccccccccccc, #ddddddddd, keep, +5, never is bounce\n",
	    "version 1\nroute a\n"
	    "  +1   any      has  aaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbb, "
	    "cccccccccccccccccccccc, #ddddddddd, keep, +5, never is bounce\n" },
	{ "a list that had less room is filled anew, between its comments",
	    "version 1\nphrases x = one, two,\n              three, four,\n"
	    "              # more\n              five,\n              six\n"
	    "phrases y = one,\n          two\n",
	    "version 1\nphrases x = one, two, three, four,\n    # more\n    five, six\n"
	    "phrases y = one,\n    two\n" },
	{ "what is said stays as it is",
	    "version 1\nroute a\n+1 subject ~ a  \tb # c, \n+1 subject is A  B,c\td\n"
	    "title  A  title # not a comment\n",
	    "version 1\nroute a\n"
	    "  +1   subject  ~    a  \tb # c,\n"
	    "  +1   subject  is   A  B, c\td\n"
	    "  title    A  title # not a comment\n" },
	{ "examples",
	    "version 1\nroute a\n+1 any has x\nexample  yes   A  title\nSubject:  Hi   you\n"
	    "|  two blanks\n|\n| one  \n\n|more\nexpect   x  =  y\nfile: a\nexample no\n"
	    "file mail/x.eml\n+1 text has y\n",
	    "version 1\nroute a\n  +1   any      has  x\n  example yes  A  title\n"
	    "    Subject:  Hi   you\n    |  two blanks\n    |\n    | one\n\n    |more\n"
	    "    expect   x  =  y\n    file: a\n  example no\n    file mail/x.eml\n"
	    "  +1   text     has  y\n" },
	{ "BOM, CR, no line end",
	    "\xEF\xBB\xBF" "version 1\r\nroute a\r\n\tkeep", "version 1\nroute a\n  keep\n" },
	{ "wide letters take two columns",
	    "version 1\nroute a\n+1 any has \xE5\xBA\x83\xE5\x91\x8A\xE5\xBA\x83\xE5\x91\x8A"
	    "\xE5\xBA\x83\xE5\x91\x8A\xE5\xBA\x83\xE5\x91\x8A\xE5\xBA\x83\xE5\x91\x8A, "
	    "\xE5\xBA\x83\xE5\x91\x8A\xE5\xBA\x83\xE5\x91\x8A\xE5\xBA\x83\xE5\x91\x8A"
	    "\xE5\xBA\x83\xE5\x91\x8A\xE5\xBA\x83\xE5\x91\x8A, 123456789012345678901234\n",
	    "version 1\nroute a\n  +1   any      has  \xE5\xBA\x83\xE5\x91\x8A\xE5\xBA\x83"
	    "\xE5\x91\x8A\xE5\xBA\x83\xE5\x91\x8A\xE5\xBA\x83\xE5\x91\x8A\xE5\xBA\x83"
	    "\xE5\x91\x8A, \xE5\xBA\x83\xE5\x91\x8A\xE5\xBA\x83\xE5\x91\x8A\xE5\xBA\x83"
	    "\xE5\x91\x8A\xE5\xBA\x83\xE5\x91\x8A\xE5\xBA\x83\xE5\x91\x8A,\n"
	    "                     123456789012345678901234\n" },
	{ "errors of its own", "version 1\nroute a\n+1 subjct has x\n", NULL },
	{ "nothing", "", "" },
	{ "what other files have is not looked at",
	    "version 1\nroute a\n+1 any has @elsewhere\nforward nobody\nfile x:A/B\n",
	    "version 1\nroute a\n  +1   any      has  @elsewhere\n"
	    "  forward  nobody\n  file     x:A/B\n" },
};

static void
files_are_laid_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < NELEM(cases); i++) {
		AUTO(diag_free) struct diag *d = diag_new();
		AUTO(buf_release) struct buf out = BUF_INIT, told = BUF_INIT;
		int r = fmt_file("x.rules", slice_str(cases[i].in), d, &out);

		if ((r < 0) != (cases[i].want == NULL) || (r < 0) != (diag_errors(d) > 0))
			fail_msg("%s: %d", cases[i].label, r);
		if (r == 0 && strcmp(buf_str(&out), cases[i].want) != 0) {
			linediff(slice_str(cases[i].want), buf_slice(&out), "want",
			    "got", false, &told);
			fail_msg("%s:\n%s", cases[i].label, buf_str(&told));
		}
		if (r < 0)
			assert_int_equal(out.len, 0);
	}
}

/* The file through fmt, and once more: 1, or 0 when it has errors. */
static unsigned
try_file(const char *name, struct slice bytes, struct buf *out)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf again = BUF_INIT, told = BUF_INIT;

	if (fmt_file(name, bytes, d, out) < 0)
		return 0;		/* that it says the same fmt_file() sees to */
	if (fmt_file(name, buf_slice(out), d, &again) < 0)
		fail_msg("%s: not even valid", name);
	if (!slice_eq(buf_slice(out), buf_slice(&again))) {
		linediff(buf_slice(out), buf_slice(&again), "once", "twice", false, &told);
		fail_msg("%s:\n%s", name, buf_str(&told));
	}
	return 1;
}

/* Call f for each rule file below these directories. */
static void
each_file(void (*f)(const char *path, struct slice bytes, void *arg), void *arg)
{
	static const char *const dirs[] = { "rules", "tests/rules/config/rules",
		"tests/rules/fields/rules", "tests/rules/json/rules",
		"tests/rules/margin/rules", "tests/rules/north-star/rules",
		"tests/rules/scripts/rules", "tests/rules/unknown/rules" };

	for (size_t i = 0; i < NELEM(dirs); i++) {
		AUTO(names_release) struct names names = { NULL, 0 };
		AUTO(xfree) char *dir = path_join(root, dirs[i]);
		struct err e = ERR_INIT;

		if (dir_names(AT_FDCWD, dir, &names, &e) < 0)
			fail_msg("%s", e.text);
		for (size_t j = 0; j < names.n; j++) {
			AUTO(xfree) char *path = path_join(dir, names.name[j]);
			AUTO(buf_release) struct buf bytes = BUF_INIT;

			if (!slice_ends_case(slice_str(path), ".rules"))
				continue;
			if (file_read(AT_FDCWD, path, FILE_MAX, &bytes, &e) < 0)
				fail_msg("%s", e.text);
			f(path, buf_slice(&bytes), arg);
		}
	}
}

static void
once_and_twice(const char *path, struct slice bytes, void *arg)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	unsigned *n = arg;

	if (!try_file(path, bytes, &out))
		fail_msg("%s: refused", path);
	++*n;
}

static void
twice_is_as_once(void **state)
{
	unsigned n = 0;

	(void)state;
	each_file(once_and_twice, &n);
	assert_true(n >= 12);
}

/* Blanks elsewhere, lines apart: what an author's editor may do. */
static void
disturb(struct mutator *m, struct slice s, struct buf *out)
{
	struct slice line;

	buf_reset(out);
	while (slice_next(&s, '\n', &line)) {
		struct slice bare = slice_trim(line);
		bool text = slice_starts(bare, "|") || slice_starts(bare, "#") ||
		    slice_find(bare, ':') != SIZE_MAX || slice_find(bare, '~') != SIZE_MAX;

		for (size_t n = mutator_next(m, 9); n > 0; n--)
			buf_add_char(out, n % 4 == 3 ? '\t' : ' ');
		for (size_t i = 0; i < bare.len; i++) {
			buf_add_char(out, bare.ptr[i]);
			if (!text && bare.ptr[i] == ',' && mutator_next(m, 3) == 0)
				buf_add_str(out, mutator_next(m, 2) == 0 ?
				    "\n# why\n" : "  \n");
		}
		if (!text && slice_starts(bare, "+") && mutator_next(m, 4) == 0 &&
		    slice_find_slice(bare, slice_str(" has ")) != SIZE_MAX &&
		    bare.ptr[bare.len - 1] != ',')
			buf_add_str(out, ", #one, +2, keep, never is reply, title x");
		buf_add_str(out, mutator_next(m, 3) == 0 ? " \r\n" : "\n");
		if (bare.len == 0 || (bare.ptr[bare.len - 1] != ',' &&
		    mutator_next(m, 9) == 0))
			buf_add_str(out, "\n\n");
	}
}

static void
disturb_and_mutate(const char *path, struct slice bytes, void *arg)
{
	struct mutator m = mutator_begin(bytes.len);
	AUTO(buf_release) struct buf text = BUF_INIT, out = BUF_INIT;
	unsigned *n = arg;

	bytes = slice_sub(bytes, 0, 20000);
	for (unsigned i = 0; i < 10; i++) {
		disturb(&m, bytes, &text);
		n[0] += try_file(path, buf_slice(&text), &out);
		mutate(&m, bytes, &text);
		n[1] += try_file(path, buf_slice(&text), &out);
	}
}

static void
so_it_is_whatever_happens_to_a_file(void **state)
{
	unsigned n[2] = { 0, 0 };

	(void)state;
	each_file(disturb_and_mutate, n);
	assert_true(n[0] >= 50);
	assert_true(n[1] >= 20);
}

static struct policy *
load(const char *dir)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(config_free) struct config *cfg = config_for_rules(dir);
	struct policy *p = NULL;
	struct err e = ERR_INIT;

	if (policy_load(cfg, d, &p, &e) < 0)
		fail_msg("%s", e.text);
	return p;
}

static void
lay_out_here(const char *path, struct slice bytes, void *arg)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf out = BUF_INIT;
	AUTO(xfree) char *name = xasprintf("rules/%s", strrchr(path, '/') + 1);
	AUTO(fd_close) int fd = -1;

	(void)arg;
	if (strstr(path, "/tests/") != NULL)
		return;
	assert_int_equal(fmt_file(path, bytes, d, &out), 0);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_int_equal(fd_write_all(fd, out.ptr, out.len), 0);
}

/* The pack laid out: the same routes, lines, ids and hashes, in the same order. */
static void
the_pack_decides_the_same(void **state)
{
	AUTO(xfree) char *pack = path_join(root, "rules");
	AUTO(xfree) char *lists = path_join(root, "rules/lists");
	AUTO(policy_free) struct policy *a = load(pack), *b = NULL;
	const struct ruleset *x = policy_ruleset(a, 0), *y;

	(void)state;
	assert_int_equal(mkdir("rules", 0700), 0);
	assert_int_equal(symlink(lists, "rules/lists"), 0);
	each_file(lay_out_here, NULL);
	b = load("rules");
	y = policy_ruleset(b, 0);
	assert_int_equal(x->n_route, y->n_route);
	assert_int_equal(x->n_line, y->n_line);
	assert_int_equal(x->otherwise, y->otherwise);
	for (size_t i = 0; i < x->n_line; i++) {
		assert_string_equal(x->line[i]->id, y->line[i]->id);
		assert_string_equal(x->line[i]->hash, y->line[i]->hash);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_laid_out),
		cmocka_unit_test(twice_is_as_once),
		cmocka_unit_test(so_it_is_whatever_happens_to_a_file),
		cmocka_unit_test_setup_teardown(the_pack_decides_the_same,
		    tempdir_setup, tempdir_teardown),
	};

	root = getcwd(NULL, 0);
	return cmocka_run_group_tests_name("fmt", tests, NULL, NULL);
}
