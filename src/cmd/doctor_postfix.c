/* SPDX-License-Identifier: MIT */
/* mroute doctor: Postfix in front of us, as docs/postfix.md sets it up. */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/command.h"
#include "cmd/doctor.h"

enum {
	COMMAND_TIME = 10000,		/* ms */
	OUTPUT_MAX = 1 << 20,
	WATCHDOG = 120,			/* s: then mroute-deliver gives up by itself */
	ADDRESSES_MAX = 50,		/* that are looked up in transport_maps */
};

static const char manual[] = "see docs/postfix.md, 3";

struct postfix {
	struct doctor *d;
	struct slice entry;		/* the service's line of master.cf */
	const char *service;
};

/* Postfix' own commands; MAIL_CONFIG is theirs, too. */
static int
ask(const char *program, const char *const *args, struct buf *out, struct err *e)
{
	const char *config = getenv("MAIL_CONFIG"), *argv[16] = { program };
	size_t n = 1;
	int status;

	if (config != NULL) {
		argv[n++] = "-c";
		argv[n++] = config;
	}
	while (*args != NULL && n + 1 < NELEM(argv))
		argv[n++] = *args++;
	if (command_run(argv, COMMAND_TIME, OUTPUT_MAX, out, &status, e) < 0)
		return -1;
	return status;
}

/* The word behind "-s" or "user=" in an entry; the empty slice: not there. */
static struct slice
value_of(struct slice entry, const char *key)
{
	bool next = false;
	struct slice word;

	while (slice_next(&entry, ' ', &word)) {
		if (word.len == 0)
			continue;
		if (next)
			return word;
		if (key[0] == '-')
			next = slice_eq_str(word, key);
		else if (slice_starts(word, key))
			return slice_sub(word, strlen(key), word.len);
	}
	return slice_make(NULL, 0);
}

static bool
has_word(struct slice entry, const char *key)
{
	struct slice word;

	while (slice_next(&entry, ' ', &word))
		if (key[0] == '-' ? slice_eq_str(word, key) :
		    slice_starts(word, key))
			return true;
	return false;
}

/* ---- master.cf ---- */

/* What must stand in the entry, and what happens without it. */
static const struct {
	const char *word;
	enum health without;
	const char *why;
} words[] = {
	{ "pipe_delivery_status_filter=", HEALTH_ATTENTION,
	    "should mroute-deliver be missing or overrun its time, Postfix would "
	    "bounce the message" },
	{ "null_sender=", HEALTH_ATTENTION,
	    "bounces come as mail of MAILER-DAEMON" },
	{ "--queue-id", HEALTH_ATTENTION,
	    "a message that Postfix delivers once more is not recognised" },
	{ "--original-recipient", HEALTH_ATTENTION,
	    "an address that was rewritten may have no alias" },
	{ "--", HEALTH_ATTENTION,
	    "an address that begins with - is taken for an option" },
};

static void
look_at_words(const struct postfix *p)
{
	for (size_t i = 0; i < NELEM(words); i++)
		if (!has_word(p->entry, words[i].word))
			doctor_say(p->d, words[i].without, manual, "master.cf, service "
			    "%s, has no '%s': %s", p->service, words[i].word,
			    words[i].why);
}

static void
look_at_program(const struct postfix *p)
{
	struct slice argv = value_of(p->entry, "argv=");
	const char *path = arena_strndup(p->d->a, argv.ptr, argv.len);

	if (access(path, X_OK) < 0)
		doctor_say(p->d, HEALTH_BROKEN, manual, "master.cf, service %s: '%s' "
		    "can't be run", p->service, path);
}

static void
look_at_spool(const struct postfix *p)
{
	const char *path = p->d->cfg->spool.path;
	struct slice spool = value_of(p->entry, "-s");
	struct slice user = value_of(p->entry, "user=");
	const struct passwd *pw;
	struct stat st;

	/* user=NAME:GROUP */
	user = slice_sub(user, 0, MIN(slice_find(user, ':'), user.len));
	if (!slice_eq_str(spool, path))
		doctor_say(p->d, HEALTH_BROKEN, manual, "master.cf, service %s, puts "
		    "mail into '" SLICE_FMT "', and the spool is '%s'", p->service,
		    SLICE_ARG(spool), path);
	else if (stat(path, &st) == 0 && (pw = getpwuid(st.st_uid)) != NULL &&
	    !slice_eq_str(user, pw->pw_name))
		doctor_say(p->d, HEALTH_BROKEN, arena_printf(p->d->a, "write "
		    "'user=%s'", pw->pw_name), "master.cf, service %s, runs as '"
		    SLICE_FMT "', and the spool belongs to '%s'", p->service,
		    SLICE_ARG(user), pw->pw_name);
}

static void
look_at_flags(const struct postfix *p)
{
	struct slice flags = value_of(p->entry, "flags=");

	for (size_t i = 0; i < flags.len; i++)
		if (strchr("RO", flags.ptr[i]) == NULL)
			doctor_say(p->d, flags.ptr[i] == 'D' ? HEALTH_BROKEN :
			    HEALTH_ATTENTION, "remove it: docs/postfix.md, 'Why no "
			    "flags'", "master.cf, service %s, has flags=%c", p->service,
			    flags.ptr[i]);
}

/* The first line that runs mroute-deliver. */
static bool
find_service(struct postfix *p, struct slice master)
{
	struct slice line, rest, name;

	while (slice_next(&master, '\n', &line)) {
		if (slice_find_slice(line, SLICE_LIT("mroute-deliver")) == SIZE_MAX)
			continue;
		rest = line;
		(void)slice_next(&rest, ' ', &name);
		p->entry = line;
		p->service = arena_strndup(p->d->a, name.ptr, name.len);
		return true;
	}
	return false;
}

