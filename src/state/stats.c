/* SPDX-License-Identifier: MIT */
#include "state/stats.h"

bool
stats_is_triage(enum decided_by by)
{
	switch (by) {
	case BY_BELOW_NEEDS:
	case BY_MARGIN:
	case BY_UNKNOWN:
	case BY_EXAMINER:
		return true;
	case BY_REDELIVERY:
	case BY_LOOP:
	case BY_THREAD:
	case BY_ALWAYS:
	case BY_POINTS:
	case BY_PERSON:
	case BY_OBSERVE:
	case BY_NO_ALIAS:
	case BY_BOUNCE_ADDRESS:
	case BY_OWN:
	case BY_N:
		break;
	}
	return false;
}
