/* SPDX-License-Identifier: MIT */
/* mroute log: what came, where it went and why; or all that happened to one message. */
#include <string.h>

#include "base/clock.h"
#include "cmd/log.h"
#include "cmd/story.h"
#include "cmd/when.h"
#include "model/domain.h"

static const struct opt log_opts[] = {
	OPT_FLAG('f', "follow", struct log_opts, follow,
	    "go on with what comes, until ^C"),
	OPT_STRING(0, "search", "TEXT", struct log_opts, search,
	    "in subjects and authors"),
	OPT_STRING(0, "route", "ROUTE", struct log_opts, route,
	    "only what went to this route"),
	OPT_STRING(0, "by", "WHAT", struct log_opts, by,
	    "decided by: points, below-needs, person ..."),
	OPT_STRING(0, "state", "waiting|undecided|held|delivered|failed|final|purged",
	    struct log_opts, state, "what became of it"),
	OPT_STRING(0, "sender", "TEXT", struct log_opts, sender,
	    "an address, or part of sender, From or author"),
	OPT_STRING(0, "domain", "DOMAIN", struct log_opts, domain,
	    "the domain of the author's address"),
	OPT_STRING(0, "recipient", "TEXT", struct log_opts, recipient,
	    "an address it came to, or part of one"),
	OPT_STRING(0, "subject", "TEXT", struct log_opts, subject,
	    "part of the subject"),
	OPT_STRING(0, "points", "MIN..MAX", struct log_opts, points,
	    "points of the best route: 20..49, 50.., ..19"),
	OPT_STRING(0, "field", "NAME[=TEXT]", struct log_opts, field,
	    "with that field captured; its value has TEXT"),
	OPT_STRING(0, "line", "LINE", struct log_opts, line,
	    "for which that line held: press.3, or its hash"),
	OPT_STRING(0, "since", "TIME", struct log_opts, since,
	    "30d, 2h, 2026-11-28, yesterday, monday ..."),
	OPT_STRING(0, "until", "TIME", struct log_opts, until, "the same"),
	OPT_STRING(0, "id", "ID", struct log_opts, id, "the beginning of an id"),
	OPT_STRING(0, "queue-id", "ID", struct log_opts, queue_id,
	    "the id in Postfix' log"),
	OPT_STRING('n', "limit", "N", struct log_opts, limit,
	    "at most so many; 0: all"),
	OPT_FLAG(0, "json", struct log_opts, json, "one JSON object a line"),
	OPT_FLAG(0, "csv", struct log_opts, csv, "a table for spreadsheets"),
	OPT_FLAG(0, "no-pager", struct log_opts, no_pager,
	    "all at once, also on a terminal"),
	OPT_END
};

enum { LIMIT = 20 };

/* One of words, else an error that names them all. */
static int
check_word(const char *option, const char *word, const char *const *words,
    struct err *e)
{
	AUTO(buf_release) struct buf all = BUF_INIT;

	for (size_t i = 0; word != NULL && words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0)
			return 0;
	if (word == NULL)
		return 0;
	for (size_t i = 0; words[i] != NULL; i++)
		buf_addf(&all, "%s%s", i > 0 ? ", " : "", words[i]);
	/* What the story of a message calls it. */
	if (strcmp(word, "given-up") == 0 || strcmp(word, "given up") == 0)
		buf_add_str(&all, "; what was given up is 'failed'");
	return err_set(e, ERR_USAGE, "--%s '%s': it can be %s", option, word,
	    buf_str(&all));
}

static int
read_words(const struct log_opts *o, struct err *e)
{
	const char *by[BY_N + 1] = { NULL };

	for (unsigned i = 0; i < BY_N; i++)
		by[i] = decided_by_name((enum decided_by)i);
	if (check_word("by", o->by, by, e) < 0)
		return -1;
	return check_word("state", o->state, store_states, e);
}

/* A number with a sign; empty is `open`. */
static bool
read_bound(struct slice s, int open, int *out)
{
	bool minus = slice_starts(s, "-");
	uint64_t n;

	*out = open;
	if (s.len == 0)
		return true;
	if (!slice_to_u64(slice_sub(s, minus, s.len), &n) || n > 1000000)
		return false;
	*out = minus ? -(int)n : (int)n;
	return true;
}

/* "20..49", "50..", "..19", "35". */
static int
read_points(const char *text, struct store_filter *f, struct err *e)
{
	struct slice all = slice_str(text), low = all, high = all;
	size_t dots = slice_find_slice(all, SLICE_LIT(".."));

	if (dots < all.len) {
		low = slice_sub(all, 0, dots);
		high = slice_sub(all, dots + 2, all.len);
	}
	f->with_points = true;
	if (low.len + high.len == 0 || !read_bound(low, INT32_MIN, &f->points_min) ||
	    !read_bound(high, INT32_MAX, &f->points_max) ||
	    f->points_min > f->points_max)
		return err_set(e, ERR_USAGE, "--points takes 20..49, 50.., ..19 or a "
		    "number, not '%s'", text);
	return 0;
}

/* "budget", "budget=7200" */
static int
read_field(const char *text, struct arena *a, struct store_filter *f, struct err *e)
{
	size_t n = strcspn(text, "=");

	if (n == 0)
		return err_set(e, ERR_USAGE, "--field takes NAME or NAME=TEXT, not "
		    "'%s'", text);
	f->field = arena_strndup(a, text, n);
	if (text[n] == '=')
		f->field_has = text + n + 1;
	return 0;
}

/* "Acme.Example", "@acme.example"; one with umlauts as the DNS has it. */
static int
read_domain(const char *text, struct arena *a, struct store_filter *f, struct err *e)
{
	f->domain = domain_normal(a, slice_str(text + (text[0] == '@')));
	return f->domain != NULL ? 0 : err_set(e, ERR_USAGE,
	    "--domain takes a domain, not '%s'", text);
}

