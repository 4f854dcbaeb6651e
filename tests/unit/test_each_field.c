/* SPDX-License-Identifier: MIT */
/*
 * Every field with every predicate that it takes, on values as mail has them
 * and as it should not: one rule line for each predicate, one mail for each
 * value.  A field without cases here makes the test fail.
 */
#include "odd_values.h"
#include "policy_help.h"

#include "base/buf.h"
#include "rules/match.h"

static const char conf[] =
    "alias marketing@company.example\n"
    "  rules rules\n"
    "  bounce-address bounces@company.example\n"
    "  staff company.example\n"
    "trust\n"
    "  authserv-id mx.company.example\n";

/* In a mail: where the value stands. */
#define HERE	"\x01"

#define ODD(list)	list, NELEM(list)
#define MIXED	"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
#define ANN	"From: ann@company.example\n"
#define BELOW	"\n---------- Forwarded message ---------\n"

/*
 * Of each field that is no number: its kind, a mail with it (of the envelope:
 * the address), and one with it twice, the second time with what is looked for;
 * NULL when it has one value at most.
 */
static const struct {
	const struct odd *odd;
	size_t n_odd;
	const char *mail, *twice, *twice_want;
} places[FIELD_N] = {
	[FIELD_SUBJECT] = { ODD(in_subject), "Subject: " HERE "\n\n",
	    "Subject: x\nSubject: needle\n\n", "YYY-" },
	[FIELD_HEADER] = { ODD(in_header), "X-Odd: " HERE "\n\n",
	    "X-Odd: x\nx-odd: needle\n\n", "YYY-" },
	[FIELD_FROM] = { ODD(in_mailbox), "From: \"" HERE "\" <a@x.example>\n\n",
	    "From: x@x.example, needle\n\n", "YYY-" },
	[FIELD_FROM_NAME] = { ODD(in_name), "From: \"" HERE "\" <a@x.example>\n\n",
	    "From: X <x@x.example>, Needle <y@x.example>\n\n", "YYY-" },
	[FIELD_FROM_ADDRESS] = { ODD(in_addresses), "From: " HERE "\n\n",
	    "From: x@x.example\nFrom: a@needle.example\n\n", "YYYY" },
	[FIELD_FROM_DOMAIN] = { ODD(in_domains), "From: <a@" HERE ">\n\n",
	    "From: x@x.example, a@needle.example\n\n", "YYYY" },
	[FIELD_REPLY_TO] = { ODD(in_addresses), "Reply-To: " HERE "\n\n",
	    "Reply-To: x@x.example, a@needle.example\n\n", "YYYY" },
	[FIELD_AUTHOR] = { ODD(in_addresses), "From: " HERE "\n\n",
	    "From: x@x.example, a@needle.example\n\n", "YYYY" },
	[FIELD_TO] = { ODD(in_addresses), "To: " HERE "\n\n",
	    "To: x@x.example\nTo: a@needle.example\n\n", "YYYY" },
	[FIELD_CC] = { ODD(in_addresses), "Cc: " HERE "\n\n",
	    "Cc: friends: x@x.example, a@needle.example;\n\n", "YYYY" },
	[FIELD_RECIPIENT] = { ODD(in_envelope), HERE, NULL, NULL },
	[FIELD_RECIPIENT_TAG] = { ODD(in_tag), "marketing+" HERE "@company.example",
	    NULL, NULL },
	[FIELD_SENDER] = { ODD(in_envelope), HERE, NULL, NULL },
	[FIELD_LIST_ID] = { ODD(in_domains), "List-Id: X <" HERE ">\n\n",
	    "List-Id: x.example\nList-Id: <needle.example>\n\n", "YYYY" },
	[FIELD_TEXT] = { ODD(in_body), "A: b\n\n" HERE,
	    MIXED "\nx\n--b\n\nneedle\n--b--\n", "YYY-" },
	[FIELD_BODY] = { ODD(in_body), "A: b\n\n" HERE,
	    MIXED "\nx\n--b\n\nneedle\n--b--\n", "YYY-" },
	[FIELD_ANY] = { ODD(in_body), "A: b\n\n" HERE, "Subject: x\n\nneedle\n", "YYY-" },
	[FIELD_START] = { ODD(in_start), "A: b\n\n" HERE, "Subject: x\n\nneedle\n", "YYY-" },
	[FIELD_QUOTED] = { ODD(in_quoted), "A: b\n\nx\n> " HERE,
	    MIXED "\nx\n> x\n--b\n\nx\n> needle\n--b--\n", "YYN-" },
	[FIELD_HIDDEN] = { ODD(in_body),
	    "Content-Type: text/html\n\nx<p hidden>" HERE,
	    MIXED "Content-Type: text/html\n\n<p hidden>x\n--b\n"
	    "Content-Type: text/html\n\n<p hidden>needle\n--b--\n", "YYY-" },
	[FIELD_LINKS] = { ODD(in_links),
	    "Content-Type: text/html\n\n<a href=\"" HERE "\">x</a>",
	    "A: b\n\nwww.x.example, https://needle.example\n", "YYN-" },
	[FIELD_ATTACHMENT] = { ODD(in_files), MIXED "\nx\n--b\n"
	    "Content-Disposition: attachment; filename=\"" HERE "\"\n\nx\n--b--\n",
	    MIXED "Content-Disposition: attachment; filename=x\n\nx\n--b\n"
	    "Content-Disposition: attachment; filename=needle.pdf\n\nx\n--b--\n", "YYN-" },
	[FIELD_ATTACHMENT_TYPE] = { ODD(in_types), MIXED "\nx\n--b\n"
	    "Content-Type: " HERE "\nContent-Disposition: attachment\n\nx\n--b--\n",
	    MIXED "Content-Type: application/x\n\nx\n--b\n"
	    "Content-Type: application/needle\n\nx\n--b--\n", "YYN-" },
	[FIELD_INNER_FROM] = { ODD(in_addresses), ANN
	    MIXED "Content-Type: message/rfc822\n\nFrom: " HERE "\n\nx\n--b--\n",
	    ANN BELOW "From: b@x.example\nSubject: x\n\n" BELOW
	    "From: a@needle.example\nSubject: x\n\nx\n", "YYYY" },
	[FIELD_INNER_SUBJECT] = { ODD(in_subject), ANN
	    MIXED "Content-Type: message/rfc822\n\nSubject: " HERE "\n\nx\n--b--\n",
	    ANN BELOW "From: b@x.example\nSubject: x\n\n" BELOW
	    "From: a@x.example\nSubject: needle\n\nx\n", "YYY-" },
	[FIELD_INNER_TEXT] = { ODD(in_body), ANN
	    MIXED "Content-Type: message/rfc822\n\nA: b\n\n" HERE "\n--b--\n",
	    ANN MIXED "Content-Type: message/rfc822\n\nA: b\n\nx\n--b\n"
	    "Content-Type: message/rfc822\n\nA: b\n\nneedle\n--b--\n", "YYY-" },
};

