/* SPDX-License-Identifier: MIT */
/* mroute replay: what has changed, as a table, a diff or JSON; the counts. */
#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"
#include "cmd/replay.h"
#include "rules/jsonout.h"

static const struct table_column columns[] = {
	{ "TIME", false, false },
	{ "MESSAGE", false, true },
	{ "FROM", false, true },
	{ "SUBJECT", false, true },
	{ "BEFORE", false, false },
	{ "AFTER", false, false },
	{ "POINTS", false, false },
	{ "BECAUSE", false, true },
};

static const struct table_column narrow_columns[] = {
	{ "MESSAGE", false, true },
	{ "SUBJECT", false, true },
	{ "BEFORE", false, false },
	{ "AFTER", false, false },
	{ "BECAUSE", false, true },
};

static const struct table_column count_columns[] = {
	{ "ROUTE", false, false },
	{ "BEFORE", true, false },
	{ "AFTER", true, false },
	{ "CHANGE", true, false },
};

enum { NARROW = 120, LINE_WIDTH = 60, SHORT_ID = 10 };

/* ---- counts ---- */

static const char *
shown_route(const struct plan *p)
{
	const char *route = plan_route(p);

	return route[0] != '\0' ? route : "(fallback)";
}

static struct replay_count *
count_of(struct replay *r, const char *route)
{
	size_t i = 0;

	while (i < r->n_count && strcmp(r->count[i].route, route) < 0)
		i++;
	if (i < r->n_count && strcmp(r->count[i].route, route) == 0)
		return &r->count[i];
	r->count = arena_grow(r->arena, r->count, r->n_count, &r->cap_count,
	    sizeof *r->count);
	memmove(&r->count[i + 1], &r->count[i],
	    (r->n_count - i) * sizeof *r->count);
	r->n_count++;
	r->count[i] = (struct replay_count){ .route =
	    arena_strdup(r->arena, route) };
	return &r->count[i];
}

/* ---- one message ---- */

struct row {
	const struct replay_item *item;
	const struct compare_side *side;
	const struct comparison *cmp;
	const char *time, *from, *subject;	/* "" not known */
};

static unsigned
month_of(struct slice name)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	for (unsigned i = 0; i < NELEM(months); i++)
		if (slice_eq_str(name, months[i]))
			return i + 1;
	return 0;
}

/* "Sat, 28 Nov 2026 18:47:01 +0100" as "2026-11-28 18:47", in its own zone. */
static const char *
date_text(struct arena *a, struct slice date)
{
	size_t comma = slice_find(date, ','), n = 0;
	struct slice rest = slice_sub(date, comma == SIZE_MAX ? 0 : comma + 1,
	    date.len), word[4], next;
	uint64_t day, year;

	while (n < NELEM(word) && slice_next(&rest, ' ', &next))
		if (next.len > 0)
			word[n++] = next;
	if (n < NELEM(word) || !slice_to_u64(word[0], &day) || day > 31 ||
	    month_of(word[1]) == 0 || !slice_to_u64(word[2], &year) ||
	    year > 9999 || word[3].len < 5 || word[3].ptr[2] != ':')
		return "";
	return arena_printf(a, "%04u-%02u-%02u %.5s", (unsigned)year,
	    month_of(word[1]), (unsigned)day, word[3].ptr);
}

static const char *
time_text(struct arena *a, const struct replay_item *it, const struct findings *f)
{
	char time[RECORDS_TIME_SIZE];

	if (it->env.received_ms == 0)
		return f != NULL ? date_text(a, f->id.date) : "";
	records_time(it->env.received_ms, time);
	return arena_strndup(a, time, strlen("2026-11-28 18:47"));
}

static struct row
make_row(const struct replay_item *it, const struct compare_side *side,
    const struct comparison *cmp)
{
	const struct findings *f = side[AFTER].findings;
	struct arena *a = it->arena;
	struct row row = { it, side, cmp, time_text(a, it, f), "", "" };

	if (f != NULL) {
		row.from = arena_strndup(a, f->id.from.ptr, f->id.from.len);
		row.subject = arena_strndup(a, f->id.subject.ptr,
		    f->id.subject.len);
	}
	if (row.from[0] == '\0')
		row.from = it->env.sender[0] != '\0' ? it->env.sender : "<>";
	return row;
}

