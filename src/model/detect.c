/* SPDX-License-Identifier: MIT */
#include "model/detect.h"

#include "model/bounce.h"

#include <glib.h>

#include "base/utf8.h"

static bool
has_header(const struct evidence *e, const char *name)
{
	size_t at = 0;

	return header_next(e->headers, name, &at) != NULL;
}

static bool
has_any_header(const struct evidence *e, const char *const *names)
{
	for (; *names != NULL; names++)
		if (has_header(e, *names))
			return true;
	return false;
}

/* Some field of that name whose value begins with the word, whatever its case. */
static bool
header_says(const struct evidence *e, const char *name, const char *word)
{
	const struct header_field *f;
	size_t at = 0;

	while ((f = header_next(e->headers, name, &at)) != NULL)
		if (slice_starts_case(slice_trim(f->raw), word))
			return true;
	return false;
}

/* ---- subjects ---- */

/* "fwd:", "fw [2]:", "wg :"; the colon may be a wide one (folded: ':'). */
static bool
has_prefix(struct slice s, const char *const *words)
{
	for (; *words != NULL; words++) {
		struct slice rest = slice_sub(s, strlen(*words), s.len);
		size_t i = 0;

		if (!slice_starts(s, *words))
			continue;
		while (i < rest.len && (rest.ptr[i] == ' ' || rest.ptr[i] == '[' ||
		    rest.ptr[i] == ']' || rest.ptr[i] == '^' || rest.ptr[i] == '(' ||
		    rest.ptr[i] == ')' || (rest.ptr[i] >= '0' && rest.ptr[i] <= '9')))
			i++;
		if (i < rest.len && rest.ptr[i] == ':')
			return true;
	}
	return false;
}

bool
detect_forward_subject(struct slice folded)
{
	static const char *const words[] = { "fwd", "fw", "wg", "tr", "rv", "enc",
		"i", "doorst", "pd", "vs", "vb", "转发", "轉寄",
		"転送", "пересл", NULL };

	return has_prefix(slice_trim(folded), words);
}

bool
detect_reply_subject(struct slice folded)
{
	static const char *const words[] = { "re", "aw", "antw", "sv", "odp", "res",
		"r", "rif", "ref", "réf", "回复", "回覆",
		"答复", "返信", "ответ",
		"на", NULL };

	return has_prefix(slice_trim(folded), words);
}

static bool
any_subject(const struct evidence *e, bool (*says)(struct slice))
{
	for (size_t i = 0; i < e->n_subject; i++)
		if (says(e->subject[i].fold))
			return true;
	return false;
}

/* ---- facts by header ---- */

static bool
is_list(const struct evidence *e)
{
	static const char *const names[] = { "List-Id", "List-Post", "List-Subscribe",
		"Mailing-List", "X-Mailing-List", "X-BeenThere", "X-Mailman-Version",
		"X-Loop-List", NULL };

	return has_any_header(e, names);
}

static bool
is_bulk(const struct evidence *e)
{
	static const char *const names[] = { "List-Unsubscribe", "List-Unsubscribe-Post",
		"Feedback-ID", "X-CSA-Complaints", "X-Campaign-Id", "X-CampaignId",
		"X-Mailchimp-Id", "X-MC-User", "X-SG-EID", "X-Mailgun-Sid",
		"X-SES-Outgoing", "X-PM-Message-Id", "X-Mailer-LID", "X-Mandrill-User",
		NULL };

	return has_any_header(e, names) || header_says(e, "Precedence", "bulk") ||
	    header_says(e, "Precedence", "list") || header_says(e, "Precedence", "junk");
}

static bool
is_spam(const struct evidence *e)
{
	return header_says(e, "X-Spam-Flag", "YES") ||
	    header_says(e, "X-Spam-Status", "Yes") || header_says(e, "X-Spam", "Yes");
}

/* A bounce has the message attached as well, but passes nothing on. */
static bool
is_forward(const struct evidence *e, bool bounce)
{
	if (bounce || e->body->has_report)
		return false;
	return e->body->has_forward || e->body->has_message ||
	    any_subject(e, detect_forward_subject);
}

static bool
is_reply(const struct evidence *e)
{
	if (has_header(e, "In-Reply-To") || has_header(e, "References"))
		return !any_subject(e, detect_forward_subject);
	return any_subject(e, detect_reply_subject) && e->body->has_quote;
}

/* ---- facts by text ---- */

/* A question mark at the end of a word; none in the middle of an address. */
static bool
asks(struct slice s)
{
	static const char *const marks[] = { "?", "\u061F", "\u037E", "\uFE56" };

	for (size_t k = 0; k < NELEM(marks); k++) {
		size_t n = strlen(marks[k]), at = 0, next;

		while ((next = slice_find_slice(slice_sub(s, at, s.len),
		    slice_str(marks[k]))) != SIZE_MAX) {
			at += next + n;
			if (at == s.len || (signed char)s.ptr[at] < 0 ||
			    strchr(" \n?!)\"'.>*_", s.ptr[at]) != NULL)
				return true;
		}
	}
	return false;
}

static bool
is_question(const struct evidence *e)
{
	for (size_t i = 0; i < e->n_subject; i++)
		if (asks(e->subject[i].norm))
			return true;
	for (size_t i = 0; i < e->n_text; i++)
		if (asks(e->text[i].norm))
			return true;
	return false;
}

enum script { SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_GREEK, SCRIPT_CYRILLIC, SCRIPT_OTHER };

