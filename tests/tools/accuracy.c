/* SPDX-License-Identifier: MIT */
/*
 * accuracy - how good rules are: what they decide for mail whose route is
 * known, counted.
 *
 *	accuracy [-v] [--json] [--rules 'DIR...'] [FLOORS] HOLDOUT
 *
 * Two sets of mail are counted apart: the `example yes` of the rules, and
 * HOLDOUT/ROUTE/NAME.eml, which the rules were never tuned on.  DIR and DIR as
 * in mroute.conf: a later one overrides.  Domain company.example is staff.
 *
 *	routed     decided for a route, and not left to `otherwise`
 *	right      routed to the route that is wanted
 *	coverage   of the mail of a route: the share that was routed
 *	precision  of the mail that a route got: the share that it should have
 *	lost       sent where nobody reads, and should not have been
 *
 * Mail that `otherwise` is wanted for is right where it stays, but not routed;
 * so it counts in no share of routed mail unless a route takes it.
 *
 * FLOORS (--right, --routed: per cent; --lost, --unseen: messages) hold for
 * HOLDOUT; the status is 1 when one is missed, 2 when nothing could be counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/opts.h"
#include "base/table.h"
#include "base/xalloc.h"
#include "model/guess.h"
#include "rules/decide.h"
#include "rules/example.h"
#include "rules/explain.h"
#include "rules/match.h"
#include "rules/ruleset.h"

enum {
	ROUTES_MAX = 52,		/* a letter each in the table */
	MESSAGE_MAX = 16 << 20,
	CELL = 3,			/* of the confusion table, in columns */
};

#define RECIPIENT	"marketing@company.example"
#define SECURITY	"security"
#define FALLBACK	"(fallback)"

/* Where mail goes that nobody reads one by one. */
static const char *const unread[] = { "newsletter", "vendor", "spam", "auto" };

/* ---- what was decided ---- */

struct result {
	const char *name;		/* "press/01-x", or the place of an example */
	unsigned wanted, got;		/* in struct tally: route */
	const char *by;
	const char *why;
};

struct count {
	unsigned mail, routed, right, lost, got;
};

struct totals {
	unsigned mail, wanted;		/* all; that some route should have */
	unsigned covered;		/* of the latter: routed */
	unsigned routed, right;		/* of all */
	unsigned lost;
	unsigned security, unseen;	/* mail about security; lost of it */
};

struct tally {
	struct arena *arena;
	const char *title;
	const char *route[ROUTES_MAX];
	unsigned n_route;
	unsigned otherwise;
	struct result *result;
	size_t n_result, cap;
	struct count count[ROUTES_MAX];
	struct totals sum;
	unsigned cell[ROUTES_MAX][ROUTES_MAX];	/* wanted, got */
};

static unsigned
route_number(struct tally *t, const char *name)
{
	for (unsigned i = 0; i < t->n_route; i++)
		if (strcmp(t->route[i], name) == 0)
			return i;
	if (t->n_route == ROUTES_MAX) {
		fprintf(stderr, "accuracy: more than %d routes\n", ROUTES_MAX);
		exit(2);
	}
	t->route[t->n_route] = arena_strdup(t->arena, name);
	return t->n_route++;
}

static void
tally_init(struct tally *t, const char *title, const struct policy *p)
{
	const struct ruleset *rs = policy_ruleset(p, 0);

	*t = (struct tally){ .arena = arena_new(), .title = title };
	for (size_t i = 0; i < rs->n_route; i++)
		(void)route_number(t, rs->route[i].name);
	t->otherwise = route_number(t, rs->route[rs->otherwise].name);
}

static void
tally_release(struct tally *t)
{
	arena_free(&t->arena);
}

static bool
is_unread(const struct tally *t, unsigned route)
{
	for (size_t i = 0; i < NELEM(unread); i++)
		if (strcmp(t->route[route], unread[i]) == 0)
			return true;
	return false;
}

static void
count_one(struct tally *t, unsigned wanted, unsigned got)
{
	struct count *c = &t->count[wanted];
	bool routed = got != t->otherwise;

	c->mail++;
	c->routed += routed;
	c->right += routed && got == wanted;
	c->lost += is_unread(t, got) && !is_unread(t, wanted);
	t->count[got].got++;
	t->cell[wanted][got]++;
}

