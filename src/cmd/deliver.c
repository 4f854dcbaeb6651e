/* SPDX-License-Identifier: MIT */
/*
 * mroute-deliver - take one message from Postfix' pipe(8) into the spool.
 *
 * Exit 0 tells Postfix to forget the message, so it is given in one place,
 * succeed(), behind door_commit() (P1).  Everything else ends in 75, which
 * defers: any other status, and a 5.x.x at the start of our output, would
 * bounce the message to the one who sent it.  For the same reason the
 * output is one fixed line, whatever went wrong; the detail goes to syslog.
 *
 * libc only, one static program, no configuration: see DOOR_SRC in the Makefile.
 */
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"
#include "state/door.h"

enum {
	EXIT_DEFER = 75,		/* sysexits.h: EX_TEMPFAIL */
	TIME_LIMIT = 120,		/* s; below mroute_time_limit in main.cf */
	TIME_LIMIT_MAX = 3600,
	SIZE_TRUSTED = 65536,		/* a larger declared size must be plausible */
	KERNEL_PF_EXITING = 0x4,	/* linux/sched.h; field 9 of /proc/PID/stat */
};

static struct envelope env;
static struct door door = DOOR_INIT;
static struct door_entry entry;

/* ---- the two ends ---- */

/* Async-signal-safe. */
NORETURN static void
defer(void)
{
	static const char line[] = "4.3.0 mroute: try again later\n";

	door_end(&entry);
	(void)!write(STDOUT_FILENO, line, sizeof line - 1);
	_exit(EXIT_DEFER);
}

/* Time is up, or somebody wants us to end. */
static void
on_signal(int sig)
{
	(void)sig;
	defer();
}

static void
catch_signals(void)
{
	static const int ending[] = { SIGALRM, SIGTERM, SIGHUP, SIGINT };
	struct sigaction act = { .sa_handler = on_signal };

	sigfillset(&act.sa_mask);
	for (size_t i = 0; i < NELEM(ending); i++)
		sigaction(ending[i], &act, NULL);
	/* Whoever started us may have left them blocked. */
	sigemptyset(&act.sa_mask);
	sigprocmask(SIG_SETMASK, &act.sa_mask, NULL);
}

/*
 * The message is ours, and nothing may change our answer any more: neither the
 * alarm nor the parent's death nor anybody's signal gets through.
 */
NORETURN static void
succeed(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	door_poke(door.dir);
	_exit(0);
}

/*
 * ` key=value` in the form of base/log.h, which this program is too small for:
 * in quotes unless it is plain, and nothing in it that could forge a line.
 */
static void
add_pair(char *line, size_t size, const char *key, const char *value)
{
	size_t n = strlen(line);
	bool plain = value[0] != '\0';

	for (const char *s = value; *s != '\0'; s++)
		plain = plain && (unsigned char)*s > 0x20 && *s != 0x7F &&
		    *s != '"' && *s != '\\' && *s != '=';
	n += (size_t)snprintf(line + n, size - n, " %s=%s", key, plain ? "" : "\"");
	for (; *value != '\0' && n + 6 < size; value++) {
		unsigned char c = (unsigned char)*value;

		if (c < 0x20 || c == 0x7F) {
			n += (size_t)snprintf(line + n, size - n, "\\x%02x", c);
			continue;
		}
		if (c == '"' || c == '\\')
			line[n++] = '\\';
		line[n++] = (char)c;
	}
	if (!plain)
		line[n++] = '"';
	line[n] = '\0';
}

NORETURN static void
fail(const struct err *e)
{
	char line[2048] = "event=deferred";

	if (env.queue_id[0] != '\0')
		add_pair(line, sizeof line, "queue", env.queue_id);
	if (env.recipient[0] != '\0')
		add_pair(line, sizeof line, "to", env.recipient);
	add_pair(line, sizeof line, "why", e->text);
	openlog("mroute-deliver", LOG_PID, LOG_MAIL);
	syslog(LOG_MAIL | LOG_ERR, "%s", line);
	defer();
}

/* ---- arguments ---- */

struct args {
	const char *spool, *sender, *queue_id, *original_recipient, *size, *client;
	const char *time_limit;
	const char *recipient;
};

