/* SPDX-License-Identifier: MIT */
#include "cmd/records.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "cmd/conf.h"
#include "rules/explain.h"

void
records_close(struct records *r)
{
	store_close(&r->st);
	spool_close(&r->sp);
	config_free(&r->cfg);
}

int
records_open_for(struct config *cfg, struct records *out, struct err *e)
{
	const char *why;

	*out = (struct records){ .cfg = cfg };
	if (cmd_become_owner(out->cfg->spool.path, e) < 0 ||
	    spool_open(out->cfg->spool.path, &out->sp, e) < 0)
		return -1;
	if (store_open(out->sp, STORE_READ, &out->st, e) < 0)
		return e->kind == ERR_ABSENT ? 0 : -1;
	if (!store_usable(out->st, &why))
		cmd_warn("only what waits in the journal is shown: %s", why);
	return 0;
}

int
records_open(const struct cmd_call *call, struct records *out, struct err *e)
{
	struct config *cfg = NULL;

	*out = (struct records){ .cfg = NULL };
	if (conf_load(call, &cfg, NULL, e) < 0)
		return -1;
	return records_open_for(cfg, out, e);
}

int
records_resolve(const struct records *r, const char *word, char id_out[ULID_SIZE],
    struct err *e)
{
	if (r->st == NULL)
		return err_set(e, ERR_ABSENT, "there is no message '%s': nothing has "
		    "been recorded yet", word);
	return store_resolve(r->st, word, id_out, e);
}

/* ---- for people ---- */

void
records_time(int64_t wall_ms, char out[RECORDS_TIME_SIZE])
{
	time_t s = (time_t)(wall_ms / 1000);
	struct tm tm;

	out[0] = '\0';
	if (wall_ms > 0 && localtime_r(&s, &tm) != NULL)
		strftime(out, RECORDS_TIME_SIZE, "%Y-%m-%d %H:%M:%S", &tm);
}

void
records_span(int64_t ms, char out[RECORDS_SPAN_SIZE])
{
	static const struct {
		int64_t ms;
		const char *unit;
	} units[] = {
		{ 86400000, "d" }, { 3600000, "h" }, { 60000, "min" }, { 1000, "s" },
	};

	if (ms < 0)
		ms = 0;
	/* Two of a unit at least, so that no figure hides much. */
	for (size_t i = 0; i < NELEM(units); i++)
		if (ms >= 2 * units[i].ms || i + 1 == NELEM(units)) {
			snprintf(out, RECORDS_SPAN_SIZE, "%" PRId64 " %s",
			    ms / units[i].ms, units[i].unit);
			return;
		}
}

void
records_size(uint64_t bytes, char out[RECORDS_SPAN_SIZE])
{
	if (bytes < 1000)
		snprintf(out, RECORDS_SPAN_SIZE, "%" PRIu64 " bytes", bytes);
	else if (bytes < 1000000)
		snprintf(out, RECORDS_SPAN_SIZE, "%.1f kB", (double)bytes / 1e3);
	else
		snprintf(out, RECORDS_SPAN_SIZE, "%.1f MB", (double)bytes / 1e6);
}

static unsigned
count_state(const struct store_row *row, enum effect_state s)
{
	unsigned n = 0;

	for (size_t i = 0; i < row->n_effect; i++)
		n += row->effect[i].state == s;
	return n;
}

/* Of a message that is over: all well, or by way of a substitute. */
static const char *
fate_of_final(const struct store_row *row, enum style *style)
{
	*style = STYLE_GOOD;
	if (row->seq == 0 && row->n_effect == 0) {
		*style = STYLE_DIM;
		return "not known";	/* its records were lost */
	}
	if (strcmp(row->decided_by, "redelivery") == 0)
		return "seen before";
	if (row->n_effect == 0)
		return "kept";
	if (count_state(row, EFFECT_FAILED) == 0)
		return "delivered";
	*style = STYLE_WARN;
	return count_state(row, EFFECT_DONE) > 0 ? "delivered elsewhere" : "failed";
}

const char *
records_fate(struct arena *a, const struct store_row *row, enum style *style)
{
	unsigned open = count_state(row, EFFECT_READY) +
	    count_state(row, EFFECT_LEASED);

	switch (row->state) {
	case MESSAGE_HELD:
		*style = STYLE_BAD;
		return "held";
	case MESSAGE_FINAL:
	case MESSAGE_PURGED:
		return fate_of_final(row, style);
	case MESSAGE_ACTIVE:
	case MESSAGE_STATE_N:
		break;
	}
	*style = STYLE_WARN;
	if (row->seq == 0)
		return "undecided";
	return arena_printf(a, "%u of %zu to do", open, row->n_effect);
}