static void
add_result(struct tally *t, const char *name, const char *wanted,
    const struct plan *plan)
{
	const char *route = plan->by == BY_OBSERVE ? plan->would_be : plan->route;
	struct result *r;

	t->result = arena_grow(t->arena, t->result, t->n_result, &t->cap,
	    sizeof *t->result);
	r = &t->result[t->n_result++];
	*r = (struct result){
		.name = arena_strdup(t->arena, name),
		.wanted = route_number(t, wanted),
		.got = route_number(t, route[0] != '\0' ? route : FALLBACK),
		.by = decided_by_name(plan->by),
		.why = arena_strdup(t->arena, plan->why),
	};
	count_one(t, r->wanted, r->got);
}

static void
sum_up(struct tally *t)
{
	struct totals *sum = &t->sum;

	for (unsigned i = 0; i < t->n_route; i++) {
		const struct count *c = &t->count[i];

		sum->mail += c->mail;
		sum->routed += c->routed;
		sum->right += c->right;
		sum->lost += c->lost;
		if (i != t->otherwise) {
			sum->wanted += c->mail;
			sum->covered += c->routed;
		}
		if (strcmp(t->route[i], SECURITY) == 0) {
			sum->security = c->mail;
			sum->unseen = c->lost;
		}
	}
}

/* In per cent. */
static double
share(unsigned part, unsigned whole)
{
	return whole > 0 ? 100.0 * part / whole : 0;
}

/* ---- the two sets ---- */

static void
decide_examples(struct tally *t, const struct policy *p)
{
	const struct ruleset *rs = policy_ruleset(p, 0);

	for (size_t i = 0; i < rs->n_route; i++)
		for (size_t k = 0; k < rs->route[i].n_example; k++) {
			AUTO(arena_free) struct arena *a = arena_new();
			const struct example *ex = &rs->route[i].example[k];
			const struct plan *plan = ex->yes ?
			    example_decide(a, p, 0, ex) : NULL;

			if (plan != NULL)
				add_result(t, arena_printf(a, "%s:%u %s",
				    ex->span.file, ex->span.line, ex->title),
				    rs->route[i].name, plan);
		}
	sum_up(t);
}

static int
decide_message(struct tally *t, const struct policy *p, int dir, const char *route,
    const char *file, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	struct envelope env = { .kind = ENVELOPE_MAIL, .recipient = RECIPIENT };
	struct past past = { 0 };
	struct findings *f;

	if (file_read(dir, file, MESSAGE_MAX, &bytes, e) < 0)
		return -1;
	guess_sender(buf_slice(&bytes), env.sender);
	f = examine(a, buf_slice(&bytes), &env, p);
	past.why_loop = decide_loop(a, &env, f, NULL);
	past.loop = past.why_loop != NULL;
	add_result(t, arena_printf(a, "%s/%s", route, file), route,
	    decide(a, p, &env, f, &past));
	return 0;
}

static int
decide_directory(struct tally *t, const struct policy *p, const char *holdout,
    const char *route, struct err *e)
{
	AUTO(xfree) char *path = path_join(holdout, route);
	AUTO(names_release) struct names files = { NULL, 0 };
	AUTO(fd_close) int dir = -1;

	if (dir_open(AT_FDCWD, path, &dir, e) < 0 ||
	    dir_names(dir, ".", &files, e) < 0)
		return -1;
	for (size_t i = 0; i < files.n; i++)
		if (slice_ends_case(slice_str(files.name[i]), ".eml") &&
		    decide_message(t, p, dir, route, files.name[i], e) < 0)
			return -1;
	return 0;
}

static int
decide_holdout(struct tally *t, const struct policy *p, const char *holdout,
    struct err *e)
{
	AUTO(names_release) struct names routes = { NULL, 0 };

