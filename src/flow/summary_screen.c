/* SPDX-License-Identifier: MIT */
#include "flow/summary_screen.h"

#include <string.h>

#include "base/utf8.h"
#include "flow/summary_say.h"

static struct slice
clean(struct screen *sc, const char *text)
{
	AUTO(buf_release) struct buf b = BUF_INIT;

	utf8_clean(&b, slice_str(text), false);
	return arena_slice(sc->a, buf_slice(&b));
}

void
screen_add(struct screen *sc, enum style style, const char *fmt, ...)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	style_add(sc->out, style, clean(sc, buf_str(&b)), sc->colour);
}

static void
blanks(struct screen *sc, size_t n)
{
	while (n-- > 0)
		buf_add_char(sc->out, ' ');
}

/* Returns how wide what was written is. */
static size_t
put_cut(struct screen *sc, enum style style, const char *text, size_t width, bool right,
    bool fill)
{
	struct slice s = clean(sc, text);
	size_t wide = utf8_width(s);
	const char *mark = "";

	if (wide > width) {
		size_t room = sc->ascii ? 2 : 1;

		mark = width <= room ? "" : sc->ascii ? ".." : "…";
		s = utf8_cut_width(s, width > room ? width - room : width);
		wide = utf8_width(s) + utf8_width(slice_str(mark));
	}
	if (fill && right)
		blanks(sc, width - wide);
	style_add(sc->out, style, slice_str(arena_printf(sc->a, SLICE_FMT "%s",
	    SLICE_ARG(s), mark)), sc->colour && s.len > 0);
	if (fill && !right)
		blanks(sc, width - wide);
	return wide;
}

void
screen_cell(struct screen *sc, enum style style, const char *text, size_t width,
    bool right)
{
	put_cut(sc, style, text, width, right, true);
}

void
screen_cut(struct screen *sc, enum style style, const char *text, size_t width)
{
	put_cut(sc, style, text, width, false, false);
}

void
screen_end(struct screen *sc)
{
	while (sc->out->len > 0 && sc->out->ptr[sc->out->len - 1] == ' ')
		sc->out->ptr[--sc->out->len] = '\0';
	buf_add_char(sc->out, '\n');
	sc->lines++;
}

void
screen_heading(struct screen *sc, const char *fmt, ...)
{
	AUTO(buf_release) struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	screen_end(sc);
	screen_wrap(sc, STYLE_BOLD, buf_str(&b), 0, 2);
	screen_end(sc);
}

/* "95 %", "3 d": a number and its unit are one word. */
static struct slice
with_unit(struct slice word, struct slice *rest)
{
	struct slice ahead = *rest, unit;

	for (size_t i = 0; i < word.len; i++)
		if (strchr("0123456789.,", word.ptr[i]) == NULL)
			return word;
	if (word.len == 0 || !slice_next(&ahead, ' ', &unit) || unit.len > 4)
		return word;
	*rest = ahead;
	return slice_make(word.ptr, word.len + 1 + unit.len);
}

size_t
screen_wrap(struct screen *sc, enum style style, const char *text, size_t at,
    size_t indent)
{
	struct slice rest = clean(sc, text), word;
	bool first = true;

	while (slice_next(&rest, ' ', &word)) {
		size_t wide;

		if (word.len == 0)
			continue;
		word = with_unit(word, &rest);
		wide = utf8_width(word);
		if (!first && at + 1 + wide > sc->columns) {
			screen_end(sc);
			blanks(sc, indent);
			at = indent;
		} else if (!first) {
			buf_add_char(sc->out, ' ');
			at++;
		}
		/* A word that no line has room for is cut. */
		word = utf8_cut_width(word, sc->columns > at ? sc->columns - at : 1);
		style_add(sc->out, style, word, sc->colour);
		at += utf8_width(word);
		first = false;
	}
	return at;
}

void
screen_more(struct screen *sc, uint64_t n, const char *what, const char *command)
{
	if (n == 0)
		return;
	blanks(sc, 2);
	screen_add(sc, STYLE_DIM, "%s more%s%s: ", say_count(sc->a, n),
	    what[0] != '\0' ? " " : "", what);
	screen_add(sc, STYLE_NAME, "%s", command);
	screen_end(sc);
}

const char *
screen_stats(const struct screen *sc, const char *what)
{
	return say_stats(sc->a, sc->s, what);
}

void
widest_add(struct widest *w, const char *text)
{
	w->width = MAX(w->width, MIN(utf8_width(slice_str(text)), w->most));
}
