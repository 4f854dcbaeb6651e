/* SPDX-License-Identifier: MIT */
/* For test_each_field.c: values as mail has them and as it should not, by kind. */
#ifndef ODD_VALUES_H
#define ODD_VALUES_H

/* Values: what is looked for is "needle", "a@needle.example", "needle.example". */
#define LONG	"(100 kB, the end of which is looked for)"
#define WINDOW	"(more than is looked at)"

/*
 * What must come out, a letter each: is it present, is the word found in it,
 * is it the whole, does the list have it (of addresses and domains).
 */
struct odd {
	const char *label, *value, *want;
};

/* The labels that each kind must have besides "absent" and "twice". */
static const char *const needed[] = { "plain", "empty", "long", "not UTF-8", "unseen",
	"line ends", "broken word" };

#define RLO	"\xE2\x80\xAE"
#define ZWSP	"\xE2\x80\x8B"

#define UNSTRUCTURED							\
	{ "plain", "Needle", "YYY-" },					\
	{ "long", LONG, "YUU-" },					\
	{ "not UTF-8", "\xFF needle \xC3", "YYN-" },			\
	{ "unseen", RLO "nee" ZWSP "dle" RLO, "YYY-" },			\
	{ "line ends", "x\n needle", "YYN-" },				\
	{ "a CR alone", "x\rBcc: needle", "YYN-" },			\
	{ "a word", "=?utf-8?B?bmVlZGxl?=", "YYY-" },			\
	{ "a word that breaks the line", "=?utf-8?Q?x=0D=0ABcc:_needle?=", "YYN-" }, \
	{ "broken word", "=?utf-8?B?bmVlZGxl", "YNN-" },		\
	{ "a word of no charset", "=?x-nothing?Q?needle?=", "YYY-" },	\
	{ "full width", "\xEF\xBC\xAE\xEF\xBD\x85\xEF\xBD\x85\xEF\xBD\x84" \
	    "\xEF\xBD\x8C\xEF\xBD\x85", "YYY-" },			\
	{ "another", "haystack", "YNN-" }

static const struct odd in_header[] = {
	UNSTRUCTURED, { "empty", "", "YNN-" }, { "blanks", " \t ", "YNN-" },
};

/* One that is empty is none. */
static const struct odd in_subject[] = {
	UNSTRUCTURED, { "empty", "", "NNN-" }, { "blanks", " \t ", "NNN-" },
};

static const struct odd in_body[] = {
	{ "plain", "Needle\n", "YYY-" },
	{ "empty", "", "NNN-" },
	{ "long", LONG, "YYN-" },
	{ "more than the window", WINDOW, "YUU-" },
	{ "not UTF-8", "\xFF needle \xC3\n", "YYN-" },
	{ "unseen", RLO "nee" ZWSP "dle" RLO "\n", "YYY-" },
	{ "line ends", "x\r\rneedle\r\n", "YYN-" },
	{ "broken word", "=?utf-8?B?bmVlZGxl", "YNN-" },
	{ "a word is none here", "=?utf-8?B?bmVlZGxl?=\n", "YNN-" },
	{ "blanks alone", " \n\t\n", "NNN-" },
	{ "another", "haystack\n", "YNN-" },
};

/* Behind "> ". */
static const struct odd in_quoted[] = {
	{ "plain", "Needle\n", "YYN-" },
	{ "empty", "", "YNN-" },
	{ "long", LONG, "YYN-" },
	{ "more than the window", WINDOW, "YUU-" },
	{ "not UTF-8", "\xFF needle \xC3\n", "YYN-" },
	{ "unseen", RLO "nee" ZWSP "dle" RLO "\n", "YYN-" },
	{ "line ends", "x\n> needle\n", "YYN-" },
	{ "broken word", "=?utf-8?B?bmVlZGxl", "YNN-" },
};

/* `start` ends after 900 characters. */
static const struct odd in_start[] = {
	{ "plain", "Needle\n", "YYY-" },
	{ "empty", "", "NNN-" },
	{ "long", LONG, "YNN-" },
	{ "not UTF-8", "\xFF needle \xC3\n", "YYN-" },
	{ "unseen", RLO "nee" ZWSP "dle" RLO "\n", "YYY-" },
	{ "line ends", "x\r\rneedle\r\n", "YYN-" },
	{ "broken word", "=?utf-8?B?bmVlZGxl", "YNN-" },
};

/* A display name, in quotes. */
static const struct odd in_name[] = {
	{ "plain", "Needle", "YYY-" },
	{ "empty", "", "NNN-" },
	{ "long", LONG, "YUU-" },
	{ "not UTF-8", "\xFF needle \xC3", "YYN-" },
	{ "unseen", RLO "nee" ZWSP "dle" RLO, "YYY-" },
	{ "line ends", "x\n needle", "YYN-" },
	{ "broken word", "=?utf-8?B?bmVlZGxl", "YNN-" },
	{ "an address", "ceo@needle.example", "YYN-" },
	{ "quotes", "\\\"needle\\\"", "YYN-" },
};

