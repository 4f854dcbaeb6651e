/* SPDX-License-Identifier: MIT */
/*
 * The diagnostics of rules: MR010 to MR059, MR085 and MR086 are told while they are
 * read, MR055 and MR060 to MR079 by lint, MR080 to MR082 by example.c.
 * mroute.rules(5) has each in the same words, tests/rules/diag a golden of each.
 */
#include "rules/ruleset.h"

static const struct diag_code codes[] = {
	{ "MR010", DIAG_ERROR, "'version 1' must come first in the file",
	    "Each rule file says which version of the language it is written in." },
	{ "MR011", DIAG_ERROR, "no statement begins with 'WORD'",
	    "See STATEMENTS for the words a line may begin with." },
	{ "MR012", DIAG_ERROR, "unknown field 'WORD'", "See MESSAGE FIELDS." },
	{ "MR013", DIAG_ERROR, "unknown predicate 'WORD'", "See PREDICATES." },
	{ "MR014", DIAG_ERROR, "'FIELD' does not go with 'PREDICATE'",
	    "The type of a field tells which predicates make sense." },
	{ "MR015", DIAG_ERROR, "a field is missing in front of 'PREDICATE'",
	    "Only is and is not stand without a field: they ask for facts then." },
	{ "MR016", DIAG_ERROR, "something is missing after 'WORD'",
	    "The line ends before the statement is complete." },
	{ "MR017", DIAG_ERROR, "unknown fact 'WORD'", "See FACTS." },
	{ "MR018", DIAG_ERROR, "'WORD' is not there yet",
	    "The language has a place for it; a later version will have it." },
	{ "MR019", DIAG_ERROR, "'WORD' is not a number of points",
	    "Points are whole numbers from 0 to 1000 with a sign." },
	{ "MR020", DIAG_ERROR, "'WORD' stands outside of a route",
	    "The statement belongs to a route, and none has begun." },
	{ "MR021", DIAG_ERROR, "no evidence stands directly above this 'and'",
	    "Only comments and empty lines may stand between and and its line." },
	{ "MR022", DIAG_ERROR, "'WORD' is not a name",
	    "Names are made of a-z, 0-9, - and _, at most 40 of them, a letter or "
	    "digit first." },
	{ "MR023", DIAG_ERROR, "route 'NAME' stands twice",
	    "A route stands in one place. The hint names the other." },
	{ "MR024", DIAG_ERROR, "the phrases 'NAME' stand twice",
	    "Phrase sets are known in all files of a rule directory, so their "
	    "names must differ." },
	{ "MR025", DIAG_ERROR, "no phrases are named 'NAME'",
	    "An item @NAME stands for a phrase set of that name." },
	{ "MR026", DIAG_ERROR, "the phrases 'NAME' contain themselves",
	    "A set that uses other sets must not come back to itself." },
	{ "MR027", DIAG_ERROR, "'TEXT' is not a phrase: REASON",
	    "A phrase needs letters, digits or signs to look for." },
	{ "MR028", DIAG_ERROR, "bad pattern: REASON",
	    "The words are those of PCRE2; the caret shows where it stopped." },
	{ "MR029", DIAG_ERROR, "'WORD' is not a number",
	    "Fields that count are compared with a number, size also with k, M, "
	    "G." },
	{ "MR030", DIAG_ERROR, "'WORD' is not a result of FIELD",
	    "spf, dkim and dmarc have the results of RFC 8601." },
	{ "MR031", DIAG_ERROR, "'WORD' is not the name of a list",
	    "A list is named lists/NAME, with no further / in it." },
	{ "MR032", DIAG_ERROR, "there is no readable list 'NAME'",
	    "The file is in none of the rule directories, or not readable." },
	{ "MR033", DIAG_ERROR, "'WORD' is neither a domain nor an address",
	    "A list has one domain or address a line." },
	{ "MR034", DIAG_ERROR, "'WORD' stands twice in route 'NAME'",
	    "title, owner, needs, keep-originals, keep and each field stand once." },
	{ "MR035", DIAG_ERROR, "'WORD' is not a mail address",
	    "An address has an @ with something on both sides of it." },
	{ "MR036", DIAG_ERROR, "no team is named 'NAME'",
	    "mroute.conf has no section team of that name." },
	{ "MR037", DIAG_ERROR, "'TEXT' is not the name of a mailbox",
	    "A mailbox is written as A/B, whatever the server's delimiter is." },
	{ "MR038", DIAG_ERROR, "no store is named 'NAME'",
	    "mroute.conf has no section imap of that name, or no store is given." },
	{ "MR039", DIAG_ERROR, "'PATH' is not an absolute path",
	    "A Maildir in a rule is named from /, without .. in it." },
	{ "MR040", DIAG_ERROR, "'WORD' is not a number from 1 to 1000",
	    "needs takes a whole number in these limits." },
	{ "MR041", DIAG_ERROR, "'WORD' is not a time",
	    "A time is a number and one of ms, s, m, h, d, w." },
	{ "MR042", DIAG_ERROR, "the text of field 'NAME' has no {capture} in it, or "
	    "a brace without its partner",
	    "A field is made of text and at least one capture in braces, at most "
	    "500 bytes." },
	{ "MR043", DIAG_ERROR, "no pattern of route 'NAME' captures 'NAME'",
	    "A pattern (~) of the same route must have the group (?<NAME>...)." },
	{ "MR044", DIAG_ERROR, "an example is either 'yes' or 'no'",
	    "yes: the rule set decides for this route; no: for another." },
	{ "MR045", DIAG_ERROR, "this example has a message already",
	    "An example has one file, or header fields and text." },
	{ "MR046", DIAG_ERROR, "there is no readable message 'PATH'",
	    "The path is relative to the rule directory and stays below it." },
	{ "MR047", DIAG_ERROR, "'expect' does not say which field and what value",
	    "An expectation is written FIELD = VALUE." },
	{ "MR048", DIAG_ERROR, "route 'NAME' has no field 'NAME'",
	    "Only fields of the example's own route can be expected, and only "
	    "when the answer is yes." },
	{ "MR049", DIAG_ERROR, "route 'NAME' has no action",
	    "Mail that it wins would go nowhere." },
	{ "MR050", DIAG_ERROR, "no file says 'otherwise ROUTE'",
	    "Mail that no route claims needs a place to go." },
	{ "MR051", DIAG_ERROR, "'otherwise' stands twice",
	    "It stands once in all files of a rule set." },
	{ "MR052", DIAG_ERROR, "'otherwise' names the route 'NAME', which is not "
	    "there", "No file has that route." },
	{ "MR053", DIAG_ERROR, "route 'NAME' forwards by SMTP, and the alias has no "
	    "bounce-address",
	    "Without it, bounces of what is forwarded would reach strangers." },
	{ "MR054", DIAG_ERROR, "more than N THINGS",
	    "1000 routes, 20000 lines of evidence, 100 conditions a line and a "
	    "million phrases are the limits." },
	{ "MR055", DIAG_WARNING, "route 'NAME' can never reach the N points it "
	    "needs",
	    "All its lines together give fewer, and it has no always." },
	{ "MR056", DIAG_NOTE, "names of teams and stores stay unchecked",
	    "Rules alone are checked; mroute.conf would say which there are." },
	{ "MR057", DIAG_ERROR, "there is no file *.rules in this directory",
	    "All rule directories of the alias together have no rule file." },
	{ "MR058", DIAG_ERROR, "'WORD' is not the name of a header field",
	    "A header field is named header:NAME, without blanks and colons." },
	{ "MR059", DIAG_WARNING, "the quotes are part of the phrase",
	    "Only mail that has the quotes, too, would match." },
	{ "MR060", DIAG_WARNING,
	    "this line is worth nothing",
	    "0 points make sense only for a pattern whose capture a field "
	    "shows." },
	{ "MR061", DIAG_WARNING,
	    "this never holds together with 'CONDITION'",
	    "Two conditions of a line contradict each other, so that it "
	    "never counts." },
	{ "MR062", DIAG_WARNING,
	    "this line never matters: where it holds, 'never' in line N "
	    "does, too",
	    "A never or always with a single condition settles the matter "
	    "wherever this line would count." },
	{ "MR063", DIAG_WARNING,
	    "this line asks for the same as line N",
	    "Both hold for the same mail: what should count twice gets "
	    "more points." },
	{ "MR064", DIAG_WARNING,
	    "'PHRASE' is needless: 'PHRASE' in line N finds it, too",
	    "Wherever this phrase is used, by itself or through a set, "
	    "another one beside it finds all that it does." },
	{ "MR065", DIAG_WARNING,
	    "this line pays again for what line N pays for: 'PHRASE'",
	    "Two lines of the route find the same phrase in the same words of a "
	    "mail (any is subject and text, start is subject and the "
	    "beginning of text), and it gets the points of both." },
	{ "MR066", DIAG_WARNING,
	    "nothing shows what 'NAME' captures",
	    "No field of the route has this {capture}." },
	{ "MR067", DIAG_WARNING,
	    "no line uses the phrases 'NAME'",
	    "Empty sets are not reported: they are there to be filled in." },
	{ "MR068", DIAG_WARNING,
	    "'ENTRY' is needless: 'ENTRY' in line N covers it",
	    "A domain covers its subdomains and the addresses in all of "
	    "them." },
	{ "MR069", DIAG_WARNING,
	    "this pattern takes more than 5000000 steps",
	    "Steps are counted, not timed, on texts of 100 kB that are made to be "
	    "hard for it (16 kB for header fields). A longer mail may reach the "
	    "limit of 20000000, and the answer is unknown then." },
	{ "MR070", DIAG_WARNING,
	    "this 'always' never wins: LINE takes that mail first",
	    "The always of an earlier route, which has no never, holds "
	    "whenever this one does." },
	{ "MR071", DIAG_WARNING,
	    "this pattern matches every text, even an empty one",
	    "Often a | has nothing beside it, or * stands where + is "
	    "meant." },
	{ "MR080", DIAG_ERROR, "example 'TITLE' goes to 'ROUTE', not to 'ROUTE'",
	    "The rules decide for another route than the example says; the hints "
	    "tell why, and which lines gave points. Only mroute check runs "
	    "examples." },
	{ "MR081", DIAG_ERROR, "example 'TITLE': field 'NAME' is 'VALUE'",
	    "The example expects another value, or the field found none." },
	{ "MR082", DIAG_ERROR, "example 'TITLE' is kept out of 'ROUTE' by its own "
	    "'never'",
	    "The hint shows the line: it is too wide, or the example is none." },
	{ "MR085", DIAG_ERROR, "'WORD' is not a type of fields",
	    "The types are email, phone, url, date and money; a text in front of "
	    "a capture must not look like one." },
	{ "MR086", DIAG_WARNING, "the ';' is part of the phrase",
	    "Phrases have a comma between them." },
};

const struct diag_code *
ruleset_codes(size_t *n)
{
	*n = NELEM(codes);
	return codes;
}
