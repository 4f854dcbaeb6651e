/* SPDX-License-Identifier: MIT */
/* mroute explain of past mail: the record first, whatever would come out today. */
#include "cmd/explaining.h"

#include "cmd/pastmail.h"
#include "rules/beside.h"
#include "rules/compare.h"
#include "rules/jsonout.h"

/* What today's rules make of it. */
struct today {
	const struct findings *findings;
	const struct plan *plan;
	const struct account *account;
	const char *because;		/* what made the difference; "" nothing */
};

static void
judge_today(struct explaining *x, struct arena *a, const struct pastmail *pm,
    struct today *out)
{
	const struct mailfile m = { pm->row.env.id, pm->message.raw,
	    pm->message.fd, pm->message.offset };
	const struct envelope *env = &pm->message.env;
	struct compare_side then = { pm->plan, pm->policy, pm->again }, now;
	struct comparison c;

	out->findings = judge_examine(&x->judge, a, env, &m);
	out->plan = judge_decide(a, x->policy, env, out->findings);
	out->account = explaining_account(a, x->policy, env, out->plan, out->findings);
	out->because = "";
	if (compare_same(pm->plan, out->plan))
		return;
	now = (struct compare_side){ out->plan, x->policy, out->findings };
	compare_decisions(a, env, &then, &now, &c);
	out->because = c.why;
}

/* Where the record comes from and what is not known of it. */
static void
add_origin(const struct explaining *x, struct arena *a, const struct pastmail *pm,
    struct buf *out)
{
	const struct store_row *row = &pm->row;
	char time[RECORDS_TIME_SIZE];

	records_time(row->decided_ms, time);
	explaining_row(x, out, "Decided", arena_printf(a, "%s, by %s%s%.8s", time,
	    row->decided_by, row->digest[0] != '\0' ? ", rules " : "",
	    row->digest));
	if (pm->corrected != NULL)
		explaining_row(x, out, "Corrected", arena_printf(a,
		    "a person sent it to %s afterwards", pm->corrected));
	if (pm->why_no_rules != NULL)
		explaining_row(x, out, "Rules", arena_printf(a, "only lines that "
		    "counted are known, not the others: %s", pm->why_no_rules));
	else if (pm->account == NULL)
		explaining_row(x, out, "Rules", EXPLAINING_NOT_ASKED);
}

/* Where the values come from that the lines looked at. */
static void
add_values(const struct explaining *x, struct arena *a, const struct pastmail *pm,
    struct buf *out)
{
	if (pm->again == NULL)
		explaining_row(x, out, "Values", arena_printf(a, "what the lines "
		    "looked at is not known: %s", pm->why_no_values));
	else if (pm->differs == NULL)
		explaining_row(x, out, "Values", "from the original, examined again "
		    "by the rules of then");
	else
		explaining_row(x, out, "Values", arena_printf(a, "from the original, "
		    "examined again by the rules of then: %s would come out "
		    "otherwise now; what is shown is the record", pm->differs));
}

static void
show_past_json(const struct explaining *x, const struct explain_input *in,
    const struct pastmail *pm, const struct today *today)
{
	json_t *o = explaining_json(x, in, pm->account);

	jsonout_put(o, "decided", jsonout_time(pm->row.decided_ms));
	jsonout_put(o, "corrected", jsonout_or_null(pm->corrected));
	jsonout_put(o, "differs", jsonout_or_null(pm->differs));
	jsonout_put(o, "values_from", pm->again != NULL ?
	    json_string("original") : json_null());
	if (today != NULL) {
		const struct explain_input now = { .plan = today->plan,
		    .digest = policy_digest(x->policy), .id = in->id,
		    .findings = today->findings };

		jsonout_put(o, "now", explaining_json(x, &now, today->account));
		jsonout_put(o, "because", jsonout_or_null(today->because));
		jsonout_put(o, "changed", pm->account == NULL ||
		    today->account == NULL ? json_null() : beside_json(pm->account,
		    today->account, x->opts->route));
	}
	jsonout_line(o, stdout);
}

static void
add_today(const struct explaining *x, struct arena *a, const struct pastmail *pm,
    const struct today *today, struct buf *out)
{
	const struct cmd_call *c = x->call;
	const struct explain_input now = { .plan = today->plan,
	    .findings = today->findings };

	explaining_row(x, out, "Now", arena_printf(a, "by the rules on disk, %.8s",
	    policy_digest(x->policy)));
	if (pm->account != NULL && today->account != NULL) {
		buf_add_char(out, '\n');
		beside_text(pm->account, today->account, x->opts->route,
		    today->because, c->colour, c->columns, out);
		return;
	}
	buf_add_char(out, '\n');
	explain_text(&now, c->colour, c->columns, out);
}

static void
show_past(struct explaining *x, struct arena *a, const struct pastmail *pm,
    const struct today *today)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	const struct store_row *row = &pm->row;
	const struct findings f = { .size = row->size, .id = {
	    .from = slice_str(row->from), .author = slice_str(row->author),
	    .subject = slice_str(row->subject),
	    .message_id = slice_str(row->message_id) } };
	const struct explain_input in = { .id = row->env.id, .plan = pm->plan,
	    .digest = row->digest, .file = x->opts->json ? NULL : row->env.id,
	    .findings = row->env.kind == ENVELOPE_MAIL ? &f : NULL };

	if (x->opts->json) {
		show_past_json(x, &in, pm, today);
		return;
	}
	explaining_begin(x, &b);
	if (pm->account == NULL)
		explain_text(&in, x->call->colour, x->call->columns, &b);
	else
		explain_brief(&in, x->call->colour, x->call->columns, &b);
	add_origin(x, a, pm, &b);
	if (today != NULL)
		add_today(x, a, pm, today, &b);
	else if (pm->account != NULL) {
		add_values(x, a, pm, &b);
		account_text(pm->account, x->opts->route, x->call->colour,
		    x->call->columns, &b);
	}
	fputs(buf_str(&b), stdout);
}

int
explain_past(struct explaining *x, const char *word, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(pastmail_close) struct pastmail pm = PASTMAIL_INIT;
	struct today today;
	char id[ULID_SIZE];

	if (!x->rec_open && records_open(x->call, &x->rec, e) < 0)
		return -1;
	x->rec_open = true;
	if (records_resolve(&x->rec, word, id, e) < 0)
		return err_prefix(e, "'%s' is not a file", word);
	if (pastmail_open(&x->rec, a, id, &pm, e) < 0)
		return -1;
	if (pm.policy != NULL && !x->opts->now &&
	    explaining_route(x, pm.policy, e) < 0)
		return -1;
	if (!x->opts->now || pm.row.env.kind == ENVELOPE_OWN) {
		show_past(x, a, &pm, NULL);
		return 0;
	}
	if (!pm.kept) {
		show_past(x, a, &pm, NULL);
		return err_set(e, ERR_ABSENT, "today's rules can't be asked about "
		    "message %s: %s", pm.row.env.id, pm.why_no_values);
	}
	if (explaining_load(x, e) < 0)
		return -1;
	if ((pm.policy == NULL || explaining_route(x, pm.policy, e) < 0) &&
	    explaining_route(x, x->policy, e) < 0)
		return -1;
	judge_today(x, a, &pm, &today);
	if (x->judge.trouble)
		return err_set(e, ERR_TEMP, "message %s can't be judged by today's "
		    "rules", id);
	show_past(x, a, &pm, &today);
	return 0;
}
