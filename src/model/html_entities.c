/* SPDX-License-Identifier: MIT */
#include "model/html_entities.h"

const struct html_entity html_entities[] = {
#include "model/html_entities.def"
};

const size_t html_entities_n = NELEM(html_entities);
