/* SPDX-License-Identifier: MIT */
/*
 * Which fields keep other programs from answering, and people's filters happy:
 *
 *	Auto-Submitted: auto-generated	RFC 3834, 5: the one that is meant for it
 *	X-Auto-Response-Suppress: All	Exchange, which looks at no other
 *	List-Id				RFC 2919: what a filter can hold on to
 *
 * No Precedence: RFC 2076, 3.9 calls it "non-standard, controversial, discouraged",
 * and some servers let bulk mail wait.  No List-Unsubscribe: who gets it stands in
 * mroute.conf, and no address takes requests.  The envelope's sender is empty, so
 * nothing bounces (RFC 3834, 3.3).
 */
#include "model/compose.h"

#include <gmime/gmime.h>

#include "base/clock.h"
#include "base/utf8.h"

enum { PLAIN_LINE_MAX = 900, MAIL_LINE_MAX = 78 };

/* Short lines of ASCII go as they are. */
static bool
is_plain(struct slice s, size_t columns)
{
	size_t column = 0;

	for (size_t i = 0; i < s.len; i++) {
		if ((signed char)s.ptr[i] < 0)
			return false;
		column = s.ptr[i] == '\n' ? 0 : column + 1;
		if (column > columns)
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

static void
set_content(GMimePart *part, struct slice bytes, GMimeContentEncoding encoding)
{
	GMimeStream *st = g_mime_stream_mem_new_with_buffer(bytes.ptr, bytes.len);
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(st,
	    GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, encoding);
	g_object_unref(content);
	g_object_unref(st);
}

/* Lines of text that are not encoded are no longer than columns. */
static GMimeObject *
text_part(const char *subtype, const char *text, size_t columns)
{
	AUTO(buf_release) struct buf body = BUF_INIT;
	GMimePart *part = g_mime_part_new_with_type("text", subtype);

	clean(&body, text, true);
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
	set_content(part, buf_slice(&body), is_plain(buf_slice(&body), columns) ?
	    GMIME_CONTENT_ENCODING_7BIT : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
	return GMIME_OBJECT(part);
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
	AUTO(buf_release) struct buf list = BUF_INIT;
	char date[CLOCK_RFC5322_SIZE];
	char *id = g_mime_utils_generate_message_id(c->hostname);

	clean(&name, c->from_name != NULL ? c->from_name : "", false);
	clean(&subject, c->subject, false);
	clock_rfc5322(c->date_ms, date);
	set_header(m, "Date", date);
	g_mime_message_set_message_id(m, id);
	g_mime_message_add_mailbox(m, GMIME_ADDRESS_TYPE_FROM,
	    name.len > 0 ? buf_str(&name) : NULL, c->from);
	for (size_t i = 0; i < c->n_to; i++)
		g_mime_message_add_mailbox(m, GMIME_ADDRESS_TYPE_TO, NULL, c->to[i]);
	g_mime_message_set_subject(m, buf_str(&subject), "utf-8");
	set_header(m, "Auto-Submitted", "auto-generated");
	set_header(m, "X-Auto-Response-Suppress", "All");
	if (c->list != NULL) {
		char *host = g_ascii_strdown(c->hostname, -1);

		buf_addf(&list, "<%s.%s>", c->list, host);
		set_header(m, "List-Id", buf_str(&list));
		g_free(host);
	}
	set_header(m, "MIME-Version", "1.0");
	g_free(id);
}

/* Takes body over. */
static void
write_message(const struct compose_mail *c, GMimeObject *body, struct buf *out)
{
	GMimeStream *st = g_mime_stream_mem_new();
	GMimeMessage *m = g_mime_message_new(FALSE);
	GByteArray *bytes;

	set_fields(m, c);
	g_mime_message_set_mime_part(m, body);
	g_mime_object_write_to_stream(GMIME_OBJECT(m), NULL, st);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(st));
	buf_add(out, bytes->data, bytes->len);
	g_object_unref(body);
	g_object_unref(m);
	g_object_unref(st);
}

void
compose_text(const struct compose_mail *c, struct buf *out)
{
	g_mime_init();
	write_message(c, text_part("plain", c->body, PLAIN_LINE_MAX), out);
}

/* ---- with HTML and images ---- */

const char *
compose_cid(struct arena *a, const struct compose_mail *c, const char *name)
{
	return arena_printf(a, "%s.%lld@%s", name, (long long)c->date_ms, c->hostname);
}

/* Takes part over. */
static void
add_part(GMimeMultipart *to, GMimeObject *part)
{
	g_mime_multipart_add(to, part);
	g_object_unref(part);
}

static GMimeObject *
image_part(const struct compose_image *image)
{
	AUTO(buf_release) struct buf file = BUF_INIT;
	const char *slash = strchr(image->type, '/');
	const char *subtype = slash != NULL ? slash + 1 : "octet-stream";
	GMimePart *part = g_mime_part_new_with_type("image", subtype);

	buf_addf(&file, "%s.%s", image->name, subtype);
	g_mime_part_set_content_id(part, image->cid);
	g_mime_object_set_disposition(GMIME_OBJECT(part), "inline");
	g_mime_part_set_filename(part, buf_str(&file));
	set_content(part, image->bytes, GMIME_CONTENT_ENCODING_BASE64);
	return GMIME_OBJECT(part);
}

static GMimeObject *
html_with_images(const char *html, const struct compose_image *image, size_t n_image)
{
	GMimeObject *text = text_part("html", html, MAIL_LINE_MAX);
	GMimeMultipart *related;

	if (n_image == 0)
		return text;
	related = g_mime_multipart_new_with_subtype("related");
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(related), "type",
	    "text/html");
	add_part(related, text);
	for (size_t i = 0; i < n_image; i++)
		add_part(related, image_part(&image[i]));
	return GMIME_OBJECT(related);
}

void
compose_alternative(const struct compose_mail *c, const char *html,
    const struct compose_image *image, size_t n_image, struct buf *out)
{
	GMimeMultipart *both;

	g_mime_init();
	both = g_mime_multipart_new_with_subtype("alternative");
	add_part(both, text_part("plain", c->body, MAIL_LINE_MAX));
	add_part(both, html_with_images(html, image, n_image));
	write_message(c, GMIME_OBJECT(both), out);
}
