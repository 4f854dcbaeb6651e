/* SPDX-License-Identifier: MIT */
/*
 * Alarms: a log line and an event at once (the same words at most once a
 * minute), and a mail to the owner at most once in alarm-interval for each
 * kind, so that no trouble becomes a storm (P7).
 *
 * Where the engine can tell that the cause is gone, that is an event too, so
 * that `mroute status` need not ask for a person any more.
 */
#include "flow/engine_impl.h"

#include <stdarg.h>
#include <stdio.h>

#include "model/compose.h"

enum { REPEAT = 60000 };

void
engine_event(struct engine *en, const char *id, const char *name, const char *text)
{
	const struct record r = { RECORD_EVENT, clock_wall_ms(), id,
	    { .event = { name, text } } };
	struct err e = ERR_INIT;

	if (store_commit(en->store, &r, 1, &e) < 0)
		log_event(LOG_ERR, "not-recorded", "what", name, "why", e.text, NULL);
}

static int64_t
last_event(struct engine *en, const char *kind, const char *name)
{
	AUTO(xfree) char *event = xasprintf("%s%s", kind, name);

	return store_last_event(en->store, event);
}

static struct alarm *
find_alarm(struct engine *en, const char *name)
{
	for (size_t i = 0; i < ALARMS_MAX; i++) {
		struct alarm *a = &en->alarm[i];

		if (a->name == NULL) {
			a->name = name;
			a->logged = a->over = -REPEAT;
			a->mailed = last_event(en, "alarm-mail.", name);
			/* An engine before us may have raised it. */
			a->raised = last_event(en, EVENT_ALARM, name) >
			    last_event(en, EVENT_ALARM_OVER, name);
			return a;
		}
		if (strcmp(a->name, name) == 0)
			return a;
	}
	bug("more kinds of alarms than ALARMS_MAX");
}

static void
mail_owner(struct engine *en, struct alarm *a, const char *owner)
{
	AUTO(xfree) char *event = xasprintf("alarm-mail.%s", a->name);
	AUTO(xfree) char *from = xasprintf("mroute@%s", en->cfg->hostname);
	AUTO(xfree) char *subject = xasprintf("mroute alarm: %s", a->name);
	AUTO(xfree) char *body = xasprintf("%s\n\n"
	    "This is an alarm of mroute on %s (spool %s).\n"
	    "More of this kind are in the log and in 'mroute status'; the next "
	    "mail\nabout it comes in an hour at the earliest.\n", a->text,
	    en->cfg->hostname, spool_path(en->spool));
	AUTO(buf_release) struct buf mail = BUF_INIT;
	struct envelope env = { .kind = ENVELOPE_OWN, .n_own_rcpt = 1,
	    .received_ms = clock_wall_ms() };
	const struct compose_mail c = { .from_name = "mroute", .from = from,
	    .to = &owner, .n_to = 1, .subject = subject, .body = body,
	    .hostname = en->cfg->hostname, .date_ms = env.received_ms };
	struct err e = ERR_INIT;

	snprintf(env.own_rcpt[0], ADDR_SIZE, "%s", owner);
	snprintf(env.recipient, ADDR_SIZE, "%s", owner);
	snprintf(env.own_key, sizeof env.own_key, OWN_ALARM "%s:%lld", a->name,
	    (long long)env.received_ms);
	compose_text(&c, &mail);
	if (spool_submit_own(en->spool, &env, buf_slice(&mail), &e) < 0) {
		log_event(LOG_ERR, "alarm-not-mailed", "alarm", a->name, "why",
		    e.text, NULL);
		return;
	}
	a->mailed = env.received_ms;
	engine_event(en, NULL, event, owner);
	en->scan_wanted = true;
}

void
alarm_raise(struct engine *en, const char *name, const char *owner,
    const char *fmt, ...)
{
	AUTO(xfree) char *event = xasprintf(EVENT_ALARM "%s", name);
	struct alarm *a = find_alarm(en, name);
	int64_t mono = clock_mono_ms(), wall = clock_wall_ms();
	char text[sizeof a->text];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (a->raised && strcmp(text, a->text) == 0 && mono - a->logged < REPEAT)
		return;
	a->raised = true;
	a->logged = mono;
	memcpy(a->text, text, sizeof a->text);
	log_event(LOG_WARNING, "alarm", "alarm", name, "text", text, NULL);
	engine_event(en, NULL, event, text);
	for (size_t i = 0; i < en->cfg->n_alias && owner == NULL; i++)
		owner = en->cfg->alias[i].owner;
	if (owner != NULL && (wall - a->mailed >= en->cfg->limits.alarm_interval ||
	    wall < a->mailed))
		mail_owner(en, a, owner);
}

/* ---- what is over ---- */

static bool
rules_fine(const struct engine *en)
{
	return en->policy != NULL && !en->policy_is_old && !en->disk_is_broken &&
	    en->stamp_loaded[0] != '\0';
}

static bool
config_fine(const struct engine *en)
{
	return !en->config_is_broken;
}

static bool
database_fine(const struct engine *en)
{
	return en->store_was_usable;
}

static bool
disk_fine(const struct engine *en)
{
	return spool_free_percent(en->spool) >= FREE_LOW;
}

/* None has failed since, and nothing waits that could show that one still does. */
static bool
servers_fine(const struct engine *en)
{
	const struct destination *d;

	LIST_FOREACH(d, &en->dest, link)
		if (d->failures > 0 || d->sending != NULL ||
		    !TAILQ_EMPTY(&d->queue))
			return false;
	return heap_first(&en->waiting) == NULL;
}

/* The others tell of one message each, or can't be told. */
static const struct {
	const char *name;
	bool (*fine)(const struct engine *en);
} conditions[] = {
	{ "rules", rules_fine },
	{ "config", config_fine },
	{ "database", database_fine },
	{ "records", database_fine },
	{ "disk", disk_fine },
	{ "server", servers_fine },
};

void
alarm_look(struct engine *en)
{
	int64_t now = clock_mono_ms();

	for (size_t i = 0; i < NELEM(conditions); i++) {
		struct alarm *a = find_alarm(en, conditions[i].name);
		AUTO(xfree) char *event = NULL;

		/* What comes and goes is told once a minute. */
		if (!a->raised || now - a->over < REPEAT ||
		    !conditions[i].fine(en))
			continue;
		a->raised = false;
		a->over = now;
		event = xasprintf(EVENT_ALARM_OVER "%s", a->name);
		log_event(LOG_NOTICE, "alarm-over", "alarm", a->name, NULL);
		engine_event(en, NULL, event, "");
	}
}