/* ---- the rules: a line for each predicate ---- */

struct asked {
	enum predicate p;
	size_t line;			/* its number */
};

static const char *
operand(enum field_type t, enum predicate p)
{
	switch (p) {
	case PRED_HAS:
		return "needle";
	case PRED_MATCH:
	case PRED_NOT_MATCH:
		return "\\bneedle\\b";
	case PRED_IS:
	case PRED_IS_NOT:
		return t == FIELD_TYPE_ADDRESS ? "a@needle.example" :
		    t == FIELD_TYPE_DOMAIN ? "needle.example" :
		    t == FIELD_TYPE_RESULT ? "pass" : t == FIELD_TYPE_TEXT ? "needle" : "3";
	case PRED_IN:
	case PRED_NOT_IN:
		return "lists/odd.txt";
	case PRED_LT:
	case PRED_LE:
	case PRED_GT:
	case PRED_GE:
		return "3";
	case PRED_PRESENT:
	case PRED_ABSENT:
	case PRED_N:
		break;
	}
	return "";
}

static struct policy *
policy_for(enum field_id id, struct asked *asked, size_t *n)
{
	AUTO(buf_release) struct buf rules = BUF_INIT;
	enum field_type t = field_table[id].type;
	const char *name = id == FIELD_HEADER ? "header:X-Odd" : field_table[id].name;
	struct policy *p;

	buf_add_str(&rules, "version 1\nroute a\n  forward a@company.example\n");
	*n = 0;
	for (int i = 0; i < PRED_N; i++) {
		enum predicate pred = (enum predicate)i;

		if ((field_predicates(id) & PRED_BIT(pred)) == 0)
			continue;
		buf_addf(&rules, "  +1 %s %s %s\n", name, predicate_name(pred),
		    operand(t, pred));
		asked[*n] = (struct asked){ pred, *n };
		(*n)++;
	}
	buf_add_str(&rules, "route rest\n  forward b@company.example\notherwise rest\n");
	(void)mkdir("rules", 0700);
	(void)mkdir("rules/lists", 0700);
	put_file("rules/lists/odd.txt", "needle.example\n");
	p = make_policy(conf, buf_str(&rules));
	return p;
}

