/* SPDX-License-Identifier: MIT */
/*
 * mroute summary --mail: once for each period.
 *
 * A process that finds its key neither in the records nor in new/ puts the mail
 * into the spool.  Two that look at the same moment both do: the engine sends the
 * first (I16).
 */
#include "cmd/summary.h"

#include <string.h>

#include "base/digest.h"
#include "base/xalloc.h"
#include "flow/chart.h"
#include "model/compose.h"
#include "state/stats.h"

enum {
	PNG_SCALE = 2,			/* for sharp screens */
};

#define LIST	"mroute-summary"	/* in List-Id */

static const char *const chart_names[SUMMARY_CHARTS] = {
	[SUMMARY_VOLUME] = "volume", [SUMMARY_TRENDS] = "trends",
	[SUMMARY_HOURS] = "hours", [SUMMARY_DELAYS] = "delays",
};

/* ---- is it sent already ---- */

/* A message of ours in new/ that has the key and no record yet. */
static bool
find_waiting(struct summary_run *run, const char *key, char id[ULID_SIZE])
{
	AUTO(names_release) struct names names = { NULL, 0 };
	struct err e = ERR_INIT;

	if (spool_list(run->rec.sp, SPOOL_NEW, &names, &e) < 0)
		return false;
	for (size_t i = 0; i < names.n; i++) {
		AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;

		if (spool_read(run->rec.sp, SPOOL_NEW, names.name[i], &m, &e) < 0 ||
		    m.env.kind != ENVELOPE_OWN || strcmp(m.env.own_key, key) != 0)
			continue;
		memcpy(id, m.env.id, ULID_SIZE);
		return true;
	}
	return false;
}

/* What became of it, for people; "" nobody knows. */
static const char *
fate(struct summary_run *run, const char *id)
{
	struct store_row row = { 0 };
	struct err e = ERR_INIT;
	enum style style;

	if (run->rec.st == NULL || store_get(run->rec.st, run->a, id, &row, &e) < 0)
		return spool_where(run->rec.sp, id) == SPOOL_NEW ? ": it waits" : "";
	if (row.state == MESSAGE_ACTIVE)
		return ": it waits";
	return arena_printf(run->a, ": %s", records_fate(run->a, &row, &style));
}

/* 1 it is, and said so; 0 it is not; -1 that cannot be told. */
static int
sent_already(struct summary_run *run, const char *name, const char *key, bool quiet,
    struct err *e)
{
	char id[ULID_SIZE] = "", when[RECORDS_TIME_SIZE];
	const char *became;
	int known = 0;

	if (run->rec.st != NULL &&
	    (known = store_find_own(run->rec.st, key, "", id, e)) < 0)
		return err_prefix(e, "was the summary of %s sent already? Nothing is "
		    "sent now", name);
	if (known == 0 && !find_waiting(run, key, id))
		return 0;
	if (quiet)
		return 1;
	became = fate(run, id);
	records_time(ulid_ms(id), when);
	printf("the summary of %s was made already, %s%s (message %s); --again makes "
	    "one more\n", name, when, became, id);
	return 1;
}

/* ---- the mail ---- */

/* "a@x.example, b@y.example" of the command line; some write a ; between. */
static int
read_recipients(struct summary_run *run, const char *text, const char ***out,
    size_t *n_out, struct err *e)
{
	const char **list = arena_calloc(run->a, OWN_RCPT_MAX + 1, sizeof *list);
	size_t n = 0, len;

	for (text += strspn(text, ",; "); *text != '\0'; text += strspn(text, ",; ")) {
		len = strcspn(text, ",; ");
		if (n == OWN_RCPT_MAX)
			return err_set(e, ERR_USAGE, "--to: more than %d addresses",
			    OWN_RCPT_MAX);
		list[n] = arena_strndup(run->a, text, len);
		if (!address_valid(text, len) || address_domain(list[n])[0] == '\0')
			return err_set(e, ERR_USAGE, "--to: '%s' is not a mail "
			    "address", list[n]);
		n++;
		text += len;
	}
	if (n == 0)
		return err_set(e, ERR_USAGE, "--to: an address is missing");
	*out = list;
	*n_out = n;
	return 0;
}

static int
recipients(struct summary_run *run, const char *const **out, size_t *n, struct err *e)
{
	const struct summary_opts *o = run->call->opts;
	const struct config *cfg = run->rec.cfg;
	const char **list = NULL;

	if (o->to != NULL) {
		if (read_recipients(run, o->to, &list, n, e) < 0)
			return -1;
		*out = list;
		return 0;
	}
	*out = cfg->summary.to;
	*n = cfg->summary.n_to;
	if (*n == 0)
		return err_set(e, ERR_CONFIG, "nobody gets the summary: write into '%s'\n"
		    "  summary\n    to  ann@company.example\nor use --to ADDRESS",
		    cfg->path);
	return 0;
}

/* Draw the charts; one that there is not, or that cannot be drawn, stays empty. */
static void
draw(struct summary_run *run, const struct summary *s, const struct compose_mail *c,
    struct summary_image shown[SUMMARY_CHARTS])
{
	struct err e = ERR_INIT;

	for (size_t i = 0; i < SUMMARY_CHARTS; i++) {
		const struct chart *ch = summary_chart(s, run->a, (enum summary_chart)i,
		    SUMMARY_MAIL_CHART);

		shown[i].cid = compose_cid(run->a, c, chart_names[i]);
		if (ch == NULL || e.kind == ERR_ABSENT ||
		    chart_png(ch, PNG_SCALE, &shown[i].png, &e) == 0)
			continue;
		buf_reset(&shown[i].png);
		cmd_warn("the mail goes without %s: %s", e.kind == ERR_ABSENT ?
		    "images" : chart_names[i], e.text);
	}
}

