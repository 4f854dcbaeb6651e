/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer: whatever the bytes of a rule file, they load or mistakes are told;
 * laid out they are the same once more; and findings of any bytes are refused
 * or can be written and read again.
 *
 *	make fuzz && build/fuzz/fuzz_rules -max_len=20000 CORPUS
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "model/findings.h"
#include "rules/fmt.h"
#include "rules/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* As snapshot.h says. */
static void
put_snapshot(struct buf *out, struct slice rules)
{
	static const char config[] = "alias marketing@company.example\n"
	    "  rules rules\n  staff company.example\n"
	    "team press-team\n  members maildir:/mail/press\n";

	buf_add_str(out, "mroute-policy 1\n");
	buf_put_slice(out, slice_str(config));
	buf_put_u32(out, 1);
	buf_put_u32(out, 1);
	buf_put_slice(out, SLICE_LIT("10.rules"));
	buf_put_slice(out, rules);
	buf_put_u32(out, 1);
	buf_put_u32(out, 0);
}

static void
load(struct slice rules)
{
	AUTO(buf_release) struct buf snapshot = BUF_INIT, told = BUF_INIT;
	AUTO(policy_free) struct policy *p = NULL;
	AUTO(diag_free) struct diag *d = diag_new();
	struct err e = ERR_INIT;

	put_snapshot(&snapshot, rules);
	if (policy_from_snapshot(buf_slice(&snapshot), d, &p, &e) < 0)
		must(diag_errors(d) > 0);
	diag_print(d, true, &told);
	must(utf8_valid(buf_slice(&told)));
}

static void
lay_out(struct slice rules)
{
	AUTO(buf_release) struct buf once = BUF_INIT, twice = BUF_INIT;
	AUTO(diag_free) struct diag *d = diag_new();

	if (fmt_file("10.rules", rules, d, &once) < 0) {
		must(diag_errors(d) > 0 && once.len == 0);
		return;
	}
	must(fmt_file("10.rules", buf_slice(&once), d, &twice) == 0);
	must(slice_eq(buf_slice(&once), buf_slice(&twice)));
}

static void
read_findings(struct slice bytes)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf again = BUF_INIT;
	struct findings *f;
	struct err e = ERR_INIT;

	if (findings_decode(a, bytes, &f, &e) < 0)
		return;
	findings_encode(f, &again);
	must(findings_decode(a, buf_slice(&again), &f, &e) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = slice_make((const char *)data, size);

	load(bytes);
	lay_out(bytes);
	read_findings(bytes);
	return 0;
}
