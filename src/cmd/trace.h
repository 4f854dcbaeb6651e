/* SPDX-License-Identifier: MIT */
/*
 * trace - a recorded decision as the plan it came from, so that what is shown
 * of it later is what `mroute test` would have shown then.
 */
#ifndef CMD_TRACE_H
#define CMD_TRACE_H

#include "model/plan.h"
#include "state/store.h"

/*
 * The plan of a row from store_get(); in a.  What its trace does not have (it
 * was cut, or is of a later version) is left out.
 */
const struct plan *trace_plan(struct arena *a, const struct store_row *row);

#endif
