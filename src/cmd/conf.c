/* SPDX-License-Identifier: MIT */
#include "cmd/conf.h"

#include <fcntl.h>

#include "base/file.h"
#include "base/xalloc.h"

enum { CONF_MAX = 4 << 20 };

void
conf_print_diag(const struct cmd_call *call, const struct diag *d)
{
	AUTO(buf_release) struct buf out = BUF_INIT;

	diag_print(d, call->colour_err, &out);
	fputs(buf_str(&out), stderr);
}

static int
read_conf(const struct cmd_call *call, char **path, struct buf *bytes, struct err *e)
{
	if (config_find(call->common->config, path, e) == 0 &&
	    file_read(AT_FDCWD, *path, CONF_MAX, bytes, e) == 0)
		return 0;
	/* Not there is no finding: without it nothing can be done. */
	if (e->kind == ERR_ABSENT)
		e->kind = ERR_CONFIG;
	return -1;
}

int
conf_load(const struct cmd_call *call, struct config **out, struct buf *text,
    struct err *e)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	AUTO(xfree) char *path = NULL;
	int r;

	if (read_conf(call, &path, &bytes, e) < 0)
		return -1;
	r = config_parse(buf_slice(&bytes), path, d, out, e);
	conf_print_diag(call, d);
	if (r == 0 && text != NULL)
		buf_add_slice(text, buf_slice(&bytes));
	return r;
}

int
conf_load_all_can(const struct cmd_call *call, struct config **out, struct err *e)
{
	AUTO(diag_free) struct diag *d = diag_new();
	AUTO(buf_release) struct buf bytes = BUF_INIT;
	AUTO(xfree) char *path = NULL;
	int r;

	if (read_conf(call, &path, &bytes, e) < 0)
		return -1;
	r = config_parse_all_can(buf_slice(&bytes), path, d, out, e);
	conf_print_diag(call, d);
	return r;
}
