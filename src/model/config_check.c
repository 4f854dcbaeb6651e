/* SPDX-License-Identifier: MIT */
/* What must hold between the keys of mroute.conf, and its diagnostics. */
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/edit.h"
#include "model/config_impl.h"
#include "model/envelope.h"

static const struct diag_code codes[] = {
	{ "MR101", DIAG_ERROR, "unknown section 'WORD'",
	    "A line before the first section is neither a section nor a key that "
	    "stands there." },
	{ "MR102", DIAG_ERROR, "unknown key 'WORD' in section 'SECTION'",
	    "The section has no such key." },
	{ "MR103", DIAG_ERROR, "'KEY' stands twice in this section",
	    "A key is given once; only members, staff, form and to may be repeated." },
	{ "MR104", DIAG_ERROR, "'NAME' stands twice",
	    "Two sections of one kind, two teams or stores of one name, or an "
	    "address in two alias sections." },
	{ "MR105", DIAG_ERROR, "'KEY' needs a value", "The line ends after the "
	    "key or the section's word." },
	{ "MR106", DIAG_ERROR, "'VALUE' is not a time",
	    "A time is a number and one of ms, s, m, h, d, w, within the limits "
	    "of its key." },
	{ "MR107", DIAG_ERROR, "'VALUE' is not a size",
	    "A size is a number of bytes, or a number and one of k, M, G, within "
	    "the limits of its key." },
	{ "MR108", DIAG_ERROR, "'VALUE' is not a number from N to M",
	    "The number is out of the limits of its key, or is no number." },
	{ "MR109", DIAG_ERROR, "'KEY' cannot be 'VALUE'",
	    "The key takes one of a few words." },
	{ "MR110", DIAG_ERROR, "'VALUE' is not a mail address",
	    "An address has one @ with something on both sides of it, and no "
	    "blanks, angle brackets or control characters. The section alias "
	    "takes addresses or a single *." },
	{ "MR111", DIAG_ERROR, "'VALUE' is not a name",
	    "Names of teams and stores are made of a-z, 0-9, - and _, at most 40 "
	    "of them; hosts and domains are what DNS allows." },
	{ "MR112", DIAG_ERROR, "'PROGRAM' is not an absolute path",
	    "Programs are started without a shell and without PATH." },
	{ "MR113", DIAG_ERROR, "the section has no 'KEY'",
	    "The section does not work without this key." },
	{ "MR114", DIAG_ERROR, "no store is named 'NAME'",
	    "The key store names a section imap NAME that is not there." },
	{ "MR115", DIAG_ERROR, "'KEY' and 'KEY' exclude each other",
	    "Only one way to the secret, and either a server or a Maildir++ "
	    "tree." },
	{ "MR116", DIAG_ERROR, "a login would go unencrypted to 'HOST'",
	    "A password or token goes over verified TLS or to this machine, "
	    "nowhere else." },
	{ "MR117", DIAG_ERROR, "bounce-address 'ADDRESS' is an alias",
	    "Bounces of what is forwarded would be taken for new mail." },
	{ "MR118", DIAG_WARNING, "team 'NAME' has the alias 'ADDRESS' as member",
	    "What is forwarded there comes back; the loop is cut, and the mail "
	    "ends in the fallback Maildir." },
	{ "MR119", DIAG_ERROR, "time zone 'NAME' is not known",
	    "The system has no such zone. Names are those of files in "
	    "/usr/share/zoneinfo, which Debian's package tzdata has." },
	{ "MR120", DIAG_WARNING, "there is no alias section",
	    "All mail will go to the fallback Maildir." },
	{ "MR121", DIAG_ERROR, "more than 2000 sections",
	    "The rest of the file is not read." },
	{ "MR122", DIAG_WARNING, "the summary goes to the alias 'ADDRESS'",
	    "What comes from mroute and arrives at one of its aliases is a loop: "
	    "it ends in the fallback Maildir." },
	{ "MR123", DIAG_ERROR, "more than 32 addresses for the summary",
	    "One mail goes to so many at most." },
};

const struct diag_code *
config_codes(size_t *n)
{
	*n = NELEM(codes);
	return codes;
}

/* Where the key stands in the section; line 0 when it does not. */
static const struct span *
key_span(const struct section *s, const char *key)
{
	return &s->key[key_find(s->id, slice_str(key))];
}

static bool
has_key(const struct section *s, const char *key)
{
	return key_span(s, key)->line != 0;
}

bool
config_host_is_here(const char *host)
{
	struct in_addr in;

	/* An address, and not a name that begins like one. */
	if (inet_pton(AF_INET, host, &in) == 1)
		return ntohl(in.s_addr) >> 24 == 127;
	return strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	    strcmp(host, "[::1]") == 0;
}