	if (dir_names(AT_FDCWD, holdout, &routes, e) < 0)
		return -1;
	for (size_t i = 0; i < routes.n; i++)
		if (strchr(routes.name[i], '.') == NULL &&	/* README.md */
		    decide_directory(t, p, holdout, routes.name[i], e) < 0)
			return -1;
	sum_up(t);
	if (t->n_result == 0)
		return err_set(e, ERR_DATA, "no messages in '%s/ROUTE/*.eml'",
		    holdout);
	return 0;
}

/* ---- for people ---- */


static void
add_number(struct table *tab, enum style style, unsigned n)
{
	char text[16];

	snprintf(text, sizeof text, "%u", n);
	table_add(tab, style, text);
}

static void
add_share(struct table *tab, unsigned part, unsigned whole)
{
	char text[16] = "-";

	if (whole > 0)
		snprintf(text, sizeof text, "%.0f %%", share(part, whole));
	table_add(tab, STYLE_PLAIN, text);
}

/* Nought is what one wants to see. */
static void
add_lost(struct table *tab, unsigned n)
{
	if (n == 0)
		table_add(tab, STYLE_DIM, "-");
	else
		add_number(tab, STYLE_BAD, n);
}

static void
show_routes(const struct tally *t, bool colour, struct buf *out)
{
	static const struct table_column columns[] = {
		{ .title = "wanted" }, { .title = "mail", .right = true },
		{ .title = "routed", .right = true },
		{ .title = "right", .right = true },
		{ .title = "coverage", .right = true },
		{ .title = "got", .right = true },
		{ .title = "precision", .right = true },
		{ .title = "lost", .right = true },
	};
	struct table *tab = table_new(columns, NELEM(columns));

	for (unsigned i = 0; i < t->n_route; i++) {
		const struct count *c = &t->count[i];
		bool none = i == t->otherwise;

		if (c->mail == 0 && c->got == 0)
			continue;
		table_add(tab, STYLE_NAME, t->route[i]);
		add_number(tab, STYLE_PLAIN, c->mail);
		add_number(tab, STYLE_PLAIN, c->routed);
		add_number(tab, STYLE_PLAIN, c->right);
		add_share(tab, c->routed, none ? 0 : c->mail);
		add_number(tab, STYLE_PLAIN, c->got);
		add_share(tab, t->cell[i][i], none ? 0 : c->got);
		add_lost(tab, c->lost);
	}
	table_render(tab, 0, colour, out);
	table_free(&tab);
}

static char
letter(unsigned route)
{
	return (char)(route < 26 ? 'a' + route : 'A' + (route - 26));
}

/* Rows and columns bear the same letters; the diagonal is what is right. */
static void
show_confusion(const struct tally *t, bool colour, struct buf *out)
{
	AUTO(buf_release) struct buf heading = BUF_INIT;

	buf_addf(&heading, "%-18s", "wanted \\ got");
	for (unsigned i = 0; i < t->n_route; i++)
		buf_addf(&heading, "%*c", CELL, letter(i));
	style_add(out, STYLE_BOLD, buf_slice(&heading), colour);
	buf_add_char(out, '\n');
	for (unsigned i = 0; i < t->n_route; i++) {
		if (t->count[i].mail == 0)
			continue;
		buf_addf(out, "%c %-16s", letter(i), t->route[i]);
		for (unsigned k = 0; k < t->n_route; k++) {
			AUTO(xfree) char *text = t->cell[i][k] == 0 ?
			    xasprintf("%*s", CELL, ".") :
			    xasprintf("%*u", CELL, t->cell[i][k]);
			enum style style = t->cell[i][k] == 0 ? STYLE_DIM :
			    k == i ? STYLE_GOOD :
			    k == t->otherwise ? STYLE_WARN : STYLE_BAD;

			style_add(out, style, slice_str(text), colour);
		}
		buf_add_char(out, '\n');
	}
}

/*
 * What went wrong.  Which messages, and what was left to `otherwise`, only
 * with verbose: who looks closely at held-out mail writes his rules for it.
 */
