/* SPDX-License-Identifier: MIT */
/* mroute log: messages as rows. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "cmd/csv.h"
#include "cmd/log.h"
#include "cmd/pager.h"
#include "rules/jsonout.h"
#include "rules/page.h"

static const struct table_column columns[] = {
	{ "TIME", false, false },
	{ "ID", false, false },
	{ "FROM", false, true },
	{ "SUBJECT", false, true },
	{ "ROUTE", false, true },
	{ "BY", false, false },
	{ "STATE", false, false },
	{ "FIELD", false, true },	/* with --field only */
};

/* Without year and BY: in 80 columns there would be 8 each for who and what. */
static const struct table_column narrow_columns[] = {
	{ "TIME", false, false },
	{ "ID", false, false },
	{ "FROM", false, true },
	{ "SUBJECT", false, true },
	{ "ROUTE", false, true },
	{ "STATE", false, true },
	{ "FIELD", false, true },
};
enum { NARROW = 100 };

/* ---- what stands in a row ---- */

/* Of "Jane Roe <jane@paper.example>" the address: a name can be anybody's. */
static const char *
address_of(struct arena *a, const char *sender)
{
	struct slice s = slice_trim(slice_str(sender));
	size_t open = slice_find(s, '<');

	if (open >= s.len || s.ptr[s.len - 1] != '>' || s.len - open <= 2)
		return sender;
	return arena_strndup(a, s.ptr + open + 1, s.len - open - 2);
}

/* Of what was only observed, the route that it would be. */
static const char *
route_of(struct arena *a, const struct store_row *row, bool narrow)
{
	if (row->would_be[0] != '\0')
		return arena_printf(a, narrow ? "(%s)" : "would be %s", row->would_be);
	if (row->route[0] != '\0')
		return row->route;
	return row->title[0] != '\0' ? row->title : "-";
}

/* Where room is short, in a word. */
static const char *
brief_fate(const char *fate)
{
	return strcmp(fate, "delivered elsewhere") == 0 ? "elsewhere" : fate;
}

static const char *
id_of(struct arena *a, const struct records *rec, const struct store_row *row)
{
	return arena_strndup(a, row->env.id, store_short_id(rec->st, row->env.id));
}

/* ---- CSV ---- */

static const char *const csv_names[] = {
	"id", "received", "from", "sender", "recipient", "subject", "route",
	"decided_by", "would_be", "points", "needs", "margin", "runner_up", "why",
	"state", "outcome", "decided", "size", "queue_id", "message_id",
};

void
log_rows_csv_head(const struct log_opts *o, struct buf *out)
{
	for (size_t i = 0; i < NELEM(csv_names); i++)
		csv_text(out, csv_names[i]);
	if (o->field != NULL)
		csv_text(out, "field");
	csv_end(out);
}

static void
csv_time(struct buf *out, int64_t wall_ms)
{
	char time[RECORDS_TIME_SIZE];

	records_time(wall_ms, time);
	csv_text(out, time);
}

static void
csv_points(struct buf *out, const struct store_row *row, int n)
{
	if (row->seq > 0)
		csv_number(out, n);
	else
		csv_text(out, "");
}

static void
add_csv(const struct log_opts *o, struct buf *out, const struct store_row *row)
{
	AUTO(arena_free) struct arena *a = arena_new();
	enum style style;

	csv_text(out, row->env.id);
	csv_time(out, row->env.received_ms);
	csv_text(out, records_sender(row));
	csv_text(out, row->env.sender);
	csv_text(out, row->env.recipient);
	csv_text(out, records_subject(a, row));
	csv_text(out, row->route);
	csv_text(out, row->decided_by);
	csv_text(out, row->would_be);
	csv_points(out, row, row->points);
	csv_points(out, row, row->needs);
	csv_points(out, row, row->margin);
	csv_text(out, row->runner_up);
	csv_text(out, row->why);
	csv_text(out, message_state_name(row->state));
	csv_text(out, records_fate(a, row, &style));
	csv_time(out, row->decided_ms);
	csv_number(out, (int64_t)row->size);
	csv_text(out, row->env.queue_id);
	csv_text(out, row->message_id);
	if (o->field != NULL)
		csv_text(out, row->field);
	csv_end(out);
}

/* ---- JSON ---- */

static json_t *
row_json(const struct log_opts *o, const struct store_row *row)
{
	json_t *object = records_row_json(row);

	if (o->field != NULL)
		jsonout_put(object, "field", jsonout_or_null(row->field));
	return object;
}

/* ---- a list ---- */

void
log_rows_init(struct log_rows *l, const struct cmd_call *call,
    const struct records *rec)
{
	const struct log_opts *o = call->opts;

	*l = (struct log_rows){ .call = call, .opts = o, .rec = rec,
		.narrow = call->columns > 0 && call->columns < NARROW };
	if (o->json || o->csv)
		return;
	l->table = l->narrow ?
	    table_new(narrow_columns, NELEM(narrow_columns) - (o->field == NULL)) :
	    table_new(columns, NELEM(columns) - (o->field == NULL));
}

void
log_rows_release(struct log_rows *l)
{
	table_free(&l->table);
}

