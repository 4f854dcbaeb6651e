/* SPDX-License-Identifier: MIT */
/* mroute run: the engine. */
#include <fcntl.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/conf.h"
#include "flow/engine.h"

struct run_opts {
	bool once, foreground, debug;
};

static const struct opt run_opts[] = {
	OPT_FLAG('1', "once", struct run_opts, once,
	    "do what there is to do now, then end"),
	OPT_FLAG('f', "foreground", struct run_opts, foreground,
	    "log to stderr instead of syslog"),
	OPT_FLAG('d', "debug", struct run_opts, debug, "log more"),
	OPT_END
};

static int
cmd_run_main(struct cmd_call *call)
{
	const struct run_opts *o = call->opts;
	AUTO(engine_close) struct engine *en = NULL;
	AUTO(buf_release) struct buf text = BUF_INIT;
	struct config *cfg = NULL;
	struct err e = ERR_INIT;

	xalloc_exit_status(75);
	if (conf_load(call, &cfg, &text, &e) < 0)
		return cmd_fail(&e);
	log_open("mroute", o->foreground ? LOG_TO_STDERR : LOG_TO_SYSLOG, o->debug);
	if (cmd_become_owner(cfg->spool.path, &e) < 0) {
		config_free(&cfg);
		return cmd_fail(&e);
	}
	if (engine_open(cfg, buf_slice(&text), &en, &e) < 0 ||
	    engine_run(en, o->once, &e) < 0) {
		log_event(LOG_ERR, "cannot-run", "why", e.text, NULL);
		return cmd_fail(&e);
	}
	return CMD_OK;
}

const struct cmd cmd_run = {
	.name = "run",
	.summary = "decide and deliver what is in the spool",
	.details = "Runs until SIGTERM. SIGHUP reads rules and configuration again; "
	    "they are also read when the files change.\n",
	.opts = run_opts,
	.opts_size = sizeof(struct run_opts),
	.run = cmd_run_main,
};