static void
add_row(struct replay *r, const struct row *row)
{
	struct arena *a = row->item->arena;
	const struct plan *before = row->side[BEFORE].plan;
	const struct plan *after = row->side[AFTER].plan;
	const char *name = row->item->name;

	if (r->listed >= REPLAY_ROWS)
		return;
	r->listed++;
	if (r->rec.st != NULL)
		name = arena_strndup(a, name, MAX(store_short_id(r->rec.st, name),
		    (size_t)SHORT_ID));
	if (!r->narrow)
		table_add(r->table, STYLE_DIM, row->time);
	table_add(r->table, STYLE_PLAIN, name);
	if (!r->narrow)
		table_add(r->table, STYLE_PLAIN, row->from);
	table_add(r->table, STYLE_PLAIN, row->subject);
	table_add(r->table, STYLE_BAD, shown_route(before));
	table_add(r->table, STYLE_GOOD, shown_route(after));
	if (!r->narrow)
		table_add(r->table, STYLE_PLAIN, arena_printf(a, "%d \xe2\x86\x92 %d",
		    before->points, after->points));
	table_add(r->table, STYLE_PLAIN, row->cmp->why);
}

/* ---- diff ---- */

static void
put_field(const struct replay *r, const char *name, const char *value,
    struct buf *out)
{
	AUTO(buf_release) struct buf label = BUF_INIT, clean = BUF_INIT;

	if (value[0] == '\0')
		return;
	buf_addf(&label, "  %-10s", name);
	utf8_clean(&clean, slice_str(value), false);
	style_add(out, STYLE_DIM, buf_slice(&label), r->call->colour);
	buf_add_slice(out, buf_slice(&clean));
	buf_add_char(out, '\n');
}

/* "-" or "+" and a text, coloured as a whole. */
static void
put_signed(const struct replay *r, bool came, const char *text, struct buf *out)
{
	AUTO(buf_release) struct buf line = BUF_INIT;

	buf_add_str(&line, came ? "+ " : "- ");
	utf8_clean(&line, slice_str(text), false);
	style_add(out, came ? STYLE_GOOD : STYLE_BAD, buf_slice(&line),
	    r->call->colour);
	buf_add_char(out, '\n');
}

static const char *
line_text(struct arena *a, const struct compare_line *c, bool cause)
{
	struct slice text = slice_str(c->line->text);
	struct slice cut = utf8_cut_width(text, LINE_WIDTH);
	struct slice matched = utf8_cut_width(c->line->matched, LINE_WIDTH);

	return arena_printf(a, "  %-12s %.*s%s%s%.*s%s%s", c->line->id,
	    (int)cut.len, cut.ptr, cut.len < text.len ? "\xe2\x80\xa6" : "",
	    matched.len > 0 ? "  \"" : c->line->state == TRI_UNKNOWN ?
	    "  (unknown)" : "", (int)matched.len, matched.ptr != NULL ?
	    matched.ptr : "", matched.len > 0 ? "\"" : "",
	    cause ? "  made the difference" : "");
}

static void
put_actions(const struct replay *r, bool came, const struct plan *p,
    struct buf *out)
{
	AUTO(buf_release) struct buf text = BUF_INIT;

	buf_add_str(&text, "  then ");
	for (size_t i = 0; i < p->n_action; i++)
		buf_addf(&text, "%s%s", i > 0 ? "; " : "", p->action[i]);
	put_signed(r, came, buf_str(&text), out);
}

static void
show_diff(const struct replay *r, const struct row *row)
{
	AUTO(buf_release) struct buf out = BUF_INIT, name = BUF_INIT;
	const struct comparison *cmp = row->cmp;
	struct arena *a = row->item->arena;

	if (r->changed > 1)
		buf_add_char(&out, '\n');
	utf8_clean(&name, slice_str(row->item->name), false);
	style_add(&out, STYLE_BOLD, buf_slice(&name), r->call->colour);
	buf_add_char(&out, '\n');
	put_field(r, "Time", row->time, &out);
	put_field(r, "From", row->from, &out);
	put_field(r, "Subject", row->subject, &out);
	for (size_t i = 0; i < SIDES; i++) {
		const struct plan *p = row->side[i].plan;

		put_signed(r, i == AFTER, arena_printf(a, "%-14s %s",
		    shown_route(p), p->why), &out);
	}
	for (size_t i = 0; i < cmp->n_line; i++)
		put_signed(r, cmp->line[i].came, line_text(a, &cmp->line[i],
		    &cmp->line[i] == cmp->cause), &out);
	if (cmp->cause == NULL && cmp->why[0] != '\0')
		put_field(r, "Because", cmp->why, &out);
	for (size_t i = 0; i < SIDES && cmp->actions; i++)
		put_actions(r, i == AFTER, row->side[i].plan, &out);
	fputs(buf_str(&out), stdout);
}