static const struct option options[] = {
	{ "queue-id", required_argument, NULL, 'q' },
	{ "original-recipient", required_argument, NULL, 'o' },
	{ "size", required_argument, NULL, 'z' },
	{ "client", required_argument, NULL, 'c' },
	{ "time-limit", required_argument, NULL, 't' },
	{ NULL, 0, NULL, 0 },
};

static const char **
slot(struct args *a, int option)
{
	switch (option) {
	case 's':
		return &a->spool;
	case 'f':
		return &a->sender;
	case 'q':
		return &a->queue_id;
	case 'o':
		return &a->original_recipient;
	case 'z':
		return &a->size;
	case 'c':
		return &a->client;
	case 't':
		return &a->time_limit;
	default:
		return NULL;
	}
}

static int
parse_args(int argc, char **argv, struct args *a, struct err *e)
{
	const char **value;
	int c;

	opterr = 0;			/* stderr would reach the sender */
	while ((c = getopt_long(argc, argv, "+s:f:", options, NULL)) != -1) {
		if ((value = slot(a, c)) == NULL)
			return err_set(e, ERR_USAGE,
			    "argument %d: no such option, or without its value",
			    optind - 1);
		if (*value != NULL)
			return err_set(e, ERR_USAGE,
			    "argument %d: an option that was given before", optind - 1);
		*value = optarg;
	}
	if (a->spool == NULL || a->sender == NULL)
		return err_set(e, ERR_USAGE, "-s SPOOL and -f SENDER are needed");
	if (optind != argc - 1)
		return err_set(e, ERR_USAGE, "one recipient is needed, not %d",
		    argc - optind);
	a->recipient = argv[optind];
	return 0;
}

/*
 * Text that comes from outside: no control bytes, and it fits.  A blank may
 * stand in a quoted local part, so it may come in; who sends looks again.
 */
static int
take_text(const char *what, const char *from, char *to, size_t size, struct err *e)
{
	size_t n;

	if (from == NULL)
		return 0;
	for (n = 0; from[n] != '\0'; n++) {
		unsigned char c = (unsigned char)from[n];

		if (n == size - 1)
			return err_set(e, ERR_DATA, "%s is longer than %zu bytes",
			    what, size - 1);
		if (c < 0x20 || c == 0x7F)
			return err_set(e, ERR_DATA, "%s has a control byte in it",
			    what);
	}
	memcpy(to, from, n + 1);
	return 0;
}

/* A decimal number; an empty value, as of an empty macro of Postfix, is none. */
static int
take_number(const char *what, const char *s, uint64_t *out, struct err *e)
{
	uint64_t v = 0;

	if (s == NULL || *s == '\0')
		return 0;
	for (; *s != '\0'; s++)
		if (*s < '0' || *s > '9' ||
		    __builtin_mul_overflow(v, (uint64_t)10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
			return err_set(e, ERR_USAGE, "%s is not a number", what);
	*out = v;
	return 0;
}

static int
set_watchdog(const struct args *a, struct err *e)
{
	uint64_t limit = TIME_LIMIT;

	if (take_number("--time-limit", a->time_limit, &limit, e) < 0)
		return -1;
	if (limit < 1 || limit > TIME_LIMIT_MAX)
		return err_set(e, ERR_USAGE, "--time-limit is 1 to %d seconds",
		    TIME_LIMIT_MAX);
	alarm((unsigned)limit);
	return 0;
}

static int
fill_envelope(const struct args *a, struct err *e)
{
	if (take_text("the queue id", a->queue_id, env.queue_id,
	    sizeof env.queue_id, e) < 0 ||
	    take_text("the recipient", a->recipient, env.recipient,
	    sizeof env.recipient, e) < 0 ||
	    take_text("the sender", a->sender, env.sender, sizeof env.sender, e) < 0 ||
	    take_text("the original recipient", a->original_recipient,
	    env.original_recipient, sizeof env.original_recipient, e) < 0 ||
	    take_text("the client", a->client, env.client, sizeof env.client, e) < 0 ||
	    take_number("--size", a->size, &env.declared_size, e) < 0)
		return -1;
	if (env.recipient[0] == '\0')
		return err_set(e, ERR_DATA, "the recipient is empty");
	env.kind = ENVELOPE_MAIL;
	env.received_ms = clock_wall_ms();
	if (ulid_make(env.received_ms, env.id) < 0)
		return err_errno(e, ERR_TEMP, "no random bytes");
	return 0;
}

/* ---- the parent ---- */

/*
 * When pipe(8) dies in the middle of a message we see an end of file like any
 * other, and Postfix delivers the message again later: ours must not count.
 * The kernel sends SIGTERM when it dies; but that comes late, after its files
 * are closed.  So we look whether it is exiting once the end has come, and
 * whether it is still our parent after the sync, which takes long enough.
 */
static pid_t parent;

static int
parent_watch(struct err *e)
{
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		return err_errno(e, ERR_TEMP, "cannot watch the parent");
	parent = getppid();
	/* pipe(8) makes us a session leader; one whose parent is init has lost it. */
	if (parent == 1 && getsid(0) == getpid())
		return err_set(e, ERR_TEMP, "the parent died at once");
	return 0;
}

static int
parent_not_exiting(struct err *e)
{
	char path[32], stat[512], *p;
	unsigned long flags;
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)parent);
	/* No /proc, or one that hides others: parent_same() must do alone. */
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return 0;
	n = read(fd, stat, sizeof stat - 1);
	close(fd);
	if (n <= 0)
		return err_set(e, ERR_TEMP, "the parent died");
	stat[n] = '\0';
	/* "PID (NAME) STATE PPID PGRP SESSION TTY TPGID FLAGS"; a name may hold ')'. */
	p = strrchr(stat, ')');
	for (int i = 0; i < 7 && p != NULL; i++)
		p = strchr(p + 1, ' ');
	if (p == NULL)
		return err_set(e, ERR_TEMP, "cannot read '%s'", path);
	flags = strtoul(p, NULL, 10);
	if ((flags & KERNEL_PF_EXITING) != 0)
		return err_set(e, ERR_TEMP, "the parent is dying");
	return 0;
}

