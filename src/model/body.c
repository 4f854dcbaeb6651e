/* SPDX-License-Identifier: MIT */
#include "model/body.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "model/decode.h"
#include "model/html.h"
#include "model/text.h"

enum {
	PLAIN_LEAST = 3,		/* words; less beside HTML says nothing */
	HTML_MUCH = 40,			/* words; then plain must have some of them */
	STATUS_MAX = 16384,
	NAME_MAX_LEN = 1000,
	LINK_MAX_LEN = 2048,
	HTML_ALL_MAX = 4 * HTML_INPUT_MAX,	/* of all parts together */
	META_LOOK = 2048,		/* bytes of HTML in which its charset stands */
};

/* A text part before it is known which of them are main. */
struct draft {
	struct body_text text;
	struct slice letters;		/* folded letters and digits: to compare */
	size_t words;
	int group;			/* its multipart/alternative, or -1 */
	bool html;
};

struct reader {
	struct arena *arena;
	const struct mime *mime;
	struct body *out;
	size_t left;			/* of the window */
	size_t html_left;		/* HTML can be large and say nothing */
	bool forward, inside;
	struct draft *draft;
	size_t n_draft, cap_draft;
	size_t cap_hidden, cap_link, cap_attachment, cap_inside;
};

static bool
type_is(const struct mime_part *p, const char *type)
{
	return slice_eq_str(p->type, type);
}

static const struct mime_part *
parent_of(const struct reader *r, const struct mime_part *p)
{
	return p->parent == MIME_NO_PARENT ? NULL : &r->mime->part[p->parent];
}

static struct slice
lower_param(struct arena *a, struct slice raw, const char *name)
{
	struct slice s;
	char *p;

	if (!decode_param(a, raw, name, &s))
		return slice_make("", 0);
	p = arena_strndup(a, s.ptr, s.len);
	for (size_t i = 0; i < s.len; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
	return slice_trim(slice_make(p, s.len));
}

/* ---- attachments ---- */

static struct slice
file_name(struct reader *r, const struct mime_part *p)
{
	struct slice name = { "", 0 };

	if (!decode_param(r->arena, p->disposition, "filename", &name) &&
	    !decode_param(r->arena, p->content_type, "name", &name))
		return name;
	name = slice_trim(name);
	for (size_t i = name.len; i-- > 0;)
		if (name.ptr[i] == '/' || name.ptr[i] == '\\') {
			name = slice_sub(name, i + 1, name.len);
			break;
		}
	r->out->attachments_capped |= name.len > NAME_MAX_LEN;
	return utf8_cut(name, NAME_MAX_LEN);
}

static void
add_attachment(struct reader *r, const struct mime_part *p, struct slice name)
{
	struct body *b = r->out;

	if (b->n_attachment == BODY_ATTACHMENTS_MAX) {
		b->attachments_capped = true;
		return;
	}
	b->attachment = arena_grow(r->arena, b->attachment, b->n_attachment,
	    &r->cap_attachment, sizeof *b->attachment);
	b->attachment[b->n_attachment++] = (struct attachment){ name, p->type };
}

/* Parts that are machinery of the message and no file. */
static bool
is_machinery(const struct reader *r, const struct mime_part *p)
{
	const struct mime_part *up = parent_of(r, p);

	if (type_is(p, "application/pgp-signature") ||
	    type_is(p, "application/pkcs7-signature") ||
	    type_is(p, "application/x-pkcs7-signature") ||
	    type_is(p, "application/pgp-encrypted") ||
	    type_is(p, "message/delivery-status") ||
	    type_is(p, "message/global-delivery-status") ||
	    type_is(p, "message/disposition-notification") ||
	    type_is(p, "text/rfc822-headers"))
		return true;
	return up != NULL && (type_is(up, "multipart/report") ||
	    type_is(up, "multipart/encrypted"));
}

/* A picture that HTML shows: no file that somebody attached. */
static bool
is_inline_picture(const struct reader *r, const struct mime_part *p, struct slice disp)
{
	const struct mime_part *up = parent_of(r, p);

	return up != NULL && type_is(up, "multipart/related") && p->id.len > 0 &&
	    slice_starts(p->type, "image/") && !slice_eq_str(disp, "attachment");
}

/* ---- texts ---- */

static bool
is_html(const struct mime_part *p)
{
	return type_is(p, "text/html") || type_is(p, "application/xhtml+xml") ||
	    type_is(p, "text/enriched") || type_is(p, "text/richtext");
}

/* Text types that a reader does not show as text. */
static bool
is_text(const struct mime_part *p)
{
	static const char *const files[] = { "text/calendar", "text/vcard",
		"text/x-vcard", "text/directory", "text/css", "text/csv", "text/xml",
		"text/javascript", "text/rfc822-headers", "text/x-amp-html",
		"text/watch-html", "text/rtf" };

	if (!slice_starts(p->type, "text/"))
		return false;
	for (size_t i = 0; i < NELEM(files); i++)
		if (type_is(p, files[i]))
			return false;
	return true;
}

static struct slice
unix_lines(struct arena *a, struct slice s)
{
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] != '\r')
			p[n++] = s.ptr[i];
		else if (i + 1 == s.len || s.ptr[i + 1] != '\n')
			p[n++] = '\n';
	}
	return slice_make(p, n);
}

