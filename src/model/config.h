/* SPDX-License-Identifier: MIT */
/*
 * config - mroute.conf as values.  See mroute.conf(5).
 *
 * Everything lives in the arena of struct config and goes with it; the struct
 * does not change once it is loaded.  Paths are absolute (a relative one in
 * the file is relative to the file's directory).  Times are milliseconds,
 * sizes bytes.  A secret never stands here: only the file or the command that
 * gives it.
 */
#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

struct diag;			/* base/diag.h */
struct diag_code;

enum config_tls { TLS_NONE, TLS_STARTTLS, TLS_IMPLICIT };
enum config_auth { AUTH_PLAIN, AUTH_XOAUTH2 };

/* One SMTP or IMAP server; or, with maildir set, a Maildir++ store. */
struct config_server {
	const char *name;		/* "smtp", or the imap section's name */
	const char *host;
	unsigned port;
	enum config_tls tls;
	enum config_auth auth;
	const char *user;		/* NULL: no login */
	const char *password_file;
	const char *const *password_command;	/* argv, NULL-terminated, or NULL */
	const char *const *token_command;
	const char *ca_file;		/* NULL: the system's trust store */
	const char *prefix;		/* IMAP: put in front of each mailbox, or "" */
	const char *maildir;		/* Maildir++ root; then no host */
	int line;
};

enum config_target_kind { TARGET_ADDRESS, TARGET_MAILDIR };

struct config_target {
	enum config_target_kind kind;
	const char *value;		/* address, or absolute path */
};

struct config_team {
	const char *name;
	const struct config_target *member;
	size_t n_member;
	int line;
};

struct config_alias {
	const char *const *address;	/* lower case; n 0 with any */
	size_t n_address;
	bool any;			/* `alias *` */
	const char *const *rules;	/* directories, later ones override */
	size_t n_rules;
	const char *bounce_address;	/* NULL: not set */
	const char *owner;		/* NULL: not set */
	int margin;			/* default 15 */
	const char *store;		/* name of the imap section `file` uses, or NULL */
	const char *const *staff;	/* domains, lower case */
	size_t n_staff;
	const char *const *form;	/* addresses of web forms, lower case */
	size_t n_form;
	bool observe;
	int line;
};

struct config_limits {
	uint64_t message_size;		/* larger: facts over-limit, not examined; 64M */
	uint32_t headers;		/* 1000 */
	uint32_t header_size;		/* bytes of one field that rules see; 16k */
	uint32_t parts;			/* 2000 */
	uint32_t depth;			/* 50 */
	uint32_t body_window;		/* bytes of text that rules see; 256k */
	uint64_t examine_memory;	/* RLIMIT_AS of the examiner; 512M */
	int64_t examine_time;		/* wall clock for one message; 20 s */
	uint32_t match_limit;		/* PCRE2; 100000 */
	int64_t connect_timeout;	/* 30 s */
	int64_t command_timeout;	/* 60 s */
	int64_t data_timeout;		/* final reply to DATA or APPEND; 10 min */
	int64_t retry_first;		/* 1 min */
	int64_t retry_longest;		/* 4 h */
	int64_t lifetime;		/* 5 d, and at least min_tries */
	uint32_t min_tries;		/* 10 */
	int64_t uncertain_wait;		/* 5 min before an uncertain APPEND is looked for */
	int64_t alarm_interval;		/* mail to the owner at most once in; 1 h */
	int64_t scan_interval;		/* look into new/ without a poke; 30 s */
};

struct config_spool {
	const char *path;
	int64_t keep_originals;		/* 90 d */
	int64_t keep_records;		/* 0: for ever */
	int64_t max_silence;		/* 1 h; 0 off */
	unsigned maildir_mode;		/* 0700 */
	const char *maildir_group;	/* NULL: as it comes */
};

enum config_people { PEOPLE_FULL, PEOPLE_DOMAINS, PEOPLE_NONE };