static char
letter(enum tri t)
{
	return t == TRI_YES ? 'Y' : t == TRI_NO ? 'N' : 'U';
}

static char
inverted(char c)
{
	return c == 'Y' ? 'N' : c == 'N' ? 'Y' : c;
}

/* Of "YYNN", what a predicate must say. */
static char
wanted(enum predicate p, const char *want)
{
	switch (p) {
	case PRED_PRESENT:
		return want[0];
	case PRED_ABSENT:
		return inverted(want[0]);
	case PRED_HAS:
	case PRED_MATCH:
		return want[1];
	case PRED_NOT_MATCH:
		return inverted(want[1]);
	case PRED_IS:
		return want[2];
	case PRED_IS_NOT:
		return inverted(want[2]);
	case PRED_IN:
		return want[3];
	case PRED_NOT_IN:
		return inverted(want[3]);
	case PRED_LT:
	case PRED_LE:
	case PRED_GT:
	case PRED_GE:
	case PRED_N:
		break;
	}
	fail_msg("no expectation for %s", predicate_name(p));
	return '?';
}

static unsigned failures;

static void
ask(enum field_id id, const struct policy *p, const struct asked *asked, size_t n,
    const char *label, const char *want, struct slice mail, const struct envelope *env)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct findings *f = examine(a, mail, env, p);

	for (size_t i = 0; i < n; i++) {
		char got = letter(f->line[asked[i].line].state);

		if (got == wanted(asked[i].p, want))
			continue;
		print_error("%s %s, %s: %c\n", field_table[id].name,
		    predicate_name(asked[i].p), label, got);
		failures++;
	}
}

static void
add_value(struct buf *b, const char *value)
{
	size_t n = strcmp(value, LONG) == 0 ? 100 << 10 :
	    strcmp(value, WINDOW) == 0 ? 300 << 10 : 0;

	if (n == 0) {
		buf_add_str(b, value);
		return;
	}
	while (b->len < n)
		buf_add_str(b, "hay ");
	buf_add_str(b, "needle ");
}

static void
ask_odd(enum field_id id, const struct policy *p, const struct asked *asked, size_t n,
    const struct odd *odd)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	struct envelope env = mail_to("marketing@company.example");
	const char *mail = places[id].mail, *here = strchr(mail, HERE[0]);

	buf_add(&b, mail, (size_t)(here - mail));
	add_value(&b, odd->value);
	buf_add_str(&b, here + 1);
	if (id == FIELD_SENDER)
		snprintf(env.sender, sizeof env.sender, "%s", buf_str(&b));
	if (id == FIELD_RECIPIENT || id == FIELD_RECIPIENT_TAG) {
		/* The alias answers for what it was before alias expansion. */
		snprintf(env.recipient, sizeof env.recipient, "%s", buf_str(&b));
		snprintf(env.original_recipient, sizeof env.original_recipient,
		    "marketing@company.example");
	}
	ask(id, p, asked, n, odd->label, odd->want, buf_slice(&b), &env);
}

static bool
has_case(enum field_id id, const char *label)
{
	for (size_t i = 0; i < places[id].n_odd; i++)
		if (strcmp(places[id].odd[i].label, label) == 0)
			return true;
	return false;
}

