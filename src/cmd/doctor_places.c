/* SPDX-License-Identifier: MIT */
/* mroute doctor: where mail goes. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/xalloc.h"
#include "cmd/doctor.h"
#include "flow/sender.h"
#include "net/secret.h"
#include "rules/ruleset.h"

/* ---- addresses ---- */

void
doctor_addresses(struct doctor *d)
{
	for (size_t i = 0; i < d->cfg->n_alias; i++) {
		const struct config_alias *al = &d->cfg->alias[i];
		const char *name = al->any ? "*" : al->address[0];

		if (al->owner == NULL)
			doctor_say(d, HEALTH_ATTENTION, "give its section a line 'owner "
			    "ADDRESS'", "alias %s has no owner: nobody is told of "
			    "alarms", name);
		if (al->bounce_address == NULL && al->owner != NULL)
			doctor_say(d, HEALTH_FINE, "", "alias %s: no bounce-address, and "
			    "none is needed: no route forwards by SMTP", name);
		else if (al->bounce_address != NULL)
			doctor_say(d, HEALTH_FINE, "", "alias %s: bounces come back to %s",
			    name, al->bounce_address);
		if (al->observe)
			doctor_say(d, HEALTH_ATTENTION, "remove 'observe yes' when you "
			    "trust what 'mroute log' shows", "alias %s only observes: "
			    "all mail goes to otherwise", name);
	}
}

/* ---- Maildirs ---- */

static bool
may_write(const char *path)
{
	return faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) == 0;
}

