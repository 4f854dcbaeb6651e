/* SPDX-License-Identifier: MIT */
#include "cmd/main.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/table.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "flow/proc.h"

const struct cmd *const cmd_list[] = {
	&cmd_run,
	&cmd_test,
	&cmd_explain,
	&cmd_check,
	&cmd_fmt,
	&cmd_new,
	&cmd_replay,
	&cmd_log,
	&cmd_show,
	&cmd_queue,
	&cmd_reroute,
	&cmd_summary,
	&cmd_status,
	&cmd_stats,
	&cmd_doctor,
	&cmd_init,
	&cmd_help,
	&cmd_completion,
	NULL
};

enum { COMMANDS_MAX = 64 };

/* Options that stand before the command and belong to none. */
struct main_opts {
	struct cmd_common common;
	bool version;
};

static const struct opt main_only_opts[] = {
	OPT_FLAG('V', "version", struct main_opts, version, "show the version"),
	OPT_END
};

void
main_help(struct buf *out)
{
	buf_add_str(out, "usage: mroute [-c FILE] COMMAND [OPTION...] [OPERAND...]\n\n"
	    "Route the mail of a shared address by readable rules.\n\ncommands:\n");
	for (size_t i = 0; cmd_list[i] != NULL; i++)
		if (!cmd_list[i]->hidden)
			buf_addf(out, "  %-10s %s\n", cmd_list[i]->name,
			    cmd_list[i]->summary);
	buf_add_str(out, "\noptions:\n");
	opts_help(cmd_common_opts, out);
	opts_help(main_only_opts, out);
	buf_add_str(out, "\n`mroute help COMMAND` and mroute(1) tell more.\n");
}

int
main_unknown(const char *name)
{
	const char *names[COMMANDS_MAX + 1] = { NULL }, *near;
	size_t n = 0;

	for (size_t i = 0; cmd_list[i] != NULL && n < COMMANDS_MAX; i++)
		if (!cmd_list[i]->hidden)
			names[n++] = cmd_list[i]->name;
	if ((near = diag_nearest(slice_str(name), names)) != NULL)
		cmd_warn("'%s' is not a command; did you mean '%s'?", name, near);
	else
		cmd_warn("'%s' is not a command\n`mroute help` lists them", name);
	return CMD_TROUBLE;
}

static int
wrong_usage(const char *command, const char *text)
{
	fprintf(stderr, "mroute%s%s: %s\n`mroute help%s%s` shows how it is used\n",
	    command[0] != '\0' ? " " : "", command, text,
	    command[0] != '\0' ? " " : "", command);
	return CMD_TROUBLE;
}

/* Too few or too many operands: the text, or NULL when the number is right. */
static const char *
wrong_count(const struct cmd *c, int n)
{
	static char text[256];

	if (n < c->min && n > 0)
		snprintf(text, sizeof text, "takes %s, no less", c->operands);
	else if (n < c->min)
		snprintf(text, sizeof text, "%s is missing", c->operands);
	else if (n > c->max && c->max == 0)
		snprintf(text, sizeof text, "takes options only");
	else if (n > c->max)
		snprintf(text, sizeof text, "takes %s and no more", c->operands);
	else
		return NULL;
	return text;
}

static int
show_help(const struct cmd *c)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	if (c != NULL)
		cmd_help_text(c, &out);
	else
		main_help(&out);
	fputs(buf_str(&out), stdout);
	return CMD_OK;
}

/* argv[0] is the command's name. */
static int
run_command(const struct cmd *c, struct cmd_common *common, int argc, char **argv)
{
	AUTO(xfree) void *own = c->opts_size > 0 ? xcalloc(1, c->opts_size) : NULL;
	const struct opt_set set[] = {
		{ c->opts, own }, { cmd_common_opts, common },
	};
	struct cmd_call call = { .cmd = c, .common = common, .opts = own };
	struct err e = ERR_INIT;
	const char *wrong;
	int first;

	if (opts_parse(set, NELEM(set), OPTS_MIXED, argc, argv, &first, &e) < 0)
		return wrong_usage(c->name, e.text);
	if (common->help)
		return show_help(c);
	call.argc = argc - first;
	call.argv = argv + first;
	if ((wrong = wrong_count(c, call.argc)) != NULL)
		return wrong_usage(c->name, wrong);
	call.colour = colour_wanted((enum colour_when)common->color, STDOUT_FILENO);
	call.colour_err = colour_wanted((enum colour_when)common->color, STDERR_FILENO);
	call.columns = terminal_columns(STDOUT_FILENO);
	return c->run(&call);
}

/* What could not be written was not said: a full disk must not look like success. */
static int
finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fputs("mroute: cannot write the output\n", stderr);
	return CMD_TROUBLE;
}

int
main(int argc, char **argv)
{
	struct main_opts opts = { { NULL, 0, false }, false };
	const struct opt_set set[] = {
		{ cmd_common_opts, &opts.common }, { main_only_opts, &opts },
	};
	const struct cmd *c;
	struct err e = ERR_INIT;
	int first, status;

	if (proc_is_child(argc, argv, &status))
		return status;		/* an examiner or a sender */
	xalloc_exit_status(CMD_TROUBLE);
	if (opts_parse(set, NELEM(set), OPTS_LEADING, argc, argv, &first, &e) < 0)
		return wrong_usage("", e.text);
	if (opts.version) {
		puts("mroute " MROUTE_VERSION);
		return finish(CMD_OK);
	}
	if (first >= argc) {
		if (opts.common.help)
			return finish(show_help(NULL));
		return wrong_usage("", "a command is missing");
	}
	if ((c = cmd_find(argv[first])) == NULL)
		return main_unknown(argv[first]);
	return finish(run_command(c, &opts.common, argc - first, argv + first));
}