static void
asks_of_a_mail_without(enum field_id id, const struct policy *p,
    const struct asked *asked, size_t n)
{
	struct envelope env = mail_to("marketing@company.example");

	if (id == FIELD_SENDER)
		env.sender[0] = '\0';
	if (id != FIELD_RECIPIENT)
		ask(id, p, asked, n, "absent", "NNNN", SLICE_LIT("A: b\n\n"), &env);
	if ((places[id].twice != NULL) != field_table[id].many)
		fail_msg("%s: a mail with it twice, if it can be many",
		    field_table[id].name);
	if (places[id].twice != NULL)
		ask(id, p, asked, n, "twice", places[id].twice_want,
		    slice_str(places[id].twice), &env);
}

static bool
is_counted(enum field_id id)
{
	enum field_type t = field_table[id].type;

	return t == FIELD_TYPE_NUMBER || t == FIELD_TYPE_SIZE || t == FIELD_TYPE_RESULT;
}

static void
each_field_with_each_predicate(void **state)
{
	(void)state;
	failures = 0;
	for (int i = 0; i < FIELD_N; i++) {
		enum field_id id = (enum field_id)i;
		AUTO(policy_free) struct policy *p = NULL;
		struct asked asked[PRED_N];
		size_t n;

		if (is_counted(id))
			continue;
		if (places[id].n_odd == 0)
			fail_msg("field %s has no cases here", field_table[id].name);
		for (size_t k = 0; k < NELEM(needed); k++)
			if (!has_case(id, needed[k]))
				fail_msg("field %s has no case '%s'",
				    field_table[id].name, needed[k]);
		p = policy_for(id, asked, &n);
		for (size_t k = 0; k < places[id].n_odd; k++)
			ask_odd(id, p, asked, n, &places[id].odd[k]);
		asks_of_a_mail_without(id, p, asked, n);
	}
	assert_int_equal(failures, 0);
}

/* ---- numbers ---- */

#define FILE_PART	"--b\nContent-Disposition: attachment\n\nx\n"
#define FILES3	FILE_PART FILE_PART FILE_PART

/* At and around 3; a capped one is a least number. */
static const struct {
	enum field_id id;
	const char *label, *mail;
	const char *want;		/* is 3, < 3, <= 3, > 3, >= 3 */
} numbers[] = {
	{ FIELD_WORDS, "none", "A: b\n\n", "NYYNN" },
	{ FIELD_WORDS, "two", "A: b\n\none two\n", "NYYNN" },
	{ FIELD_WORDS, "three", "A: b\n\none two three\n", "YNYNY" },
	{ FIELD_WORDS, "four", "A: b\n\none two three four\n", "NNNYY" },
	{ FIELD_WORDS, "signs are none", "A: b\n\n- ... !? \xE2\x80\x94 \xF0\x9F\x98\x80\n",
	    "NYYNN" },
	{ FIELD_WORDS, "not UTF-8", "A: b\n\n\xFF one \xC3 two\n", "NNNYY" },
	{ FIELD_WORDS, "numbers too large for any", "A: b\n\n99999999999999999999999 2 3\n",
	    "YNYNY" },
	{ FIELD_WORDS, "unseen letters part none", "A: b\n\none" ZWSP "two 2 3\n", "NNNYY" },
	{ FIELD_WORDS, "a long one", LONG, "NNNYY" },
	{ FIELD_WORDS, "more than the window", WINDOW, "NNNYY" },
	{ FIELD_ATTACHMENTS, "none", "A: b\n\nx\n", "NYYNN" },
	{ FIELD_ATTACHMENTS, "three", MIXED "\nx\n" FILES3 "--b--\n", "YNYNY" },
	{ FIELD_ATTACHMENTS, "four", MIXED "\nx\n" FILES3 FILE_PART "--b--\n", "NNNYY" },
	{ FIELD_ATTACHMENTS, "no end", MIXED "\nx\n" FILES3, "YNYNY" },
	{ FIELD_SIZE, "none", "", "NYYNN" },
	{ FIELD_SIZE, "three", "A:b", "YNYNY" },
	{ FIELD_SIZE, "four", "A:b\n", "NNNYY" },
	{ FIELD_SIZE, "a long one", LONG, "NNNYY" },
};

static char
wanted_number(enum predicate p, const char *want)
{
	return p == PRED_IS ? want[0] : p == PRED_IS_NOT ? inverted(want[0]) :
	    p == PRED_LT ? want[1] : p == PRED_LE ? want[2] :
	    p == PRED_GT ? want[3] : want[4];
}

