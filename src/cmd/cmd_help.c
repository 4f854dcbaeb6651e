/* SPDX-License-Identifier: MIT */
#include "cmd/cmd.h"
#include "cmd/main.h"

static int
help_run(struct cmd_call *call)
{
	AUTO(buf_release) struct buf out = BUF_INIT;
	const struct cmd *c;

	if (call->argc == 0) {
		main_help(&out);
	} else {
		c = cmd_find(call->argv[0]);
		if (c == NULL || c->hidden)
			return main_unknown(call->argv[0]);
		cmd_help_text(c, &out);
	}
	fputs(buf_str(&out), stdout);
	return CMD_OK;
}

const struct cmd cmd_help = {
	.name = "help",
	.operands = "[COMMAND]",
	.max = 1,
	.summary = "show what a command does and which options it takes",
	.run = help_run,
};
