/* SPDX-License-Identifier: MIT */
/*
 * What no rule claimed, in groups of alike wording, each with a line for the rules
 * that would catch it and the route where that line would go best.
 */
#include <glib.h>
#include <string.h>

#include "base/utf8.h"
#include "flow/summary_impl.h"
#include "flow/wording.h"

enum {
	OWN_MOST = 4000,
	NAME_LEAST = 3,			/* letters */
	ROUTE_LEAST = 3,		/* messages that point to a route */
};

struct own {
	struct arena *a;
	const char **word;
	size_t n, cap;
};

static void
own_add(struct own *own, struct slice s)
{
	if (s.len == 0 || own->n >= OWN_MOST)
		return;
	own->word = arena_grow(own->a, own->word, own->n, &own->cap, sizeof *own->word);
	own->word[own->n++] = arena_strndup(own->a, s.ptr, s.len);
}

/* "tools" of tools.example and mail.tools.example: all labels but the last. */
static void
own_add_domain(struct own *own, struct slice domain)
{
	struct slice label;

	while (slice_next(&domain, '.', &label))
		if (domain.len > 0)
			own_add(own, label);
}

static void
own_add_address(struct own *own, const char *address)
{
	struct slice s = slice_str(address), local = { "", 0 };

	(void)slice_next(&s, '@', &local);
	own_add(own, local);
	own_add_domain(own, s);
}

/* Local parts that are a job and no name. */
static const char *const jobs[] = {
	"account", "accounts", "admin", "billing", "booking", "bounce", "bounces",
	"career", "careers", "contact", "customer", "design", "dev", "editor", "event",
	"events", "finance", "hello", "help", "info", "invoice", "invoices", "jobs",
	"legal", "mail", "mailer", "marketing", "media", "news", "newsletter", "noreply",
	"office", "order", "orders", "partner", "partners", "partnership", "press",
	"product", "recruiting", "reply", "research", "sales", "security", "service",
	"services", "shop", "sponsor", "sponsors", "sponsorship", "support", "team",
	"tech", "training", "web", "webmaster",
};

static bool
is_job(struct slice s)
{
	for (size_t i = 0; i < NELEM(jobs); i++)
		if (slice_eq_case(s, slice_str(jobs[i])))
			return true;
	return false;
}

/* "jane" and "roe" of jane.roe@: a phrase shall not be whoever wrote. */
static void
add_name(struct own *own, const char *address)
{
	struct slice s = slice_str(address), local = { "", 0 };
	size_t from = 0;

	(void)slice_next(&s, '@', &local);
	for (size_t i = 0; i <= local.len; i++) {
		struct slice part = slice_sub(local, from, i);

		if (i < local.len && g_ascii_isalpha(local.ptr[i]))
			continue;
		if (i < local.len && (unsigned char)local.ptr[i] >= 0x80)
			continue;
		if (part.len >= NAME_LEAST && !is_job(part))
			own_add(own, part);
		from = i + 1;
	}
}

static struct own
own_words(const struct gather *g)
{
	struct own own = { .a = g->a };

	for (size_t i = 0; i < g->cfg->n_alias; i++) {
		const struct config_alias *al = &g->cfg->alias[i];

		for (size_t k = 0; k < al->n_address; k++)
			own_add_address(&own, al->address[k]);
		for (size_t k = 0; k < al->n_staff; k++)
			own_add_domain(&own, slice_str(al->staff[k]));
	}
	return own;
}

static struct own
names_of(const struct gather *g, const struct stats_open *open, size_t n)
{
	struct own names = { .a = g->a };

	if (g->s->people != PEOPLE_FULL)
		for (size_t i = 0; i < n; i++)
			add_name(&names, open[i].author);
	return names;
}

/* The route that more than half, and three, of them have most points for. */
static const char *
best_route(const struct gather *g, const struct stats_open *open,
    const struct wording_group *w)
{
	for (size_t i = 0; i < w->n_text; i++) {
		const char *best = open[w->text[i]].best;
		size_t n = 0;
		bool otherwise;

		if (best[0] == '\0' || (i > 0 && strcmp(best,
		    open[w->text[i - 1]].best) == 0))
			continue;
		for (size_t k = 0; k < w->n_text; k++)
			n += strcmp(open[w->text[k]].best, best) == 0 ? 1 : 0;
		if (n * 2 > w->n_text && n >= ROUTE_LEAST)
			return gather_route(g, best, &otherwise) != NULL && !otherwise ?
			    best : "";
	}
	return "";
}

/*
 * Points as the pack gives them: more words are surer.  A subject alone is looked
 * at where all of them have it there, since a text may mention anything.
 */
