/* SPDX-License-Identifier: MIT */
/*
 * manual - does a page of docs/man say what the tables in the code say?
 *
 * The page is compared as words: line ends, mdoc's macros and escapes are
 * taken out of both sides.
 */
#ifndef TESTS_MANUAL_H
#define TESTS_MANUAL_H

#include <fcntl.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/lex.h"
#include "base/xalloc.h"

/* The character that an escape stands for; 0 for \&; *i moves onto its end. */
static inline char
manual_escape(struct slice line, size_t *i)
{
	static const struct {
		const char *name;
		char c;
	} named[] = { { "aq", '\'' }, { "dq", '"' }, { "ha", '^' }, { "ti", '~' } };
	struct slice name = slice_sub(line, *i + 1, *i + 3);
	char c = line.ptr[*i];

	if (c == '&')
		return '\0';
	if (c == 'e')
		return '\\';
	if (c != '(')
		return c;
	*i += 2;
	for (size_t j = 0; j < NELEM(named); j++)
		if (slice_eq_str(name, named[j].name))
			return named[j].c;
	return '?';
}

/* Words with one blank between, without double quotes; of mdoc no macros. */
static inline void
manual_words(struct slice s, bool mdoc, struct buf *out)
{
	struct slice line;

	while (slice_next(&s, '\n', &line)) {
		if (mdoc && slice_starts(line, ".")) {
			size_t blank = slice_find(line, ' ');

			line = blank == SIZE_MAX ? slice_make("", 0) :
			    slice_sub(line, blank, line.len);
		}
		buf_add_char(out, ' ');
		for (size_t i = 0; i < line.len; i++) {
			char c = line.ptr[i];

			if (mdoc && c == '\\' && ++i < line.len)
				c = manual_escape(line, &i);
			if (c == '"')
				c = ' ';
			if (c != '\0' &&
			    (c != ' ' || buf_str(out)[out->len - 1] != ' '))
				buf_add_char(out, c);
		}
	}
}

static inline void
manual_read(const char *root, const char *name, struct buf *out)
{
	AUTO(xfree) char *path = xasprintf("%s/docs/man/%s", root, name);
	AUTO(buf_release) struct buf page = BUF_INIT;
	struct err e = ERR_INIT;

	if (file_read(AT_FDCWD, path, 1 << 20, &page, &e) < 0)
		fail_msg("%s", e.text);
	manual_words(buf_slice(&page), true, out);
}

static inline void
manual_has(const struct buf *page, const char *text)
{
	AUTO(buf_release) struct buf want = BUF_INIT;

	manual_words(slice_str(text), false, &want);
	if (slice_find_slice(buf_slice(page), slice_trim(buf_slice(&want))) ==
	    SIZE_MAX)
		fail_msg("the manual does not say: %s", text);
}

static inline void
manual_has_codes(const struct buf *page, const struct diag_code *table(size_t *))
{
	size_t n;
	const struct diag_code *c = table(&n);

	for (size_t i = 0; i < n; i++) {
		manual_has(page, c[i].code);
		manual_has(page, c[i].text);
		manual_has(page, c[i].doc);
	}
}

#endif
