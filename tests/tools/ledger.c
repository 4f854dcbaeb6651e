/* SPDX-License-Identifier: MIT */
/*
 * ledger - records from a table that people can read and count by hand.
 *
 *	ledger -c INSTANCE/mroute.conf TABLE
 *
 * A line of the table is one message, or begins with the name of something else:
 *
 *	zone Europe/Berlin		of the times below; of the system without it
 *	rules TIME			the instance's rules are in force since
 *	event TIME | NAME | TEXT	of the engine
 *	own TIME | KEY			mail that mroute made itself
 *	TIME | AUTHOR | ROUTE | BY | STEPS | LINES | FIELDS | SUBJECT | OPENING
 *
 * TIME is `2026-11-16 09:10:00`, with Z behind it UTC.  AUTHOR is an address, or
 * `form ADDRESS`: it wrote by a web form; or `?`: nothing is known of the mail.  ROUTE
 * is `-` for the fallback Maildir, and ROUTE and BY are empty for what was not decided.
 * BY is a word of `mroute log`, or `observe ROUTE`: where it would have gone.
 *
 * STEPS happen to the effect that is last, each so long after the receipt:
 *
 *	done@2s  temp@60s  perm@3s	how a try ended; a permanent failure makes
 *				an effect in place of the first
 *	also			a second effect, with the first; its steps follow
 *	person:ROUTE@1h		a person sends it there, with an effect of its own
 *	held@1s  died@50ms	the message is held; its examiner died
 *
 * LINES are ids of the rules: `lead.1!` was decisive, `lead.2` held, `press.4?` is
 * unknown.  FIELDS are NAME=VALUE, with `;` between them; a value that begins with
 * `~` was not found.
 */
#include <ctype.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/opts.h"
#include "base/xalloc.h"
#include "rules/policy.h"
#include "rules/ruleset.h"
#include "traffic/batch.h"

enum { TABLE_MAX = 64 << 20, COLUMNS = 9, LIST_MAX = 64, DECIDED_AFTER = 100 };

enum column { AT, AUTHOR, ROUTE, BY, STEPS, LINES, FIELDS, SUBJECT, OPENING };

static const char alias[] = "marketing@company.example";

struct ledger {
	struct config *cfg;
	struct policy *policy;
	struct spool *sp;
	int lock;
	struct store *store;
	struct batch batch;
	unsigned number;		/* of the line */
};

struct entry {				/* a message while its steps happen */
	char *id;
	int64_t at_ms;
	unsigned seq, effects;
	struct effect *open;		/* the one that steps happen to */
	struct effect first, second;	/* both of them wait until they are final */
	bool two;
};

/* ---- words ---- */

static char *
trim(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return s;
}

static size_t
split(char *s, const char *separators, char **out, size_t max)
{
	size_t n = 0;

	for (char *p = strsep(&s, separators); p != NULL && n < max;
	    p = strsep(&s, separators))
		out[n++] = trim(p);
	return n;
}

static int
read_time(const struct ledger *g, const char *text, int64_t *out, struct err *e)
{
	struct tm tm = { .tm_isdst = -1 };
	const char *rest = strptime(text, "%Y-%m-%d %H:%M:%S", &tm);

	if (rest == NULL)
		return err_set(e, ERR_USAGE, "line %u: '%s' is no time", g->number, text);
	*out = (int64_t)(*rest == 'Z' ? timegm(&tm) : mktime(&tm)) * 1000;
	return 0;
}

/* "2s", "500ms", "3d" */
static int64_t
read_span(const char *text)
{
	static const struct { const char *unit; int64_t ms; } units[] = {
		{ "ms", 1 }, { "s", 1000 }, { "min", 60000 }, { "h", 3600000 },
		{ "d", 86400000 },
	};
	char *unit;
	int64_t n = strtoll(text, &unit, 10);

	for (size_t i = 0; i < NELEM(units); i++)
		if (strcmp(unit, units[i].unit) == 0)
			return n * units[i].ms;
	return -1;
}

static int
read_by(const char *word)
{
	for (int i = 0; i < BY_N; i++)
		if (strcmp(decided_by_name((enum decided_by)i), word) == 0)
			return i;
	return -1;
}

/* ---- records ---- */

