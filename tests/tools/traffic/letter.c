/* SPDX-License-Identifier: MIT */
#include "letter.h"

#include <string.h>

#include "base/buf.h"
#include "letter_words.h"

enum { NEW_DOMAIN = 3500, NO_VALUE = 18000, ALIKE = 62000 };	/* of 100,000 */

unsigned
letter_campaign(void)
{
	uint32_t usual = 0, rush = 0;

	for (size_t i = 0; i < n_topic; i++) {
		usual += topics[i].weight;
		rush += topics[i].in_campaign;
	}
	return (rush - usual) * 100 / usual;
}

static size_t
pick_topic(struct dice *d, bool campaign)
{
	uint32_t weight[64], sum = 0;

	for (size_t i = 0; i < n_topic; i++)
		sum += weight[i] = campaign ? topics[i].in_campaign : topics[i].weight;
	return dice_weighted(d, weight, n_topic, sum);
}

static const char *
one_of(struct dice *d, const char *const *word, size_t max)
{
	size_t n = 0;

	while (n < max && word[n] != NULL)
		n++;
	return word[dice_below(d, (uint32_t)n)];
}

/* Four endings and two words make names enough that look like names. */
const char *
letter_domain(struct arena *a, size_t i)
{
	static const char *const ending[] = { "", "hq", "-labs", "-io" };

	return arena_printf(a, "%s%s%s.example", word_first[i % n_word_first],
	    word_second[i / n_word_first % n_word_second],
	    ending[i / n_word_first / n_word_second % NELEM(ending)]);
}

static const char *
new_domain(struct arena *a, uint64_t n)
{
	return arena_printf(a, "%s-%s%llu.example", word_second[n % n_word_second],
	    word_first[n / n_word_second % n_word_first],
	    (unsigned long long)(n / n_word_second / n_word_first + 2));
}

static const char *
expand(struct arena *a, struct dice *d, const char *text, const char *company)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	for (const char *p = text; *p != '\0'; p++) {
		if (*p != '%') {
			buf_add_char(&b, *p);
			continue;
		}
		switch (*++p) {
		case 'c':
			buf_add_str(&b, company);
			break;
		case 'n':
			buf_addf(&b, "%u", 2 + dice_below(d, 480));
			break;
		case 'p':
			buf_add_str(&b, word_product[dice_below(d, (uint32_t)n_word_product)]);
			break;
		case 't':
			buf_add_str(&b, word_town[dice_below(d, (uint32_t)n_word_town)]);
			break;
		case 'w':
			buf_add_str(&b, word_any[dice_below(d, (uint32_t)n_word_any)]);
			break;
		}
	}
	return arena_slice(a, buf_slice(&b)).ptr;
}

static void
sign(struct dice *d, struct arena *a, struct letter *l)
{
	const char *first = word_name[dice_below(d, (uint32_t)n_word_name)];
	const char *last = word_surname[dice_below(d, (uint32_t)n_word_surname)];
	char *address = arena_printf(a, "%s.%s@%s", first, last, l->domain_name);

	for (char *p = address; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 'a' - 'A');
	l->name = arena_printf(a, "%s %s", first, last);
	l->address = address;
}

static void
come_from(struct crowd *c, struct dice *d, struct arena *a, struct letter *l)
{
	l->new_domain = dice_in(d, NEW_DOMAIN);
	l->domain = l->new_domain ? LETTER_DOMAINS + c->new_domains :
	    dice_zipf(d, LETTER_DOMAINS);
	l->domain_name = l->new_domain ? new_domain(a, c->new_domains++) :
	    letter_domain(a, l->domain);
}

static void
capture(struct dice *d, const struct topic *t, struct letter *l)
{
	size_t n = 0;

	l->value = "";
	if (t->field == NULL || dice_in(d, NO_VALUE))
		return;
	while (n < LETTER_VALUES_MAX && t->value[n] != NULL)
		n++;
	l->value_number = dice_zipf(d, n);
	l->value = t->value[l->value_number];
}

/* What no rule knows: some of it in words that others use as well. */
static void
write_odd(struct dice *d, struct arena *a, const char *company, struct letter *l)
{
	const struct wording *w = &wordings[dice_zipf(d, n_wording)];

	if (dice_in(d, ALIKE)) {
		l->phrase = w->phrase;
		l->subject = expand(a, d, one_of(d, w->subject, NELEM(w->subject)), company);
		l->opening = expand(a, d, one_of(d, w->opening, NELEM(w->opening)), company);
		return;
	}
	l->subject = expand(a, d, "%w %w", company);
	l->opening = expand(a, d, "Hello, %w %w %w %w, and %w %w. Best, %c", company);
}

void
letter_write(struct crowd *c, struct dice *d, struct arena *a,
    const struct moment *when, struct letter *out)
{
	const struct topic *t;
	const char *company;

	*out = (struct letter){ .topic = pick_topic(d, when->campaign) };
	t = &topics[out->topic];
	come_from(c, d, a, out);
	sign(d, a, out);
	capture(d, t, out);
	company = arena_strndup(a, out->domain_name, strcspn(out->domain_name, "."));
	if (out->topic == n_topic - 1) {
		write_odd(d, a, company, out);
		return;
	}
	out->subject = expand(a, d, one_of(d, t->subject, NELEM(t->subject)), company);
	out->opening = "";
}
