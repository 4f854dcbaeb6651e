/* SPDX-License-Identifier: MIT */
#include "model/compose.h"

#include <gmime/gmime.h>

#include "base/clock.h"
#include "base/utf8.h"

enum { PLAIN_LINE_MAX = 900 };

/* Short lines of ASCII go as they are. */
static bool
is_plain(struct slice s)
{
	size_t column = 0;

	for (size_t i = 0; i < s.len; i++) {
		if ((signed char)s.ptr[i] < 0)
			return false;
		column = s.ptr[i] == '\n' ? 0 : column + 1;
		if (column > PLAIN_LINE_MAX)
			return false;
	}
	return true;
}

static void
clean(struct buf *b, const char *text, bool keep_lines)
{
	utf8_clean(b, slice_str(text), keep_lines);
	buf_reserve(b, 0);
}

static GMimePart *
text_part(struct slice body)
{
	GMimePart *part = g_mime_part_new_with_type("text", "plain");
	GMimeStream *st = g_mime_stream_mem_new_with_buffer(body.ptr, body.len);
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(st,
	    GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, is_plain(body) ?
	    GMIME_CONTENT_ENCODING_7BIT : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	g_object_unref(content);
	g_object_unref(st);
	return part;
}

static void
set_header(GMimeMessage *m, const char *name, const char *value)
{
	g_mime_object_set_header(GMIME_OBJECT(m), name, value, "utf-8");
}

static void
set_fields(GMimeMessage *m, const struct compose_mail *c)
{
	AUTO(buf_release) struct buf name = BUF_INIT;
	AUTO(buf_release) struct buf subject = BUF_INIT;
	char date[CLOCK_RFC5322_SIZE];
	char *id = g_mime_utils_generate_message_id(c->hostname);

	clean(&name, c->from_name != NULL ? c->from_name : "", false);
	clean(&subject, c->subject, false);
	clock_rfc5322(c->date_ms, date);
	set_header(m, "Date", date);
	g_mime_message_set_message_id(m, id);
	g_mime_message_add_mailbox(m, GMIME_ADDRESS_TYPE_FROM,
	    name.len > 0 ? buf_str(&name) : NULL, c->from);
	g_mime_message_add_mailbox(m, GMIME_ADDRESS_TYPE_TO, NULL, c->to);
	g_mime_message_set_subject(m, buf_str(&subject), "utf-8");
	set_header(m, "Auto-Submitted", "auto-generated");
	set_header(m, "X-Auto-Response-Suppress", "All");
	set_header(m, "MIME-Version", "1.0");
	g_free(id);
}

void
compose_text(const struct compose_mail *c, struct buf *out)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	GMimeStream *st = g_mime_stream_mem_new();
	GMimeMessage *m;
	GMimePart *part;
	GByteArray *bytes;

	g_mime_init();
	clean(&body, c->body, true);
	m = g_mime_message_new(FALSE);
	set_fields(m, c);
	part = text_part(buf_slice(&body));
	g_mime_message_set_mime_part(m, GMIME_OBJECT(part));
	g_mime_object_write_to_stream(GMIME_OBJECT(m), NULL, st);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(st));
	buf_add(out, bytes->data, bytes->len);
	g_object_unref(part);
	g_object_unref(m);
	g_object_unref(st);
}
