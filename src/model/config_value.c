/* SPDX-License-Identifier: MIT */
/* The values of mroute.conf: each type read, checked and written back. */
#include "base/calendar.h"
#include "base/xalloc.h"
#include "model/config_impl.h"
#include "model/domain.h"
#include "model/envelope.h"

static const char *const yes_no[] = { "no", "yes", NULL };
static const char *const tls_names[] = { "none", "starttls", "implicit", NULL };
static const char *const auth_names[] = { "plain", "xoauth2", NULL };
static const char *const part_names[] = { "deciding", NULL };
static const char *const people_names[] = { "full", "domains", "none", NULL };
static const char *const send_names[] = { "week", "month", NULL };

/*
 * Lists and choices are written through these, so that the struct's own types
 * stay what they are for those who read it.
 */
union place {
	void *any;
	int64_t *ms;
	uint64_t *u64;
	uint32_t *u32;
	int *number;
	unsigned *uns;
	bool *yes;
	enum config_tls *tls;
	enum config_auth *auth;
	enum config_people *people;
	const char **text;
	const char *const **list;
	const struct config_target **target;
};

static union place
place_of(const struct key_def *k, void *base)
{
	return (union place){ (char *)base + k->offset };
}

static size_t *
count_of(const struct key_def *k, void *base)
{
	return (size_t *)(void *)((char *)base + k->offset_n);
}

static bool
is_graph(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] <= 0x20 || s.ptr[i] >= 0x7F)
			return false;
	return s.len > 0;
}

static bool
is_host(struct slice s)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]";

	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '\0' || strchr(allowed, s.ptr[i]) == NULL)
			return false;
	return s.len > 0 && s.len <= 253 && s.ptr[0] != '-' && s.ptr[0] != '.';
}

bool
value_is_address(struct slice s)
{
	size_t at = SIZE_MAX;

	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '@')
			at = i;
	/* Some write lists with a ; between. */
	return address_valid(s.ptr, s.len) && at != SIZE_MAX && at > 0 &&
	    at + 1 < s.len && memchr(s.ptr, ',', s.len) == NULL &&
	    memchr(s.ptr, ';', s.len) == NULL;
}

const char *
config_path(struct arena *a, const char *dir, struct slice path)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	AUTO(buf_release) struct buf in = BUF_INIT;
	struct slice rest, part;
	bool absolute;

	if (!slice_starts(path, "/") && dir[0] != '\0')
		buf_addf(&in, "%s/", dir);
	buf_add_slice(&in, path);
	rest = buf_slice(&in);
	absolute = slice_starts(rest, "/");
	while (slice_next(&rest, '/', &part)) {
		if (part.len == 0 || slice_eq_str(part, "."))
			continue;
		if (absolute || out.len > 0)
			buf_add_char(&out, '/');
		buf_add_slice(&out, part);
	}
	if (out.len == 0)
		buf_add_str(&out, absolute ? "/" : ".");
	return arena_strdup(a, buf_str(&out));
}

