/* SPDX-License-Identifier: MIT */
#include "model/html.h"

#include "model/html_colour.h"
#include "model/html_ref.h"
#include "model/html_tag.h"

enum {
	REGIONS_MAX = 64,
	QUOTES_MAX = 20,		/* levels of "> " */
	LINK_MAX = 2048,
};

/*
 * A region is what one element covers, as far as it matters to us: hidden
 * text, a quote, a colour.  There is no tree: a region ends when as many end tags of its
 * name have come as start tags, or where a start tag implies its end.
 */
enum region_kind { REGION_HIDDEN, REGION_NO_FONT, REGION_FONT, REGION_QUOTE,
	REGION_COLOUR };

struct region {
	enum region_kind kind;
	struct colours colours;		/* that it gives */
	char name[HTML_NAME_MAX];
	unsigned depth;			/* of its own name */
	unsigned tables;		/* that are open in it */
	unsigned blocks;		/* the same, all that must be ended */
};

/* What comes in front of the next text. */
struct due {
	unsigned breaks;		/* line ends, 2 at most */
	unsigned quotes;		/* of the line that ended */
	bool blank;
	bool cell;			/* a tab */
};

struct scanner {
	struct html_out *out;
	struct region region[REGIONS_MAX];
	size_t n_region;
	unsigned quotes;
	unsigned pre;
	bool hidden;			/* not laid out at all */
	bool no_font;			/* laid out, but nothing is seen */
	bool no_ink;			/* the same: it has the colour of its ground */
	bool has_style;			/* with a background in it */
	struct colours colours;
	bool in_head;
	struct due seen, unseen;
	size_t links;
};

enum role {
	ROLE_INLINE,
	ROLE_BLOCK,			/* begins and ends a line */
	ROLE_PARAGRAPH,			/* and an empty line is around it */
	ROLE_BREAK,
	ROLE_CELL,
	ROLE_ITEM,
	ROLE_QUOTE,
	ROLE_PRE,
	ROLE_RAW,			/* no markup in it, and never shown */
	ROLE_TITLE,			/* no markup in it, not shown in the text */
	ROLE_TEXTAREA,			/* no markup in it, shown */
	ROLE_ASIDE,			/* xml, svg: not for readers */
	ROLE_HEAD,
	ROLE_BODY,
	ROLE_META,			/* may stand in the head */
	ROLE_IMAGE,
};

static const struct element {
	const char *name;
	enum role role;
} elements[] = {
	{ "a", ROLE_INLINE }, { "b", ROLE_INLINE }, { "span", ROLE_INLINE },
	{ "font", ROLE_INLINE }, { "i", ROLE_INLINE },
	{ "br", ROLE_BREAK }, { "td", ROLE_CELL }, { "th", ROLE_CELL },
	{ "tr", ROLE_BLOCK }, { "div", ROLE_BLOCK }, { "p", ROLE_PARAGRAPH },
	{ "img", ROLE_IMAGE }, { "table", ROLE_BLOCK }, { "tbody", ROLE_BLOCK },
	{ "thead", ROLE_BLOCK }, { "tfoot", ROLE_BLOCK }, { "caption", ROLE_BLOCK },
	{ "li", ROLE_ITEM }, { "ul", ROLE_BLOCK }, { "ol", ROLE_BLOCK },
	{ "h1", ROLE_PARAGRAPH }, { "h2", ROLE_PARAGRAPH }, { "h3", ROLE_PARAGRAPH },
	{ "h4", ROLE_PARAGRAPH }, { "h5", ROLE_PARAGRAPH }, { "h6", ROLE_PARAGRAPH },
	{ "hr", ROLE_PARAGRAPH }, { "pre", ROLE_PRE }, { "listing", ROLE_PRE },
	{ "blockquote", ROLE_QUOTE },
	{ "center", ROLE_BLOCK }, { "address", ROLE_BLOCK }, { "article", ROLE_BLOCK },
	{ "aside", ROLE_BLOCK }, { "details", ROLE_BLOCK }, { "dialog", ROLE_BLOCK },
	{ "dd", ROLE_BLOCK }, { "dl", ROLE_BLOCK }, { "dt", ROLE_BLOCK },
	{ "dir", ROLE_BLOCK }, { "fieldset", ROLE_BLOCK }, { "figcaption", ROLE_BLOCK },
	{ "figure", ROLE_BLOCK }, { "footer", ROLE_BLOCK }, { "form", ROLE_BLOCK },
	{ "header", ROLE_BLOCK }, { "hgroup", ROLE_BLOCK }, { "legend", ROLE_BLOCK },
	{ "main", ROLE_BLOCK }, { "menu", ROLE_BLOCK }, { "nav", ROLE_BLOCK },
	{ "option", ROLE_BLOCK }, { "section", ROLE_BLOCK }, { "select", ROLE_BLOCK },
	{ "summary", ROLE_BLOCK },
	{ "script", ROLE_RAW }, { "style", ROLE_RAW }, { "iframe", ROLE_RAW },
	{ "noembed", ROLE_RAW }, { "noframes", ROLE_RAW },
	{ "title", ROLE_TITLE }, { "textarea", ROLE_TEXTAREA }, { "xmp", ROLE_TEXTAREA },
	{ "xml", ROLE_ASIDE }, { "svg", ROLE_ASIDE }, { "math", ROLE_INLINE },
	{ "template", ROLE_ASIDE },
	{ "head", ROLE_HEAD }, { "body", ROLE_BODY }, { "html", ROLE_META },
	{ "meta", ROLE_META }, { "link", ROLE_META }, { "base", ROLE_META },
	{ "basefont", ROLE_META }, { "noscript", ROLE_META },
};

