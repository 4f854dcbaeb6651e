/* SPDX-License-Identifier: MIT */
/* mroute reroute: a person corrects a decision. */
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/conf.h"
#include "flow/ctl.h"

static int
cmd_reroute_main(struct cmd_call *call)
{
	AUTO(buf_release) struct buf text = BUF_INIT, answer = BUF_INIT;
	AUTO(xfree) char *request = NULL;
	struct config *cfg = NULL;
	struct err e = ERR_INIT;
	int r;

	if (conf_load(call, &cfg, &text, &e) < 0)
		return cmd_fail(&e);
	request = xasprintf("reroute %s %s", call->argv[0], call->argv[1]);
	r = cmd_become_owner(cfg->spool.path, &e);
	if (r == 0)
		r = ctl_do(&cfg, buf_slice(&text), request, &answer, &e);
	config_free(&cfg);
	if (r < 0)
		return cmd_fail(&e);
	printf("%s\n", buf_str(&answer));
	return CMD_OK;
}

const struct cmd cmd_reroute = {
	.name = "reroute",
	.operands = "ID ROUTE",
	.min = 2,
	.max = 2,
	.summary = "send a message to another route now",
	.details = "The message goes to ROUTE as well; what was delivered stays where "
	    "it is. The correction is recorded.\nID is a unique beginning of a message "
	    "id, a Postfix queue id, or a Message-ID.\n",
	.run = cmd_reroute_main,
};