const char *
value_lower(struct arena *a, struct slice s)
{
	char *copy = arena_strndup(a, s.ptr, s.len);

	for (char *p = copy; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	return copy;
}

static bool
fail_form(struct config_parser *ps, const struct key_def *k,
    const struct token *t, const char *code, const char *what)
{
	diag_error(ps->diag, code, &t->span, "'" SLICE_FMT "' is not %s",
	    SLICE_ARG(t->text), what);
	diag_hint(ps->diag, "write: %s %s", k->key, k->form);
	return false;
}

static bool
read_time(struct config_parser *ps, const struct key_def *k,
    const struct token *t, int64_t *out)
{
	AUTO(buf_release) struct buf range = BUF_INIT;
	int64_t ms;

	if (!lex_time(t->text, &ms)) {
		diag_error(ps->diag, "MR106", &t->span,
		    "'" SLICE_FMT "' is not a time", SLICE_ARG(t->text));
		diag_hint(ps->diag, "write a number and a unit: 500ms, 30s, 5m, "
		    "1h, 90d, 2w");
		return false;
	}
	if ((uint64_t)ms < k->min || (uint64_t)ms > k->max) {
		lex_put_time(&range, (int64_t)k->min);
		buf_add_str(&range, " to ");
		lex_put_time(&range, (int64_t)k->max);
		diag_error(ps->diag, "MR106", &t->span,
		    "'%s' must be %s", k->key, buf_str(&range));
		return false;
	}
	*out = ms;
	return true;
}

static bool
read_size(struct config_parser *ps, const struct key_def *k,
    const struct token *t, uint64_t *out)
{
	AUTO(buf_release) struct buf range = BUF_INIT;
	uint64_t bytes;

	if (!lex_size(t->text, &bytes)) {
		diag_error(ps->diag, "MR107", &t->span,
		    "'" SLICE_FMT "' is not a size", SLICE_ARG(t->text));
		diag_hint(ps->diag, "write bytes, or a number with k, M or G: "
		    "16k, 64M");
		return false;
	}
	if (bytes < k->min || bytes > k->max) {
		lex_put_size(&range, k->min);
		buf_add_str(&range, " to ");
		lex_put_size(&range, k->max);
		diag_error(ps->diag, "MR107", &t->span,
		    "'%s' must be %s", k->key, buf_str(&range));
		return false;
	}
	*out = bytes;
	return true;
}

static bool
read_number(struct config_parser *ps, const struct key_def *k,
    const struct token *t, uint64_t *out)
{
	if (slice_to_u64(t->text, out) && *out >= k->min && *out <= k->max)
		return true;
	diag_error(ps->diag, "MR108", &t->span,
	    "'" SLICE_FMT "' is not a number from %llu to %llu",
	    SLICE_ARG(t->text), (unsigned long long)k->min,
	    (unsigned long long)k->max);
	return false;
}

static bool
read_mode(struct config_parser *ps, const struct key_def *k,
    const struct token *t, unsigned *out)
{
	unsigned mode = 0;

	for (size_t i = 0; i < t->text.len; i++) {
		char c = t->text.ptr[i];

		if (c < '0' || c > '7' || t->text.len > 5)
			return fail_form(ps, k, t, "MR108", "an octal mode");
		mode = mode * 8 + (unsigned)(c - '0');
	}
	if ((mode & 0700) != 0700 || mode > k->max || (mode & 07) != 0) {
		diag_error(ps->diag, "MR108", &t->span,
		    "mode " SLICE_FMT " is not possible here",
		    SLICE_ARG(t->text));
		diag_hint(ps->diag, "the owner must have all rights and others "
		    "none: 0700, 0750, 0770, 02770");
		return false;
	}
	*out = mode;
	return true;
}

/* The number of the word among the names, or -1 with a report. */
static int
read_choice(struct config_parser *ps, const struct key_def *k,
    const struct token *t, const char *const *names)
{
	const char *near;

	for (int i = 0; names[i] != NULL; i++)
		if (slice_eq_str(t->text, names[i]))
			return i;
	diag_error(ps->diag, "MR109", &t->span, "'%s' cannot be '" SLICE_FMT "'",
	    k->key, SLICE_ARG(t->text));
	if ((near = diag_nearest(t->text, names)) != NULL)
		diag_hint(ps->diag, "did you mean '%s'?", near);
	else
		diag_hint(ps->diag, "write: %s %s", k->key, k->form);
	return -1;
}

/* That there is such a zone is checked here: later nobody would look. */
static bool
read_zone(struct config_parser *ps, const struct token *t, const char **out)
{
	AUTO(calendar_close) struct calendar *c = NULL;
	const char *name = arena_strndup(ps->cfg->arena, t->text.ptr, t->text.len);
	struct err e = ERR_INIT;

	if (calendar_open(name, &c, &e) < 0) {
		diag_error(ps->diag, "MR119", &t->span,
		    "time zone '%s' is not known", name);
		diag_hint(ps->diag, "names are those of files in "
		    "/usr/share/zoneinfo: Europe/Berlin");
		return false;
	}
	*out = name;
	return true;
}

static bool
read_text(struct config_parser *ps, const struct key_def *k,
    const struct token *t, const char **out)
{
	struct arena *a = ps->cfg->arena;

	switch (k->type) {
	case VALUE_TEXT:
		*out = arena_strndup(a, t->text.ptr, t->text.len);
		return true;
	case VALUE_PATH:
		*out = config_path(a, ps->dir, t->text);
		return true;
	case VALUE_WORD:
		if (!is_graph(t->text))
			return fail_form(ps, k, t, "MR111", "a plain ASCII word");
		*out = arena_strndup(a, t->text.ptr, t->text.len);
		return true;
	case VALUE_HOST:
		if (!is_host(t->text))
			return fail_form(ps, k, t, "MR111",
			    "a host name or IP address");
		*out = arena_strndup(a, t->text.ptr, t->text.len);
		return true;
	case VALUE_NAME:
		if (!lex_is_name(t->text))
			return fail_form(ps, k, t, "MR111", "a name");
		*out = arena_strndup(a, t->text.ptr, t->text.len);
		return true;
	case VALUE_ADDRESS:
	case VALUE_RECIPIENTS:
	case VALUE_ADDRESSES:
		if (!value_is_address(t->text))
			return fail_form(ps, k, t, "MR110", "a mail address");
		/* Mail is sent to the first: its local part is not ours. */
		*out = k->type == VALUE_ADDRESSES ? value_lower(a, t->text) :
		    arena_strndup(a, t->text.ptr, t->text.len);
		return true;
	case VALUE_DOMAINS:
		if ((*out = domain_normal(a, t->text)) == NULL)
			return fail_form(ps, k, t, "MR111", "a domain");
		return true;
	case VALUE_PATHS:
		*out = config_path(a, ps->dir, t->text);
		return true;
	case VALUE_ZONE:
		return read_zone(ps, t, out);
	case VALUE_TIME: case VALUE_SIZE: case VALUE_SIZE32: case VALUE_COUNT:
	case VALUE_NUMBER: case VALUE_PORT: case VALUE_MODE: case VALUE_YES_NO:
	case VALUE_TLS: case VALUE_AUTH: case VALUE_PART: case VALUE_TARGETS:
	case VALUE_ARGV: case VALUE_PEOPLE: case VALUE_SEND:
		break;
	}
	bug("config: '%s' is not a text", k->key);
}

static bool
read_texts(struct config_parser *ps, const struct key_def *k,
    const struct token *first, void *base)
{
	struct arena *a = ps->cfg->arena;
	size_t *n = count_of(k, base), cap = *n;
	const char **list = arena_calloc(a, *n + 1, sizeof *list);
	struct token t = *first;
	bool ok = true;

	if (*n > 0)
		memcpy(list, *place_of(k, base).list, *n * sizeof *list);
	do {
		list = arena_grow(a, list, *n, &cap, sizeof *list);
		if (read_text(ps, k, &t, &list[*n]))
			++*n;
		else
			ok = false;
	} while (lex_name(&ps->lex, &t));
	*place_of(k, base).list = list;
	return ok;
}

static bool
read_targets(struct config_parser *ps, const struct key_def *k,
    const struct token *first, void *base)
{
	static const char scheme[] = "maildir:";
	struct arena *a = ps->cfg->arena;
	size_t *n = count_of(k, base), cap = *n;
	struct config_target *list = arena_calloc(a, *n + 1, sizeof *list);
	struct token t = *first;
	bool ok = true;

	if (*n > 0)
		memcpy(list, *place_of(k, base).target, *n * sizeof *list);
	do {
		struct config_target *to;

		list = arena_grow(a, list, *n, &cap, sizeof *list);
		to = &list[*n];
		if (slice_starts(t.text, scheme) &&
		    t.text.len > strlen(scheme)) {
			to->kind = TARGET_MAILDIR;
			to->value = config_path(a, ps->dir, slice_sub(t.text,
			    strlen(scheme), t.text.len));
		} else if (value_is_address(t.text)) {
			to->kind = TARGET_ADDRESS;
			to->value = arena_strndup(a, t.text.ptr, t.text.len);
		} else {
			ok = fail_form(ps, k, &t, "MR110",
			    "a mail address or maildir:PATH");
			continue;
		}
		++*n;
	} while (lex_name(&ps->lex, &t));
	*place_of(k, base).target = list;
	return ok;
}

/* The words that are there, and no others. */
static bool
read_send(struct config_parser *ps, const struct key_def *k,
    const struct token *first, struct config_summary *out)
{
	struct token t = *first;
	int choice;

	out->week = out->month = false;
	do {
		if ((choice = read_choice(ps, k, &t, send_names)) < 0)
			return false;
		*(choice == 0 ? &out->week : &out->month) = true;
	} while (lex_name(&ps->lex, &t));
	return true;
}

static bool
read_argv(struct config_parser *ps, const struct token *first, void *base,
    const struct key_def *k)
{
	struct arena *a = ps->cfg->arena;
	const char **argv = NULL;
	struct token t = *first;
	size_t n = 0, cap = 0;

	if (!slice_starts(t.text, "/")) {
		diag_error(ps->diag, "MR112", &t.span,
		    "'" SLICE_FMT "' is not an absolute path", SLICE_ARG(t.text));
		diag_hint(ps->diag, "no shell and no PATH are used: write the "
		    "program as /path/to/program");
		return false;
	}
	do {
		argv = arena_grow(a, argv, n, &cap, sizeof *argv);
		argv[n++] = arena_strndup(a, t.text.ptr, t.text.len);
	} while (lex_name(&ps->lex, &t));
	argv = arena_grow(a, argv, n, &cap, sizeof *argv);
	argv[n] = NULL;
	*place_of(k, base).list = argv;
	return true;
}

static bool
read_one(struct config_parser *ps, const struct key_def *k,
    const struct token *t, void *base)
{
	union place at = { NULL };
	uint64_t n;
	int choice;

	if (k->offset != SIZE_MAX)
		at = place_of(k, base);
	switch (k->type) {
	case VALUE_TIME:
		return read_time(ps, k, t, at.ms);
	case VALUE_SIZE:
		return read_size(ps, k, t, at.u64);
	case VALUE_SIZE32:
		if (!read_size(ps, k, t, &n))
			return false;
		*at.u32 = (uint32_t)n;
		return true;
	case VALUE_COUNT:
	case VALUE_NUMBER:
	case VALUE_PORT:
		if (!read_number(ps, k, t, &n))
			return false;
		if (k->type == VALUE_COUNT)
			*at.u32 = (uint32_t)n;
		else if (k->type == VALUE_PORT)
			*at.uns = (unsigned)n;
		else
			*at.number = (int)n;
		return true;
	case VALUE_MODE:
		return read_mode(ps, k, t, at.uns);
	case VALUE_YES_NO:
		if ((choice = read_choice(ps, k, t, yes_no)) >= 0)
			*at.yes = choice == 1;
		return choice >= 0;
	case VALUE_TLS:
		if ((choice = read_choice(ps, k, t, tls_names)) >= 0)
			*at.tls = (enum config_tls)choice;
		return choice >= 0;
	case VALUE_AUTH:
		if ((choice = read_choice(ps, k, t, auth_names)) >= 0)
			*at.auth = (enum config_auth)choice;
		return choice >= 0;
	case VALUE_PEOPLE:
		if ((choice = read_choice(ps, k, t, people_names)) >= 0)
			*at.people = (enum config_people)choice;
		return choice >= 0;
	case VALUE_SEND:
		return read_send(ps, k, t, base);
	case VALUE_PART:
		ps->deciding = read_choice(ps, k, t, part_names) >= 0;
		return ps->deciding;
	case VALUE_TEXT: case VALUE_WORD: case VALUE_HOST: case VALUE_NAME:
	case VALUE_ADDRESS: case VALUE_PATH: case VALUE_ZONE:
		return read_text(ps, k, t, at.text);
	case VALUE_RECIPIENTS: case VALUE_ADDRESSES: case VALUE_DOMAINS: case VALUE_PATHS:
		return read_texts(ps, k, t, base);
	case VALUE_TARGETS:
		return read_targets(ps, k, t, base);
	case VALUE_ARGV:
		return read_argv(ps, t, base, k);
	}
	return false;
}

/* How the value is cut from the line: the rest, a list's first, one word. */
static bool
first_token(struct config_parser *ps, const struct key_def *k, struct token *t)
{
	if (k->type == VALUE_TEXT || k->type == VALUE_PATH)
		return lex_rest(&ps->lex, t);
	if (k->offset_n != 0 || k->type == VALUE_ARGV || k->type == VALUE_SEND)
		return lex_name(&ps->lex, t);
	return lex_word(&ps->lex, t);
}

bool
value_read(struct config_parser *ps, const struct key_def *k, void *base)
{
	struct span at = lex_here(&ps->lex);
	struct token t;

	if (!first_token(ps, k, &t)) {
		diag_error(ps->diag, "MR105", &at, "'%s' needs a value", k->key);
		diag_hint(ps->diag, "write: %s %s", k->key, k->form);
		return false;
	}
	if (!read_one(ps, k, &t, base))
		return false;
	lex_end(&ps->lex);
	return true;
}

void
value_defaults(struct config *cfg, enum section_id section, void *base)
{
	struct config_parser ps = { .cfg = cfg, .dir = "" };

	ps.diag = diag_new();
	for (size_t i = 0; i < key_count; i++) {
		const struct key_def *k = &key_table[i];

		if (k->section != section || k->fallback == NULL ||
		    (k->flags & KEY_COMPUTED) != 0)
			continue;
		lex_open(&ps.lex, cfg->arena, k->key, slice_str(k->fallback),
		    ps.diag);
		if (!lex_line(&ps.lex) || !value_read(&ps, k, base))
			bug("config: the default of '%s' is wrong", k->key);
	}
	diag_free(&ps.diag);
}