/* <meta charset=x>, <meta … content="text/html; charset=x">, <?xml encoding="x"?> */
static struct slice
html_charset(struct slice html)
{
	static const char *const names[] = { "charset=", "encoding=" };

	html = slice_sub(html, 0, META_LOOK);
	for (size_t i = 0; i < NELEM(names); i++) {
		size_t at = slice_find_slice(html, slice_str(names[i])), n = 0;
		struct slice s;

		if (at == SIZE_MAX)
			continue;
		s = slice_sub(html, at + strlen(names[i]), html.len);
		while (s.len > 0 && (s.ptr[0] == '"' || s.ptr[0] == '\'' || s.ptr[0] == ' '))
			s = slice_sub(s, 1, s.len);
		while (n < s.len && strchr("\"'>;/? \r\n", s.ptr[n]) == NULL)
			n++;
		return slice_sub(s, 0, n);
	}
	return slice_make("", 0);
}

static struct slice
decoded(struct reader *r, const struct mime_part *p, size_t max)
{
	size_t joint;
	struct slice raw = mime_content(r->arena, p, max, &r->out->text_capped, &joint);
	struct slice charset = lower_param(r->arena, p->content_type, "charset");
	struct buf b = BUF_INIT;
	const char *name;

	if (charset.len == 0 && is_html(p))
		charset = html_charset(raw);
	name = charset.len > 0 ? arena_strndup(r->arena, charset.ptr, charset.len) : NULL;
	if (joint == raw.len)
		return text_decode(r->arena, raw, name, NULL);
	/* What is behind the padding must not make the rest unreadable. */
	buf_add_slice(&b, text_decode(r->arena, slice_sub(raw, 0, joint), name, NULL));
	buf_add_slice(&b, text_decode(r->arena, slice_sub(raw, joint, raw.len), name, NULL));
	raw = arena_slice(r->arena, buf_slice(&b));
	buf_release(&b);
	return raw;
}

/* At most what is left of the window. */
static struct slice
within(struct reader *r, struct slice s)
{
	struct slice cut = utf8_cut(s, r->left);

	if (cut.len < s.len)
		r->out->text_capped = true;
	r->left -= cut.len;
	return cut;
}

static void
add_link(struct reader *r, struct slice s)
{
	struct body *b = r->out;

	if (b->n_link == BODY_LINKS_MAX) {
		b->links_capped = true;
		return;
	}
	b->link = arena_grow(r->arena, b->link, b->n_link, &r->cap_link,
	    sizeof *b->link);
	b->link[b->n_link++] = arena_slice(r->arena, s);
}

static void
add_hidden(struct reader *r, struct slice s)
{
	struct body *b = r->out;

	s = within(r, s);
	if (slice_trim(s).len == 0)
		return;
	b->hidden = arena_grow(r->arena, b->hidden, b->n_hidden, &r->cap_hidden,
	    sizeof *b->hidden);
	b->hidden[b->n_hidden++] = arena_slice(r->arena, s);
}

static struct slice
from_html(struct reader *r, const struct mime_part *p)
{
	struct html_out html;
	struct slice visible, rest, line;

	html_to_text(decoded(r, p, MIN((size_t)HTML_INPUT_MAX, r->html_left)), &html);
	r->html_left -= MIN(p->content.len, r->html_left);
	visible = arena_slice(r->arena, within(r, buf_slice(&html.visible)));
	add_hidden(r, buf_slice(&html.hidden));
	rest = buf_slice(&html.links);
	while (slice_next(&rest, '\n', &line))
		if (line.len > 0)
			add_link(r, line);
	if (html.capped)
		r->out->text_capped = true;
	html_out_release(&html);
	return visible;
}

static bool
ends_url(char c)
{
	return (unsigned char)c <= ' ' || c == '<' || c == '>' || c == '"' || c == 0x7F;
}

