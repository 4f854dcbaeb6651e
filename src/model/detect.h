/* SPDX-License-Identifier: MIT */
/*
 * detect - which facts are true of a message, from its header section, its
 * envelope and what body.h found.  Pure.
 */
#ifndef MODEL_DETECT_H
#define MODEL_DETECT_H

#include "model/body.h"
#include "model/envelope.h"
#include "model/facts.h"
#include "model/text.h"

struct evidence {
	struct arena *arena;
	const struct header_list *headers;
	const struct envelope *env;
	const struct body *body;
	struct slice root_type;		/* "multipart/report" */
	struct slice from_address;	/* first author, or "" */
	const struct text *subject;	/* all of them */
	size_t n_subject;
	const struct text *text;	/* new text, main ones first */
	size_t n_text;
	bool over_limit;
};

/* FACT_BITs; *unknown gets those that a limit kept us from telling. */
uint32_t detect_facts(const struct evidence *e, uint32_t *unknown);

/* Does the subject say that it passes a message on, or answers one? */
bool detect_forward_subject(struct slice folded);
bool detect_reply_subject(struct slice folded);

#endif