static enum role
role_of(const char *name)
{
	for (size_t i = 0; i < NELEM(elements); i++)
		if (strcmp(name, elements[i].name) == 0)
			return elements[i].role;
	return ROLE_INLINE;
}

/* An element that has no end tag. */
static bool
is_void(const char *name)
{
	static const char *const names[] = { "br", "hr", "img", "input", "meta",
		"link", "base", "area", "col", "embed", "source", "track", "wbr",
		"param", "basefont", "bgsound", "frame", "keygen" };

	for (size_t i = 0; i < NELEM(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Block elements whose end tag can't be left out. */
static bool
must_end(const char *name)
{
	static const char *const names[] = { "div", "table", "center", "section",
		"article", "blockquote", "ul", "ol", "form", "fieldset", "body", "html" };

	for (size_t i = 0; i < NELEM(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* ---- what is written ---- */

static bool
is_seen(const struct scanner *sc)
{
	return !sc->hidden && !sc->no_font && !sc->no_ink && !sc->in_head;
}

static void
due_breaks(struct due *d, unsigned n)
{
	d->breaks = MAX(d->breaks, n);
	d->blank = false;
	d->cell = false;
}

/* An element that is not laid out breaks no line: spon<div hidden>x</div>sor. */
static void
line_break(struct scanner *sc, unsigned n)
{
	due_breaks(&sc->unseen, n);
	if (!sc->hidden)
		due_breaks(&sc->seen, n);
}

static void
line_more(struct scanner *sc)
{
	if (!sc->hidden)
		due_breaks(&sc->seen, MIN(sc->seen.breaks + 1, 2U));
	due_breaks(&sc->unseen, 1);
}

static void
put_char(struct scanner *sc, char c)
{
	bool seen = is_seen(sc);
	struct buf *b = seen ? &sc->out->visible : &sc->out->hidden;
	struct due *d = seen ? &sc->seen : &sc->unseen;
	unsigned quotes = seen ? sc->quotes : 0;

	if (c == '\0')
		return;
	if (sc->pre > 0 && c == '\n') {
		line_more(sc);
		return;
	}
	if (sc->pre == 0 && strchr(" \t\n\r\f", c) != NULL) {
		d->blank = d->breaks == 0;
		return;
	}
	if (c == '\r')
		return;
	/* An empty line is of the quote when both its neighbours are. */
	for (unsigned i = 0; i < d->breaks && b->len > 0; i++)
		buf_add_str(b, i > 0 && quotes > 0 && d->quotes > 0 ? ">\n" : "\n");
	if (d->breaks > 0 || b->len == 0) {
		for (unsigned i = 0; i < quotes; i++)
			buf_add_str(b, "> ");
	} else if (d->cell || d->blank)
		buf_add_char(b, d->cell ? '\t' : ' ');
	*d = (struct due){ .quotes = quotes };
	buf_add_char(b, c);
}

/* No-break blanks count as blanks: they pad more than they join. */
static void
put_text(struct scanner *sc, struct slice s)
{
	struct buf b = BUF_INIT;

	html_unescape(s, false, &b);
	for (size_t i = 0; i < b.len; i++) {
		if (b.ptr[i] == '\xC2' && i + 1 < b.len && b.ptr[i + 1] == '\xA0') {
			put_char(sc, ' ');
			i++;
		} else
			put_char(sc, b.ptr[i]);
	}
	buf_release(&b);
}

/* Text of a line of its own among what is hidden. */
static void
put_unseen(struct scanner *sc, struct slice s)
{
	bool was = sc->hidden;

	sc->hidden = true;
	line_break(sc, 1);
	put_text(sc, s);
	line_break(sc, 1);
	sc->hidden = was;
}

static void
add_link(struct scanner *sc, struct slice href)
{
	struct buf b = BUF_INIT;
	struct slice s;

	if (href.ptr == NULL || sc->links == HTML_LINKS_MAX)
		return;
	html_unescape(slice_sub(href, 0, LINK_MAX), true, &b);
	s = slice_trim(buf_slice(&b));
	if (s.len > 0 && s.ptr[0] != '#' && !slice_starts_case(s, "cid:") &&
	    !slice_starts_case(s, "data:")) {
		for (size_t i = 0; i < s.len; i++)
			if ((unsigned char)s.ptr[i] >= 0x20)
				buf_add_char(&sc->out->links, s.ptr[i]);
		buf_add_char(&sc->out->links, '\n');
		sc->links++;
	}
	buf_release(&b);
}

/* ---- regions ---- */

static void
update_state(struct scanner *sc)
{
	sc->hidden = false;
	sc->no_font = false;
	sc->quotes = 0;
	sc->colours = (struct colours){ COLOUR_BLACK, COLOUR_WHITE };
	for (size_t i = 0; i < sc->n_region; i++) {
		const struct colours *c = &sc->region[i].colours;

		if (c->ink != COLOUR_SAME)
			sc->colours.ink = c->ink;
		if (c->ground != COLOUR_SAME)
			sc->colours.ground = c->ground;
		switch (sc->region[i].kind) {
		case REGION_HIDDEN:
			sc->hidden = true;
			break;
		case REGION_NO_FONT:
			sc->no_font = true;
			break;
		case REGION_FONT:
			sc->no_font = false;
			break;
		case REGION_QUOTE:
			if (sc->quotes < QUOTES_MAX)
				sc->quotes++;
			break;
		case REGION_COLOUR:
			break;
		}
	}
	sc->no_ink = html_colours_hide(sc->colours);
}

static void
open_region(struct scanner *sc, enum region_kind kind, const char *name,
    struct colours colours)
{
	struct region *r;

	if (sc->n_region == REGIONS_MAX)
		return;
	r = &sc->region[sc->n_region++];
	*r = (struct region){ .kind = kind, .depth = 1, .colours = colours };
	memcpy(r->name, name, sizeof r->name);
	update_state(sc);
}

static void
close_regions(struct scanner *sc, size_t n)
{
	sc->n_region = n;
	update_state(sc);
}

/* Does a start tag of this name end an open element of that name? */
static bool
implies_end(const char *starts, const char *open)
{
	bool cell = strcmp(open, "td") == 0 || strcmp(open, "th") == 0;

	if (strcmp(open, "p") == 0) {
		enum role r = role_of(starts);

		return r == ROLE_BLOCK || r == ROLE_PARAGRAPH || r == ROLE_QUOTE ||
		    r == ROLE_PRE || r == ROLE_ITEM || r == ROLE_CELL;
	}
	if (cell || strcmp(open, "tr") == 0)
		return strcmp(starts, "tr") == 0 ||
		    (cell && (strcmp(starts, "td") == 0 || strcmp(starts, "th") == 0));
	return strcmp(open, starts) == 0 && (strcmp(open, "li") == 0 ||
	    strcmp(open, "dd") == 0 || strcmp(open, "dt") == 0 ||
	    strcmp(open, "option") == 0 || strcmp(open, "a") == 0);
}

/* The cells and rows of a table in a cell are none of the cell's own. */
static bool
in_inner_table(const struct region *r)
{
	return r->tables > 0 && (strcmp(r->name, "td") == 0 ||
	    strcmp(r->name, "th") == 0 || strcmp(r->name, "tr") == 0);
}

static void
regions_on_start(struct scanner *sc, const char *name)
{
	for (size_t i = 0; i < sc->n_region; i++) {
		struct region *r = &sc->region[i];

		if (r->depth == 1 && r->tables == 0 && implies_end(name, r->name)) {
			close_regions(sc, i);
			return;
		}
		if (strcmp(r->name, name) == 0)
			r->depth += !in_inner_table(r);
		else if (must_end(name))
			r->blocks++;
		r->tables += strcmp(name, "table") == 0;
	}
}

/* The end of a block that began before a region is the region's end as well. */
static void
regions_on_end(struct scanner *sc, const char *name)
{
	for (size_t i = 0; i < sc->n_region; i++) {
		struct region *r = &sc->region[i];

		if (strcmp(r->name, name) == 0) {
			if (!in_inner_table(r) && --r->depth == 0) {
				close_regions(sc, i);
				return;
			}
		} else if (must_end(name) && r->blocks-- == 0) {
			close_regions(sc, i);
			return;
		}
		if (strcmp(name, "table") == 0 && r->tables > 0)
			r->tables--;
	}
}

static bool
class_has(struct slice class, const char *word)
{
	struct slice piece;

	while (slice_next(&class, ' ', &piece))
		if (slice_eq_str(piece, word))
			return true;
	return false;
}

/* Containers whose content is the message that is answered. */
static bool
is_quote(const struct scanner *sc, const struct html_tag *t, enum role role)
{
	static const char *const classes[] = { "yahoo_quoted", "protonmail_quote",
		"tutanota_quote", "zmail_extra" };

	for (size_t i = 0; i < NELEM(classes); i++)
		if (class_has(t->class, classes[i]))
			/* Proton has a block quote in it of the same class. */
			return role != ROLE_QUOTE || sc->quotes == 0;
	if (role != ROLE_QUOTE)
		return false;
	/* Mail programs indent with block quotes that have no border. */
	return slice_eq_case(t->type, SLICE_LIT("cite")) || t->class.len > 0 ||
	    t->style.ptr == NULL || !(html_style_has(t->style, "border:none") ||
	    html_style_has(t->style, "border:medium"));
}

/*
 * What a tag says of colours.  A link that gives none has its own; what a class
 * gives is not known once there is a style sheet with backgrounds in it.
 */
static struct colours
colours_of(const struct scanner *sc, const struct html_tag *t)
{
	struct colours c = html_colours(t);

	if (c.ink == COLOUR_SAME && t->href.ptr != NULL)
		c.ink = COLOUR_UNKNOWN;
	if (c.ground == COLOUR_SAME && t->class.ptr != NULL && sc->has_style)
		c.ground = COLOUR_UNKNOWN;
	if (c.ink == sc->colours.ink)
		c.ink = COLOUR_SAME;
	if (c.ground == sc->colours.ground)
		c.ground = COLOUR_SAME;
	return c;
}

static void
open_regions(struct scanner *sc, const struct html_tag *t, enum role role)
{
	struct colours c = colours_of(sc, t);
	enum html_sight sight = t->style.ptr != NULL ? html_style_sight(t->style) :
	    HTML_INHERIT;

	if (is_void(t->name))
		return;
	if (t->hidden_attr || sight == HTML_HIDDEN || role == ROLE_ASIDE)
		open_region(sc, REGION_HIDDEN, t->name, c);
	else if (sight == HTML_NO_FONT)
		open_region(sc, REGION_NO_FONT, t->name, c);
	else if (sight == HTML_FONT && sc->no_font)
		open_region(sc, REGION_FONT, t->name, c);
	else if (is_quote(sc, t, role))
		open_region(sc, REGION_QUOTE, t->name, c);
	else if (c.ink != COLOUR_SAME || c.ground != COLOUR_SAME)
		open_region(sc, REGION_COLOUR, t->name, c);
}

/* ---- tags ---- */

static void
break_for(struct scanner *sc, enum role role, bool start)
{
	switch (role) {
	case ROLE_BLOCK:
	case ROLE_ITEM:
	case ROLE_BODY:
		line_break(sc, 1);
		break;
	case ROLE_PARAGRAPH:
	case ROLE_QUOTE:
	case ROLE_PRE:
		line_break(sc, 2);
		break;
	case ROLE_BREAK:
		line_more(sc);
		break;
	case ROLE_CELL:
		if (start && !sc->hidden && sc->seen.breaks == 0)
			sc->seen.cell = true;
		break;
	case ROLE_INLINE:
	case ROLE_RAW:
	case ROLE_TITLE:
	case ROLE_TEXTAREA:
	case ROLE_ASIDE:
	case ROLE_HEAD:
	case ROLE_META:
	case ROLE_IMAGE:
		break;
	}
}

/* The text of an element that holds no markup; returns what is behind it. */
static size_t
raw_element(struct scanner *sc, struct slice s, const char *name, enum role role)
{
	size_t at = 0, n = strlen(name);

	for (;;) {
		size_t next = slice_find(slice_sub(s, at, s.len), '<');
		struct slice rest;

		if (next == SIZE_MAX) {
			at = s.len;
			break;
		}
		at += next;
		rest = slice_sub(s, at, s.len);
		if (rest.len > n + 2 && rest.ptr[1] == '/' &&
		    slice_eq_case(slice_sub(rest, 2, 2 + n), slice_make(name, n)) &&
		    strchr(" \t\r\n\f/>", rest.ptr[2 + n]) != NULL)
			break;
		at++;
	}
	if (strcmp(name, "style") == 0 &&
	    slice_find_slice(slice_sub(s, 0, at), SLICE_LIT("background")) != SIZE_MAX)
		sc->has_style = true;
	if (role == ROLE_TEXTAREA)
		put_text(sc, slice_sub(s, 0, at));
	else if (role == ROLE_TITLE)
		put_unseen(sc, slice_sub(s, 0, at));
	return at;
}

static size_t
start_tag(struct scanner *sc, struct slice rest, const struct html_tag *t)
{
	enum role role = role_of(t->name);

	if (role == ROLE_HEAD)
		sc->in_head = true;
	else if (role != ROLE_META && role != ROLE_RAW && role != ROLE_TITLE &&
	    role != ROLE_ASIDE && strchr(t->name, ':') == NULL)
		sc->in_head = false;
	regions_on_start(sc, t->name);
	open_regions(sc, t, role);
	break_for(sc, role, true);
	add_link(sc, t->href);
	/* Seen by few, but it is a word of the message. */
	if (role == ROLE_IMAGE && t->alt.len > 0)
		put_unseen(sc, t->alt);
	if (role == ROLE_PRE)
		sc->pre++;
	if (role == ROLE_ITEM)
		put_text(sc, SLICE_LIT("- "));
	if (role == ROLE_RAW || role == ROLE_TITLE || role == ROLE_TEXTAREA)
		return raw_element(sc, rest, t->name, role);
	return 0;
}

static void
end_tag(struct scanner *sc, const struct html_tag *t)
{
	enum role role = role_of(t->name);

	if (role == ROLE_HEAD)
		sc->in_head = false;
	break_for(sc, role, false);
	regions_on_end(sc, t->name);
	if (role == ROLE_PRE && sc->pre > 0)
		sc->pre--;
}

void
html_to_text(struct slice html, struct html_out *out)
{
	struct scanner sc = { .out = out,
	    .colours = { COLOUR_BLACK, COLOUR_WHITE } };
	struct slice rest = slice_sub(html, 0, HTML_INPUT_MAX);

	*out = (struct html_out){ BUF_INIT, BUF_INIT, BUF_INIT, false };
	out->capped = html.len > HTML_INPUT_MAX;
	while (rest.len > 0) {
		size_t lt = slice_find(rest, '<');
		struct html_tag t;

		put_text(&sc, slice_sub(rest, 0, lt));
		if (lt == SIZE_MAX)
			break;
		rest = slice_sub(rest, lt, rest.len);
		html_tag_read(rest, &t);
		if (t.kind == HTML_TEXT)
			put_char(&sc, '<');
		rest = slice_sub(rest, t.len, rest.len);
		if (t.kind == HTML_START)
			rest = slice_sub(rest, start_tag(&sc, rest, &t), rest.len);
		else if (t.kind == HTML_END)
			end_tag(&sc, &t);
	}
	if (out->visible.len > 0)
		buf_add_char(&out->visible, '\n');
}

void
html_out_release(struct html_out *out)
{
	buf_release(&out->visible);
	buf_release(&out->hidden);
	buf_release(&out->links);
}