static void
each_number_with_each_predicate(void **state)
{
	struct envelope env = mail_to("marketing@company.example");
	unsigned cases[FIELD_N] = { 0 };

	(void)state;
	for (size_t i = 0; i < NELEM(numbers); i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		AUTO(policy_free) struct policy *p = NULL;
		AUTO(buf_release) struct buf b = BUF_INIT;
		struct asked asked[PRED_N];
		struct findings *f;
		size_t n;

		p = policy_for(numbers[i].id, asked, &n);
		if (numbers[i].mail[0] == '(')
			buf_add_str(&b, "A: b\n\n");
		add_value(&b, numbers[i].mail);
		f = examine(a, buf_slice(&b), &env, p);
		for (size_t k = 0; k < n; k++)
			if (letter(f->line[asked[k].line].state) !=
			    wanted_number(asked[k].p, numbers[i].want))
				fail_msg("%s, %s: %s 3 is %c",
				    field_table[numbers[i].id].name, numbers[i].label,
				    predicate_name(asked[k].p),
				    letter(f->line[asked[k].line].state));
		cases[numbers[i].id]++;
	}
	for (int i = 0; i < FIELD_N; i++)
		if ((field_table[i].type == FIELD_TYPE_NUMBER ||
		    field_table[i].type == FIELD_TYPE_SIZE) && cases[i] < 4)
			fail_msg("field %s has no cases here", field_table[i].name);
}

/* ---- results ---- */

#define AR	"Authentication-Results: mx.company.example;"
#define ALL(r)	AR " spf=" r "; dkim=" r "; dmarc=" r "\n"

/* The same for the three methods: is it pass? */
static const struct {
	const char *label, *mail;
	char want;
} results[] = {
	{ "absent", "A: b\n\n", 'N' },
	{ "pass", ALL("pass") "\n", 'Y' },
	{ "capitals", ALL("PASS") "\n", 'Y' },
	{ "fail", ALL("fail") "\n", 'N' },
	{ "empty", ALL("") "\n", 'N' },
	{ "not UTF-8", ALL("pass\xFF") "\n", 'N' },
	{ "folded", AR "\n spf=pass;\n\tdkim=pass;\n dmarc=pass\n\n", 'Y' },
	{ "in a comment", AR " (spf=pass; dkim=pass; dmarc=pass) none\n\n", 'N' },
	{ "in quotes", AR " spf=fail reason=\"; spf=pass; dkim=pass; dmarc=pass\"\n\n", 'N' },
	{ "of another server", "Authentication-Results: mx.evil.example; spf=pass;"
	    " dkim=pass; dmarc=pass\n\n", 'N' },
	{ "below what a stranger wrote", "Received: x\n" ALL("pass")
	    "Authentication-Results: mx.company.example; none\n\n", 'Y' },
	{ "twice, the second time by a stranger", ALL("fail") "Received: x\n" ALL("pass") "\n",
	    'N' },
	{ "a name that goes on", "Authentication-Results: mx.company.example.evil.example;"
	    " spf=pass; dkim=pass; dmarc=pass\n\n", 'N' },
};

static void
each_result_with_each_predicate(void **state)
{
	struct envelope env = mail_to("marketing@company.example");

	(void)state;
	for (int i = 0; i < FIELD_N; i++) {
		AUTO(policy_free) struct policy *p = NULL;
		struct asked asked[PRED_N];
		size_t n;

		if (field_table[i].type != FIELD_TYPE_RESULT)
			continue;
		p = policy_for((enum field_id)i, asked, &n);
		for (size_t k = 0; k < NELEM(results); k++) {
			const char want[] = { '-', '-', results[k].want, '-', '\0' };

			failures = 0;
			ask((enum field_id)i, p, asked, n, results[k].label, want,
			    slice_str(results[k].mail), &env);
			assert_int_equal(failures, 0);
		}
	}
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, tempdir_setup, tempdir_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_field_with_each_predicate),
		TEST(each_number_with_each_predicate),
		TEST(each_result_with_each_predicate),
	};

	return cmocka_run_group_tests_name("each_field", tests, NULL, NULL);
}