/* http://, https:// and www. in plain text. */
static void
find_links(struct reader *r, struct slice s)
{
	static const char *const begins[] = { "http://", "https://", "www." };
	size_t i = 0;

	while (i < s.len) {
		struct slice at = slice_sub(s, i, s.len);
		bool begin = false;
		size_t n = 0;

		for (size_t k = 0; k < NELEM(begins) && !begin; k++)
			begin = slice_starts_case(at, begins[k]);
		if (!begin || (i > 0 && !ends_url(s.ptr[i - 1]) &&
		    strchr("([{'*_:=,;|-", s.ptr[i - 1]) == NULL)) {
			i++;
			continue;
		}
		while (n < at.len && n < LINK_MAX_LEN && !ends_url(at.ptr[n]))
			n++;
		i += n;
		while (n > 0 && strchr(".,;:!?)]}'*_", at.ptr[n - 1]) != NULL)
			n--;
		add_link(r, slice_sub(at, 0, n));
	}
}

static struct slice
from_plain(struct reader *r, const struct mime_part *p)
{
	struct slice s = unix_lines(r->arena, decoded(r, p, 4 * r->left + 4096));

	s = within(r, s);
	if (slice_eq_str(lower_param(r->arena, p->content_type, "format"), "flowed"))
		s = text_unflow(r->arena, s, slice_eq_str(
		    lower_param(r->arena, p->content_type, "delsp"), "yes"));
	find_links(r, s);
	return s;
}

/* Folded letters and digits alone, and how many words they make. */
static struct slice
letters_of(struct arena *a, struct slice s, size_t *words)
{
	struct slice fold = text_fold(a, s);
	char *p = arena_alloc(a, fold.len + 1);
	size_t n = 0;
	bool inside = false;

	*words = 0;
	for (size_t i = 0; i < fold.len; i++) {
		char c = fold.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    (signed char)c < 0;

		if (letter)
			p[n++] = c;
		*words += letter && !inside;
		inside = letter;
	}
	return slice_make(p, n);
}

static int
group_of(const struct reader *r, const struct mime_part *p)
{
	for (int i = p->parent; i != MIME_NO_PARENT; i = r->mime->part[i].parent)
		if (type_is(&r->mime->part[i], "multipart/alternative"))
			return i;
	return -1;
}

/* The attached message that the part belongs to. */
static int
message_of(const struct reader *r, const struct mime_part *p)
{
	int i = p->parent;

	while (i != MIME_NO_PARENT && r->mime->part[i].kind != MIME_MESSAGE)
		i = r->mime->part[i].parent;
	return i;
}

static void
add_text(struct reader *r, const struct mime_part *p)
{
	struct draft *d;
	struct text_cut cut;

	r->draft = arena_grow(r->arena, r->draft, r->n_draft, &r->cap_draft,
	    sizeof *r->draft);
	d = &r->draft[r->n_draft++];
	d->html = is_html(p);
	d->group = group_of(r, p);
	d->text.visible = d->html ? from_html(r, p) : from_plain(r, p);
	d->letters = letters_of(r->arena, d->text.visible, &d->words);
	cut = text_cut_quotes(r->arena, d->text.visible, r->forward && !p->inner);
	d->text.text = cut.text;
	d->text.quoted = cut.quoted;
	d->text.forwarded = cut.forwarded;
	d->text.message = message_of(r, p);
	if (p->inner)
		return;
	r->out->has_quote |= cut.has_quote;
	r->out->has_forward |= cut.has_forward;
}

/*
 * Of two forms of a text the plain one is the main one, unless it is empty or
 * only tells to get another mail program.
 */
static bool
is_better(const struct draft *d, const struct draft *other)
{
	const struct draft *html = d->html ? d : other;
	const struct draft *plain = d->html ? other : d;
	bool plain_says = plain->words >= PLAIN_LEAST || html->words < PLAIN_LEAST;

	if (html->words >= HTML_MUCH && plain->words * 5 < html->words)
		plain_says = false;
	return plain_says ? d == plain : d == html;
}

static bool
is_main(const struct reader *r, size_t i)
{
	const struct draft *d = &r->draft[i];

	for (size_t k = 0; d->group >= 0 && k < r->n_draft; k++) {
		const struct draft *o = &r->draft[k];

		if (o->group == d->group && o->html != d->html && !is_better(d, o))
			return false;
	}
	return true;
}

/* Another form that says nothing new need not be looked at. */
static bool
is_repeated(const struct reader *r, size_t i)
{
	for (size_t k = 0; k < r->n_draft; k++)
		if (k != i && r->draft[k].group == r->draft[i].group &&
		    r->draft[k].text.main &&
		    slice_eq(r->draft[k].letters, r->draft[i].letters))
			return true;
	return false;
}

/* At most so many texts take part in comparing each with each. */
enum { TEXTS_MAX = 200 };