/* ---- JSON ---- */

static json_t *
side_json(const struct plan *p)
{
	json_t *o = json_object(), *actions = json_array();

	for (size_t i = 0; i < p->n_action; i++)
		jsonout_push(actions, jsonout_or_null(p->action[i]));
	jsonout_put(o, "route", jsonout_or_null(plan_route(p)));
	jsonout_put(o, "decided_by", json_string(decided_by_name(
	    p->by == BY_OBSERVE ? p->would_be_by : p->by)));
	jsonout_put(o, "best", jsonout_or_null(p->best));
	jsonout_put(o, "points", json_integer(p->points));
	jsonout_put(o, "needs", json_integer(p->needs));
	jsonout_put(o, "why", jsonout_or_null(p->why));
	jsonout_put(o, "actions", actions);
	return o;
}

static json_t *
line_json(const struct compare_line *c)
{
	json_t *o = json_object();

	jsonout_put(o, "change", json_string(c->came ? "+" : "-"));
	jsonout_put(o, "route", jsonout_or_null(c->route));
	jsonout_put(o, "id", jsonout_or_null(c->line->id));
	jsonout_put(o, "hash", jsonout_or_null(c->line->hash));
	jsonout_put(o, "points", json_integer(c->line->points));
	jsonout_put(o, "text", jsonout_or_null(c->line->text));
	jsonout_put(o, "matched", jsonout_slice(c->line->matched));
	return o;
}

static void
show_json(const struct replay *r, const struct row *row)
{
	bool spool = r->rec.sp != NULL;
	json_t *o = json_object(), *lines = json_array();
	const struct comparison *cmp = row->cmp;

	for (size_t i = 0; i < cmp->n_line; i++)
		jsonout_push(lines, line_json(&cmp->line[i]));
	jsonout_put(o, "v", json_integer(1));
	jsonout_put(o, "file", jsonout_or_null(spool ? "" : row->item->name));
	jsonout_put(o, "id", jsonout_or_null(spool ? row->item->name : ""));
	jsonout_put(o, "received", jsonout_time(row->item->env.received_ms));
	jsonout_put(o, "from", jsonout_or_null(row->from));
	jsonout_put(o, "subject", jsonout_or_null(row->subject));
	jsonout_put(o, "before", side_json(row->side[BEFORE].plan));
	jsonout_put(o, "after", side_json(row->side[AFTER].plan));
	jsonout_put(o, "because", jsonout_or_null(cmp->why));
	jsonout_put(o, "lines", lines);
	jsonout_line(o, stdout);
}

/* ---- all of them ---- */

void
replay_show_start(struct replay *r)
{
	r->narrow = r->call->columns > 0 && r->call->columns < NARROW;
	if (r->opts->diff || r->opts->json)
		return;
	r->table = r->narrow ? table_new(narrow_columns, NELEM(narrow_columns)) :
	    table_new(columns, NELEM(columns));
}

void
replay_show(struct replay *r, const struct replay_item *it,
    const struct compare_side side[SIDES])
{
	struct comparison cmp;
	struct row row;

	for (size_t i = 0; i < SIDES; i++)
		count_of(r, shown_route(side[i].plan))->n[i]++;
	if (compare_same(side[BEFORE].plan, side[AFTER].plan))
		return;
	r->changed++;
	compare_decisions(it->arena, &it->env, &side[BEFORE], &side[AFTER], &cmp);
	row = make_row(it, side, &cmp);
	if (r->table != NULL) {
		add_row(r, &row);
		return;
	}
	progress_end(&r->progress);
	if (r->opts->json)
		show_json(r, &row);
	else
		show_diff(r, &row);
}

