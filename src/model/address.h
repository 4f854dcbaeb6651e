/* SPDX-License-Identifier: MIT */
/*
 * address - the mailboxes in From, To and their like (RFC 5322, 3.4), read by
 * a flat scanner: groups do not nest, whatever the field says.
 */
#ifndef MODEL_ADDRESS_H
#define MODEL_ADDRESS_H

#include "base/arena.h"
#include "base/slice.h"

enum { ADDRESSES_MAX = 1000 };		/* of one field */

struct mailbox {
	struct slice name;		/* decoded, or "" */
	struct slice address;		/* lower case, domain in A-labels, or "" */
	struct slice domain;		/* of the address, or "" */
};

/* The mailboxes of one field value; *cut is set when there were more. */
size_t address_list(struct arena *a, struct slice raw, struct mailbox **out, bool *cut);

/* One bare address in the form that mailboxes have here. */
struct slice address_normal(struct arena *a, struct slice address);

/* The first address that stands in a text, in that form; or "". */
struct slice address_in(struct arena *a, struct slice text);

/*
 * A domain as domain_normal() has it; what is no domain ([192.0.2.1], nonsense)
 * in lower case.
 */
struct slice address_domain_ascii(struct arena *a, struct slice domain);

#endif