const char *
records_place(struct arena *a, const struct effect *f)
{
	return arena_printf(a, "%s%s%s%s%s", effect_kind_name(f->kind),
	    f->server[0] != '\0' ? " " : "", f->server,
	    f->target[0] != '\0' ? " " : "", f->target);
}

const char *
records_sender(const struct store_row *row)
{
	if (row->env.kind == ENVELOPE_OWN)
		return "mroute";
	if (row->author[0] != '\0')
		return row->author;
	if (row->from[0] != '\0')
		return row->from;
	return row->env.sender[0] != '\0' ? row->env.sender : "<>";
}

const char *
records_subject(const struct store_row *row)
{
	return row->env.kind == ENVELOPE_OWN ? row->env.own_key : row->subject;
}

/* ---- JSON ---- */

void
records_put(json_t *o, const char *key, json_t *value)
{
	explain_put(o, key, value);
}

json_t *
records_text(const char *s)
{
	return s == NULL || s[0] == '\0' ? json_null() : explain_string(slice_str(s));
}

json_t *
records_iso(int64_t wall_ms)
{
	char iso[CLOCK_ISO_SIZE];

	if (wall_ms <= 0)
		return json_null();
	clock_iso(wall_ms, iso);
	return json_string(iso);
}

json_t *
records_effect_json(const struct effect *f)
{
	json_t *o = json_object();

	records_put(o, "n", json_integer(f->n));
	records_put(o, "kind", json_string(effect_kind_name(f->kind)));
	records_put(o, "server", records_text(f->server));
	records_put(o, "target", records_text(f->target));
	records_put(o, "state", json_string(effect_state_name(f->state)));
	records_put(o, "uncertain", json_boolean(f->uncertain));
	records_put(o, "substitute", json_boolean(f->substitute));
	records_put(o, "attempts", json_integer(f->attempts));
	records_put(o, "created", records_iso(f->created_ms));
	records_put(o, "next", records_iso(f->state == EFFECT_READY ? f->next_ms : 0));
	records_put(o, "ended", records_iso(f->ended_ms));
	records_put(o, "last", records_text(f->last));
	return o;
}

static void
put_envelope(json_t *o, const struct envelope *env)
{
	json_t *to = json_array();

	records_put(o, "id", records_text(env->id));
	records_put(o, "kind", json_string(env->kind == ENVELOPE_OWN ? "own" : "mail"));
	records_put(o, "received", records_iso(env->received_ms));
	records_put(o, "sender", explain_string(slice_str(env->sender)));
	records_put(o, "recipient", records_text(env->recipient));
	records_put(o, "original_recipient", records_text(env->original_recipient));
	records_put(o, "queue_id", records_text(env->queue_id));
	records_put(o, "client", records_text(env->client));
	records_put(o, "own_key", records_text(env->own_key));
	for (size_t i = 0; i < env->n_own_rcpt; i++)
		if (json_array_append_new(to, records_text(env->own_rcpt[i])) < 0)
			bug("json: cannot append");
	records_put(o, "own_recipients", to);
}

json_t *
records_row_json(const struct store_row *row)
{
	json_t *o = json_object(), *effects = json_array();
	bool decided = row->seq > 0;

	records_put(o, "v", json_integer(1));
	put_envelope(o, &row->env);
	records_put(o, "state", json_string(message_state_name(row->state)));
	records_put(o, "message_id", records_text(row->message_id));
	records_put(o, "from", records_text(row->from));
	records_put(o, "author", records_text(row->author));
	records_put(o, "subject", records_text(row->subject));
	records_put(o, "size", json_integer((json_int_t)row->size));
	records_put(o, "sha256", records_text(row->sha256));
	records_put(o, "seq", json_integer(row->seq));
	records_put(o, "decided", records_iso(row->decided_ms));
	records_put(o, "route", records_text(row->route));
	records_put(o, "decided_by", records_text(row->decided_by));
	records_put(o, "points", decided ? json_integer(row->points) : json_null());
	records_put(o, "needs", decided ? json_integer(row->needs) : json_null());
	records_put(o, "margin", decided ? json_integer(row->margin) : json_null());
	records_put(o, "runner_up", records_text(row->runner_up));
	records_put(o, "would_be", records_text(row->would_be));
	records_put(o, "why", records_text(row->why));
	records_put(o, "digest", records_text(row->digest));
	for (size_t i = 0; i < row->n_effect; i++)
		if (json_array_append_new(effects,
		    records_effect_json(&row->effect[i])) < 0)
			bug("json: cannot append");
	records_put(o, "effects", effects);
	return o;
}

void
records_print(json_t *o)
{
	char *text = json_dumps(o, EXPLAIN_DUMP);

	if (text == NULL)
		bug("json: cannot be written");
	printf("%s\n", text);
	free(text);
	json_decref(o);
}
