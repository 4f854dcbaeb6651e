/* SPDX-License-Identifier: MIT */
/* mroute doctor: spool, engine, records, queue, examiner, clock. */
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/doctor.h"
#include "cmd/judge.h"

enum {
	MINUTE = 60000,
	OLD_QUEUE = 60 * MINUTE,
	DISK_LOW = 10, DISK_FULL = 5,	/* percent: purge, and the door shuts */
};

/* From here on we are the spool's owner. */
void
doctor_spool(struct doctor *d)
{
	const char *path = d->cfg->spool.path, *why;
	struct err e = ERR_INIT;
	int r = records_open_for(d->cfg, &d->rec, &e);

	if (d->rec.sp == NULL) {
		doctor_say(d, HEALTH_BROKEN, e.kind == ERR_ABSENT ?
		    "'mroute init' makes one" :
		    arena_printf(d->a, "see 'ls -ld %s'; docs/postfix.md tells how it "
		    "must be", path), "%s", e.text);
		return;
	}
	if (r < 0)
		doctor_say(d, HEALTH_BROKEN, "'mroute status' says more",
		    "the records: %s", e.text);
	else if (d->rec.st != NULL && !store_usable(d->rec.st, &why))
		doctor_say(d, HEALTH_ATTENTION, "'mroute status' says more",
		    "the records: %s", why);
	if (store_check_place(d->rec.sp, &e) < 0)
		doctor_say(d, HEALTH_BROKEN, "move it to a local disk", "%s", e.text);
	if (d->said == 0)
		doctor_say(d, HEALTH_FINE, "", "'%s': owner, mode and format are "
		    "right, and it lies on a local disk", path);
}

void
doctor_disk(struct doctor *d)
{
	int percent = spool_free_percent(d->rec.sp);

	if (percent < DISK_FULL)
		doctor_say(d, HEALTH_BROKEN, "make room: new mail stays with Postfix",
		    "%d %% of space or inodes free", percent);
	else if (percent < DISK_LOW)
		doctor_say(d, HEALTH_ATTENTION, "make room: the oldest originals are "
		    "removed", "%d %% of space or inodes free", percent);
	else
		doctor_say(d, HEALTH_FINE, "", "%d %% of space and inodes free",
		    percent);
}

void
doctor_clock(struct doctor *d)
{
	struct store_counts c = { .messages = 0 };
	struct err e = ERR_INIT;

	if (d->rec.st != NULL && store_count(d->rec.st, &c, &e) == 0 &&
	    c.last_received_ms > d->now + 5 * MINUTE) {
		char last[RECORDS_TIME_SIZE];

		records_time(c.last_received_ms, last);
		doctor_say(d, HEALTH_ATTENTION, "'timedatectl' shows it; set up NTP",
		    "it is earlier than the last message came, %s", last);
	} else if (spool_alive_ms(d->rec.sp) > d->now + 5 * MINUTE)
		doctor_say(d, HEALTH_ATTENTION, "'timedatectl' shows it; set up NTP",
		    "it is earlier than the engine's last sign of life");
	else
		doctor_say(d, HEALTH_FINE, "", "later than all that is recorded");
}

void
doctor_engine(struct doctor *d)
{
	int64_t silence = d->rec.cfg->spool.max_silence;
	struct health_engine en;
	struct err e = ERR_INIT;

	if (health_engine(d->a, &d->rec, d->now, &en, &e) < 0)
		doctor_say(d, HEALTH_BROKEN, "", "%s", e.text);
	else if (en.runs && en.alive_ms != 0 && d->now - en.alive_ms > 5 * MINUTE)
		doctor_say(d, HEALTH_BROKEN, "look at its log; restart it",
		    "runs, but gave its last sign of life %s",
		    health_ago(d->a, d->now, en.alive_ms));
	else if (silence == 0)
		doctor_say(d, MAX(en.health, HEALTH_ATTENTION), "set max-silence in "
		    "the section spool: then Postfix notices when the engine is dead",
		    "%s; max-silence is off", en.text);
	else
		doctor_say(d, en.health, en.todo, "%s", en.text);
}

void
doctor_records(struct doctor *d)
{
	struct err e = ERR_INIT;

	if (store_check(d->rec.st, &e) == 0)
		doctor_say(d, HEALTH_FINE, "", "the database is whole (quick_check)");
	else
		doctor_say(d, HEALTH_BROKEN, "restart the engine: it moves a damaged "
		    "one aside and makes a new one; mail is not lost", "%s", e.text);
}

void
doctor_queue(struct doctor *d)
{
	struct store_counts c;
	struct err e = ERR_INIT;
	char span[RECORDS_SPAN_SIZE];
	int64_t age;

	if (store_count(d->rec.st, &c, &e) < 0) {
		doctor_say(d, HEALTH_BROKEN, "", "%s", e.text);
		return;
	}
	age = c.oldest_active_ms > 0 ? d->now - c.oldest_active_ms : 0;
	records_span(age, span);
	if (c.held > 0)
		doctor_say(d, HEALTH_ATTENTION, "'mroute queue' lists them; 'mroute "
		    "queue release ID' decides again", "%llu held for a person to "
		    "look at", (unsigned long long)c.held);
	if (age > OLD_QUEUE)
		doctor_say(d, HEALTH_ATTENTION, "'mroute queue' says why",
		    "%llu wait, the oldest for %s", (unsigned long long)c.active, span);
	if (d->said == 0)
		doctor_say(d, HEALTH_FINE, "", c.active > 0 ? "%llu on the way, the "
		    "oldest for %s" : "nothing waits",
		    (unsigned long long)c.active, span);
}

/* As for live mail: a process of its own, in its sandbox. */
void
doctor_examiner(struct doctor *d)
{
	static const char mail[] = "From: doctor@example.invalid\n"
	    "Subject: a look at the examiner\n\nHello\n";
	AUTO(fd_close) int fd = memfd_create("doctor", MFD_CLOEXEC);
	struct examiner *ex = NULL;
	struct envelope env = { .kind = ENVELOPE_MAIL };
	struct findings *f;
	struct err e = ERR_INIT;

	judge_envelope(d->policy, slice_str(mail), NULL, NULL, &env);
	if (fd < 0 || fd_write_all(fd, mail, sizeof mail - 1) < 0)
		err_errno(&e, ERR_TEMP, "cannot make a message");
	else if (examiner_start(d->policy, -1, &ex, &e) == 0 &&
	    examiner_ask(ex, &env, fd, 0, sizeof mail - 1, d->a, &f, &e) == 0)
		doctor_say(d, HEALTH_FINE, "", "reads a message in its sandbox");
	if (d->said == 0)
		doctor_say(d, HEALTH_BROKEN, "all mail would go to otherwise; raise "
		    "examine-memory, or look for a refused system call in the kernel's "
		    "log", "%s", e.text);
	examiner_stop(&ex);
}