static void
add(struct ledger *g, enum record_type type, int64_t at_ms, const struct entry *en,
    const struct record *r)
{
	struct record x = *r;

	x.type = type;
	x.at_ms = at_ms;
	x.id = en->id;
	batch_add(&g->batch, &x);
}

static void
add_state(struct ledger *g, const struct entry *en, int64_t at_ms, enum message_state s)
{
	add(g, RECORD_STATE, at_ms, en, &(struct record){ .u.state = s });
}

static void
make_id(struct ledger *g, int64_t ms, char **out)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	char *id = arena_calloc(g->batch.arena, 1, ULID_SIZE);
	uint64_t time = (uint64_t)ms, rest = g->number;

	for (size_t i = 10; i-- > 0; time >>= 5)
		id[i] = alphabet[time & 31];
	for (size_t i = ULID_LEN; i-- > 10; rest >>= 5)
		id[i] = alphabet[rest & 31];
	*out = id;
}

static struct envelope *
envelope(struct ledger *g, const struct entry *en, enum envelope_kind kind)
{
	struct envelope *env = arena_calloc(g->batch.arena, 1, sizeof *env);

	env->kind = kind;
	env->received_ms = en->at_ms;
	memcpy(env->id, en->id, sizeof env->id);
	snprintf(env->recipient, sizeof env->recipient, "%s", alias);
	return env;
}

static void
add_message(struct ledger *g, const struct entry *en, char **col)
{
	struct arena *a = g->batch.arena;
	struct envelope *env = envelope(g, en, ENVELOPE_MAIL);
	struct message_identity *id = NULL;
	const char *author = col[AUTHOR];
	bool form = strncmp(author, "form ", 5) == 0;

	if (form)
		author += 5;
	if (strcmp(author, "?") != 0) {
		id = arena_calloc(a, 1, sizeof *id);
		id->message_id = slice_str(arena_printf(a, "<%u@ledger.example>", g->number));
		id->from_address = slice_str(form ? "forms@company.example" : author);
		id->author = slice_str(author);
		id->from = id->from_address;
		id->subject = slice_str(col[SUBJECT]);
		id->opening = slice_str(col[OPENING]);
		id->date = id->references = slice_str("");
		snprintf(env->sender, sizeof env->sender, "%s", author);
	}
	add(g, RECORD_MESSAGE, en->at_ms, en, &(struct record){ .u.message = { env, "", 1000,
	    id } });
}

static void
end_try(struct ledger *g, struct entry *en, int64_t at_ms, const char *outcome)
{
	struct effect *ef = en->open;
	bool temp = strcmp(outcome, "temp") == 0, perm = strcmp(outcome, "perm") == 0;

	ef->attempts++;
	ef->last = temp ? "451 4.7.1 try again later" : perm ? "550 5.1.1 no such user" :
	    "250 2.0.0 ok";
	ef->state = temp ? EFFECT_READY : perm ? EFFECT_FAILED : EFFECT_DONE;
	ef->ended_ms = temp ? 0 : at_ms;
	ef->next_ms = temp ? at_ms + 60000 : 0;
	add(g, RECORD_ATTEMPT, at_ms - 1, en, &(struct record){ .u.attempt = { ef->n,
	    ef->attempts, false, "", 0, "", "" } });
	add(g, RECORD_ATTEMPT, at_ms, en, &(struct record){ .u.attempt = { ef->n, ef->attempts,
	    true, outcome, temp ? 451 : perm ? 550 : 250, ef->last, "" } });
	add(g, RECORD_EFFECT, at_ms, en, &(struct record){ .u.effect = *ef });
}

static struct effect
new_effect(struct entry *en, const char *route, int64_t at_ms, bool substitute)
{
	bool fallback = route[0] == '\0';

	return (struct effect){ .n = ++en->effects,
	    .kind = fallback ? EFFECT_FALLBACK : EFFECT_SMTP, .server = "",
	    .target = fallback ? "" : "team@company.example", .substitute = substitute,
	    .created_ms = at_ms, .last = "" };
}

static bool
is_open(const struct effect *ef)
{
	return ef->state == EFFECT_READY;
}

/* ---- lines and fields ---- */

static const struct line *
find_line(const struct ledger *g, const char *id, const struct route **route)
{
	const struct ruleset *rs = policy_ruleset(g->policy, 0);

	for (size_t i = 0; i < rs->n_route; i++)
		for (size_t k = 0; k < rs->route[i].n_line; k++)
			if (strcmp(rs->route[i].line[k].id, id) == 0) {
				*route = &rs->route[i];
				return &rs->route[i].line[k];
			}
	return NULL;
}

