/* SPDX-License-Identifier: MIT */
#include "model/authres.h"

#include "base/buf.h"

static const char *const methods[AUTH_METHOD_N] = {
	[AUTH_SPF] = "spf", [AUTH_DKIM] = "dkim", [AUTH_DMARC] = "dmarc",
};

/* The value on one line, lower case, comments gone, nothing in quotes special. */
static struct slice
plain_value(struct arena *a, struct slice raw)
{
	struct slice s = header_unfold(a, raw);
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0, depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '\\' && (quoted || depth > 0)) {
			i++;
			continue;
		}
		if (c == '"' && depth == 0)
			quoted = !quoted;
		else if (c == '(' && !quoted)
			depth++;
		else if (c == ')' && depth > 0)
			depth--;
		else if (quoted && (c == ';' || c == '='))
			p[n++] = ' ';
		else if (depth == 0)
			p[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	return slice_make(p, n);
}

static struct slice
first_word(struct slice s)
{
	size_t n = 0;

	s = slice_trim(s);
	while (n < s.len && s.ptr[n] != ' ' && s.ptr[n] != '\t')
		n++;
	return slice_sub(s, 0, n);
}

/* "dkim=pass header.d=x" or "dkim / 1 = pass" */
static void
add_result(struct slice piece, struct auth_results *out)
{
	size_t eq = slice_find(piece, '=');
	struct slice method, result;

	if (eq == SIZE_MAX)
		return;
	method = slice_sub(piece, 0, eq);
	method = slice_trim(slice_sub(method, 0, slice_find(method, '/')));
	result = first_word(slice_sub(piece, eq + 1, piece.len));
	for (size_t i = 0; i < AUTH_METHOD_N; i++)
		if (slice_eq_str(method, methods[i]) && result.len > 0 &&
		    out->n[i] < AUTH_RESULTS_MAX)
			out->result[i][out->n[i]++] = result;
}

void
authres_read(struct arena *a, const struct header_list *l, const char *authserv_id,
    struct auth_results *out)
{
	bool begun = false;

	*out = (struct auth_results){ .n = { 0 } };
	if (authserv_id == NULL)
		return;
	for (size_t i = 0; i < l->n; i++) {
		const struct header_field *f = &l->field[i];
		struct slice rest, piece;

		if (slice_eq_case(f->name, SLICE_LIT("Received")) && begun)
			break;
		if (!slice_eq_case(f->name, SLICE_LIT("Authentication-Results")))
			continue;
		rest = plain_value(a, f->raw);
		if (!slice_next(&rest, ';', &piece) ||
		    !slice_eq_case(first_word(piece), slice_str(authserv_id)))
			continue;
		begun = true;
		while (slice_next(&rest, ';', &piece))
			add_result(piece, out);
	}
}