/* Those of them that the HTML shows. */
static size_t
attach(struct arena *a, const struct summary_image shown[SUMMARY_CHARTS],
    const char *html, struct compose_image sent[SUMMARY_CHARTS])
{
	size_t n = 0;

	for (size_t i = 0; i < SUMMARY_CHARTS; i++)
		if (shown[i].png.len > 0 && strstr(html, arena_printf(a, "\"cid:%s\"",
		    shown[i].cid)) != NULL)
			sent[n++] = (struct compose_image){ chart_names[i],
				shown[i].cid, "image/png", buf_slice(&shown[i].png) };
	return n;
}

static void
write_mail(struct summary_run *run, const struct summary *s, const char *const *to,
    size_t n_to, struct buf *out)
{
	const struct config *cfg = run->rec.cfg;
	struct summary_image shown[SUMMARY_CHARTS] = { { .cid = "" } };
	struct compose_image sent[SUMMARY_CHARTS];
	AUTO(buf_release) struct buf text = BUF_INIT;
	AUTO(buf_release) struct buf html = BUF_INIT;
	struct compose_mail c = { .from_name = "mroute", .from = cfg->summary.from,
		.to = to, .n_to = n_to, .subject = summary_subject(s, run->a),
		.hostname = cfg->hostname, .date_ms = run->now_ms, .list = LIST };

	if (c.from == NULL)
		c.from = arena_printf(run->a, "mroute@%s", cfg->hostname);
	/* Whole: who reads it as text has no other page. */
	summary_text(s, 0, false, false, &text);
	c.body = buf_str(&text);
	draw(run, s, &c, shown);
	summary_mail_html(s, shown, &html);
	compose_alternative(&c, buf_str(&html), sent,
	    attach(run->a, shown, buf_str(&html), sent), out);
	for (size_t i = 0; i < SUMMARY_CHARTS; i++)
		buf_release(&shown[i].png);
}

static int
submit(struct summary_run *run, const char *key, const char *const *to, size_t n_to,
    struct slice mail, char id[ULID_SIZE], struct err *e)
{
	struct envelope env = { .kind = ENVELOPE_OWN, .n_own_rcpt = n_to };

	snprintf(env.own_key, sizeof env.own_key, "%s", key);
	snprintf(env.recipient, sizeof env.recipient, "%s", to[0]);
	for (size_t i = 0; i < n_to; i++)
		snprintf(env.own_rcpt[i], sizeof env.own_rcpt[i], "%s", to[i]);
	if (spool_submit_own(run->rec.sp, &env, mail, e) < 0)
		return -1;
	spool_poke(run->rec.sp);
	memcpy(id, env.id, ULID_SIZE);
	return 0;
}

static void
say_sent(const char *name, const char *id, const char *const *to, size_t n_to)
{
	printf("the summary of %s is on its way to ", name);
	for (size_t i = 0; i < n_to; i++)
		printf("%s%s", i > 0 ? ", " : "", to[i]);
	printf(" (message %s)\n", id);
}

/*
 * What is sent once.  Others than those of mroute.conf, and a week that is not over,
 * have a key of their own: they must not keep the summary from those who wait for it.
 */
static const char *
key_of(struct summary_run *run, const struct period *p, const char *name)
{
	const struct summary_opts *o = run->call->opts;
	char digest[DIGEST_SIZE];

	if (o->again || p->to_ms > run->now_ms)
		return arena_printf(run->a, OWN_SUMMARY "%s:%s:%lld", name, o->again ? "again" :
		    "so-far", (long long)run->now_ms);
	if (o->to == NULL)
		return arena_printf(run->a, OWN_SUMMARY "%s", name);
	digest_slice(slice_str(o->to), digest);
	return arena_printf(run->a, OWN_SUMMARY "%s:to:%.16s", name, digest);
}

int
summary_send(struct summary_run *run, const struct period *p, bool quiet, struct err *e)
{
	AUTO(buf_release) struct buf mail = BUF_INIT;
	char name[PERIOD_NAME_SIZE], id[ULID_SIZE];
	const char *const *to = NULL, *key;
	struct summary *s;
	size_t n_to = 0;
	int already;

	period_name(run->zone, p, name);
	if (recipients(run, &to, &n_to, e) < 0)
		return -1;
	key = key_of(run, p, name);
	if ((already = sent_already(run, name, key, quiet, e)) != 0)
		return already < 0 ? -1 : 0;
	if (summary_make(run, p, &s, e) < 0)
		return -1;
	write_mail(run, s, to, n_to, &mail);
	if (submit(run, key, to, n_to, buf_slice(&mail), id, e) < 0)
		return -1;
	say_sent(name, id, to, n_to);
	return 0;
}

/* ---- what is due ---- */

/* Not one of a time before there was anything to tell. */
static int
send_if_records(struct summary_run *run, const struct period *p, struct err *e)
{
	int64_t first;

	if (stats_first(run->rec.st, &first, e) < 0)
		return -1;
	if (first == 0 || first >= p->to_ms)
		return 0;
	return summary_send(run, p, true, e);
}

int
summary_send_due(struct summary_run *run, struct err *e)
{
	const struct summary_opts *o = run->call->opts;
	const struct config_summary *cfg = &run->rec.cfg->summary;
	struct period week, month;

	if ((cfg->n_to == 0 && o->to == NULL) || run->rec.st == NULL)
		return 0;
	week = period_last_week(run->zone, run->now_ms);
	month = period_last_month(run->zone, run->now_ms, cfg->month_day);
	if (cfg->week && send_if_records(run, &week, e) < 0)
		return -1;
	return cfg->month ? send_if_records(run, &month, e) : 0;
}