static int
read_lines(struct ledger *g, char *text, struct record_line **out, size_t *n_out,
    struct err *e)
{
	struct record_line *list = arena_calloc(g->batch.arena, LIST_MAX, sizeof *list);
	char *word[LIST_MAX];
	size_t n = split(text, " ", word, LIST_MAX);

	*out = list;
	*n_out = 0;
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(word[i]);
		char mark = len > 0 ? word[i][len - 1] : '\0';
		const struct route *route;
		const struct line *line;

		if (len == 0)
			continue;
		if (mark == '!' || mark == '?')
			word[i][len - 1] = '\0';
		if ((line = find_line(g, word[i], &route)) == NULL)
			return err_set(e, ERR_USAGE, "line %u: no line '%s'", g->number,
			    word[i]);
		list[(*n_out)++] = (struct record_line){ .route = route->name,
		    .hash = line->hash, .id = line->id, .text = line->text,
		    .unknown = mark == '?', .reason = mark == '?' ? "took too long" : "",
		    .points = line->points, .decisive = mark == '!' };
	}
	return 0;
}

static void
read_fields(struct ledger *g, char *text, struct plan *p)
{
	char *word[LIST_MAX];
	size_t n = split(text, ";", word, LIST_MAX);

	p->field = arena_calloc(g->batch.arena, n + 1, sizeof *p->field);
	for (size_t i = 0; i < n; i++) {
		char *value = strchr(word[i], '=');
		bool missing;

		if (value == NULL)
			continue;
		*value++ = '\0';
		missing = *value == '~';
		p->field[p->n_field++] = (struct plan_field){ word[i], TYPED_TEXT,
		    missing ? "" : value, missing ? "" : value, missing };
	}
}

/* ---- decisions ---- */

static void
add_decision(struct ledger *g, struct entry *en, int64_t at_ms, struct plan *p,
    const struct record_line *line, size_t n_line, struct effect *ef, size_t n_effect)
{
	const struct route *r = ruleset_find(policy_ruleset(g->policy, 0), p->route);

	p->title = r != NULL ? r->title : "";
	p->why = "it says so in the table";
	p->best = n_line > 0 ? line[0].route : "";
	p->runner_up = "";
	p->keep_originals = -1;
	add(g, RECORD_DECISION, at_ms, en, &(struct record){ .u.decision = {
	    .seq = ++en->seq, .digest = policy_digest(g->policy), .plan = p,
	    .trace_json = "{}", .effect = ef, .n_effect = n_effect, .line = line,
	    .n_line = n_line } });
	add_state(g, en, at_ms, n_effect > 0 ? MESSAGE_ACTIVE : MESSAGE_FINAL);
}

static int
decide(struct ledger *g, struct entry *en, char **col, struct err *e)
{
	struct arena *a = g->batch.arena;
	struct plan *p = arena_calloc(a, 1, sizeof *p);
	struct effect *ef = arena_calloc(a, 2, sizeof *ef);
	struct record_line *line;
	size_t n_line, n_effect = 0;
	char *would = strchr(col[BY], ' ');
	int by;

	if (would != NULL)
		*would++ = '\0';
	if ((by = read_by(col[BY])) < 0)
		return err_set(e, ERR_USAGE, "line %u: nothing decides by '%s'", g->number,
		    col[BY]);
	*p = (struct plan){ .route = strcmp(col[ROUTE], "-") == 0 ? "" : col[ROUTE],
	    .by = (enum decided_by)by, .would_be = would != NULL ? would : "",
	    .would_be_by = BY_POINTS };
	read_fields(g, col[FIELDS], p);
	if (read_lines(g, col[LINES], &line, &n_line, e) < 0)
		return -1;
	if (p->by != BY_REDELIVERY) {
		ef[n_effect++] = en->first = new_effect(en, p->route, en->at_ms, false);
		en->open = &en->first;
		if ((en->two = strstr(col[STEPS], "also") != NULL))
			ef[n_effect++] = en->second = new_effect(en, p->route, en->at_ms, false);
	}
	add_decision(g, en, en->at_ms + DECIDED_AFTER, p, line, n_line, ef, n_effect);
	return 0;
}

