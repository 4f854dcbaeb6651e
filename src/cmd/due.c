/* SPDX-License-Identifier: MIT */
#include "cmd/due.h"

#include <string.h>

#include "state/stats.h"

enum {
	LATE = 2 * 86400000,		/* ms: a timer of each morning has come round */
	BACK = 6,			/* periods that are looked for */
};

struct look {
	struct arena *a;
	const struct records *rec;
	struct calendar *zone;
	int64_t now, first_ms;		/* first_ms: of the oldest message; 0 none */
	struct due *out;
};

static const char *
name_of(struct look *l, const struct period *p)
{
	char name[PERIOD_NAME_SIZE];

	period_name(l->zone, p, name);
	return arena_strdup(l->a, name);
}

/* Did it go out? */
static bool
find(struct look *l, const struct period *p, char id[ULID_SIZE])
{
	const char *key = arena_printf(l->a, OWN_SUMMARY "%s", name_of(l, p));
	struct err e = ERR_INIT;

	return l->rec->st != NULL && store_find_own(l->rec->st, key, "", id, &e) == 1;
}

/* The newest of its kind that went out. */
static void
look_back(struct look *l, const struct period *newest)
{
	char id[ULID_SIZE];

	for (int i = 0; i < BACK; i++) {
		struct period p = period_before(l->zone, newest, i);

		if (!find(l, &p, id))
			continue;
		if (ulid_ms(id) > l->out->last_ms) {
			l->out->last_ms = ulid_ms(id);
			l->out->last_id = arena_strdup(l->a, id);
			l->out->last = name_of(l, &p);
		}
		return;
	}
}

/* The last one, when it is still to go out, else that of the time that runs. */
static void
look_ahead(struct look *l, const struct period *newest)
{
	struct period next = *newest;
	char id[ULID_SIZE];

	if (l->first_ms == 0 || l->first_ms >= newest->to_ms || find(l, newest, id))
		next = period_before(l->zone, newest, -1);
	if (l->out->next[0] != '\0' && l->out->next_ms <= next.to_ms)
		return;
	l->out->next_ms = next.to_ms;
	l->out->next = name_of(l, &next);
}

static void
look_at(struct look *l, struct period newest)
{
	look_back(l, &newest);
	look_ahead(l, &newest);
}

/* ---- in words ---- */

static const char *
people(struct arena *a, const struct config_summary *cfg)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	for (size_t i = 0; i < cfg->n_to; i++)
		buf_addf(&b, "%s%s", i > 0 ? ", " : "", cfg->to[i]);
	return arena_strdup(a, buf_str(&b));
}

static const char *
last_text(struct look *l)
{
	const struct due *d = l->out;
	struct store_row row = { .state = MESSAGE_ACTIVE };
	struct err e = ERR_INIT;
	enum style style;

	if (d->last[0] == '\0')
		return "none went out yet";
	if (store_get(l->rec->st, l->a, d->last_id, &row, &e) < 0)
		return arena_printf(l->a, "%s went out %s", d->last,
		    health_ago(l->a, l->now, d->last_ms));
	return arena_printf(l->a, "%s went out %s (%s)", d->last,
	    health_ago(l->a, l->now, d->last_ms), records_fate(l->a, &row, &style));
}

static const char *
next_text(struct look *l)
{
	const struct due *d = l->out;
	char time[RECORDS_TIME_SIZE];

	records_time(d->next_ms, time);
	time[strlen("2026-11-28 18:47")] = '\0';
	return arena_printf(l->a, "%s is due %s%s", d->next,
	    d->next_ms <= l->now ? "since " : "", time);
}

static void
put_words(struct look *l)
{
	struct due *d = l->out;

	d->text = arena_printf(l->a, "to %s; %s; %s", d->to, last_text(l),
	    next_text(l));
	if (l->now - d->next_ms <= LATE)
		return;
	d->health = HEALTH_ATTENTION;
	d->todo = "'mroute summary --due' sends it, and a timer should do so each morning";
}

static void
put_nobody(struct arena *a, const struct config *cfg, struct due *d)
{
	d->text = "nobody gets it";
	d->todo = arena_printf(a, "write a section 'summary' with a line 'to ADDRESS' "
	    "into '%s'", cfg->path);
}

int
due_look(struct arena *a, const struct records *rec, int64_t now, struct due *out,
    struct err *e)
{
	const struct config_summary *cfg = &rec->cfg->summary;
	struct look l = { .a = a, .rec = rec, .now = now, .out = out };
	struct err none = ERR_INIT;

	*out = (struct due){ .health = HEALTH_FINE, .text = "", .todo = "",
		.to = people(a, cfg), .last = "", .last_id = "", .next = "" };
	if (cfg->n_to == 0) {
		put_nobody(a, rec->cfg, out);
		return 0;
	}
	if (calendar_open(cfg->time_zone, &l.zone, e) < 0)
		return -1;
	if (rec->st != NULL && stats_first(rec->st, &l.first_ms, &none) < 0)
		l.first_ms = 0;
	if (cfg->week)
		look_at(&l, period_last_week(l.zone, now));
	if (cfg->month)
		look_at(&l, period_last_month(l.zone, now, cfg->month_day));
	put_words(&l);
	calendar_close(&l.zone);
	return 0;
}