static void
add_cells(struct log_rows *l, const struct store_row *row)
{
	AUTO(arena_free) struct arena *a = arena_new();
	char time[RECORDS_TIME_SIZE];
	enum style style;
	const char *fate = records_fate(a, row, &style), *from = records_sender(row);

	records_time(row->env.received_ms, time);
	/* Seconds are for `log ID`. */
	time[strlen("2026-11-28 18:47")] = '\0';
	table_add(l->table, STYLE_DIM, l->narrow ? time + strlen("2026-") : time);
	table_add(l->table, STYLE_PLAIN, id_of(a, l->rec, row));
	table_add(l->table, STYLE_PLAIN, l->narrow ? address_of(a, from) : from);
	table_add(l->table, STYLE_BOLD, records_subject(a, row));
	table_add(l->table, STYLE_NAME, route_of(a, row, l->narrow));
	if (!l->narrow)
		table_add(l->table, STYLE_DIM, row->decided_by[0] != '\0' ?
		    row->decided_by : "-");
	table_add(l->table, style, l->narrow ? brief_fate(fate) : fate);
	if (l->opts->field != NULL)
		table_add(l->table, STYLE_PLAIN, row->field);
}

bool
log_rows_add(void *arg, const struct store_row *row)
{
	struct log_rows *l = arg;
	AUTO(buf_release) struct buf out = BUF_INIT;

	if (l->n++ == 0 && l->opts->csv)
		log_rows_csv_head(l->opts, &out);
	if (l->table != NULL)
		add_cells(l, row);
	else if (l->opts->csv)
		add_csv(l->opts, &out, row);
	else
		jsonout_line(row_json(l->opts, row), stdout);
	fputs(buf_str(&out), stdout);
	return true;
}

void
log_rows_show(struct log_rows *l)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	if (l->table == NULL)
		return;
	table_render(l->table, l->call->columns, l->call->colour, &out);
	pager_show(l->call, buf_slice(&out), !l->opts->no_pager);
}

/* ---- a line at a time ---- */

/*
 * Columns of a line that knows nothing of those that follow: what they have in
 * 80 columns, and their share of each 100 that there are more.
 */
static const struct {
	size_t room, share;
} shape[] = {
	[0] = { 14, 25 },		/* from */
	[1] = { 16, 45 },		/* subject */
	[2] = { 9, 10 },		/* route */
};
enum { SHAPE_COLUMNS = 80, SHAPE_NO_TERMINAL = 120, SHAPE_MOST = 240, GAP = 2 };

static void
put_column(struct page *pg, enum style style, const char *text, size_t i)
{
	size_t wide = pg->columns > 0 ? MIN(pg->columns, (unsigned)SHAPE_MOST) :
	    SHAPE_NO_TERMINAL;
	size_t more = wide > SHAPE_COLUMNS ? wide - SHAPE_COLUMNS : 0;
	size_t room = shape[i].room + more * shape[i].share / 100, start = pg->at;

	if (pg->columns > 0)
		page_put_within(pg, style, slice_str(text), room);
	else
		page_put_str(pg, style, text);
	page_pad(pg, start + room + GAP);
}

/* The fate; of what waits after a try, what the server said. */
static const char *
fate_of(struct arena *a, const struct store_row *row, enum style *style)
{
	const char *fate = records_fate(a, row, style);

	for (size_t i = 0; i < row->n_effect; i++) {
		const struct effect *f = &row->effect[i];
		bool leased = f->state == EFFECT_LEASED;
		/* The one that lasts has not failed yet. */
		unsigned tries = f->attempts - leased;

		if (row->state == MESSAGE_ACTIVE && (leased || f->state == EFFECT_READY) &&
		    tries > 0 && f->last[0] != '\0')
			return arena_printf(a, "%s after %u tr%s: %s", fate, tries,
			    tries == 1 ? "y" : "ies", f->last);
	}
	return fate;
}

/* The fate, and the value that --field asks for. */
static const char *
end_of(struct arena *a, const struct cmd_call *call, const struct store_row *row,
    enum style *style)
{
	const struct log_opts *o = call->opts;
	const char *fate = fate_of(a, row, style);

	if (call->columns > 0)
		fate = brief_fate(fate);
	return o->field == NULL || row->field[0] == '\0' ? fate :
	    arena_printf(a, "%s  %s", fate, row->field);
}

static void
add_line(const struct cmd_call *call, const struct records *rec,
    const struct store_row *row, int64_t at_ms, struct buf *out)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct page pg = { .out = out, .colour = call->colour,
	    .columns = call->columns };
	char time[RECORDS_TIME_SIZE];
	enum style style;
	const char *end = end_of(a, call, row, &style);

	records_time(at_ms, time);
	page_put_str(&pg, STYLE_DIM, time + strlen("2026-11-28 "));
	page_pad(&pg, pg.at + GAP);
	page_put_str(&pg, STYLE_PLAIN, id_of(a, rec, row));
	page_pad(&pg, pg.at + GAP);
	put_column(&pg, STYLE_PLAIN, address_of(a, records_sender(row)), 0);
	put_column(&pg, STYLE_BOLD, records_subject(a, row), 1);
	put_column(&pg, STYLE_NAME, route_of(a, row, call->columns > 0), 2);
	if (call->columns > 0)
		page_put_within(&pg, style, slice_str(end),
		    MAX(page_room(&pg), (size_t)1));
	else
		page_put_str(&pg, style, end);
	page_newline(&pg);
}

void
log_rows_line(const struct cmd_call *call, const struct log_opts *o,
    const struct records *rec, const struct store_row *row, int64_t at_ms,
    struct buf *out)
{
	char *json;

	if (o->csv) {
		add_csv(o, out, row);
	} else if (o->json) {
		json_t *object = row_json(o, row);

		json = jsonout_dump(object);
		buf_addf(out, "%s\n", json);
		free(json);
		json_decref(object);
	} else {
		add_line(call, rec, row, at_ms, out);
	}
}
