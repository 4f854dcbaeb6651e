/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { VALUE_MAX = 300, RING = 16 };

static enum log_target target = LOG_TO_SYSLOG;
static bool with_debug;
static const char *name = "mroute";

void
log_open(const char *program, enum log_target to, bool debug)
{
	name = program;
	target = to;
	with_debug = debug;
	if (to != LOG_TO_STDERR)
		openlog(program, LOG_PID, LOG_MAIL);
}

static bool
is_plain(unsigned char c)
{
	return c > 0x20 && c != 0x7f && c != '"' && c != '\\' && c != '=';
}

void
log_add(struct buf *b, const char *key, struct slice value)
{
	bool plain = value.len > 0;

	if (value.len > VALUE_MAX)
		value.len = VALUE_MAX;
	for (size_t i = 0; i < value.len && plain; i++)
		plain = is_plain((unsigned char)value.ptr[i]);
	if (b->len > 0)
		buf_add_char(b, ' ');
	buf_add_str(b, key);
	buf_add_char(b, '=');
	if (plain) {
		buf_add_slice(b, value);
		return;
	}
	buf_add_char(b, '"');
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];

		if (c == '"' || c == '\\')
			buf_addf(b, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			buf_addf(b, "\\x%02x", c);
		else
			buf_add_char(b, (char)c);
	}
	buf_add_char(b, '"');
}

void
log_event(int priority, const char *event, ...)
{
	AUTO(buf_release) struct buf line = BUF_INIT;
	const char *key, *value;
	va_list ap;

	if (priority == LOG_DEBUG && !with_debug)
		return;
	log_add(&line, "event", slice_str(event));
	va_start(ap, event);
	while ((key = va_arg(ap, const char *)) != NULL) {
		value = va_arg(ap, const char *);
		if (value != NULL)
			log_add(&line, key, slice_str(value));
	}
	va_end(ap);
	if (target != LOG_TO_STDERR)
		syslog(LOG_MAIL | priority, "%s", line.ptr);
	if (target != LOG_TO_SYSLOG)
		fprintf(stderr, "%s[%d]: %s\n", name, (int)getpid(), line.ptr);
}

const char *
log_num(int64_t n)
{
	static char ring[RING][24];
	static unsigned next;
	char *p = ring[next++ % RING];

	snprintf(p, sizeof ring[0], "%" PRId64, n);
	return p;
}
