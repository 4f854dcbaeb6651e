/* SPDX-License-Identifier: MIT */
#include "net/mutf7.h"

#include "base/utf8.h"

static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+,";

/* Bits that wait until six of them make a digit. */
struct bits {
	uint32_t value;
	unsigned n;
	bool open;		/* after '&' */
};

static void
put_unit(struct buf *out, struct bits *b, uint32_t unit)
{
	if (!b->open) {
		buf_add_char(out, '&');
		b->open = true;
	}
	b->value = b->value << 16 | unit;
	for (b->n += 16; b->n >= 6; b->n -= 6)
		buf_add_char(out, digit[b->value >> (b->n - 6) & 63]);
	b->value &= 63;			/* fewer than six are left */
}

static void
close_run(struct buf *out, struct bits *b)
{
	if (b->n > 0)
		buf_add_char(out, digit[b->value << (6 - b->n) & 63]);
	if (b->open)
		buf_add_char(out, '-');
	*b = (struct bits){ 0, 0, false };
}

int
mutf7_encode(struct slice utf8, struct buf *out)
{
	struct bits b = { 0, 0, false };
	size_t n;

	if (!utf8_valid(utf8))
		return -1;
	for (; utf8.len > 0; utf8 = slice_sub(utf8, n, utf8.len)) {
		uint32_t cp = utf8_next(utf8, &n);

		if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
			return -1;
		if (cp < 0x7F) {
			close_run(out, &b);
			buf_add_char(out, (char)cp);
			if (cp == '&')
				buf_add_char(out, '-');
		} else if (cp < 0x10000)
			put_unit(out, &b, cp);
		else {
			put_unit(out, &b, 0xD800 | (cp - 0x10000) >> 10);
			put_unit(out, &b, 0xDC00 | ((cp - 0x10000) & 0x3FF));
		}
	}
	close_run(out, &b);
	return 0;
}