/* ---- main.cf ---- */

/* "300s", "5m"; seconds. */
static uint64_t
seconds(struct slice s)
{
	static const char units[] = "smhdw";
	static const uint64_t each[] = { 1, 60, 3600, 86400, 604800 };
	uint64_t n, unit = 1;

	if (s.len > 0 && strchr(units, s.ptr[s.len - 1]) != NULL) {
		unit = each[strchr(units, s.ptr[s.len - 1]) - units];
		s.len--;
	}
	return slice_to_u64(s, &n) ? n * unit : 0;
}

static bool
is_one(struct slice v)
{
	return slice_eq_str(v, "1");
}

static bool
is_long_enough(struct slice v)
{
	return seconds(v) > WATCHDOG;
}

static bool
is_several(struct slice v)
{
	return !is_one(v);
}

static bool
is_yes(struct slice v)
{
	return slice_eq_str(v, "yes");
}

static bool
is_not_no(struct slice v)
{
	return v.len > 0 && !slice_eq_str(v, "no");
}

/* Parameters; those that begin with _ are the service's. */
static const struct {
	const char *name;
	bool (*good)(struct slice value);
	enum health otherwise;
	const char *why;
} parameters[] = {
	{ "_destination_recipient_limit", is_one, HEALTH_BROKEN,
	    "must be 1: mroute-deliver takes one recipient at a time" },
	{ "_time_limit", is_long_enough, HEALTH_BROKEN,
	    "must be more than 120s, after which mroute-deliver gives up by itself" },
	{ "_destination_concurrency_limit", is_several, HEALTH_ATTENTION,
	    "lets mail come in one after the other only" },
	{ "enable_long_queue_ids", is_yes, HEALTH_ATTENTION,
	    "should be yes: no queue id must come twice" },
	{ "smtpd_forbid_bare_newline", is_not_no, HEALTH_ATTENTION,
	    "should be yes, against SMTP smuggling" },
};

static void
look_at_parameter(const struct postfix *p, size_t i)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	const char *name = parameters[i].name[0] != '_' ? parameters[i].name :
	    arena_printf(p->d->a, "%s%s", p->service, parameters[i].name);
	const char *args[] = { "-h", "-x", name, NULL };
	struct slice value;
	struct err e = ERR_INIT;

	/* One that this Postfix does not know is no line at all. */
	if (ask("postconf", args, &out, &e) != 0 || out.len == 0)
		return;
	value = slice_trim(buf_slice(&out));
	if (!parameters[i].good(value))
		doctor_say(p->d, parameters[i].otherwise, arena_printf(p->d->a, "see "
		    "'postconf %s'; docs/postfix.md, 3", name), "main.cf: %s = "
		    SLICE_FMT ": %s", name, SLICE_ARG(value), parameters[i].why);
}

/* Does any table of transport_maps take this address to the service? */
static bool
is_taken(const struct postfix *p, struct slice maps, const char *address)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	struct slice map;
	struct err e = ERR_INIT;

	while (slice_next(&maps, ' ', &map)) {
		const char *args[] = { "-q", address, NULL, NULL };

		if (map.len > 0 && map.ptr[map.len - 1] == ',')
			map.len--;
		if (map.len == 0)
			continue;
		args[2] = arena_strndup(p->d->a, map.ptr, map.len);
		if (ask("postmap", args, &out, &e) == 0 &&
		    slice_starts(buf_slice(&out), p->service))
			return true;
	}
	return false;
}

static void
look_at_addresses(const struct postfix *p)
{
	AUTO(buf_release) struct buf maps = BUF_INIT;
	const char *args[] = { "-h", "-x", "transport_maps", NULL };
	struct err e = ERR_INIT;
	size_t n = 0;

	if (ask("postconf", args, &maps, &e) != 0)
		return;
	for (size_t i = 0; i < p->d->cfg->n_alias; i++) {
		const struct config_alias *al = &p->d->cfg->alias[i];

		for (size_t k = 0; k < al->n_address && n < ADDRESSES_MAX; k++, n++)
			if (!is_taken(p, slice_trim(buf_slice(&maps)),
			    al->address[k]))
				doctor_say(p->d, HEALTH_ATTENTION, arena_printf(
				    p->d->a, "'%s %s:' in a table of transport_maps; or "
				    "virtual_alias_maps takes it there", al->address[k],
				    p->service), "transport_maps does not take %s to "
				    "%s", al->address[k], p->service);
	}
}

void
doctor_postfix(struct doctor *d)
{
	AUTO(buf_release) struct buf master = BUF_INIT;
	const char *args[] = { "-M", NULL };
	struct postfix p = { .d = d };
	struct err e = ERR_INIT;
	int r = ask("postconf", args, &master, &e);

	if (r != 0) {
		doctor_say(d, HEALTH_FINE, "", "not looked at: %s", r < 0 ? e.text :
		    "postconf has no configuration here");
		return;
	}
	if (!find_service(&p, buf_slice(&master))) {
		doctor_say(d, HEALTH_ATTENTION, manual, "no service in master.cf runs "
		    "mroute-deliver");
		return;
	}
	look_at_words(&p);
	look_at_program(&p);
	look_at_spool(&p);
	look_at_flags(&p);
	for (size_t i = 0; i < NELEM(parameters); i++)
		look_at_parameter(&p, i);
	look_at_addresses(&p);
	if (d->said == 0)
		doctor_say(d, HEALTH_FINE, "", "service %s takes mail to the spool",
		    p.service);
}