static void
send_elsewhere(struct ledger *g, struct entry *en, const char *route, int64_t at_ms)
{
	struct arena *a = g->batch.arena;
	struct plan *p = arena_calloc(a, 1, sizeof *p);
	struct effect *ef = arena_calloc(a, 1, sizeof *ef);

	*p = (struct plan){ .route = route, .by = BY_PERSON, .would_be = "" };
	*ef = en->first = new_effect(en, route, at_ms, false);
	en->open = &en->first;
	add_decision(g, en, at_ms, p, NULL, 0, ef, 1);
}

/* ---- steps ---- */

static void
end_effect(struct ledger *g, struct entry *en, int64_t at_ms, const char *outcome)
{
	end_try(g, en, at_ms, outcome);
	if (en->open->state == EFFECT_FAILED) {
		*en->open = new_effect(en, "triage", at_ms, true);
		add(g, RECORD_EFFECT, at_ms, en, &(struct record){ .u.effect = *en->open });
	} else if (!is_open(&en->first) && (!en->two || !is_open(&en->second))) {
		add_state(g, en, at_ms, MESSAGE_FINAL);
	}
}

static int
step(struct ledger *g, struct entry *en, char *word, struct err *e)
{
	char *at = strchr(word, '@'), *route = strchr(word, ':');
	int64_t span = at != NULL ? read_span(at + 1) : 0;

	if (strcmp(word, "also") == 0) {
		en->open = &en->second;
		return 0;
	}
	if (at == NULL || span < 0)
		return err_set(e, ERR_USAGE, "line %u: when is '%s'?", g->number, word);
	*at = '\0';
	span += en->at_ms;
	if (route != NULL) {
		*route++ = '\0';
		send_elsewhere(g, en, route, span);
	} else if (strcmp(word, "held") == 0) {
		add_state(g, en, span, MESSAGE_HELD);
	} else if (strcmp(word, "died") == 0) {
		batch_event(&g->batch, span, en->id, "examiner-failed", "it died by signal 9");
	} else if (en->open == NULL) {
		return err_set(e, ERR_USAGE, "line %u: no effect to '%s'", g->number, word);
	} else {
		end_effect(g, en, span, word);
	}
	return 0;
}

static int
message(struct ledger *g, char *text, struct err *e)
{
	char *col[COLUMNS], *word[LIST_MAX];
	struct entry en = { .effects = 0 };
	size_t n = split(arena_strdup(g->batch.arena, text), "|", col, COLUMNS);

	for (; n < COLUMNS; n++)
		col[n] = text + strlen(text);
	if (read_time(g, col[AT], &en.at_ms, e) < 0)
		return -1;
	make_id(g, en.at_ms, &en.id);
	add_message(g, &en, col);
	if (col[BY][0] != '\0' && decide(g, &en, col, e) < 0)
		return -1;
	n = split(col[STEPS], " ", word, LIST_MAX);
	for (size_t i = 0; i < n; i++)
		if (word[i][0] != '\0' && step(g, &en, word[i], e) < 0)
			return -1;
	return 0;
}

/* ---- other lines ---- */

static int
set_zone(struct ledger *g, char *text, struct err *e)
{
	(void)g;
	(void)e;
	setenv("TZ", trim(text), 1);
	tzset();
	return 0;
}

static int
rules_since(struct ledger *g, char *text, struct err *e)
{
	int64_t at_ms;

	if (read_time(g, trim(text), &at_ms, e) < 0)
		return -1;
	batch_add(&g->batch, &(struct record){ RECORD_RULESET, at_ms, NULL, { .ruleset = {
	    policy_digest(g->policy), policy_snapshot(g->policy) } } });
	batch_event(&g->batch, at_ms, NULL, EVENT_RULES_LOADED, policy_digest(g->policy));
	return 0;
}

static int
event(struct ledger *g, char *text, struct err *e)
{
	char *col[3];
	int64_t at_ms;
	size_t n = split(arena_strdup(g->batch.arena, text), "|", col, NELEM(col));

	if (n < 2 || read_time(g, col[0], &at_ms, e) < 0)
		return err_set(e, ERR_USAGE, "line %u: event TIME | NAME | TEXT", g->number);
	batch_event(&g->batch, at_ms, NULL, col[1], n > 2 ? col[2] : "");
	return 0;
}

