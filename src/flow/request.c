/* SPDX-License-Identifier: MIT */
/* Requests of commands: see ctl.h for their form. */
#include "flow/engine_impl.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "flow/ctl.h"

enum { WORDS_MAX = 3 };

struct request {
	struct engine *en;
	char word[WORDS_MAX][128];
	size_t n_word;
	char id[ULID_SIZE];		/* of word[1], where there is one */
	enum spool_where where;
	struct message_job *job;	/* in memory, or NULL */
	bool brought;			/* into memory by this request */
};

/* Not while it is examined or sent: those end soon. */
static int
must_rest(const struct request *rq, struct err *e)
{
	if (rq->job != NULL && (rq->job->phase == JOB_EXAMINING ||
	    deliver_is_sending(rq->job)))
		return err_set(e, ERR_USAGE, "message %s is being worked on right "
		    "now: try again in a moment", rq->id);
	return 0;
}

static void
say(struct buf *answer, const struct request *rq, const char *event, const char *text)
{
	buf_addf(answer, "message %s: %s", rq->id, text);
	engine_event(rq->en, rq->id, event, text);
	log_event(LOG_NOTICE, event, "id", rq->id, "text", text, NULL);
}

/* Back into new/, with what its records know, not yet going on. */
static int
bring_back(struct request *rq, struct err *e)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct store_row row = { 0 };

	if (rq->job != NULL)
		return 0;
	if (rq->where != SPOOL_NEW &&
	    spool_move(rq->en->spool, rq->where, SPOOL_NEW, rq->id, e) < 0)
		return -1;
	rq->where = SPOOL_NEW;
	rq->job = intake_new_job(rq->en, rq->id);
	rq->brought = true;
	if (store_get(rq->en->store, a, rq->id, &row, e) < 0)
		return e->kind == ERR_ABSENT ? 0 : -1;	/* never looked at */
	intake_load_effects(rq->job, &row);
	return 0;
}

static int
send_to_route(struct request *rq, const char *route, struct err *e)
{
	AUTO(spool_message_release) struct spool_message m = SPOOL_MESSAGE_INIT;
	AUTO(arena_free) struct arena *a = arena_new();
	struct plan *p;

	if (rq->en->policy == NULL)
		return err_set(e, ERR_USAGE, "no rules are in force: mend what "
		    "'mroute check' shows first");
	if (spool_read(rq->en->spool, rq->where, rq->id, &m, e) < 0)
		return -1;
	if (m.env.kind != ENVELOPE_MAIL)
		return err_set(e, ERR_USAGE, "message %s was made by mroute itself "
		    "and has no route", rq->id);
	if ((p = decide_person(a, rq->en->policy, &m.env, NULL, route, e)) == NULL)
		return -1;
	if (bring_back(rq, e) < 0)
		return -1;
	return intake_settle_person(rq->en, rq->job, &m, p, e);
}

/* ---- the verbs ---- */

static int
retry_all(struct request *rq, struct buf *answer, struct err *e)
{
	GHashTableIter it;
	gpointer value;
	size_t n, total = 0;

	intake_scan(rq->en);		/* at the start nothing is in memory yet */
	g_hash_table_iter_init(&it, rq->en->job);
	while (g_hash_table_iter_next(&it, NULL, &value)) {
		struct message_job *job = value;

		if (job->phase != JOB_ACTIVE || deliver_is_sending(job))
			continue;
		if (intake_retry(rq->en, job, &n, e) < 0 && e->kind != ERR_USAGE)
			return -1;
		total += n;
	}
	buf_addf(answer, "%zu deliver%s tried now", total, total == 1 ? "y is" :
	    "ies are");
	return 0;
}

static int
do_retry(struct request *rq, struct buf *answer, struct err *e)
{
	size_t n;

	if (strcmp(rq->word[1], "all") == 0)
		return retry_all(rq, answer, e);
	if (must_rest(rq, e) < 0)
		return -1;
	if (rq->where == SPOOL_HOLD)
		return err_set(e, ERR_USAGE, "message %s is held: use 'mroute queue "
		    "release'", rq->id);
	if (bring_back(rq, e) < 0 || intake_retry(rq->en, rq->job, &n, e) < 0)
		return -1;
	say(answer, rq, "retry", "is tried now");
	return 0;
}

static int
do_hold(struct request *rq, struct buf *answer, struct err *e)
{
	if (rq->where != SPOOL_NEW)
		return err_set(e, ERR_USAGE, "message %s is %s", rq->id,
		    rq->where == SPOOL_HOLD ? "held already" : "done: nothing of it "
		    "waits");
	if (must_rest(rq, e) < 0)
		return -1;
	const struct record r = { RECORD_STATE, clock_wall_ms(), rq->id,
	    { .state = MESSAGE_HELD } };
	if (store_commit(rq->en->store, &r, 1, e) < 0 ||
	    spool_move(rq->en->spool, SPOOL_NEW, SPOOL_HOLD, rq->id, e) < 0)
		return -1;
	if (rq->job != NULL)
		intake_forget(rq->en, rq->job);
	say(answer, rq, "held", "is held by request");
	return 0;
}

static int
do_release(struct request *rq, struct buf *answer, struct err *e)
{
	if (rq->where != SPOOL_HOLD)
		return err_set(e, ERR_USAGE, "message %s is not held", rq->id);
	if (rq->n_word == 3) {
		if (send_to_route(rq, rq->word[2], e) < 0)
			return -1;
		say(answer, rq, "released", "is released to the route asked for");
		return 0;
	}
	const struct record r[] = {
		{ RECORD_LOOKED, clock_wall_ms(), rq->id, { .looked = 0 } },
		{ RECORD_STATE, clock_wall_ms(), rq->id, { .state = MESSAGE_ACTIVE } },
	};
	if (store_commit(rq->en->store, r, NELEM(r), e) < 0 ||
	    bring_back(rq, e) < 0)
		return -1;
	intake_put_pending(rq->en, rq->job, false);
	say(answer, rq, "released", "is released and decided again");
	return 0;
}

