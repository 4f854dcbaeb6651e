/* SPDX-License-Identifier: MIT */
/* mroute doctor: who gets the summary, and what starts it. */
#include "base/command.h"
#include "cmd/doctor.h"
#include "cmd/due.h"

enum {
	COMMAND_TIME = 5000,		/* ms */
	OUTPUT_MAX = 4096,
};

#define TIMER "mroute-summary.timer"

/* "enabled", "disabled", "not-found" ...; "" there is no systemd that says so. */
static const char *
timer_state(struct arena *a)
{
	const char *const argv[] = { "systemctl", "is-enabled", TIMER, NULL };
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct err e = ERR_INIT;
	struct slice text;
	int status;

	if (command_run(argv, COMMAND_TIME, OUTPUT_MAX, &out, &status, &e) < 0)
		return "";
	text = slice_trim(buf_slice(&out));
	return arena_strndup(a, text.ptr, text.len);
}

/* Neither was found; somebody's own crontab may start it all the same. */
static void
say_no_timer(struct doctor *d, const struct due *due, const char *state)
{
	if (due->last[0] != '\0' && due->next_ms > d->now)
		doctor_say(d, HEALTH_FINE, "", "what starts it was not found, but it "
		    "goes out");
	else if (state[0] == '\0')
		doctor_say(d, HEALTH_FINE, "does 'crontab -l', as root or the spool's "
		    "owner, or 'systemctl list-timers' show it? contrib/cron has a "
		    "line", "what starts it each morning can't be told from here");
	else
		doctor_say(d, HEALTH_ATTENTION, "'systemctl enable --now " TIMER "'",
		    "nothing starts it: " TIMER " is %s, and cron has no line",
		    state);
}

static void
look_at_timer(struct doctor *d, const struct due *due)
{
	const char *cron = due_cron(d->a, "/etc"), *state;

	if (cron != NULL) {
		doctor_say(d, HEALTH_FINE, "", "'%s' starts it", cron);
		return;
	}
	state = timer_state(d->a);
	if (slice_starts(slice_str(state), "enabled"))
		doctor_say(d, HEALTH_FINE, "", TIMER " is enabled");
	else
		say_no_timer(d, due, state);
}

void
doctor_summary(struct doctor *d)
{
	struct err e = ERR_INIT;
	struct due due;

	if (due_look(d->a, &d->rec, d->now, &due, &e) < 0) {
		doctor_say(d, HEALTH_ATTENTION, "see the section summary of "
		    "mroute.conf", "%s", e.text);
		return;
	}
	doctor_say(d, due.health, due.todo, "%s", due.text);
	if (due.to[0] != '\0')
		look_at_timer(d, &due);
}
