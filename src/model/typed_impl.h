/* SPDX-License-Identifier: MIT */
/*
 * typed_impl - the readers of typed.c; each gets the text in NFKC, folded.
 */
#ifndef MODEL_TYPED_IMPL_H
#define MODEL_TYPED_IMPL_H

#include "model/typed.h"

/* "2027-05-03" */
struct slice typed_date(struct arena *a, struct slice s, struct slice sent);

/* "USD 7200.00", or without a currency "7200.00" */
struct slice typed_money(struct arena *a, struct slice s);

#endif
