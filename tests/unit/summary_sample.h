/* SPDX-License-Identifier: MIT */
/*
 * summary_sample - a week of a company that makes developer tools, as values put
 * down by hand: for the tests of what writes a summary.
 */
#ifndef TESTS_SUMMARY_SAMPLE_H
#define TESTS_SUMMARY_SAMPLE_H

#include <stdio.h>
#include <string.h>

#include "flow/summary.h"

static inline const struct summary *
sample_summary(void)
{
	static struct summary_note notes[] = {
		{ TONE_BAD, "2 deliveries failed and were given up; the messages went to triage "
		    "instead. partner.example said: \"550 5.1.1 no such user\"",
		    "mroute log --state failed --since 2026-11-16 --until 2026-11-22" },
		{ TONE_LOOK, "More than usual was left to a person, as no rule was sure: "
		    "12 %, where 6 % is usual (the median of the 11 weeks before). What it was "
		    "stands below.", "" },
		{ TONE_LOOK, "bigvendor.example wrote for the first time, and 31 "
		    "messages at once (8 % of all).", "mroute log --domain "
		    "bigvendor.example --since 2026-11-16 --until 2026-11-22" },
	};
	static struct summary_route routes[] = {
		{ "support", "Product questions", false, false, 148, 139,
		    { 96, 110, 121, 104, 131, 127, 140, 133, 129, 141, 139, 148 }, 0 },
		{ "lead", "Wants to buy", false, false, 83, 71,
		    { 40, 44, 39, 51, 47, 60, 58, 66, 61, 70, 71, 83 }, 0 },
		{ "triage", "What no rule claims", false, true, 49, 22,
		    { 31, 28, 25, 27, 24, 22, 26, 21, 23, 20, 22, 49 }, 0 },
		{ "partner", "Integrations and partners", false, false, 38, 41,
		    { 20, 24, 31, 28, 35, 30, 37, 42, 36, 39, 41, 38 }, 0 },
		{ "applicant", "Applications", false, false, 36, 36,
		    { 12, 15, 11, 19, 24, 21, 30, 28, 33, 31, 36, 36 }, 0 },
		{ "press", "Press and media enquiries", false, false, 21, 9,
		    { 4, 6, 5, 9, 3, 7, 8, 6, 11, 7, 9, 21 }, 0 },
		{ "sponsorship", "Sponsoring", false, false, 18, 20,
		    { 9, 14, 12, 16, 18, 11, 19, 21, 17, 22, 20, 18 }, 0 },
		{ "website-bug", "Pages that are broken", false, false, 11, 3,
		    { 2, 3, 1, 4, 2, 5, 3, 2, 4, 2, 3, 11 }, 0 },
		{ "newsletter", "Newsletter", true, false, 0, 12,
		    { 8, 9, 12, 7, 11, 10, 9, 13, 12, 11, 12, 0 }, 0 },
		{ "fallback", "fallback", false, false, 8, 1,
		    { 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 8 }, 0 },
	};
	static struct stats_trouble troubles[] = {
		{ true, EFFECT_SMTP, "", "partner.example",
		    "550 5.1.1 <...@partner.example>: no such user", 2, 2, 0, 0 },
		{ false, EFFECT_IMAP, "office", "Triage/Press",
		    "NO [OVERQUOTA] Quota exceeded", 5, 21, 0, 0 },
	};
	static struct summary_group groups[] = {
		{ 14, "guest post", "+30  any  has  guest post", "content", { 0 }, 0,
		    { "01KB2X4M9Z" }, 1, 0 },
		{ 9, "security questionnaire", "+30  any  has  security questionnaire",
		    "", { 0 }, 0, { "01KB2Y7Q1A" }, 1, 2 },
		{ 6, "bewerbung als", "+30  subject  has  bewerbung als", "applicant",
		    { 0 }, 0, { "01KB30C5TT" }, 1, 0 },
	};
	static struct summary_domain domains[] = {
		{ "gmail.example", 57, false }, { "bigvendor.example", 31, true },
		{ "dailyplanet.example", 12, false }, { "acme.example", 11, false },
		{ "xn--bcher-kva.example", 9, true },
	};
	static const char *fresh[] = { "bigvendor.example", "xn--bcher-kva.example",
		"startup.example" };
	static struct summary_line earned[] = {
		{ "lead", "lead.4", "+40 any has @lead-sure, pricing for our team, quote "
		    "for, how much does it cost", 61, 55, 41, 0, 0, "19 Nov 2026", "" },
		{ "press", "press.1", "+50 start has @press-sure", 19, 18, 18, 0, 0,
		    "21 Nov 2026", "" },
	};
	static struct summary_line idle[] = {
		{ "swag", "swag.3", "+25 text has send me stickers", 0, 0, 0, 0, 0, "never",
		    "" },
		{ "press", "press.9", "+25 from.domain in lists/newsrooms.txt", 0, 0, 0, 0,
		    0, "3 Jul 2026", "" },
	};
	static struct summary_line unsure[] = {
		{ "lead", "lead.7", "+20 text ~ (a+)+b", 0, 0, 0, 3, 0, "never",
		    "match limit" },
	};
	static struct summary_value outlets[] = { { "Daily Planet", 3 },
		{ "The Register", 1 }, { "heise", 1 } };
	static struct summary_value jobs[] = { { "Backend Engineer", 11 },
		{ "Developer Advocate", 4 } };
	static struct summary_field fields[] = {
		{ "press", "outlet", 5, outlets, 3, 0 },
		{ "applicant", "job", 17, jobs, 2, 2 },
	};
	static struct summary_alarm alarms[] = {
		{ "server", 2, 0, "imap 'office' cannot be used: connection refused", 0,
		    0, "" },
	};
	static struct summary s = {
		.key = "2026-W47", .title = "Mon 16 Nov to Sun 22 Nov 2026",
		.hostname = "mail.tools.example", .zone = "Europe/Berlin",
		.people = PEOPLE_DOMAINS, .tone = TONE_BAD,
		.note = notes, .n_note = NELEM(notes),
		.total = 412, .total_before = 354,
		.by_rules = 355, .triage = 49, .other = 8,
		.waiting = 3, .delivered = 401,
		.median_ms = 1640, .p95_ms = 13200, .longest_ms = 9200000, .failed = 2,
		.n_usual = 11, .usual_total = 331, .usual_triage = 6,
		.route = routes, .n_route = NELEM(routes),
		.trend_name = { "W36", "W37", "W38", "W39", "W40", "W41", "W42", "W43",
		    "W44", "W45", "W46", "W47" },
		.trend_total = { 222, 253, 259, 265, 295, 293, 331, 332, 326, 343, 354,
		    412 },
		.n_trend = 12,
		.hour = { [0] = { [8] = 9, [9] = 14, [10] = 12, [11] = 9, [14] = 11,
		    [15] = 8, [22] = 1 }, [1] = { [9] = 11, [10] = 17, [16] = 6 },
		    [2] = { [9] = 16, [10] = 21, [13] = 12 }, [3] = { [10] = 13 },
		    [4] = { [11] = 9, [17] = 2 }, [6] = { [20] = 3 } },
		.delay = { 0, 41, 180, 122, 31, 14, 6, 2, 1, 3, 1, 0 },
		.trouble = troubles, .n_trouble = NELEM(troubles),
		.group = groups, .n_group = NELEM(groups), .ungrouped = 20,
		.domain = domains, .n_domain = NELEM(domains), .domains = 143,
		.fresh_domains = 12, .fresh = fresh, .n_fresh = NELEM(fresh),
		.earned = earned, .n_earned = NELEM(earned),
		.idle = idle, .n_idle = NELEM(idle), .idle_total = 12,
		.idle_since = "24 Aug 2026", .idle_since_ms = INT64_C(1787522400000),
		.unsure = unsure, .n_unsure = NELEM(unsure),
		.field = fields, .n_field = NELEM(fields),
		.redelivered = 2, .examiner_failed = 1, .fallbacks = 8, .retries = 5,
		.restarts = 1, .alarm = alarms, .n_alarm = NELEM(alarms),
	};

	/* Monday 16 November 2026, 00:00 in Berlin. */
	s.period = (struct period){ PERIOD_WEEK, INT64_C(1794783600000),
	    INT64_C(1795388400000), 1 };
	s.before = (struct period){ PERIOD_WEEK, INT64_C(1794178800000),
	    INT64_C(1794783600000), 1 };
	s.made_ms = INT64_C(1795417200000);
	return &s;
}

#endif
