/* SPDX-License-Identifier: MIT */
/*
 * message_impl - a message from the inside, for message*.c alone.
 */
#ifndef MODEL_MESSAGE_IMPL_H
#define MODEL_MESSAGE_IMPL_H

#include "model/body.h"
#include "model/header.h"
#include "model/message.h"
#include "model/mime.h"

/* The values of one header:NAME that was asked for. */
struct by_name {
	struct by_name *next;
	struct slice name;
	struct values values;
};

/* Messages that a colleague passes on; nothing for mail of others. */
struct inner_list {
	struct slice *from, *subject, *text;
	size_t n_from, n_subject, n_text;
	bool capped;			/* a header of theirs is beyond a limit */
};

struct message {
	struct arena *arena;
	struct slice bytes;
	const struct envelope *env;
	const struct config *cfg;
	const struct config_alias *alias;
	struct header_list headers;
	struct mime mime;
	struct body body;
	bool staff;			/* the author is a colleague */
	struct inner_list inner;
	struct message_identity identity;
	uint32_t facts, facts_unknown;
	struct values value[FIELD_N];
	bool done[FIELD_N];
	struct by_name *by_name;
};

/* Fills m->identity. */
void message_read_identity(struct message *m);

/* message_values.c: is it mail of a web form that the alias declares? */
bool message_is_form(struct message *m);

/* message_inner.c: did a colleague write it?  No form and no program (null sender). */
bool message_is_staff(struct message *m);

/* Fills m->inner, when m->staff is set. */
void message_read_inner(struct message *m);

#endif