static int
parent_same(struct err *e)
{
	if (getppid() != parent)
		return err_set(e, ERR_TEMP, "the parent died");
	return 0;
}

/* ---- the way of a message ---- */

static int
open_door(const char *path, struct err *e)
{
	/* The engine will need room for it once more. */
	uint64_t room = 2 * MIN(env.declared_size, DOOR_MESSAGE_MAX);

	if (getauxval(AT_SECURE) != 0)
		return err_set(e, ERR_CONFIG, "must not be installed set-uid");
	if (door_open(path, &door, e) < 0)
		return -1;
	/* Else our fixed line could end up in a message, or a directory be read. */
	if (door.dir <= STDERR_FILENO)
		return err_set(e, ERR_USAGE, "descriptor %d is not open", door.dir);
	if (door_check_alive(&door, clock_wall_ms(), e) < 0)
		return -1;
	if (door_free_percent(door.dir, room) < DOOR_FREE_PERCENT)
		return err_set(e, ERR_TEMP, "less than %d %% of the disk is free",
		    DOOR_FREE_PERCENT);
	return 0;
}

/*
 * Postfix' size is that of the records in its queue file: for each line of n
 * bytes it has n + 2 or n + 3 where we get n + 1.  Lines of more than 2048
 * bytes are several records, which is little.
 */
static int
check_size(struct err *e)
{
	uint64_t declared = env.declared_size;

	if (declared > SIZE_TRUSTED &&
	    entry.size + 2 * entry.lines < declared - declared / 10)
		return err_set(e, ERR_TEMP, "%" PRIu64 " bytes came of %" PRIu64
		    "; leave --size out where a milter makes messages smaller",
		    entry.size, declared);
	return 0;
}

/* The order is the promise: see state/door.h. */
static int
take_message(struct err *e)
{
	if (door_begin(&door, &env, &entry, e) < 0 ||
	    door_copy(&entry, STDIN_FILENO, e) < 0)
		return -1;
	if (check_size(e) < 0 || parent_not_exiting(e) < 0)
		return -1;
	if (door_sync(&entry, e) < 0)
		return -1;
	if (parent_same(e) < 0)
		return -1;
	return door_commit(&entry, e);
}

int
main(int argc, char **argv)
{
	struct args args = { 0 };
	struct err e = ERR_INIT;

	catch_signals();
	umask(077);
	if (parent_watch(&e) < 0 || parse_args(argc, argv, &args, &e) < 0 ||
	    set_watchdog(&args, &e) < 0 || fill_envelope(&args, &e) < 0 ||
	    open_door(args.spool, &e) < 0 || take_message(&e) < 0)
		fail(&e);
	succeed();
}