/* By the configuration's clock: after records_open. */
static int
read_times(const struct log_opts *o, struct store_filter *f, struct err *e)
{
	int64_t now = clock_wall_ms();

	if (o->since != NULL &&
	    when_parse(NULL, o->since, now, false, &f->since_ms, e) < 0)
		return -1;
	if (o->until != NULL &&
	    when_parse(NULL, o->until, now, true, &f->until_ms, e) < 0)
		return -1;
	if (o->since != NULL && o->until != NULL && f->since_ms >= f->until_ms)
		return err_set(e, ERR_USAGE, "--since '%s' is not before --until '%s'",
		    o->since, o->until);
	return 0;
}

static int
read_filter(const struct log_opts *o, struct arena *a, struct store_filter *f,
    struct err *e)
{
	uint64_t limit = o->json || o->csv ? 0 : LIMIT;

	*f = (struct store_filter){
		.route = o->route, .sender = o->sender, .subject = o->subject,
		.recipient = o->recipient, .id = o->id, .queue_id = o->queue_id,
		.decided_by = o->by, .state = o->state, .search = o->search,
		.line = o->line,
	};
	if (read_words(o, e) < 0 ||
	    (o->points != NULL && read_points(o->points, f, e) < 0) ||
	    (o->field != NULL && read_field(o->field, a, f, e) < 0) ||
	    (o->domain != NULL && read_domain(o->domain, a, f, e) < 0))
		return -1;
	if (o->limit != NULL && (!slice_to_u64(slice_str(o->limit), &limit) ||
	    limit > UINT32_MAX))
		return err_set(e, ERR_USAGE, "--limit takes a number");
	f->limit = (unsigned)limit;
	return 0;
}

/* Does the filter leave nothing out but what is old? */
static bool
is_plain(const struct log_opts *o)
{
	return o->route == NULL && o->by == NULL && o->state == NULL &&
	    o->search == NULL && o->sender == NULL && o->domain == NULL &&
	    o->recipient == NULL && o->subject == NULL && o->points == NULL &&
	    o->field == NULL && o->line == NULL && o->id == NULL && o->queue_id == NULL;
}

static int
say_nothing(const struct log_opts *o, const struct records *rec)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const char *nearest = NULL;

	if (o->route != NULL && log_route_unknown(rec, o->route, a, &nearest))
		fprintf(stderr, "nothing found: neither the records nor the rules in "
		    "force have a route '%s'%s%s%s\n", o->route,
		    nearest != NULL ? "; did you mean '" : "",
		    nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
	else if (!o->json && !o->csv)
		fputs("nothing found\n", stderr);
	return CMD_FINDINGS;
}

static int
list(const struct cmd_call *call, const struct records *rec,
    const struct store_filter *f, struct err *e)
{
	const struct log_opts *o = call->opts;
	AUTO(log_rows_release) struct log_rows rows;

	log_rows_init(&rows, call, rec);
	if (rec->st != NULL && store_each(rec->st, f, log_rows_add, &rows, e) < 0)
		return cmd_fail(e);
	if (rows.n == 0)
		return say_nothing(o, rec);
	log_rows_show(&rows);
	if (rows.table != NULL && f->limit > 0 && rows.n == f->limit &&
	    o->limit == NULL)
		fprintf(stderr, "the newest %u; --limit 0 shows all\n", rows.n);
	return CMD_OK;
}

/* What makes no sense together: why, or NULL. */
static const char *
contradiction(const struct cmd_call *call)
{
	const struct log_opts *o = call->opts;

	if (o->json && o->csv)
		return "either --json or --csv";
	if (o->follow && o->until != NULL)
		return "what comes is not before --until";
	if (call->argc > 0 && o->follow)
		return "--follow takes no ID";
	if (call->argc > 0 && o->csv)
		return "the story of a message is no table: --csv takes no ID";
	return NULL;
}

static int
cmd_log_main(struct cmd_call *call)
{
	const struct log_opts *o = call->opts;
	AUTO(records_close) struct records rec = { .cfg = NULL };
	AUTO(arena_free) struct arena *a = arena_new();
	const char *wrong = contradiction(call);
	struct store_filter f;
	struct err e = ERR_INIT;
	char id[ULID_SIZE];

	if (wrong != NULL)
		return cmd_usage(call, "%s", wrong);
	if (read_filter(o, a, &f, &e) < 0)
		return cmd_usage(call, "%s", e.text);
	if (records_open(call, &rec, &e) < 0)
		return cmd_fail(&e);
	if (read_times(o, &f, &e) < 0)
		return cmd_usage(call, "%s", e.text);
	if (o->follow)
		return log_follow(call, &rec, &f, is_plain(o));
	if (call->argc == 0)
		return list(call, &rec, &f, &e);
	if (records_resolve(&rec, call->argv[0], id, &e) < 0 ||
	    story_show(call, rec.st, id, o->json, !o->no_pager, &e) < 0)
		return cmd_fail(&e);
	return CMD_OK;
}

const struct cmd cmd_log = {
	.name = "log",
	.operands = "[ID]",
	.max = 1,
	.summary = "what came, where it went and why",
	.details =
	    "The newest messages first; options narrow the list, and all of them must\n"
	    "hold. With ID: everything that happened to that message, in order. ID is\n"
	    "a unique beginning of a message id, a Postfix queue id, or a Message-ID.\n"
	    "--follow shows the last ten, then a line for each message that comes and\n"
	    "each change of its state. The status is 1 when nothing is found.",
	.opts = log_opts,
	.opts_size = sizeof(struct log_opts),
	.run = cmd_log_main,
};
