/* SPDX-License-Identifier: MIT */
/*
 * mutate - a text with a few things gone wrong: bytes changed, dropped,
 * doubled, lines swapped, words of the text in the wrong place, the end cut
 * off.  The same seed gives the same texts.
 */
#ifndef TESTS_MUTATE_H
#define TESTS_MUTATE_H

#include "base/buf.h"

struct mutator {
	uint64_t state;
};

static inline struct mutator
mutator_begin(uint64_t seed)
{
	return (struct mutator){ seed };
}

/* splitmix64 (Steele, Lea, Flood 2014) */
static inline size_t
mutator_next(struct mutator *m, size_t below)
{
	uint64_t z = m->state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return below == 0 ? 0 : (size_t)((z ^ z >> 31) % below);
}

static inline void
mutate_once(struct mutator *m, struct buf *b)
{
	static const char odd[] = " \t\n\r\0\xFF\xC3\"\\,*@{}()[]#|:=+-~!/<>0";
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct slice s = buf_slice(b);
	size_t at = mutator_next(m, s.len), n = mutator_next(m, 12);
	size_t from = mutator_next(m, s.len);

	buf_add_slice(&out, slice_sub(s, 0, at));
	switch (mutator_next(m, 6)) {
	case 0:				/* one odd byte instead */
		buf_add_char(&out, odd[mutator_next(m, sizeof odd - 1)]);
		at++;
		break;
	case 1:				/* one more */
		buf_add_char(&out, odd[mutator_next(m, sizeof odd - 1)]);
		break;
	case 2:				/* some gone */
		at += n;
		break;
	case 3:				/* some from elsewhere */
		buf_add_slice(&out, slice_sub(s, from, from + n));
		break;
	case 4:				/* a whole line from elsewhere */
		n = slice_find(slice_sub(s, from, s.len), '\n');
		buf_add_char(&out, '\n');
		buf_add_slice(&out, slice_sub(s, from,
		    n == SIZE_MAX ? s.len : from + n + 1));
		break;
	case 5:				/* cut off, now and then */
		if (n == 0)
			at = s.len;
		break;
	}
	buf_add_slice(&out, slice_sub(s, at, s.len));
	buf_reset(b);
	buf_add_slice(b, buf_slice(&out));
}

static inline void
mutate(struct mutator *m, struct slice text, struct buf *out)
{
	size_t times = 1 + mutator_next(m, 4);

	buf_reset(out);
	buf_add_slice(out, text);
	while (times-- > 0)
		mutate_once(m, out);
}

#endif