static void
choose_texts(struct reader *r)
{
	struct body *b = r->out;

	b->text = arena_calloc(r->arena, r->n_draft + 1, sizeof *b->text);
	for (size_t i = 0; i < r->n_draft; i++)
		r->draft[i].text.main = is_main(r, i);
	for (size_t i = 0; i < r->n_draft; i++)
		if (r->draft[i].text.main)
			b->text[b->n_text++] = r->draft[i].text;
	for (size_t i = 0; i < r->n_draft; i++)
		if (!r->draft[i].text.main && !is_repeated(r, i))
			b->text[b->n_text++] = r->draft[i].text;
}

/* ---- what the parts say of the message ---- */

static void
note_part(struct reader *r, const struct mime_part *p, struct slice name)
{
	struct body *b = r->out;
	struct slice smime;

	if (type_is(p, "text/calendar") || type_is(p, "application/ics") ||
	    slice_ends_case(name, ".ics"))
		b->has_calendar = true;
	if (type_is(p, "multipart/signed"))
		b->has_signed = true;
	if (type_is(p, "multipart/encrypted"))
		b->has_encrypted = true;
	if (type_is(p, "application/pkcs7-mime") ||
	    type_is(p, "application/x-pkcs7-mime")) {
		smime = lower_param(r->arena, p->content_type, "smime-type");
		if (slice_eq_str(smime, "signed-data") || slice_ends_case(name, ".p7s"))
			b->has_signed = true;
		else if (!slice_eq_str(smime, "certs-only"))
			b->has_encrypted = true;
	}
	if (type_is(p, "multipart/report")) {
		b->has_report = true;
		b->report_type = lower_param(r->arena, p->content_type, "report-type");
	}
	if ((type_is(p, "message/delivery-status") ||
	    type_is(p, "message/global-delivery-status")) && b->status.len == 0) {
		bool cut = false;
		size_t joint;

		b->status = mime_content(r->arena, p, STATUS_MAX, &cut, &joint);
	}
}

/* Is it part of an attached message that is not to be read? */
static bool
is_sealed(const struct reader *r, const struct mime_part *p)
{
	for (int i = message_of(r, p); i != MIME_NO_PARENT;
	    i = message_of(r, &r->mime->part[i]))
		if (!r->inside || is_machinery(r, &r->mime->part[i]))
			return true;
	return false;
}

static void
note_message(struct reader *r, const struct mime_part *p)
{
	struct body *b = r->out;

	b->has_message = true;
	if (!r->inside)
		return;
	b->inside = arena_grow(r->arena, b->inside, b->n_inside, &r->cap_inside,
	    sizeof *b->inside);
	b->inside[b->n_inside++] = (int)(p - r->mime->part);
}

static void
read_part(struct reader *r, const struct mime_part *p)
{
	struct slice name, disp;
	bool attached;

	if (is_sealed(r, p))
		return;
	name = file_name(r, p);
	if (!p->inner)
		note_part(r, p, name);
	if (p->kind == MIME_MULTIPART)
		return;
	disp = decode_token(r->arena, p->disposition);
	attached = slice_eq_str(disp, "attachment");
	if (p->kind == MIME_MESSAGE && !is_machinery(r, p))
		note_message(r, p);
	if (p->kind == MIME_LEAF && !attached && (is_text(p) || is_html(p))) {
		if (r->left == 0 || r->n_draft == TEXTS_MAX)
			r->out->text_capped = true;
		else
			add_text(r, p);
		/* A text that has a name is shown, and can be saved. */
		if (name.len > 0 && !is_machinery(r, p) && group_of(r, p) < 0)
			add_attachment(r, p, name);
		return;
	}
	if (is_machinery(r, p) || is_inline_picture(r, p, disp))
		return;
	/* Another form of the text: a calendar, a page for watches. */
	if (!attached && name.len == 0 && group_of(r, p) >= 0)
		return;
	add_attachment(r, p, name);
}

static void
note_pgp(struct body *b)
{
	for (size_t i = 0; i < b->n_text; i++) {
		struct slice s = b->text[i].visible;

		if (slice_find_slice(s,
		    SLICE_LIT("-----BEGIN PGP SIGNED MESSAGE-----")) != SIZE_MAX)
			b->has_signed = true;
		if (slice_find_slice(s,
		    SLICE_LIT("-----BEGIN PGP MESSAGE-----")) != SIZE_MAX)
			b->has_encrypted = true;
	}
}

void
body_read(struct arena *a, const struct mime *m, size_t window, bool forward,
    bool inside, struct body *out)
{
	struct reader r = { .arena = a, .mime = m, .out = out, .left = window,
		.html_left = HTML_ALL_MAX, .forward = forward, .inside = inside };

	*out = (struct body){ .text_capped = m->capped,
		.links_capped = m->capped, .attachments_capped = m->capped };
	for (size_t i = 0; i < m->n; i++)
		read_part(&r, &m->part[i]);
	choose_texts(&r);
	note_pgp(out);
}
