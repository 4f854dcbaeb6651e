/* SPDX-License-Identifier: MIT */
/*
 * cmd - what every subcommand of mroute(1) has in common.
 *
 * A command is one file, src/cmd/cmd_NAME.c, that ends in its `const struct
 * cmd cmd_NAME`; the list in main.c names it.  Help, completions and the
 * test that compares the manual walk these tables.  The frame has read all
 * options and counted the operands when run() is called; run() returns the
 * exit status.  Only here does the kind of a struct err become a status.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdio.h>

#include "base/base.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/opts.h"
#include "model/config.h"
#include "state/spool.h"

enum {
	CMD_OK = 0,
	CMD_FINDINGS = 1,	/* found, missed, different, or not there */
	CMD_TROUBLE = 2,	/* usage, configuration, or it could not be done */
};

enum { CMD_ANY = 0x7fffffff };	/* no limit on operands */

struct cmd_call;

struct cmd {
	const char *name;
	const char *operands;		/* "MSG..."; NULL none */
	int min, max;			/* how many */
	const char *words;		/* what the first may be: "list|retry"; or NULL */
	const char *summary;		/* lower case, no full stop, one line */
	const char *details;		/* paragraphs for `mroute help NAME`, or NULL */
	const struct opt *opts;		/* its own; NULL none */
	size_t opts_size;		/* of the struct they fill */
	int (*run)(struct cmd_call *call);
	bool hidden;			/* for our own use: not in help and manual */
};

/* Options that every command takes, before or after its name. */
struct cmd_common {
	const char *config;		/* -c; NULL: config_find() looks */
	int color;			/* enum colour_when */
	bool help;
};
extern const struct opt cmd_common_opts[];

struct cmd_call {
	const struct cmd *cmd;
	const struct cmd_common *common;
	void *opts;			/* the command's own struct, zeroed, then filled */
	int argc;			/* operands */
	char **argv;
	bool colour;			/* on stdout */
	bool colour_err;		/* on stderr */
	unsigned columns;		/* of stdout; 0: no terminal, no limit */
};

/* The commands in the order of the help; NULL at the end. */
extern const struct cmd *const cmd_list[];
const struct cmd *cmd_find(const char *name);

/*
 * Print "mroute: …" to stderr.  cmd_fail() gives the status for this kind of
 * trouble, cmd_usage() points at the help and gives CMD_TROUBLE.
 */
void cmd_warn(const char *fmt, ...) PRINTF(1, 2);
int cmd_fail(const struct err *e);
int cmd_usage(const struct cmd_call *call, const char *fmt, ...) PRINTF(2, 3);

/* Below "next:": what to type, and the question that it answers. */
void cmd_say_step(const struct cmd_call *call, const char *what, const char *why);

/* What `mroute help NAME` shows. */
void cmd_help_text(const struct cmd *c, struct buf *out);

/*
 * Started as root, become the user that owns the directory (the spool), with
 * that user's groups, for good; otherwise do nothing.  Each command that opens
 * a spool calls this first, so that it never leaves files of root behind.
 */
NODISCARD int cmd_become_owner(const char *spool_path, struct err *e);

/* In the order of the help; each is in the file of its name. */
extern const struct cmd cmd_run;
extern const struct cmd cmd_test;
extern const struct cmd cmd_explain;
extern const struct cmd cmd_replay;
extern const struct cmd cmd_log;
extern const struct cmd cmd_show;
extern const struct cmd cmd_queue;
extern const struct cmd cmd_reroute;
extern const struct cmd cmd_summary;
extern const struct cmd cmd_stats;
extern const struct cmd cmd_status;
extern const struct cmd cmd_doctor;
extern const struct cmd cmd_check;
extern const struct cmd cmd_fmt;
extern const struct cmd cmd_new;
extern const struct cmd cmd_init;
extern const struct cmd cmd_help;
extern const struct cmd cmd_completion;

#endif
