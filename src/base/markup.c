/* SPDX-License-Identifier: MIT */
#include "base/markup.h"

#include "base/utf8.h"
#include "base/xalloc.h"

#define ELLIPSIS	"\xe2\x80\xa6"

/* The first max characters of s; bytes that are none count as one each. */
static struct slice
first_characters(struct slice s, size_t max)
{
	size_t at = 0, n;

	while (max-- > 0 && at < s.len) {
		utf8_next(slice_sub(s, at, s.len), &n);
		at += n;
	}
	return slice_sub(s, 0, at);
}

static void
escape(struct buf *out, struct slice clean)
{
	size_t n;

	for (; clean.len > 0; clean = slice_sub(clean, n, clean.len)) {
		uint32_t cp = utf8_next(clean, &n);

		switch (cp) {
		case '<':
			buf_add_str(out, "&lt;");
			break;
		case '>':
			buf_add_str(out, "&gt;");
			break;
		case '&':
			buf_add_str(out, "&amp;");
			break;
		case '"':
			buf_add_str(out, "&quot;");
			break;
		case '\'':
			buf_add_str(out, "&#39;");
			break;
		case 0xFFFE:
		case 0xFFFF:		/* no characters of XML */
			utf8_put(out, 0xFFFD);
			break;
		default:
			buf_add(out, clean.ptr, n);
		}
	}
}

void
markup_text(struct buf *out, struct slice s, size_t max)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;
	bool cut = max > 0 && first_characters(s, max).len < s.len;

	utf8_clean(&clean, cut ? first_characters(s, max - 1) : s, false);
	escape(out, buf_slice(&clean));
	if (cut)
		buf_add_str(out, ELLIPSIS);
}

/* One conversion: what stands behind the %, without it. */
struct conversion {
	int precision;			/* -1 none */
	char size;			/* 'l', 'z' or 0 */
	char kind;
};

static const char *
conversion_read(const char *p, struct conversion *out)
{
	*out = (struct conversion){ .precision = -1 };
	if (*p == '.')
		for (out->precision = 0, p++; *p >= '0' && *p <= '9'; p++)
			out->precision = 10 * out->precision + (*p - '0');
	if (*p == 'l' || *p == 'z')
		out->size = *p++;
	out->kind = *p;
	return p + 1;
}

static void
add_signed(struct buf *out, char size, va_list *ap)
{
	if (size == 'l')
		buf_addf(out, "%ld", va_arg(*ap, long));
	else
		buf_addf(out, "%d", va_arg(*ap, int));
}

static void
add_unsigned(struct buf *out, char size, va_list *ap)
{
	if (size == 'l')
		buf_addf(out, "%lu", va_arg(*ap, unsigned long));
	else if (size == 'z')
		buf_addf(out, "%zu", va_arg(*ap, size_t));
	else
		buf_addf(out, "%u", va_arg(*ap, unsigned));
}

static void
conversion_add(struct buf *out, const struct conversion *c, va_list *ap)
{
	switch (c->kind) {
	case 's':
		markup_text(out, slice_str(va_arg(*ap, const char *)),
		    c->precision > 0 ? (size_t)c->precision : 0);
		break;
	case 'd':
		add_signed(out, c->size, ap);
		break;
	case 'u':
		add_unsigned(out, c->size, ap);
		break;
	case 'f':
		buf_addf(out, "%.*f", c->precision, va_arg(*ap, double));
		break;
	case '%':
		buf_add_char(out, '%');
		break;
	default:
		bug("markup: no such conversion: %%%c", c->kind);
	}
}

void
markup_vadd(struct buf *out, const char *fmt, va_list ap)
{
	struct conversion c;
	va_list args;			/* of this function: a pointer to it can be passed on */

	va_copy(args, ap);
	for (const char *p = fmt; *p != '\0';) {
		size_t plain = strcspn(p, "%");

		buf_add(out, p, plain);
		p += plain;
		if (*p == '\0')
			break;
		p = conversion_read(p + 1, &c);
		conversion_add(out, &c, &args);
	}
	va_end(args);
}

void
markup_add(struct buf *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	markup_vadd(out, fmt, ap);
	va_end(ap);
}