/* The summary that is sent by mail, and what every summary tells (flow/summary.h). */
struct config_summary {
	const char *const *to;		/* addresses; n_to 0: none is sent */
	size_t n_to;
	const char *from;		/* NULL: mroute@hostname */
	const char *time_zone;		/* IANA name; NULL: the system's */
	enum config_people people;	/* default domains */
	bool week;			/* `send week`: the default when nothing is said */
	bool month;			/* `send month` */
	int month_day;			/* 1; the day a month begins and its summary is due */
};

struct config {
	struct arena *arena;
	const char *path;		/* the file, absolute; "-" for text */
	const char *hostname;		/* for EHLO and Message-IDs */
	struct config_alias *alias;
	size_t n_alias;
	struct config_team *team;
	size_t n_team;
	struct config_server smtp;
	struct config_server *imap;
	size_t n_imap;
	struct config_spool spool;
	struct config_limits limits;
	struct config_summary summary;
	const char *authserv_id;	/* trust section; NULL: no verdict is believed */
	bool rules_only;		/* config_for_rules(): no team, no store is known */
	bool rules_given;		/* their directories are those of a command line */
};

/*
 * Parse text; path is for diagnostics and for relative paths.  All mistakes go
 * to d.  -1 when there was an error (ERR_CONFIG; d has the details).
 */
NODISCARD int config_parse(struct slice text, const char *path, struct diag *d,
    struct config **out, struct err *e);

/*
 * The same, but with mistakes *out has what could be understood.  Where is the spool?
 * For nothing else: a line that has a mistake is as if it were not there.
 */
NODISCARD int config_parse_all_can(struct slice text, const char *path, struct diag *d,
    struct config **out, struct err *e);

/* Is it this machine: localhost, 127.0.0.1 ...? */
bool config_host_is_here(const char *host);

/* The file that -c, $MROUTE_CONF, ./mroute.conf, /etc/mroute/mroute.conf name. */
NODISCARD int config_find(const char *option, char **path_out, struct err *e);
NODISCARD int config_load(const char *path, struct diag *d, struct config **out,
    struct err *e);

/* The defaults and nothing else. */
struct config *config_default(void);

/*
 * For `mroute test -r DIR` and `mroute check DIR` without a config: one alias,
 * `*`, with that rule directory, or several with ':' between them; names of
 * teams and stores stay unchecked.
 */
struct config *config_for_rules(const char *dirs);

/*
 * Let every alias have these rule directories, ':' between them, in place of
 * its own: for `mroute replay --rules`.  Only of use before a policy is loaded.
 * ERR_USAGE when aliases differ in their directories: whose are meant?
 */
NODISCARD int config_replace_rules(struct config *cfg, const char *dirs,
    struct err *e);
void config_free(struct config **cfg);

/*
 * The part that decides where mail goes (alias, team, trust, limits that the
 * examiner obeys), as text that config_parse() reads back to the same values.
 * This is what the rule-set digest covers.  Of an imap section only the name
 * and whether it is a Maildir++ store are in it; `part deciding` at its top
 * says so.
 */
void config_render_deciding(const struct config *cfg, struct buf *out);

/*
 * The alias section for an envelope: recipient, original recipient, both
 * without +tag, then `alias *`; NULL when none matches.
 */
const struct config_alias *config_alias_for(const struct config *cfg,
    const char *recipient, const char *original_recipient);

const struct config_team *config_team_find(const struct config *cfg, const char *name);
const struct config_server *config_imap_find(const struct config *cfg, const char *name);

/* For the manual and its test: every section and key, in order. */
struct config_key {
	const char *section;
	const char *key;
	const char *value;		/* form of the value */
	const char *fallback;		/* default as shown in the manual, or NULL */
	const char *doc;
};
const struct config_key *config_keys(size_t *n);

/* What config_parse() reports: MR101 ...; and lex_codes(). */
const struct diag_code *config_codes(size_t *n);

#endif
