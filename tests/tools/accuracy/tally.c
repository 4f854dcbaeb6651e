/* SPDX-License-Identifier: MIT */
#include "tally.h"

#include <string.h>

#include "base/xalloc.h"

#define SECURITY	"security"
#define FALLBACK	"(fallback)"

/* Where mail goes that nobody reads one by one. */
static const char *const unread[] = { "newsletter", "vendor", "spam", "auto" };

static unsigned
route_number(struct tally *t, const char *name)
{
	for (unsigned i = 0; i < t->n_route; i++)
		if (strcmp(t->route[i], name) == 0)
			return i;
	if (t->n_route == ROUTES_MAX)
		bug("accuracy: more than %d routes", ROUTES_MAX);
	t->route[t->n_route] = arena_strdup(t->arena, name);
	return t->n_route++;
}

void
tally_init(struct tally *t, const char *title, const struct ruleset *rs)
{
	*t = (struct tally){ .arena = arena_new(), .title = title };
	for (size_t i = 0; i < rs->n_route; i++)
		(void)route_number(t, rs->route[i].name);
	t->otherwise = route_number(t, rs->route[rs->otherwise].name);
}

void
tally_release(struct tally *t)
{
	arena_free(&t->arena);
}

static bool
is_unread(const struct tally *t, unsigned route)
{
	for (size_t i = 0; i < NELEM(unread); i++)
		if (strcmp(t->route[route], unread[i]) == 0)
			return true;
	return false;
}

static void
count_one(struct tally *t, unsigned wanted, unsigned got)
{
	struct count *c = &t->count[wanted];
	bool routed = got != t->otherwise;

	c->mail++;
	c->routed += routed;
	c->right += routed && got == wanted;
	c->lost += is_unread(t, got) && !is_unread(t, wanted);
	t->count[got].got++;
	t->cell[wanted][got]++;
}

void
tally_add(struct tally *t, const char *name, const char *wanted,
    const struct plan *plan)
{
	const char *route = plan->by == BY_OBSERVE ? plan->would_be : plan->route;
	struct result *r;

	t->result = arena_grow(t->arena, t->result, t->n_result, &t->cap,
	    sizeof *t->result);
	r = &t->result[t->n_result++];
	*r = (struct result){
		.name = arena_strdup(t->arena, name),
		.wanted = route_number(t, wanted),
		.got = route_number(t, route[0] != '\0' ? route : FALLBACK),
		.by = decided_by_name(plan->by),
		.why = arena_strdup(t->arena, plan->why),
	};
	count_one(t, r->wanted, r->got);
}

void
tally_sum(struct tally *t)
{
	struct totals *sum = &t->sum;

	for (unsigned i = 0; i < t->n_route; i++) {
		const struct count *c = &t->count[i];

		sum->mail += c->mail;
		sum->routed += c->routed;
		sum->right += c->right;
		sum->lost += c->lost;
		if (i != t->otherwise) {
			sum->wanted += c->mail;
			sum->covered += c->routed;
		}
		if (strcmp(t->route[i], SECURITY) == 0) {
			sum->security = c->mail;
			sum->unseen = c->lost;
		}
	}
}

double
tally_share(unsigned part, unsigned whole)
{
	return whole > 0 ? 100.0 * part / whole : 0;
}
