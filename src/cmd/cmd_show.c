/* SPDX-License-Identifier: MIT */
/* mroute show: one message: its envelope, its decision with the trace, its bytes. */
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/records.h"
#include "cmd/trace.h"
#include "rules/explain.h"
#include "rules/jsonout.h"

struct show_opts {
	bool raw, json;
};

static const struct opt show_opts[] = {
	OPT_FLAG(0, "raw", struct show_opts, raw,
	    "the message as it came, byte by byte"),
	OPT_FLAG(0, "json", struct show_opts, json, "one JSON object"),
	OPT_END
};

/* ---- the bytes ---- */

/*
 * The id of a message whose records cannot be had: `show --raw` must work
 * when nothing else does.
 */
static int
find_id(const struct records *rec, const char *word, char id[ULID_SIZE],
    struct err *e)
{
	if (ulid_valid(word) && spool_where(rec->sp, word) != SPOOL_NOWHERE) {
		memcpy(id, word, ULID_SIZE);
		return 0;
	}
	return records_resolve(rec, word, id, e);
}

static int
show_raw(const struct records *rec, const char *id, struct err *e)
{
	AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;
	enum spool_where w = spool_where(rec->sp, id);

	if (w == SPOOL_NOWHERE)
		return err_set(e, ERR_ABSENT, "the original of message %s is not in "
		    "the spool any more", id);
	if (spool_read(rec->sp, w, id, &m, e) < 0)
		return -1;
	if (fwrite(m.raw.ptr != NULL ? m.raw.ptr : "", 1, m.raw.len, stdout) !=
	    m.raw.len || fflush(stdout) != 0)
		return err_errno(e, ERR_TEMP, "cannot write");
	return 0;
}

/* ---- for people ---- */

static void
line(struct buf *out, const struct cmd_call *call, const char *label,
    const char *text)
{
	AUTO(buf_release) struct buf padded = BUF_INIT;

	buf_addf(&padded, "%-10s", label);
	buf_add_str(out, "  ");
	style_add(out, STYLE_DIM, buf_slice(&padded), call->colour);
	buf_addf(out, "%s\n", text);
}

static void
show_envelope(struct arena *a, const struct cmd_call *call,
    const struct store_row *row, struct buf *out)
{
	const struct envelope *env = &row->env;
	char time[RECORDS_TIME_SIZE], size[RECORDS_SPAN_SIZE];
	bool expanded = env->original_recipient[0] != '\0' &&
	    strcmp(env->original_recipient, env->recipient) != 0;

	records_time(env->received_ms, time);
	records_size(row->size, size);
	style_add(out, STYLE_BOLD, slice_str(env->id), call->colour);
	buf_add_char(out, '\n');
	line(out, call, "Received", arena_printf(a, "%s, %s", time, size));
	if (env->kind == ENVELOPE_OWN)
		line(out, call, "Own mail", env->own_key);
	else
		line(out, call, "Envelope", arena_printf(a, "<%s> to %s%s%s%s",
		    env->sender, env->recipient,
		    expanded ? " (first " : "",
		    expanded ? env->original_recipient : "",
		    expanded ? ")" : ""));
	if (env->queue_id[0] != '\0')
		line(out, call, "Postfix", arena_printf(a, "queue id %s%s%s",
		    env->queue_id, env->client[0] != '\0' ? ", client " : "",
		    env->client));
	if (row->message_id[0] != '\0')
		line(out, call, "Message", row->message_id);
}

/* As `mroute test` would have shown it. */
static void
show_decision(struct arena *a, const struct cmd_call *call,
    const struct store_row *row, struct buf *out)
{
	const struct findings f = { .id = { .from = slice_str(row->from),
	    .author = slice_str(row->author), .subject = slice_str(row->subject) } };
	const struct explain_input in = { .plan = trace_plan(a, row),
	    .findings = row->env.kind == ENVELOPE_MAIL ? &f : NULL,
	    .digest = row->digest };
	char time[RECORDS_TIME_SIZE];

	if (row->seq == 0) {
		line(out, call, "From", records_sender(row));
		line(out, call, "Subject", row->subject);
		line(out, call, "Decided", row->state == MESSAGE_FINAL ?
		    "not known: the records were lost" : "not yet");
		return;
	}
	explain_text(&in, call->colour, call->columns, out);
	records_time(row->decided_ms, time);
	line(out, call, "Decided", arena_printf(a, "%s, by %s%s%.8s%s", time,
	    row->decided_by, row->digest[0] != '\0' ? ", rules " : "", row->digest,
	    row->seq > 1 ? "; corrected" : ""));
}

