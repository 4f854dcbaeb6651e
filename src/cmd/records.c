/* SPDX-License-Identifier: MIT */
#include "cmd/records.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "cmd/conf.h"
#include "rules/jsonout.h"

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
	/* Days of `log` are those of `stats` and `summary`, whose zone this is. */
	if (out->cfg->summary.time_zone != NULL)
		setenv("TZ", out->cfg->summary.time_zone, 1);
	tzset();
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

/* "summary:2026-W47", "summary:2026-W47:again:1795897286000", "alarm:server:1795897286000" */
const char *
records_subject(struct arena *a, const struct store_row *row)
{
	static const char *const marks[] = { ":again:", ":so-far:", ":to:" };
	struct slice key = slice_str(row->env.own_key), name;

	if (row->env.kind != ENVELOPE_OWN)
		return row->subject;
	if (slice_starts(key, OWN_ALARM)) {
		name = slice_sub(key, strlen(OWN_ALARM), key.len);
		name.len = MIN(name.len, slice_find(name, ':'));
		return arena_printf(a, "alarm: " SLICE_FMT, SLICE_ARG(name));
	}
	if (!slice_starts(key, OWN_SUMMARY))
		return row->env.own_key;
	name = slice_sub(key, strlen(OWN_SUMMARY), key.len);
	for (size_t i = 0; i < NELEM(marks); i++)
		name.len = MIN(name.len, slice_find_slice(name, slice_str(marks[i])));
	return arena_printf(a, "summary of " SLICE_FMT, SLICE_ARG(name));
}

/* ---- JSON ---- */

static json_t *
effect_json(const struct effect *f)
{
	json_t *o = json_object();

	jsonout_put(o, "n", json_integer(f->n));
	jsonout_put(o, "kind", json_string(effect_kind_name(f->kind)));
	jsonout_put(o, "server", jsonout_or_null(f->server));
	jsonout_put(o, "target", jsonout_or_null(f->target));
	jsonout_put(o, "state", json_string(effect_state_name(f->state)));
	jsonout_put(o, "uncertain", json_boolean(f->uncertain));
	jsonout_put(o, "substitute", json_boolean(f->substitute));
	jsonout_put(o, "attempts", json_integer(f->attempts));
	jsonout_put(o, "created", jsonout_time(f->created_ms));
	jsonout_put(o, "next", jsonout_time(f->state == EFFECT_READY ? f->next_ms : 0));
	jsonout_put(o, "ended", jsonout_time(f->ended_ms));
	jsonout_put(o, "last", jsonout_or_null(f->last));
	return o;
}

static void
put_envelope(json_t *o, const struct envelope *env)
{
	json_t *to = json_array();

	jsonout_put(o, "id", jsonout_or_null(env->id));
	jsonout_put(o, "kind", json_string(env->kind == ENVELOPE_OWN ? "own" : "mail"));
	jsonout_put(o, "received", jsonout_time(env->received_ms));
	jsonout_put(o, "sender", jsonout_text(env->sender));
	jsonout_put(o, "recipient", jsonout_or_null(env->recipient));
	jsonout_put(o, "original_recipient", jsonout_or_null(env->original_recipient));
	jsonout_put(o, "queue_id", jsonout_or_null(env->queue_id));
	jsonout_put(o, "client", jsonout_or_null(env->client));
	jsonout_put(o, "own_key", jsonout_or_null(env->own_key));
	for (size_t i = 0; i < env->n_own_rcpt; i++)
		jsonout_push(to, jsonout_or_null(env->own_rcpt[i]));
	jsonout_put(o, "own_recipients", to);
}

json_t *
records_row_json(const struct store_row *row)
{
	json_t *o = json_object(), *effects = json_array();
	bool decided = row->seq > 0;

	jsonout_put(o, "v", json_integer(1));
	put_envelope(o, &row->env);
	jsonout_put(o, "state", json_string(message_state_name(row->state)));
	jsonout_put(o, "message_id", jsonout_or_null(row->message_id));
	jsonout_put(o, "from", jsonout_or_null(row->from));
	jsonout_put(o, "author", jsonout_or_null(row->author));
	jsonout_put(o, "subject", jsonout_or_null(row->subject));
	jsonout_put(o, "size", json_integer((json_int_t)row->size));
	jsonout_put(o, "sha256", jsonout_or_null(row->sha256));
	jsonout_put(o, "seq", json_integer(row->seq));
	jsonout_put(o, "decided", jsonout_time(row->decided_ms));
	jsonout_put(o, "route", jsonout_or_null(row->route));
	jsonout_put(o, "decided_by", jsonout_or_null(row->decided_by));
	jsonout_put(o, "points", decided ? json_integer(row->points) : json_null());
	jsonout_put(o, "needs", decided ? json_integer(row->needs) : json_null());
	jsonout_put(o, "margin", decided ? json_integer(row->margin) : json_null());
	jsonout_put(o, "runner_up", jsonout_or_null(row->runner_up));
	jsonout_put(o, "would_be", jsonout_or_null(row->would_be));
	jsonout_put(o, "why", jsonout_or_null(row->why));
	jsonout_put(o, "digest", jsonout_or_null(row->digest));
	for (size_t i = 0; i < row->n_effect; i++)
		jsonout_push(effects, effect_json(&row->effect[i]));
	jsonout_put(o, "effects", effects);
	return o;
}
