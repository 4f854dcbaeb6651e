/* SPDX-License-Identifier: MIT */
#include "net/outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

void
outcome_set(struct outcome *o, enum outcome_class class, int code,
    const char *fmt, ...)
{
	AUTO(buf_release) struct buf clean = BUF_INIT;
	char raw[2048];
	struct slice text;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	utf8_clean(&clean, slice_str(raw), false);
	text = utf8_cut(slice_trim(buf_slice(&clean)), sizeof o->text - 1);

	*o = (struct outcome){ .class = class, .code = code };
	if (text.len > 0)
		memcpy(o->text, text.ptr, text.len);
	o->text[text.len] = '\0';
}

const char *
outcome_class_name(enum outcome_class c)
{
	static const char *const names[OUTCOME_N] = {
		[OUTCOME_DONE] = "done",
		[OUTCOME_TEMP] = "temp",
		[OUTCOME_PERM] = "perm",
		[OUTCOME_UNCERTAIN] = "uncertain",
	};

	return c < OUTCOME_N ? names[c] : "?";
}