static void
show_cell(const struct tally *t, unsigned wanted, unsigned got, bool verbose,
    struct buf *out)
{
	buf_addf(out, "%s -> %s: %u\n", t->route[wanted], t->route[got],
	    t->cell[wanted][got]);
	for (size_t i = 0; verbose && i < t->n_result; i++) {
		const struct result *r = &t->result[i];

		if (r->wanted == wanted && r->got == got)
			buf_addf(out, "    %s\n        %s: %s\n", r->name, r->by,
			    r->why);
	}
}

static void
show_wrong(const struct tally *t, bool verbose, struct buf *out)
{
	size_t before = out->len;

	for (unsigned i = 0; i < t->n_route; i++)
		for (unsigned k = 0; k < t->n_route; k++)
			if (i != k && t->cell[i][k] > 0 &&
			    (verbose || k != t->otherwise))
				show_cell(t, i, k, verbose, out);
	if (out->len > before)
		buf_add_char(out, '\n');
}

static void
show_totals(const struct tally *t, struct buf *out)
{
	const struct totals *sum = &t->sum;

	buf_addf(out, "  right   %5.1f %%  of what was routed (%u of %u)\n",
	    share(sum->right, sum->routed), sum->right, sum->routed);
	buf_addf(out, "  routed  %5.1f %%  of what a route should have (%u of %u)\n",
	    share(sum->covered, sum->wanted), sum->covered, sum->wanted);
	buf_addf(out, "  lost    %3u      sent where nobody reads, and wanted\n",
	    sum->lost);
	buf_addf(out, "  unseen  %3u      of %u about security\n", sum->unseen,
	    sum->security);
}

static void
show_text(const struct tally *t, bool verbose, bool colour)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	AUTO(xfree) char *title = xasprintf("%s: %u messages", t->title, t->sum.mail);

	style_add(&out, STYLE_BOLD, slice_str(title), colour);
	buf_add_str(&out, "\n\n");
	if (t->sum.mail > 0) {
		show_routes(t, colour, &out);
		buf_add_char(&out, '\n');
		show_confusion(t, colour, &out);
		buf_add_char(&out, '\n');
		show_wrong(t, verbose, &out);
		show_totals(t, &out);
		buf_add_char(&out, '\n');
	}
	fputs(buf_str(&out), stdout);
}

/* ---- for programs ---- */

static json_t *
json_of_routes(const struct tally *t)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < t->n_route; i++) {
		const struct count *c = &t->count[i];
		json_t *got = json_object();

		for (unsigned k = 0; k < t->n_route; k++)
			if (t->cell[i][k] > 0)
				json_object_set_new(got, t->route[k],
				    json_integer(t->cell[i][k]));
		json_array_append_new(all, json_pack("{s:s,s:i,s:i,s:i,s:i,s:i,s:o}",
		    "route", t->route[i], "mail", c->mail, "routed", c->routed,
		    "right", c->right, "lost", c->lost, "got", c->got,
		    "decided", got));
	}
	return all;
}

static json_t *
json_of_wrong(const struct tally *t)
{
	json_t *all = json_array();

	for (size_t i = 0; i < t->n_result; i++) {
		const struct result *r = &t->result[i];

		if (r->wanted == r->got)
			continue;
		json_array_append_new(all, json_pack("{s:o,s:s,s:s,s:s,s:o}",
		    "message", explain_string(slice_str(r->name)),
		    "wanted", t->route[r->wanted], "got", t->route[r->got],
		    "decided_by", r->by, "why", explain_string(slice_str(r->why))));
	}
	return all;
}

static void
show_json(const struct tally *t)
{
	const struct totals *sum = &t->sum;
	json_t *o = json_pack("{s:i,s:o,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:f,s:f,s:o,s:o}",
	    "v", 1, "set", explain_string(slice_str(t->title)),
	    "mail", sum->mail, "wanted", sum->wanted, "covered", sum->covered,
	    "routed", sum->routed, "right", sum->right, "lost", sum->lost,
	    "security", sum->security, "unseen", sum->unseen,
	    "right_percent", share(sum->right, sum->routed),
	    "routed_percent", share(sum->covered, sum->wanted),
	    "routes", json_of_routes(t), "elsewhere", json_of_wrong(t));
	char *text = json_dumps(o, EXPLAIN_DUMP);

	if (text == NULL)
		bug("json: cannot be written");
	printf("%s\n", text);
	free(text);
	json_decref(o);
}