static enum script
script_of(uint32_t cp)
{
	if (cp < 0x80)
		return g_ascii_isalpha((char)cp) ? SCRIPT_LATIN : SCRIPT_NONE;
	if (!g_unichar_isalpha(cp))
		return SCRIPT_NONE;
	switch (g_unichar_get_script(cp)) {
	case G_UNICODE_SCRIPT_LATIN:
		return SCRIPT_LATIN;
	case G_UNICODE_SCRIPT_GREEK:
		return SCRIPT_GREEK;
	case G_UNICODE_SCRIPT_CYRILLIC:
		return SCRIPT_CYRILLIC;
	default:
		return SCRIPT_OTHER;
	}
}

/* Nothing is seen of it, and no writing in these scripts needs it. */
static bool
is_hider(uint32_t cp)
{
	return (cp >= 0x200B && cp <= 0x200D) || cp == 0x2060 || cp == 0xFEFF ||
	    cp == 0x034F || cp == 0x180E;
}

enum {
	HIDERS_LEAST = 2,		/* one slips in by copying */
	APART_LEAST = 5,		/* l e t t e r s in a row */
	MIXED_LEAST = 4,		/* letters in a word of two scripts */
};

/* What is seen of one text while reading along it. */
struct look {
	unsigned hiders;		/* inside words */
	unsigned apart;			/* single letters in a row, now */
	unsigned letters;		/* of this word */
	unsigned scripts;		/* of this word, a bit each */
	bool hider_before;
	bool found;
};

static void
end_word(struct look *l, uint32_t cp)
{
	const unsigned latin = 1U << SCRIPT_LATIN, greek = 1U << SCRIPT_GREEK,
	    cyrillic = 1U << SCRIPT_CYRILLIC;
	bool mixed = (l->scripts & cyrillic) != 0 && (l->scripts & (latin | greek)) != 0;

	mixed |= (l->scripts & (latin | greek)) == (latin | greek);
	if (mixed && l->letters >= MIXED_LEAST)
		l->found = true;
	if (l->letters == 1 && (cp == ' ' || cp == '.' || cp == '-' || cp == '_' ||
	    cp == '*'))
		l->apart++;
	else if (l->letters == 1 && l->apart + 1 >= APART_LEAST)
		l->found = true;
	else if (l->letters != 1)
		l->apart = 0;
	if (l->apart >= APART_LEAST)
		l->found = true;
	l->letters = 0;
	l->scripts = 0;
	l->hider_before = false;
}

static bool
hides_letters(struct slice s)
{
	struct look l = { .found = false };
	size_t n;

	for (; s.len > 0 && !l.found; s = slice_sub(s, n, s.len)) {
		uint32_t cp = utf8_next(s, &n);
		enum script script = script_of(cp);

		if (is_hider(cp) && l.letters > 0) {
			l.hider_before = true;
			continue;
		}
		if (script == SCRIPT_NONE) {
			if (!g_unichar_ismark(cp))
				end_word(&l, cp);
			continue;
		}
		if (l.hider_before && script != SCRIPT_OTHER && ++l.hiders >= HIDERS_LEAST)
			l.found = true;
		l.hider_before = false;
		l.letters++;
		l.scripts |= 1U << script;
	}
	if (!l.found)
		end_word(&l, 0);
	return l.found;
}

static bool
is_obfuscated(const struct evidence *e)
{
	for (size_t i = 0; i < e->n_subject; i++)
		if (hides_letters(e->subject[i].orig))
			return true;
	for (size_t i = 0; i < e->n_text; i++)
		if (hides_letters(e->text[i].orig))
			return true;
	return false;
}

/* ---- all of them ---- */

uint32_t
detect_facts(const struct evidence *e, uint32_t *unknown)
{
	const uint32_t by_body = FACT_BIT(FACT_BOUNCE) | FACT_BIT(FACT_FORWARD) |
	    FACT_BIT(FACT_CALENDAR) | FACT_BIT(FACT_ENCRYPTED) | FACT_BIT(FACT_SIGNED) |
	    FACT_BIT(FACT_QUESTION) | FACT_BIT(FACT_OBFUSCATED);
	const uint32_t by_header = FACT_BIT(FACT_BOUNCE) | FACT_BIT(FACT_AUTO_REPLY) |
	    FACT_BIT(FACT_LIST) | FACT_BIT(FACT_BULK) | FACT_BIT(FACT_REPLY) |
	    FACT_BIT(FACT_SPAM);
	const bool bounce = bounce_is(e);
	const bool holds[FACT_N] = {
		[FACT_BOUNCE] = bounce,
		[FACT_AUTO_REPLY] = auto_reply_is(e, bounce),
		[FACT_LIST] = is_list(e),
		[FACT_BULK] = is_bulk(e),
		[FACT_REPLY] = is_reply(e),
		[FACT_FORWARD] = is_forward(e, bounce),
		[FACT_CALENDAR] = e->body->has_calendar,
		[FACT_ENCRYPTED] = e->body->has_encrypted,
		[FACT_SIGNED] = e->body->has_signed,
		[FACT_SPAM] = is_spam(e),
		[FACT_QUESTION] = is_question(e),
		[FACT_OBFUSCATED] = is_obfuscated(e),
		[FACT_OVER_LIMIT] = e->over_limit,
	};
	uint32_t facts = 0;

	for (int i = 0; i < FACT_N; i++)
		if (holds[i])
			facts |= FACT_BIT(i);
	*unknown = 0;
	if (e->body->text_capped || e->body->attachments_capped)
		*unknown |= by_body;
	if (e->headers->dropped)
		*unknown |= by_header;
	*unknown &= ~facts;
	return facts;
}
