/* SPDX-License-Identifier: MIT */
#include "rules/jsonout.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "base/xalloc.h"

void
jsonout_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		bug("json: cannot set '%s'", key);
}

void
jsonout_push(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		bug("json: cannot append");
}

json_t *
jsonout_slice(struct slice s)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	utf8_clean(&b, s, false);
	return json_stringn(buf_str(&b), b.len);
}

json_t *
jsonout_text(const char *s)
{
	return jsonout_slice(slice_str(s));
}

json_t *
jsonout_or_null(const char *s)
{
	return s == NULL || s[0] == '\0' ? json_null() : jsonout_text(s);
}

json_t *
jsonout_time(int64_t wall_ms)
{
	char iso[CLOCK_ISO_SIZE];

	if (wall_ms <= 0)
		return json_null();
	clock_iso(wall_ms, iso);
	return json_string(iso);
}

char *
jsonout_dump(const json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);

	if (text == NULL)
		bug("json: cannot be written");
	return text;
}

void
jsonout_line(json_t *o, FILE *f)
{
	char *text = jsonout_dump(o);

	fprintf(f, "%s\n", text);
	free(text);
	json_decref(o);
}