static void
put_counts(const struct replay *r, struct buf *out)
{
	AUTO(table_free) struct table *t = table_new(count_columns,
	    NELEM(count_columns));
	AUTO(arena_free) struct arena *a = arena_new();

	for (size_t i = 0; i < r->n_count; i++) {
		const struct replay_count *c = &r->count[i];
		int64_t change = (int64_t)c->n[AFTER] - (int64_t)c->n[BEFORE];

		table_add(t, STYLE_NAME, c->route);
		table_add(t, STYLE_PLAIN, arena_printf(a, "%" PRIu64, c->n[BEFORE]));
		table_add(t, STYLE_PLAIN, arena_printf(a, "%" PRIu64, c->n[AFTER]));
		table_add(t, change == 0 ? STYLE_DIM : STYLE_PLAIN, change == 0 ?
		    "=" : arena_printf(a, "%+" PRId64, change));
	}
	table_render(t, r->call->columns, r->call->colour, out);
}

static void
put_note(struct buf *out, uint64_t n, const char *text)
{
	if (n > 0)
		buf_addf(out, "%" PRIu64 " %s\n", n, text);
}

static void
end_text(const struct replay *r)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	if (r->table != NULL && r->listed > 0)
		table_render(r->table, r->call->columns, r->call->colour, &out);
	put_note(&out, r->table != NULL ? r->changed - r->listed : 0,
	    "more have changed: --diff and --json show all");
	if (r->changed > 0)
		buf_add_char(&out, '\n');
	if (r->n_count > 0) {
		put_counts(r, &out);
		buf_add_char(&out, '\n');
	}
	put_note(&out, r->purged, "left out: the original has been purged");
	put_note(&out, r->repeated, "left out: came a second time, or a loop");
	put_note(&out, r->undecided, "left out: not decided yet");
	put_note(&out, r->failed, "left out: cannot be read");
	put_note(&out, r->given_up, "could not be examined, and go to otherwise");
	buf_addf(&out, "%" PRIu64, r->judged);
	if (r->interrupted && r->total > 0)
		buf_addf(&out, " of %" PRIu64, r->total);
	buf_addf(&out, " message%s, %" PRIu64 " changed%s\n", r->judged == 1 &&
	    !r->interrupted ? "" : "s", r->changed, r->interrupted ?
	    " (interrupted)" : "");
	fputs(buf_str(&out), stdout);
}

static void
end_json(const struct replay *r)
{
	json_t *o = json_object(), *routes = json_array();

	for (size_t i = 0; i < r->n_count; i++) {
		json_t *c = json_object();

		jsonout_put(c, "route", jsonout_or_null(r->count[i].route));
		jsonout_put(c, "before", json_integer(
		    (json_int_t)r->count[i].n[BEFORE]));
		jsonout_put(c, "after", json_integer(
		    (json_int_t)r->count[i].n[AFTER]));
		jsonout_push(routes, c);
	}
	jsonout_put(o, "v", json_integer(1));
	jsonout_put(o, "messages", json_integer((json_int_t)r->judged));
	jsonout_put(o, "changed", json_integer((json_int_t)r->changed));
	jsonout_put(o, "total", r->total > 0 ? json_integer((json_int_t)r->total) :
	    json_null());
	jsonout_put(o, "interrupted", json_boolean(r->interrupted));
	jsonout_put(o, "purged", json_integer((json_int_t)r->purged));
	jsonout_put(o, "repeated", json_integer((json_int_t)r->repeated));
	jsonout_put(o, "undecided", json_integer((json_int_t)r->undecided));
	jsonout_put(o, "failed", json_integer((json_int_t)r->failed));
	jsonout_put(o, "given_up", json_integer((json_int_t)r->given_up));
	jsonout_put(o, "routes", routes);
	jsonout_put(o, "digest_before", r->opts->recorded ? json_null() :
	    json_string(policy_digest(r->policy[BEFORE])));
	jsonout_put(o, "digest_after", json_string(policy_digest(
	    r->policy[AFTER])));
	jsonout_line(o, stdout);
}

void
replay_show_end(struct replay *r)
{
	if (r->opts->json)
		end_json(r);
	else
		end_text(r);
	table_free(&r->table);
}