static bool
exclude(struct config_parser *ps, const struct section *s, const char *one,
    const char *other)
{
	if (!has_key(s, one) || !has_key(s, other))
		return false;
	diag_error(ps->diag, "MR115", key_span(s, other),
	    "'%s' and '%s' exclude each other", one, other);
	return true;
}

static void
need_key(struct config_parser *ps, const struct section *s, const char *key,
    const char *hint)
{
	diag_error(ps->diag, "MR113", &s->span, "the section has no '%s'", key);
	diag_hint(ps->diag, "%s", hint);
}

static void
check_required(struct config_parser *ps, const struct section *s)
{
	for (size_t i = 0; i < key_count; i++) {
		const struct key_def *k = &key_table[i];

		if (k->section != s->id || (k->flags & KEY_REQUIRED) == 0 ||
		    s->key[i].line != 0)
			continue;
		diag_error(ps->diag, "MR113", &s->span,
		    "the section has no '%s'", k->key);
		diag_hint(ps->diag, "write: %s %s", k->key, k->form);
	}
}

static void
check_login(struct config_parser *ps, const struct section *s,
    const struct config_server *srv)
{
	if (exclude(ps, s, "password-file", "password-command") ||
	    exclude(ps, s, "token-command", "password-file") ||
	    exclude(ps, s, "token-command", "password-command"))
		return;
	if (srv->auth == AUTH_XOAUTH2 && !has_key(s, "token-command"))
		need_key(ps, s, "token-command", "auth xoauth2 sends the token that "
		    "this program prints");
	if (srv->auth == AUTH_PLAIN && has_key(s, "token-command")) {
		diag_error(ps->diag, "MR115", key_span(s, "token-command"),
		    "'auth plain' and 'token-command' exclude each other");
		diag_hint(ps->diag, "write: auth xoauth2");
		return;
	}
	if (srv->user == NULL && (has_key(s, "password-file") ||
	    has_key(s, "password-command") || has_key(s, "token-command")))
		need_key(ps, s, "user", "a secret without a user is of no use");
	if (srv->user != NULL && srv->auth == AUTH_PLAIN &&
	    !has_key(s, "password-file") && !has_key(s, "password-command"))
		need_key(ps, s, "password-file", "or password-command: the user "
		    "needs a password");
	if (srv->user != NULL && srv->tls == TLS_NONE && !config_host_is_here(srv->host)) {
		diag_error(ps->diag, "MR116", has_key(s, "tls") ?
		    key_span(s, "tls") : &s->span,
		    "a login would go unencrypted to '%s'", srv->host);
		diag_hint(ps->diag, "write: tls starttls, or tls implicit");
	}
}

static void
finish_smtp(struct config_parser *ps, const struct section *s)
{
	struct config_server *srv = &ps->cfg->smtp;

	if (!has_key(s, "port"))
		srv->port = has_key(s, "tls") && srv->tls == TLS_IMPLICIT ? 465 : 25;
	if (!has_key(s, "tls")) {
		if (srv->port == 465)
			srv->tls = TLS_IMPLICIT;
		else if (srv->port == 25 && config_host_is_here(srv->host))
			srv->tls = TLS_NONE;
		else
			srv->tls = TLS_STARTTLS;
	}
	check_login(ps, s, srv);
}

static void
finish_imap(struct config_parser *ps, const struct section *s)
{
	struct config_server *srv = &ps->cfg->imap[s->index];

	if (srv->maildir != NULL) {
		for (size_t i = 0; i < key_count; i++)
			if (key_table[i].section == SECTION_IMAP &&
			    strcmp(key_table[i].key, "maildir") != 0)
				exclude(ps, s, "maildir", key_table[i].key);
		return;
	}
	if (!has_key(s, "port"))
		srv->port = !has_key(s, "tls") || srv->tls == TLS_IMPLICIT ?
		    993 : 143;
	if (!has_key(s, "tls"))
		srv->tls = srv->port == 993 ? TLS_IMPLICIT : TLS_STARTTLS;
	if (ps->deciding) {
		srv->host = srv->host != NULL ? srv->host : "";
		return;
	}
	if (srv->host == NULL) {
		if (!has_key(s, "host"))
			need_key(ps, s, "host",
			    "or maildir, for a tree on this machine");
		return;
	}
	if (srv->user == NULL)
		need_key(ps, s, "user", "an IMAP server wants a login");
	check_login(ps, s, srv);
}