static bool
is_there(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* It is made with its first message, but for the directory it lies in. */
static void
look_at_maildir(struct doctor *d, const char *path, unsigned *good)
{
	const char *part[] = { "tmp", "new", "." };
	const char *slash = strrchr(path, '/');
	const char *parent = slash == path || slash == NULL ? "/" :
	    arena_strndup(d->a, path, (size_t)(slash - path));

	if (!is_there(path)) {
		if (may_write(parent))
			(*good)++;
		else
			doctor_say(d, HEALTH_BROKEN, arena_printf(d->a, "make '%s' and "
			    "give it to uid %u", path, (unsigned)geteuid()),
			    "'%s' is not there and can't be made: %s", path,
			    strerror(errno));
		return;
	}
	for (size_t i = 0; i < NELEM(part); i++) {
		const char *sub = arena_printf(d->a, "%s/%s", path, part[i]);

		if (!is_there(sub) || may_write(sub))
			continue;
		doctor_say(d, HEALTH_BROKEN, arena_printf(d->a, "let uid %u write "
		    "there: see 'ls -ld %s'", (unsigned)geteuid(), sub),
		    "cannot write '%s': %s", sub, strerror(errno));
		return;
	}
	(*good)++;
}

static void
look_at_routes(struct doctor *d, const struct ruleset *rs, unsigned *good)
{
	for (size_t i = 0; i < rs->n_route; i++)
		for (size_t k = 0; k < rs->route[i].n_action; k++)
			if (rs->route[i].action[k].kind == ACTION_MAILDIR)
				look_at_maildir(d, rs->route[i].action[k].value, good);
}

void
doctor_maildirs(struct doctor *d)
{
	unsigned good = 0;

	for (size_t i = 0; i < d->cfg->n_team; i++)
		for (size_t k = 0; k < d->cfg->team[i].n_member; k++)
			if (d->cfg->team[i].member[k].kind == TARGET_MAILDIR)
				look_at_maildir(d, d->cfg->team[i].member[k].value,
				    &good);
	for (size_t i = 0; i < d->cfg->n_imap; i++)
		if (d->cfg->imap[i].maildir != NULL)
			look_at_maildir(d, d->cfg->imap[i].maildir, &good);
	for (size_t i = 0; d->policy != NULL && i < d->cfg->n_alias; i++)
		look_at_routes(d, policy_ruleset(d->policy, i), &good);
	look_at_maildir(d, arena_printf(d->a, "%s/fallback", d->cfg->spool.path),
	    &good);
	doctor_say(d, HEALTH_FINE, "", "%u can be written", good);
}

/* ---- secrets ---- */

static void
look_at_secret(struct doctor *d, const struct config_server *srv)
{
	struct buf secret = BUF_INIT;
	struct err e = ERR_INIT;

	if (srv->user == NULL || srv->password_file == NULL)
		return;
	if (secret_get(srv, &secret, &e) == 0)
		doctor_say(d, HEALTH_FINE, "", "%s: '%s' is closed to others",
		    srv->name, srv->password_file);
	else
		doctor_say(d, HEALTH_BROKEN, arena_printf(d->a, "'chmod 0400 %s', and "
		    "give it to uid %u", srv->password_file, (unsigned)geteuid()),
		    "%s: %s", srv->name, e.text);
	secret_wipe(&secret);
}

void
doctor_secrets(struct doctor *d)
{
	look_at_secret(d, &d->cfg->smtp);
	for (size_t i = 0; i < d->cfg->n_imap; i++)
		look_at_secret(d, &d->cfg->imap[i]);
	if (d->said == 0)
		doctor_say(d, HEALTH_FINE, "", "no server has a password-file");
}

/* ---- servers ---- */

static int
wait_for_result(struct sender *s, struct send_result *out, struct err *e)
{
	enum sender_event ev;

	while ((ev = sender_pump(s, out, e)) == SENDER_NOTHING) {
		struct pollfd p = { sender_fd(s), POLLIN, 0 };
		int64_t left = sender_deadline(s) - clock_mono_ms();

		if (poll(&p, 1, left > 0 ? (int)left + 1 : 0) < 0 && errno != EINTR)
			return err_errno(e, ERR_TEMP, "cannot wait");
	}
	return ev == SENDER_RESULT ? 0 : -1;
}

static const char *
tls_name(enum config_tls tls)
{
	switch (tls) {
	case TLS_NONE:
		return "not encrypted";
	case TLS_STARTTLS:
	case TLS_IMPLICIT:
		break;
	}
	return "certificate verified";
}

/* The default but for port 25; a server beside us that has no TLS needs none. */
static const char *
todo_of(struct doctor *d, const struct config_server *srv, const char *said)
{
	if (srv->tls == TLS_STARTTLS && config_host_is_here(srv->host) &&
	    strstr(said, "offers no STARTTLS") != NULL)
		return arena_printf(d->a, "it is on this machine: write 'tls none' into "
		    "its section in '%s'", d->cfg->path);
	return arena_printf(d->a, "mend the server, or its section in '%s'",
	    d->cfg->path);
}

/* In a child process, as the engine does it. */
static void
try_server(struct doctor *d, enum effect_kind kind, const struct config_server *srv)
{
	struct send_result r = { 0 };
	struct sender *s = NULL;
	struct err e = ERR_INIT;
	const char *place = srv->host[0] == '/' ? srv->host :
	    arena_printf(d->a, "%s:%u", srv->host, srv->port);

	if (sender_start(d->cfg, buf_slice(&d->conf), -1, &s, &e) < 0 ||
	    sender_try(s, kind, srv->name, &e) < 0 ||
	    wait_for_result(s, &r, &e) < 0)
		doctor_say(d, HEALTH_BROKEN, "is the host right, and can it be "
		    "reached from here?", "%s (%s): %s", srv->name, place, e.text);
	else if (!r.opened)
		doctor_say(d, HEALTH_BROKEN, todo_of(d, srv, r.outcome.text),
		    "%s (%s): %s", srv->name, place, r.outcome.text);
	else
		doctor_say(d, HEALTH_FINE, "", "%s (%s) answers, %s%s%s", srv->name,
		    place, tls_name(srv->tls), srv->user != NULL ? ", logged in as " :
		    "", srv->user != NULL ? srv->user : "");
	sender_stop(&s);
}

static bool
routes_forward(const struct ruleset *rs)
{
	for (size_t i = 0; i < rs->n_route; i++)
		for (size_t k = 0; k < rs->route[i].n_action; k++)
			if (rs->route[i].action[k].kind == ACTION_FORWARD_ADDRESS)
				return true;
	return false;
}

/* Alarms to an owner and the summary go by SMTP, too. */
static bool
needs_smtp(const struct doctor *d)
{
	if (d->cfg->summary.n_to > 0)
		return true;
	for (size_t i = 0; i < d->cfg->n_alias; i++)
		if (d->cfg->alias[i].owner != NULL || (d->policy != NULL &&
		    routes_forward(policy_ruleset(d->policy, i))))
			return true;
	for (size_t i = 0; i < d->cfg->n_team; i++)
		for (size_t k = 0; k < d->cfg->team[i].n_member; k++)
			if (d->cfg->team[i].member[k].kind == TARGET_ADDRESS)
				return true;
	return false;
}

void
doctor_servers(struct doctor *d)
{
	if (needs_smtp(d))
		try_server(d, EFFECT_SMTP, &d->cfg->smtp);
	for (size_t i = 0; i < d->cfg->n_imap; i++)
		if (d->cfg->imap[i].maildir == NULL)
			try_server(d, EFFECT_IMAP, &d->cfg->imap[i]);
	if (d->said == 0)
		doctor_say(d, HEALTH_FINE, "", "none is needed");
}