static enum style
effect_style(enum effect_state s)
{
	switch (s) {
	case EFFECT_DONE:
		return STYLE_GOOD;
	case EFFECT_FAILED:
		return STYLE_BAD;
	case EFFECT_READY:
	case EFFECT_LEASED:
	case EFFECT_STATE_N:
		break;
	}
	return STYLE_WARN;
}

static void
show_effects(struct arena *a, const struct cmd_call *call,
    const struct store_row *row, struct buf *out)
{
	for (size_t i = 0; i < row->n_effect; i++) {
		const struct effect *f = &row->effect[i];
		AUTO(buf_release) struct buf b = BUF_INIT;

		style_add(&b, effect_style(f->state),
		    slice_str(effect_state_name(f->state)), call->colour);
		buf_addf(&b, "  %u  %s%s%s%s", f->n, records_place(a, f),
		    f->substitute ? " (in place of one that failed)" : "",
		    f->last[0] != '\0' ? ": " : "", f->last);
		line(out, call, i == 0 ? "Effects" : "", buf_str(&b));
	}
}

static const char *
place_name(enum spool_where w)
{
	switch (w) {
	case SPOOL_NEW:
		return "new/";
	case SPOOL_DONE:
		return "done/";
	case SPOOL_HOLD:
		return "hold/";
	case SPOOL_NOWHERE:
		break;
	}
	return "not kept any more";
}

static void
show_text(const struct cmd_call *call, const struct records *rec,
    const struct store_row *row)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out = BUF_INIT;
	enum style style;
	const char *fate = records_fate(a, row, &style);

	show_envelope(a, call, row, &out);
	show_decision(a, call, row, &out);
	show_effects(a, call, row, &out);
	line(&out, call, "State", fate);
	line(&out, call, "Original", place_name(spool_where(rec->sp, row->env.id)));
	fputs(buf_str(&out), stdout);
}

static void
show_json(const struct records *rec, const struct store_row *row)
{
	json_t *o = records_row_json(row);
	json_t *trace = json_loads(row->trace_json, 0, NULL);
	enum spool_where w = spool_where(rec->sp, row->env.id);

	jsonout_put(o, "trace", trace != NULL ? trace : json_null());
	jsonout_put(o, "original", w == SPOOL_NOWHERE ? json_null() :
	    json_string(place_name(w)));
	jsonout_line(o, stdout);
}

static int
cmd_show_main(struct cmd_call *call)
{
	const struct show_opts *o = call->opts;
	AUTO(records_close) struct records rec = { .cfg = NULL };
	AUTO(arena_free) struct arena *a = arena_new();
	struct store_row row;
	struct err e = ERR_INIT;
	char id[ULID_SIZE];

	if (o->raw && o->json)
		return cmd_usage(call, "--raw and --json exclude each other");
	if (records_open(call, &rec, &e) < 0)
		return cmd_fail(&e);
	if (o->raw) {
		if (find_id(&rec, call->argv[0], id, &e) < 0 ||
		    show_raw(&rec, id, &e) < 0)
			return cmd_fail(&e);
		return CMD_OK;
	}
	if (records_resolve(&rec, call->argv[0], id, &e) < 0 ||
	    store_get(rec.st, a, id, &row, &e) < 0)
		return cmd_fail(&e);
	if (o->json)
		show_json(&rec, &row);
	else
		show_text(call, &rec, &row);
	return CMD_OK;
}

const struct cmd cmd_show = {
	.name = "show",
	.operands = "ID",
	.min = 1,
	.max = 1,
	.summary = "one message: envelope, decision with its reasons, original",
	.details =
	    "ID is a unique beginning of a message id, a Postfix queue id, or a\n"
	    "Message-ID. `mroute log ID` tells what happened to it, and\n"
	    "`mroute explain ID` why no other route got it.",
	.opts = show_opts,
	.opts_size = sizeof(struct show_opts),
	.run = cmd_show_main,
};