/* ---- the program ---- */

struct options {
	bool verbose, json;
	int color;
	const char *rules, *right, *routed, *lost, *unseen;
};

static const struct opt table[] = {
	OPT_FLAG('v', "verbose", struct options, verbose,
	    "why each message went elsewhere"),
	OPT_FLAG(0, "json", struct options, json, "one JSON object for each set"),
	OPT_CHOICE(0, "color", "auto|always|never", struct options, color,
	    "colours"),
	OPT_STRING('r', "rules", "DIR...", struct options, rules,
	    "rule directories, a blank between them"),
	OPT_STRING(0, "right", "PERCENT", struct options, right,
	    "at least so much of what is routed must be right"),
	OPT_STRING(0, "routed", "PERCENT", struct options, routed,
	    "at least so much must be routed"),
	OPT_STRING(0, "lost", "N", struct options, lost, "at most so many lost"),
	OPT_STRING(0, "unseen", "N", struct options, unseen,
	    "at most so many about security that nobody sees"),
	OPT_END
};

static int
load(const char *rules, struct config **cfg, struct policy **p, struct err *e)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf out = BUF_INIT;
	AUTO(xfree) char *text = xasprintf("alias " RECIPIENT "\n"
	    "  rules %s\n  staff company.example\n", rules);
	int r = config_parse(slice_str(text), "accuracy.conf", d, cfg, e);

	if (r == 0) {
		(*cfg)->rules_only = true;	/* whichever teams they name */
		r = policy_load(*cfg, d, p, e);
	}
	if (r < 0) {
		diag_print(d, false, &out);
		fputs(buf_str(&out), stderr);
	}
	return r;
}

/* A floor that is not given, or empty, is none. */
static bool
missed(const char *what, const char *floor, double value, int sign)
{
	double limit;

	if (floor == NULL || floor[0] == '\0')
		return false;
	limit = strtod(floor, NULL);
	if (sign * value >= sign * limit)
		return false;
	fprintf(stderr, "accuracy: %s is %.1f, and must be at %s %s\n", what, value,
	    sign > 0 ? "least" : "most", floor);
	return true;
}

static int
check_floors(const struct options *o, const struct totals *sum)
{
	bool bad = missed("right", o->right, share(sum->right, sum->routed), 1);

	bad |= missed("routed", o->routed, share(sum->covered, sum->wanted), 1);
	bad |= missed("lost", o->lost, sum->lost, -1);
	bad |= missed("unseen", o->unseen, sum->unseen, -1);
	return bad ? 1 : 0;
}

static int
fail(const struct err *e)
{
	fprintf(stderr, "accuracy: %s\n", e->text);
	return 2;
}

int
main(int argc, char **argv)
{
	AUTO(config_free) struct config *cfg = NULL;
	AUTO(policy_free) struct policy *p = NULL;
	AUTO(tally_release) struct tally examples = { NULL }, holdout = { NULL };
	struct options o = { .rules = "rules" };
	struct opt_set set = { table, &o };
	struct err e = ERR_INIT;
	int first;
	bool colour;

	if (opts_parse(&set, 1, OPTS_MIXED, argc, argv, &first, &e) < 0)
		return fail(&e);
	if (argc - first != 1) {
		fputs("usage: accuracy [-v] [--json] [--rules 'DIR...'] HOLDOUT\n",
		    stderr);
		return 2;
	}
	if (load(o.rules, &cfg, &p, &e) < 0)
		return fail(&e);
	tally_init(&examples, "examples", p);
	tally_init(&holdout, argv[first], p);
	decide_examples(&examples, p);
	if (decide_holdout(&holdout, p, argv[first], &e) < 0)
		return fail(&e);
	colour = colour_wanted((enum colour_when)o.color, STDOUT_FILENO);
	if (o.json) {
		show_json(&examples);
		show_json(&holdout);
	} else {
		show_text(&examples, o.verbose, colour);
		show_text(&holdout, o.verbose, colour);
	}
	return check_floors(&o, &holdout.sum);
}
