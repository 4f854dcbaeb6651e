/* SPDX-License-Identifier: MIT */
/*
 * guess - the envelope of a message that comes without one: a file given to
 * `mroute test`, an example beside a rule.  Only for trying things out; a real
 * envelope is what Postfix tells.
 */
#ifndef MODEL_GUESS_H
#define MODEL_GUESS_H

#include "model/envelope.h"

#include "base/slice.h"

/*
 * Return-Path; where there is none, From, since a null sender would make a
 * bounce of it.  "" when Return-Path says <>, or nobody is named.
 */
void guess_sender(struct slice bytes, char out[ADDR_SIZE]);

/* X-Original-To, else Delivered-To; false when neither names an address. */
bool guess_recipient(struct slice bytes, char out[ADDR_SIZE]);

#endif