static void
check_store(struct config_parser *ps, const struct section *s,
    const struct config_alias *al)
{
	struct edit_nearest near;

	if (al->store == NULL || config_imap_find(ps->cfg, al->store) != NULL)
		return;
	near = edit_begin(slice_str(al->store));
	for (size_t i = 0; i < ps->cfg->n_imap; i++)
		edit_offer(&near, ps->cfg->imap[i].name);
	diag_error(ps->diag, "MR114", key_span(s, "store"),
	    "no store is named '%s'", al->store);
	if (near.best != NULL)
		diag_hint(ps->diag, "did you mean '%s'?", near.best);
	else
		diag_hint(ps->diag, "write a section: imap %s", al->store);
}

static const struct config_alias *
alias_of_address(const struct config *cfg, const char *address, size_t before)
{
	for (size_t i = 0; i < before; i++)
		for (size_t j = 0; j < cfg->alias[i].n_address; j++)
			if (address_equal(cfg->alias[i].address[j], address))
				return &cfg->alias[i];
	return NULL;
}

static void
check_alias(struct config_parser *ps, const struct section *s)
{
	const struct config *cfg = ps->cfg;
	const struct config_alias *al = &cfg->alias[s->index], *twin;

	if (!al->any && al->n_address == 0) {
		diag_error(ps->diag, "MR105", &s->span,
		    "'alias' needs an address");
		diag_hint(ps->diag, "write: alias marketing@company.example");
	}
	for (size_t i = 0; i < al->n_address; i++) {
		twin = alias_of_address(cfg, al->address[i], s->index);
		if (twin == NULL)
			continue;
		diag_error(ps->diag, "MR104", &s->span, "'%s' stands twice",
		    al->address[i]);
		diag_hint(ps->diag, "the first is in line %d", twin->line);
	}
	for (size_t i = 0; al->any && i < s->index; i++)
		if (cfg->alias[i].any) {
			diag_error(ps->diag, "MR104", &s->span,
			    "'alias *' stands twice");
			diag_hint(ps->diag, "the first is in line %d",
			    cfg->alias[i].line);
		}
	if (al->bounce_address != NULL &&
	    alias_of_address(cfg, al->bounce_address, cfg->n_alias) != NULL) {
		diag_error(ps->diag, "MR117", key_span(s, "bounce-address"),
		    "bounce-address '%s' is an alias", al->bounce_address);
		diag_hint(ps->diag, "bounces would be taken for new mail; use an "
		    "address of its own");
	}
	check_store(ps, s, al);
}

static void
check_team(struct config_parser *ps, const struct section *s)
{
	const struct config_team *team = &ps->cfg->team[s->index];

	for (size_t i = 0; i < team->n_member; i++) {
		if (team->member[i].kind != TARGET_ADDRESS ||
		    alias_of_address(ps->cfg, team->member[i].value,
		    ps->cfg->n_alias) == NULL)
			continue;
		diag_warn(ps->diag, "MR118", key_span(s, "members"),
		    "team '%s' has the alias '%s' as member", team->name,
		    team->member[i].value);
		diag_hint(ps->diag, "what is forwarded there comes back and ends in "
		    "the fallback Maildir");
	}
}

static void
check_summary(struct config_parser *ps, const struct section *s)
{
	const struct config_summary *sum = &ps->cfg->summary;

	if (sum->n_to > OWN_RCPT_MAX) {
		diag_error(ps->diag, "MR123", key_span(s, "to"),
		    "more than %d addresses for the summary", OWN_RCPT_MAX);
		diag_hint(ps->diag, "name a mailing list");
	}
	for (size_t i = 0; i < sum->n_to; i++) {
		if (alias_of_address(ps->cfg, sum->to[i], ps->cfg->n_alias) == NULL)
			continue;
		diag_warn(ps->diag, "MR122", key_span(s, "to"),
		    "the summary goes to the alias '%s'", sum->to[i]);
		diag_hint(ps->diag, "it comes back and ends in the fallback Maildir; "
		    "name the people who read it");
	}
}

void
config_finish(struct config_parser *ps)
{
	for (size_t i = 0; i < ps->n_section; i++) {
		const struct section *s = &ps->section[i];

		check_required(ps, s);
		switch (s->id) {
		case SECTION_ALIAS:
			check_alias(ps, s);
			break;
		case SECTION_TEAM:
			check_team(ps, s);
			break;
		case SECTION_SMTP:
			finish_smtp(ps, s);
			break;
		case SECTION_IMAP:
			finish_imap(ps, s);
			break;
		case SECTION_SUMMARY:
			check_summary(ps, s);
			break;
		case SECTION_TOP: case SECTION_SPOOL: case SECTION_LIMITS:
		case SECTION_TRUST: case SECTION_N:
			break;
		}
	}
	if (ps->cfg->n_alias == 0) {
		struct span whole = { .file = ps->lex.file };

		diag_warn(ps->diag, "MR120", &whole, "there is no alias section");
		diag_hint(ps->diag, "all mail would go to the fallback Maildir");
	}
}