static int
do_reroute(struct request *rq, struct buf *answer, struct err *e)
{
	if (rq->where == SPOOL_HOLD)
		return err_set(e, ERR_USAGE, "message %s is held: use 'mroute queue "
		    "release --to %s %s'", rq->id, rq->word[2], rq->id);
	if (must_rest(rq, e) < 0 || send_to_route(rq, rq->word[2], e) < 0)
		return -1;
	say(answer, rq, "rerouted", rq->word[2]);
	return 0;
}

static const struct verb {
	const char *name;
	size_t least, most;		/* words with the verb */
	int (*run)(struct request *, struct buf *, struct err *);
} verbs[] = {
	{ "retry", 2, 2, do_retry },
	{ "hold", 2, 2, do_hold },
	{ "release", 2, 3, do_release },
	{ "reroute", 3, 3, do_reroute },
};

/* ---- reading ---- */

static int
split(struct request *rq, struct slice text, struct err *e)
{
	struct slice rest = slice_trim(text), word;

	while (slice_next(&rest, ' ', &word)) {
		if (word.len == 0)
			continue;
		if (rq->n_word == WORDS_MAX || word.len >= sizeof rq->word[0])
			return err_set(e, ERR_USAGE, "the request has too many words");
		memcpy(rq->word[rq->n_word++], word.ptr, word.len);
	}
	return 0;
}

static int
find_message(struct request *rq, struct err *e)
{
	const char *word = rq->word[1];

	if (strcmp(word, "all") == 0)
		return 0;
	if (ulid_valid(word))
		memcpy(rq->id, word, ULID_SIZE);
	else if (store_resolve(rq->en->store, word, rq->id, e) < 0)
		return -1;
	rq->job = intake_job(rq->en, rq->id);
	rq->where = spool_where(rq->en->spool, rq->id);
	if (rq->where == SPOOL_NOWHERE)
		return err_set(e, ERR_ABSENT, "the original of message %s is not in "
		    "the spool any more", rq->id);
	return 0;
}

/* A request that failed half way: the message goes on as its records say. */
static void
let_go(const struct request *rq)
{
	struct message_job *job = rq->brought ? intake_job(rq->en, rq->id) : NULL;

	if (job != NULL)
		intake_forget(rq->en, job);
	rq->en->scan_wanted = true;
}

int
engine_request(struct engine *en, struct slice request, struct buf *answer,
    struct err *e)
{
	struct request rq = { .en = en };

	if (split(&rq, request, e) < 0)
		return -1;
	for (size_t i = 0; i < NELEM(verbs) && rq.n_word > 0; i++) {
		if (strcmp(verbs[i].name, rq.word[0]) != 0)
			continue;
		if (rq.n_word < verbs[i].least || rq.n_word > verbs[i].most)
			break;
		if (find_message(&rq, e) < 0)
			return -1;
		if (verbs[i].run(&rq, answer, e) == 0)
			return 0;
		let_go(&rq);
		return -1;
	}
	return err_set(e, ERR_USAGE, "the request makes no sense");
}

static void
answer_request(struct engine *en, const char *name)
{
	AUTO(xfree) char *path = xasprintf("ctl/%s", name);
	AUTO(xfree) char *ans = xasprintf("%.*s.ans", (int)(strlen(name) - 4), name);
	AUTO(buf_release) struct buf request = BUF_INIT, answer = BUF_INIT,
	    text = BUF_INIT;
	struct err e = ERR_INIT;
	bool ok;

	ok = file_read_own(spool_dirfd(en->spool), path, CTL_REQUEST_MAX, &request, &e) == 0
	    && engine_request(en, buf_slice(&request), &answer, &e) == 0;
	buf_addf(&text, "%s %s\n", ok ? "ok" : "no", ok ? buf_str(&answer) : e.text);
	if (unlinkat(spool_dirfd(en->spool), path, 0) < 0 ||
	    spool_ctl_put(en->spool, ans, buf_slice(&text), &e) < 0)
		log_event(LOG_ERR, "request-not-answered", "name", name, "why",
		    e.text, NULL);
}

/* An answer nobody fetched is older than any command waits. */
static void
drop_old_answer(struct engine *en, const char *name)
{
	AUTO(xfree) char *path = xasprintf("ctl/%s", name);
	char id[ULID_SIZE];

	snprintf(id, sizeof id, "%.26s", name);
	if (clock_wall_ms() - ulid_ms(id) > 6 * CTL_ANSWER_WAIT)
		(void)unlinkat(spool_dirfd(en->spool), path, 0);
}

void
request_scan(struct engine *en)
{
	struct names names = { NULL, 0 };
	struct err e = ERR_INIT;

	if (dir_names(spool_dirfd(en->spool), "ctl", &names, &e) < 0) {
		alarm_raise(en, "spool", NULL, "%s", e.text);
		return;
	}
	for (size_t i = 0; i < names.n; i++) {
		struct slice s = slice_str(names.name[i]);

		if (s.len == ULID_LEN + 4 && slice_ends_case(s, ".req"))
			answer_request(en, names.name[i]);
		else
			drop_old_answer(en, names.name[i]);
	}
	names_release(&names);
}