/* Name and address together: "X <a@x.example>". */
static const struct odd in_mailbox[] = {
	{ "plain", "Needle", "YYN-" },
	{ "empty", "", "YNN-" },
	{ "long", LONG, "YUU-" },
	{ "not UTF-8", "\xFF needle \xC3", "YYN-" },
	{ "unseen", RLO "nee" ZWSP "dle" RLO, "YYN-" },
	{ "line ends", "x\n needle", "YYN-" },
	{ "broken word", "=?utf-8?B?bmVlZGxl", "YNN-" },
};

static const struct odd in_addresses[] = {
	{ "plain", "a@needle.example", "YYYY" },
	{ "capitals, a name, a comment", "\"X\" (y) <A@Needle.Example>", "YYYY" },
	{ "of a subdomain", "<a@x.needle.example>", "YYNY" },
	{ "of another domain", "a@xneedle.example", "YNNN" },
	{ "empty", "", "NNNN" },
	{ "long", LONG, "UUUU" },
	{ "not UTF-8", "<a@needle.example\xFF>", "YYNN" },
	{ "unseen", "<a@nee" ZWSP "dle.example>", "YYYY" },
	{ "line ends", "X\n <a@needle.example>", "YYYY" },
	{ "broken word", "=?utf-8?B?bmVlZGxl <a@x.example>", "YNNN" },
	{ "an address in the name", "\"a@needle.example\" <a@x.example>", "YNNN" },
	{ "no bracket at the end", "<a@needle.example", "YYYY" },
	{ "no domain", "needle", "YYNN" },
	{ "a dot at the end", "a@needle.example.", "YYYY" },
};

static const struct odd in_domains[] = {
	{ "plain", "needle.example", "YYYY" },
	{ "capitals", "Needle.EXAMPLE", "YYYY" },
	{ "a subdomain", "x.needle.example", "YYNY" },
	{ "empty", "", "NNNN" },
	{ "long", LONG, "YUUU" },
	{ "not UTF-8", "needle.example\xFF", "YYNN" },
	{ "unseen", "nee" ZWSP "dle.example", "YYYY" },
	{ "line ends", "\n needle.example", "YYYY" },
	{ "broken word", "=?utf-8?B?bmVlZGxl", "YNNN" },
};

/* As Postfix gives them: no names, no folding. */
static const struct odd in_envelope[] = {
	{ "plain", "a@needle.example", "YYYY" },
	{ "empty", "", "NNNN" },
	{ "long", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "@needle.example", "YYNY" },
	{ "not UTF-8", "a\xFF@needle.example", "YYNY" },
	{ "unseen", "a" ZWSP "@needle.example", "YYYY" },
	{ "line ends", "a\n@needle.example", "YYNY" },
	{ "broken word", "=?utf-8?B?bmVlZGxl@x.example", "YNNN" },
};

static const struct odd in_tag[] = {
	{ "plain", "Needle", "YYY-" },
	{ "empty", "", "NNN-" },
	{ "long", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-needle", "YYN-" },
	{ "not UTF-8", "needle-\xFF", "YYN-" },
	{ "unseen", "nee" ZWSP "dle", "YYY-" },
	{ "line ends", "x\nneedle", "YYN-" },
	{ "broken word", "=?utf-8?B?bmVlZGxl", "YNN-" },
	{ "another +", "x+needle", "YYN-" },
};

static const struct odd in_links[] = {
	{ "plain", "https://needle/", "YYN-" },
	{ "empty", "", "NNN-" },
	{ "long", "https://x.example/?a=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb#needle",
	    "YYN-" },
	{ "not UTF-8", "https://x.example/\xFF/needle", "YYN-" },
	{ "unseen", "https://nee" ZWSP "dle/", "YYN-" },
	{ "line ends", "https://x.example/\n/needle", "YYN-" },
	{ "broken word", "=?utf-8?B?bmVlZGxl", "YNN-" },
	{ "references", "https://&#110;eedle/", "YYN-" },
	{ "script", "javascript:needle", "YYN-" },
	{ "in the page", "#needle", "NNN-" },
};

/* A file name, in quotes. */
static const struct odd in_files[] = {
	{ "plain", "Needle", "YYY-" },
	{ "empty", "", "NNN-" },
	{ "long", LONG, "YUU-" },
	{ "not UTF-8", "\xFF needle.pdf", "YYN-" },
	{ "unseen", RLO "nee" ZWSP "dle", "YYY-" },
	{ "line ends", "x\n needle", "YYN-" },
	{ "a word", "=?utf-8?B?bmVlZGxl?=", "YYY-" },
	{ "broken word", "=?utf-8?B?bmVlZGxl", "YNN-" },
	{ "a path", "C:\\\\x\\\\..\\\\needle", "YYY-" },
	{ "a path of Unix", "../../needle", "YYY-" },
};

static const struct odd in_types[] = {
	{ "plain", "application/needle", "YYN-" },
	{ "empty", "", "YNN-" },
	{ "long", LONG, "YNN-" },
	{ "not UTF-8", "application/needle\xFF", "YNN-" },
	{ "unseen", "application/nee" ZWSP "dle", "YNN-" },
	{ "line ends", "application/\n needle", "YYN-" },
	{ "broken word", "=?utf-8?B?bmVlZGxl", "YNN-" },
};

#endif