static const char *
line_for(const struct gather *g, const struct wording_group *w)
{
	return arena_printf(g->a, "+%d  %s  has  %s",
	    strchr(w->phrase, ' ') != NULL ? 30 : 20, w->all_in_subject ? "subject" :
	    "any", w->phrase);
}

static void
set_samples(const struct gather *g, const struct stats_open *open,
    const struct wording_group *w, struct summary_group *out)
{
	for (size_t i = 0; i < w->n_text && i < SAMPLES; i++) {
		const struct stats_open *o = &open[w->text[i]];
		size_t len = store_short_id(g->st, o->id);

		out->id[out->n_id++] = arena_strndup(g->a, o->id,
		    MIN(len, strlen(o->id)));
		if (g->s->people == PEOPLE_FULL)
			out->sample[out->n_sample++] = arena_printf(g->a, "%s: %s",
			    o->author[0] != '\0' ? o->author : "(no address)",
			    o->subject[0] != '\0' ? o->subject : "(no subject)");
	}
}

static bool
may_tell(const struct gather *g, const struct wording_group *w)
{
	return g->s->people == PEOPLE_FULL ||
	    (g->s->people == PEOPLE_DOMAINS && w->senders > 1);
}

static void
set_group(const struct gather *g, const struct stats_open *open,
    const struct wording_group *w, struct summary_group *out)
{
	bool told = may_tell(g, w);

	*out = (struct summary_group){ .n = w->n_text,
	    .words = told ? w->phrase : "", .line = told ? line_for(g, w) : "",
	    .route = told ? best_route(g, open, w) : "" };
	set_samples(g, open, w, out);
}

/* ---- does the line fit what is routed already? ---- */

struct fitting {
	struct summary *s;
	const struct phrase *phrase[GROUPS_MOST];	/* NULL: no line */
};

static bool
try_phrases(void *arg, const struct store_row *row)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct fitting *f = arg;
	struct text subject = { .orig = { "", 0 } };
	size_t from, to;

	if (!stats_is_routed(decided_by_find(row->decided_by)) ||
	    !utf8_valid(slice_str(row->subject)))
		return true;
	subject.fold = text_fold(a, slice_str(row->subject));
	for (size_t i = 0; i < f->s->n_group; i++) {
		struct summary_group *g = &f->s->group[i];

		if (f->phrase[i] != NULL && strcmp(g->route, row->route) != 0 &&
		    phrase_find(f->phrase[i], &subject, &from, &to))
			g->elsewhere++;
	}
	return true;
}

/*
 * A phrase that half as many messages have which found their way would do more
 * harm than good: no line then.
 */
static int
try_lines(struct gather *g, struct err *e)
{
	struct store_filter filter = { .since_ms = g->s->period.from_ms,
	    .until_ms = g->s->period.to_ms, .limit = ROUTED_MOST };
	struct fitting f = { .s = g->s };
	const char *error;
	bool any = false;

	for (size_t i = 0; i < g->s->n_group; i++) {
		if (g->s->group[i].line[0] != '\0')
			f.phrase[i] = phrase_compile(g->a,
			    slice_str(g->s->group[i].words), &error);
		any = any || f.phrase[i] != NULL;
	}
	if (any && store_each(g->st, &filter, try_phrases, &f, e) < 0)
		return -1;
	for (size_t i = 0; i < g->s->n_group; i++)
		if (g->s->group[i].elsewhere * 2 >= g->s->group[i].n)
			g->s->group[i].line = g->s->group[i].route = "";
	return 0;
}

int
gather_triage(struct gather *g, struct err *e)
{
	struct summary *s = g->s;
	struct wording_group *w;
	struct wording_text *text;
	struct stats_open *open;
	uint64_t grouped = 0;
	struct own own, names;
	size_t n, n_group;

	if (stats_triage(g->st, g->a, &s->period, 0, &open, &n, e) < 0)
		return -1;
	text = arena_calloc(g->a, n, sizeof *text);
	for (size_t i = 0; i < n; i++)
		text[i] = (struct wording_text){ slice_str(open[i].subject),
		    slice_str(open[i].opening), slice_str(open[i].author) };
	own = own_words(g);
	names = names_of(g, open, n);
	wording_groups(g->a, text, n, &(struct wording_apart){ own.word, own.n, names.word,
	    names.n }, &w, &n_group);
	s->n_group = MIN(n_group, GROUPS_MOST);
	s->group = arena_calloc(g->a, s->n_group, sizeof *s->group);
	for (size_t i = 0; i < s->n_group; i++) {
		set_group(g, open, &w[i], &s->group[i]);
		grouped += w[i].n_text;
	}
	/* Beyond the newest 2,000 and the largest groups nothing is told apart. */
	s->ungrouped = s->triage > grouped ? s->triage - grouped : 0;
	return try_lines(g, e);
}
