/* SPDX-License-Identifier: MIT */
/*
 * mroute doctor: is everything as it must be, from Postfix to the Maildirs?
 *
 * Each check is a row of the table; it says what it found, and what to do.
 * Nothing is changed and no mail is sent; no server but those that the
 * configuration names is spoken to.
 */
#include <stdarg.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "cmd/conf.h"
#include "cmd/doctor.h"
#include "rules/jsonout.h"
#include "rules/page.h"

struct doctor_opts {
	bool json;
};

static const struct opt doctor_opts[] = {
	OPT_FLAG(0, "json", struct doctor_opts, json, "one JSON object"),
	OPT_END
};

enum { NAME = 11, TEXT = 26 };		/* columns */

/* What a check can't do without. */
enum { CONFIG = 1, SPOOL = 2, RECORDS = 4, RULES = 8 };

static void doctor_config(struct doctor *d);

/* The way of a message.  Started as root, Postfix is looked at as root. */
static const struct check {
	const char *name;
	void (*look)(struct doctor *d);
	unsigned needs;
} checks[] = {
	{ "configuration", doctor_config, 0 },
	{ "postfix", doctor_postfix, CONFIG },
	{ "spool", doctor_spool, CONFIG },
	{ "disk", doctor_disk, SPOOL },
	{ "clock", doctor_clock, SPOOL },
	{ "engine", doctor_engine, SPOOL },
	{ "records", doctor_records, RECORDS },
	{ "queue", doctor_queue, RECORDS },
	{ "rules", doctor_rules, CONFIG },
	{ "examples", doctor_examples, RULES },
	{ "in force", doctor_in_force, SPOOL | RULES },
	{ "your words", doctor_words, RULES },
	{ "examiner", doctor_examiner, RULES },
	{ "addresses", doctor_addresses, CONFIG },
	{ "maildirs", doctor_maildirs, CONFIG },
	{ "secrets", doctor_secrets, CONFIG },
	{ "servers", doctor_servers, CONFIG },
	{ "summary", doctor_summary, SPOOL },
};

/* ---- what was found ---- */

static json_t *
finding_json(const char *check, const char *state, const char *text,
    const char *todo)
{
	json_t *o = json_object();

	jsonout_put(o, "check", json_string(check));
	jsonout_put(o, "health", state != NULL ? json_string(state) : json_null());
	jsonout_put(o, "text", jsonout_or_null(text));
	jsonout_put(o, "todo", jsonout_or_null(todo));
	return o;
}

static void
put_line(struct doctor *d, const char *state, enum style style, const char *text,
    const char *todo)
{
	struct page pg = { .out = &d->text, .colour = d->call->colour,
	    .columns = d->call->columns };

	page_put_str(&pg, style, state);
	page_pad(&pg, NAME);
	page_put_str(&pg, STYLE_PLAIN, d->check);
	page_pad(&pg, TEXT);
	page_put_wrapped(&pg, STYLE_PLAIN, text);
	page_newline(&pg);
	if (todo[0] == '\0')
		return;
	page_pad(&pg, TEXT);
	page_put_str(&pg, STYLE_PLAIN, "-> ");
	page_put_wrapped(&pg, STYLE_PLAIN, todo);
	page_newline(&pg);
}

void
doctor_say(struct doctor *d, enum health h, const char *todo, const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	put_line(d, h == HEALTH_FINE ? "ok" : health_name(h), health_style(h), text,
	    todo);
	jsonout_push(d->list, finding_json(d->check, health_name(h), text, todo));
	d->worst = MAX(d->worst, h);
	d->count[h]++;
	d->said++;
}

static bool
has(const struct doctor *d, unsigned needs)
{
	return ((needs & CONFIG) == 0 || d->cfg != NULL) &&
	    ((needs & SPOOL) == 0 || d->rec.sp != NULL) &&
	    ((needs & RECORDS) == 0 || d->rec.st != NULL) &&
	    ((needs & RULES) == 0 || d->policy != NULL);
}

static void
run_check(struct doctor *d, const struct check *c)
{
	d->check = c->name;
	d->said = 0;
	if (has(d, c->needs)) {
		c->look(d);
		return;
	}
	put_line(d, "-", STYLE_DIM, "not looked at, because of the above", "");
	jsonout_push(d->list, finding_json(c->name, NULL, "", ""));
}

/* ---- the configuration ---- */

static void
doctor_config(struct doctor *d)
{
	AUTO(xfree) char *path = NULL;
	struct err e = ERR_INIT, none = ERR_INIT;

	if (conf_load(d->call, &d->cfg, &d->conf, &e) == 0)
		doctor_say(d, HEALTH_FINE, "", "'%s' is valid", d->cfg->path);
	else if (config_find(d->call->common->config, &path, &none) == 0 &&
	    access(path, R_OK) == 0)
		doctor_say(d, HEALTH_BROKEN, "mend it; 'mroute check' says more", "%s", e.text);
	else
		doctor_say(d, HEALTH_BROKEN, "'mroute init DIR' makes one; -c FILE "
		    "names another", "%s", e.text);
}

/* ---- the command ---- */

static void
doctor_release(struct doctor *d)
{
	policy_free(&d->policy);
	if (d->rec.cfg == NULL)
		config_free(&d->cfg);
	records_close(&d->rec);		/* it may own the configuration */
	buf_release(&d->conf);
	buf_release(&d->text);
	json_decref(d->list);
	arena_free(&d->a);
}

static void
say_all(const struct doctor *d)
{
	fputs(buf_str(&d->text), stdout);
	printf("\n%u ok, %u want%s attention, %u broken\n", d->count[HEALTH_FINE],
	    d->count[HEALTH_ATTENTION], d->count[HEALTH_ATTENTION] == 1 ? "s" : "",
	    d->count[HEALTH_BROKEN]);
}

static int
cmd_doctor_main(struct cmd_call *call)
{
	const struct doctor_opts *o = call->opts;
	AUTO(doctor_release) struct doctor d = { .call = call, .a = arena_new(),
	    .conf = BUF_INIT, .text = BUF_INIT, .now = clock_wall_ms(),
	    .list = json_array() };
	json_t *all;

	for (size_t i = 0; i < NELEM(checks); i++)
		run_check(&d, &checks[i]);
	if (!o->json) {
		say_all(&d);
		return (int)d.worst;
	}
	all = json_object();
	jsonout_put(all, "v", json_integer(1));
	jsonout_put(all, "health", json_string(health_name(d.worst)));
	jsonout_put(all, "checks", json_incref(d.list));
	jsonout_line(all, stdout);
	return (int)d.worst;
}

const struct cmd cmd_doctor = {
	.name = "doctor",
	.summary = "look at everything from Postfix to the Maildirs, and say what to do",
	.details =
	    "Each line is ok, wants attention, or is broken; what to do stands below\n"
	    "it. Servers that the configuration names are connected to, and logged in\n"
	    "at; no mail is sent and nothing is changed. The status is 0 when all is\n"
	    "well, 1 when something wants attention, 2 when something is broken.",
	.opts = doctor_opts,
	.opts_size = sizeof(struct doctor_opts),
	.run = cmd_doctor_main,
};