static int
own(struct ledger *g, char *text, struct err *e)
{
	char *col[2];
	struct entry en = { .effects = 0 };
	struct envelope *env;
	struct plan *p = arena_calloc(g->batch.arena, 1, sizeof *p);

	if (split(arena_strdup(g->batch.arena, text), "|", col, 2) < 2 ||
	    read_time(g, col[0], &en.at_ms, e) < 0)
		return err_set(e, ERR_USAGE, "line %u: own TIME | KEY", g->number);
	make_id(g, en.at_ms, &en.id);
	env = envelope(g, &en, ENVELOPE_OWN);
	snprintf(env->own_key, sizeof env->own_key, "%s", col[1]);
	snprintf(env->own_rcpt[0], sizeof env->own_rcpt[0], "owner@company.example");
	env->n_own_rcpt = 1;
	add(g, RECORD_MESSAGE, en.at_ms, &en, &(struct record){ .u.message = { env, "", 1000,
	    NULL } });
	*p = (struct plan){ .route = "(own)", .by = BY_OWN, .would_be = "" };
	add_decision(g, &en, en.at_ms, p, NULL, 0, NULL, 0);
	return 0;
}

static const struct {
	const char *word;
	int (*read)(struct ledger *g, char *text, struct err *e);
} words[] = {
	{ "zone ", set_zone },
	{ "rules ", rules_since },
	{ "event ", event },
	{ "own ", own },
};

static int
read_line(struct ledger *g, char *text, struct err *e)
{
	text = trim(text);
	if (text[0] == '\0' || text[0] == '#')
		return 0;
	for (size_t i = 0; i < NELEM(words); i++)
		if (strncmp(text, words[i].word, strlen(words[i].word)) == 0)
			return words[i].read(g, text + strlen(words[i].word), e);
	return message(g, text, e);
}

static int
read_table(struct ledger *g, const char *path, struct err *e)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	AUTO(xfree) char *text = NULL;
	char *rest;

	if (file_read(AT_FDCWD, path, TABLE_MAX, &b, e) < 0)
		return -1;
	rest = text = buf_detach(&b);
	for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
		g->number++;
		if (read_line(g, line, e) < 0)
			return -1;
	}
	return batch_commit(&g->batch, e);
}

/* ---- the program ---- */

static int
open_all(struct ledger *g, const char *conf, struct err *e)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf text = BUF_INIT;

	if (config_load(conf, d, &g->cfg, e) < 0 ||
	    policy_load(g->cfg, d, &g->policy, e) < 0) {
		diag_print(d, false, &text);
		fputs(buf_str(&text), stderr);
		return -1;
	}
	if (spool_open(g->cfg->spool.path, &g->sp, e) < 0)
		return -1;
	if (spool_lock(g->sp, &g->lock, e) != 1)
		return err_set(e, ERR_TEMP, "an engine runs in this spool");
	if (store_open(g->sp, STORE_WRITE, &g->store, e) < 0)
		return -1;
	batch_init(&g->batch, g->store);
	return file_replace(spool_dirfd(g->sp), "rules.good", policy_snapshot(g->policy),
	    0600, e);
}

struct options {
	const char *conf;
};

static const struct opt table[] = {
	OPT_STRING('c', "conf", "FILE", struct options, conf, "of the instance"),
	OPT_END
};

int
main(int argc, char **argv)
{
	struct options o = { NULL };
	const struct opt_set set = { table, &o };
	struct ledger g = { .lock = -1 };
	struct err e = ERR_INIT;
	int first, rc;

	setlocale(LC_ALL, "C");
	if (opts_parse(&set, 1, OPTS_MIXED, argc, argv, &first, &e) < 0 ||
	    first + 1 != argc || o.conf == NULL) {
		fprintf(stderr, "usage: ledger -c FILE TABLE\n");
		return 2;
	}
	rc = open_all(&g, o.conf, &e);
	if (rc == 0)
		rc = read_table(&g, argv[first], &e);
	if (rc < 0)
		fprintf(stderr, "ledger: %s\n", e.text);
	batch_release(&g.batch);
	store_close(&g.store);
	spool_close(&g.sp);
	policy_free(&g.policy);
	config_free(&g.cfg);
	return rc < 0 ? 2 : 0;
}
