/* SPDX-License-Identifier: MIT */
/*
 * authres - Authentication-Results (RFC 8601) of the server we trust.
 *
 * Only fields of the configured authserv-id count, from the topmost one down
 * to the next Received line: what stands below was there when the message came
 * to us, and anybody can have written it.
 */
#ifndef MODEL_AUTHRES_H
#define MODEL_AUTHRES_H

#include "base/arena.h"
#include "model/header.h"

enum auth_method { AUTH_SPF, AUTH_DKIM, AUTH_DMARC, AUTH_METHOD_N };

enum { AUTH_RESULTS_MAX = 20 };

struct auth_results {
	struct slice result[AUTH_METHOD_N][AUTH_RESULTS_MAX];	/* "pass", lower case */
	size_t n[AUTH_METHOD_N];
};

/* authserv_id NULL: nobody is trusted, and there are no results. */
void authres_read(struct arena *a, const struct header_list *l,
    const char *authserv_id, struct auth_results *out);

#endif
