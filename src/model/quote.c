/* SPDX-License-Identifier: MIT */
#include "model/text.h"

#include "base/buf.h"

enum {
	JOIN_LINES = 4,			/* an attribution can be broken that often */
	JOIN_MAX = 500,
	BLOCK_LINES = 8,		/* of From:, Sent:, To: ... */
	LINE_LOOK = 400,		/* bytes of a line that are looked at */
	SIGNATURE_LINES = 30,		/* longer is no signature */
	SIGNATURE_MAX = 3000,
	DISCLAIMER_MAX = 6000,
	TRIES = 50,			/* candidates for either: hostile text has more */
};

struct line {
	struct slice text;		/* without its end */
	bool blank;
	bool marked;			/* begins with '>' */
	bool cut;
};

struct cutter {
	struct arena *scratch;
	struct line *line;
	size_t n;
	bool text_seen;			/* something is kept above */
	unsigned signatures, disclaimers;	/* that were tried */
};

static struct slice
fold_line(struct cutter *c, struct slice s)
{
	return slice_trim(text_fold(c->scratch, slice_sub(s, 0, LINE_LOOK)));
}

static bool
has(struct slice s, const char *words)
{
	return slice_find_slice(s, slice_str(words)) != SIZE_MAX;
}

static bool
starts_with_any(struct slice s, const char *const *list)
{
	for (; *list != NULL; list++)
		if (slice_starts(s, *list))
			return true;
	return false;
}

static bool
has_any(struct slice s, const char *const *list)
{
	for (; *list != NULL; list++)
		if (has(s, *list))
			return true;
	return false;
}

static bool
has_digit(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
			return true;
	return false;
}

/* ---- attributions: "On 3 May 2026, Jane Roe wrote:" ---- */

/* How one begins, and the verb that must follow; both folded. */
static const struct attribution {
	const char *begin, *verb;
} attributions[] = {
	{ "on ", " wrote:" }, { "on ", " wrote :" }, { "at ", " wrote:" },
	{ "am ", " schrieb" }, { "den ", " skrev" }, { "op ", " schreef" },
	{ "le ", " a \u00E9crit" }, { "el ", " escribi\u00F3" },
	{ "em ", " escreveu" }, { "il ", " ha scritto" },
	{ "w dniu ", " napisa\u0142" }, { "w dniu ", " pisze" },
	{ "dnia ", " napisa\u0142" },
	{ "\u4E8E", "\u5199\u9053" }, { "\u65BC", "\u5BEB\u9053" },
};

/* Verbs by themselves: enough where marked lines follow. */
static const char *const verbs[] = {
	"wrote:", "writes:", "wrote :", "schrieb", "skrev", "schreef",
	"a \u00E9crit", "escribi\u00F3", "escreveu", "ha scritto", "napisa\u0142",
	"pisze:", "\u043F\u0438\u0448\u0435\u0442:",
	"\u043D\u0430\u043F\u0438\u0441\u0430\u043B",
	"\u043F\u0438\u0441\u0430\u043B", "\u5199\u9053", "\u5BEB\u9053",
	"\u66F8\u304D\u307E\u3057\u305F", "\u306E\u30E1\u30FC\u30EB", NULL,
};

/* A line that begins with a date of these needs no other beginning. */
static const char *const dated[] = {
	" wrote:", " schrieb", " a \u00E9crit", " escribi\u00F3", " escreveu",
	" ha scritto", " schreef", " napisa\u0142", " skrev",
	" \u043F\u0438\u0448\u0435\u0442:", " \u043D\u0430\u043F\u0438\u0441\u0430\u043B",
	"\u5199\u9053", "\u5BEB\u9053", "\u66F8\u304D\u307E\u3057\u305F", NULL,
};

static bool
ends_in_colon(struct slice s)
{
	s = slice_trim(s);
	return slice_ends_case(s, ":") || slice_ends_case(s, "\uFF1A");
}

/* Months and days of the year in Japanese: 2026年5月3日(日) 10:00 Jane <j@x>: */
static bool
is_kanji_date(struct slice s)
{
	return has(s, "\u5E74") && has(s, "\u6708") && has(s, "\u65E5") &&
	    (has(s, "@") || has(s, "\u5199\u9053") || has(s, "\u5BEB\u9053"));
}

static bool
is_strict(struct slice s)
{
	if (!has_digit(s))
		return false;
	for (size_t i = 0; i < NELEM(attributions); i++)
		if (slice_starts(s, attributions[i].begin) &&
		    has(s, attributions[i].verb))
			return true;
	if (s.ptr[0] >= '0' && s.ptr[0] <= '9' && has_any(s, dated))
		return true;
	return is_kanji_date(s);
}

/*
 * In front of marked lines: a verb; or, whatever the language, an address and a
 * date.  Of two lines the first must look like a part of that, and not like the
 * end of what the writer says.
 */
static bool
is_loose(struct slice joined, struct slice first, size_t lines)
{
	first = slice_trim(first);
	if (lines > 2 || (lines == 2 && (first.len == 0 ||
	    strchr(".?!:", first.ptr[first.len - 1]) != NULL ||
	    !(has_digit(first) || has(first, "@") || has(first, "<")))))
		return false;
	return has_any(joined, verbs) || (has_digit(joined) && has(joined, "@"));
}

/* "<jane@x.example" that the next line closes: "> wrote:" is no quote then. */
static bool
is_open_bracket(struct slice s)
{
	size_t at = slice_find(s, '<'), last = SIZE_MAX;

	while (at != SIZE_MAX && at < s.len) {
		size_t next = slice_find(slice_sub(s, at + 1, s.len), '<');

		last = at;
		at = next == SIZE_MAX ? SIZE_MAX : at + 1 + next;
	}
	return last != SIZE_MAX &&
	    slice_find(slice_sub(s, last, s.len), '>') == SIZE_MAX;
}

/* Lines [at, end) as one. */
static struct slice
join_lines(struct cutter *c, size_t at, size_t end)
{
	struct buf b = BUF_INIT;
	struct slice s;

	for (size_t i = at; i < end; i++) {
		buf_add_slice(&b, slice_sub(c->line[i].text, 0, LINE_LOOK));
		buf_add_char(&b, ' ');
	}
	s = slice_trim(text_fold(c->scratch, slice_sub(buf_slice(&b), 0, JOIN_MAX)));
	buf_release(&b);
	return s;
}

/* The next line that is not blank. */
static size_t
next_full(const struct cutter *c, size_t at)
{
	while (at < c->n && c->line[at].blank)
		at++;
	return at;
}

/*
 * An attribution at this line: how many lines it takes, or 0.  *open is set
 * when no marked lines follow, so that all below it is the quote.
 */
static size_t
attribution_at(struct cutter *c, size_t at, bool *open)
{
	for (size_t end = at + 1; end <= c->n && end <= at + JOIN_LINES; end++) {
		const struct line *last = &c->line[end - 1];
		bool marks;
		struct slice s;
		size_t next;

		if (last->blank || (last->marked &&
		    (end == at + 1 || !is_open_bracket(last[-1].text))))
			return 0;
		if (!ends_in_colon(last->text))
			continue;
		s = join_lines(c, at, end);
		next = next_full(c, end);
		marks = next < c->n && c->line[next].marked && next <= end + 1;
		*open = !marks;
		if (s.len > 0 && (is_strict(s) || (marks &&
		    is_loose(s, c->line[at].text, end - at))))
			return end - at;
		return 0;
	}
	return 0;
}

/* ---- Outlook and its kin: a block of header fields, a dashed line ---- */

enum label { LABEL_FROM = 1, LABEL_DATE = 2, LABEL_TO = 4, LABEL_SUBJECT = 8 };

static const struct {
	const char *word;
	int label;
} labels[] = {
	{ "from", LABEL_FROM }, { "sent", LABEL_DATE }, { "date", LABEL_DATE },
	{ "to", LABEL_TO }, { "cc", LABEL_TO }, { "subject", LABEL_SUBJECT },
	{ "von", LABEL_FROM }, { "gesendet", LABEL_DATE }, { "datum", LABEL_DATE },
	{ "an", LABEL_TO }, { "betreff", LABEL_SUBJECT },
	{ "de", LABEL_FROM }, { "envoy\u00E9", LABEL_DATE },
	{ "\u00E0", LABEL_TO }, { "objet", LABEL_SUBJECT },
	{ "enviado", LABEL_DATE }, { "enviado el", LABEL_DATE },
	{ "enviada", LABEL_DATE }, { "enviada em", LABEL_DATE },
	{ "fecha", LABEL_DATE }, { "data", LABEL_DATE },
	{ "para", LABEL_TO }, { "asunto", LABEL_SUBJECT },
	{ "assunto", LABEL_SUBJECT },
	{ "da", LABEL_FROM }, { "inviato", LABEL_DATE }, { "a", LABEL_TO },
	{ "oggetto", LABEL_SUBJECT },
	{ "van", LABEL_FROM }, { "verzonden", LABEL_DATE }, { "aan", LABEL_TO },
	{ "onderwerp", LABEL_SUBJECT },
	{ "od", LABEL_FROM }, { "wys\u0142ano", LABEL_DATE }, { "do", LABEL_TO },
	{ "temat", LABEL_SUBJECT },
	{ "fr\u00E5n", LABEL_FROM }, { "fra", LABEL_FROM }, { "skickat", LABEL_DATE },
	{ "sendt", LABEL_DATE }, { "till", LABEL_TO }, { "til", LABEL_TO },
	{ "\u00E4mne", LABEL_SUBJECT }, { "emne", LABEL_SUBJECT },
	{ "\u043E\u0442", LABEL_FROM },
	{ "\u043E\u0442\u043F\u0440\u0430\u0432\u043B\u0435\u043D\u043E", LABEL_DATE },
	{ "\u0434\u0430\u0442\u0430", LABEL_DATE },
	{ "\u043A\u043E\u043C\u0443", LABEL_TO },
	{ "\u0442\u0435\u043C\u0430", LABEL_SUBJECT },
	{ "\u5DEE\u51FA\u4EBA", LABEL_FROM }, { "\u9001\u4FE1\u8005", LABEL_FROM },
	{ "\u9001\u4FE1\u65E5\u6642", LABEL_DATE }, { "\u65E5\u4ED8", LABEL_DATE },
	{ "\u65E5\u6642", LABEL_DATE }, { "\u5B9B\u5148", LABEL_TO },
	{ "\u4EF6\u540D", LABEL_SUBJECT },
	{ "\u53D1\u4EF6\u4EBA", LABEL_FROM }, { "\u5BC4\u4EF6\u8005", LABEL_FROM },
	{ "\u53D1\u9001\u65F6\u95F4", LABEL_DATE }, { "\u65F6\u95F4", LABEL_DATE },
	{ "\u65E5\u671F", LABEL_DATE }, { "\u6536\u4EF6\u4EBA", LABEL_TO },
	{ "\u6536\u4EF6\u8005", LABEL_TO }, { "\u4E3B\u9898", LABEL_SUBJECT },
	{ "\u4E3B\u65E8", LABEL_SUBJECT },
};

static int
label_of(struct cutter *c, const struct line *l)
{
	struct slice s = slice_sub(l->text, 0, 60), word;
	size_t colon;

	if (slice_find(s, ':') == SIZE_MAX && !has(s, "\uFF1A"))
		return 0;
	s = fold_line(c, s);
	while (s.len > 0 && (s.ptr[0] == '*' || s.ptr[0] == ' '))
		s = slice_sub(s, 1, s.len);
	colon = slice_find(s, ':');
	if (colon == SIZE_MAX)
		return 0;
	word = slice_trim(slice_sub(s, 0, colon));
	if (word.len > 0 && word.ptr[word.len - 1] == '*')
		word.len--;
	for (size_t i = 0; i < NELEM(labels); i++)
		if (slice_eq_str(word, labels[i].word))
			return labels[i].label;
	return 0;
}

/* From: and two more of Sent:, To:, Subject: in the lines that follow. */
static bool
block_at(struct cutter *c, size_t at)
{
	int seen = 0;

	if (c->line[at].blank || label_of(c, &c->line[at]) != LABEL_FROM)
		return false;
	for (size_t i = at; i < c->n && i < at + BLOCK_LINES; i++)
		seen |= label_of(c, &c->line[i]);
	return (seen & LABEL_DATE) != 0 && (seen & (LABEL_TO | LABEL_SUBJECT)) != 0;
}

static const char *const original[] = {
	"original message", "original appointment", "reply message",
	"urspr\u00FCngliche nachricht", "originalnachricht",
	"message d'origine", "message original", "mensaje original",
	"mensagem original", "messaggio originale", "oorspronkelijk bericht",
	"oryginalna wiadomo\u015B\u0107", "wiadomo\u015B\u0107 oryginalna",
	"ursprungligt meddelande", "oprindelig meddelelse",
	"\u0438\u0441\u0445\u043E\u0434\u043D\u043E\u0435 \u0441\u043E\u043E\u0431\u0449\u0435\u043D\u0438\u0435",
	"\u5143\u306E\u30E1\u30C3\u30BB\u30FC\u30B8",
	"\u539F\u59CB\u90AE\u4EF6", "\u90AE\u4EF6\u539F\u4EF6", "\u539F\u59CB\u90F5\u4EF6", NULL,
};

static const char *const forwarded[] = {
	"forwarded message", "begin forwarded message", "weitergeleitete nachricht",
	"anfang der weitergeleiteten", "message transf\u00E9r\u00E9", "d\u00E9but du message",
	"message r\u00E9exp\u00E9di\u00E9", "mensaje reenviado",
	"inicio del mensaje reenviado", "mensagem encaminhada",
	"in\u00EDcio da mensagem", "messaggio inoltrato", "inizio messaggio inoltrato",
	"doorgestuurd bericht", "begin doorgestuurd bericht",
	"wiadomo\u015B\u0107 przekazana", "przekazana wiadomo\u015B\u0107",
	"vidarebefordrat meddelande",
	"\u043F\u0435\u0440\u0435\u0441\u043B\u0430\u043D\u043D\u043E\u0435 \u0441\u043E\u043E\u0431\u0449\u0435\u043D\u0438\u0435",
	"\u043F\u0435\u0440\u0435\u0430\u0434\u0440\u0435\u0441\u043E\u0432\u0430\u043D\u043D\u043E\u0435",
	"\u8EE2\u9001\u3055\u308C\u305F\u30E1\u30C3\u30BB\u30FC\u30B8", "\u8F6C\u53D1\u90AE\u4EF6",
	"\u8F49\u5BC4\u90F5\u4EF6", NULL,
};

/* "-----Original Message-----": two dashes at least at both ends. */
static bool
is_ruled(struct slice s, const char *const *words)
{
	size_t left = 0, right = s.len;

	while (left < s.len && (s.ptr[left] == '-' || s.ptr[left] == ' '))
		left++;
	while (right > left && (s.ptr[right - 1] == '-' || s.ptr[right - 1] == ' '))
		right--;
	if (left < 2)
		return false;
	return starts_with_any(slice_sub(s, left, right), words);
}

static bool
may_be_ruled(struct slice s)
{
	s = slice_trim(s);
	return slice_starts(s, "--") || slice_starts(s, "\u2014") ||
	    slice_starts(s, "\u2013") || slice_starts(s, "\u2500");
}

static bool
forward_at(struct cutter *c, size_t at)
{
	struct slice s;

	if (c->line[at].marked || c->line[at].blank)
		return false;
	if (may_be_ruled(c->line[at].text))
		return is_ruled(fold_line(c, c->line[at].text), forwarded);
	if (!ends_in_colon(c->line[at].text) || c->line[at].text.len > 100)
		return false;
	/* Apple Mail: "Begin forwarded message:" */
	s = fold_line(c, c->line[at].text);
	return starts_with_any(s, forwarded);
}

static bool
is_rule(struct slice s)
{
	s = slice_trim(s);
	if (s.len < 10)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != '_')
			return false;
	return true;
}

/* Below this line all is the message that is answered. */
static bool
original_at(struct cutter *c, size_t at)
{
	if (c->line[at].blank || c->line[at].marked)
		return false;
	if (may_be_ruled(c->line[at].text))
		return is_ruled(fold_line(c, c->line[at].text), original);
	if (is_rule(c->line[at].text)) {
		size_t next = next_full(c, at + 1);

		return next < c->n && block_at(c, next);
	}
	return block_at(c, at);
}

/* ---- what a writer leaves at the end ---- */

static const char *const sent_from[] = {
	"sent from my ", "sent from outlook", "sent from mail for ",
	"sent from yahoo", "sent from proton", "sent with proton", "sent via ",
	"get outlook for ", "get bluemail for ", "von meinem ", "gesendet von ",
	"gesendet mit ", "diese nachricht wurde von mein", "envoy\u00E9 de mon ",
	"envoy\u00E9 depuis ", "envoy\u00E9 \u00E0 partir ", "obtenir outlook ",
	"enviado desde mi ", "enviado desde ", "obtener outlook ", "enviado do meu ",
	"enviado a partir ", "obter o outlook ", "inviato da ", "ottieni outlook ",
	"verzonden vanaf ", "verstuurd vanaf ", "verzonden met ", "outlook voor ",
	"wys\u0142ane z ", "wys\u0142ano z ", "pobierz outlook ",
	"skickat fr\u00E5n min ", "sendt fra min ",
	"\u043E\u0442\u043F\u0440\u0430\u0432\u043B\u0435\u043D\u043E \u0441 ",
	"\u043E\u0442\u043F\u0440\u0430\u0432\u043B\u0435\u043D\u043E \u0438\u0437 ",
	"\u53D1\u81EA\u6211\u7684", "\u53D1\u81EA", "iphone\u304B\u3089\u9001\u4FE1",
	"\u4ECE\u6211\u7684", NULL,
};

/* The beginnings of what lawyers put below each mail. */
static const char *const disclaimers[] = {
	"confidentiality notice", "confidentiality note", "confidential notice",
	"legal notice", "legal disclaimer", "disclaimer", "privileged and confidential",
	"privileged/confidential", "this e-mail and any ", "this email and any ",
	"this e-mail, including", "this email, including",
	"this message and any ", "this e-mail is confidential",
	"this email is confidential", "this e-mail may contain",
	"this email may contain", "this message is intended",
	"this message contains confidential", "this e-mail is intended",
	"this email is intended", "this communication is ", "this transmission is ",
	"the information contained in this", "the information in this e",
	"the contents of this e", "if you are not the intended recipient",
	"please consider the environment",
	"diese e-mail enth\u00E4lt", "diese e-mail ist", "diese e-mail und",
	"diese nachricht enth\u00E4lt", "diese nachricht ist vertraulich",
	"der inhalt dieser e-mail", "vertraulichkeitshinweis",
	"ce message et ", "ce message est ", "ce courriel et ", "ce courriel est ",
	"cet e-mail ", "les informations contenues dans ce",
	"este mensaje y ", "este mensaje contiene", "este mensaje va dirigido",
	"este correo electr\u00F3nico ", "aviso de confidencialidad", "aviso legal",
	"esta mensagem e ", "esta mensagem pode", "esta mensagem cont\u00E9m",
	"este e-mail e ", "aviso de confidencialidade",
	"questo messaggio ", "questa e-mail ", "le informazioni contenute in quest",
	"de informatie in deze e-mail", "de informatie verzonden", "dit bericht is ",
	"dit e-mailbericht ", "deze e-mail ", "ta wiadomo\u015B\u0107 ",
	"niniejsza wiadomo\u015B\u0107 ", "tre\u015B\u0107 tej wiadomo\u015Bci",
	"\u043D\u0430\u0441\u0442\u043E\u044F\u0449\u0435\u0435 \u0441\u043E\u043E\u0431\u0449\u0435\u043D\u0438\u0435",
	"\u044D\u0442\u043E \u0441\u043E\u043E\u0431\u0449\u0435\u043D\u0438\u0435 ", NULL,
};

/* One of these must be in the paragraph too. */
static const char *const confidential[] = {
	"confiden", "privileged", "intended recipient", "intended only", "intended solely",
	"addressee", "unauthori", "environment before", "disclos",
	"vertraulich", "unbefugt", "adressat", "destinataire", "confidenti",
	"confidencial", "destinatario", "destinat\u00E1rio", "riservat", "vertrouwelijk",
	"geadresseerde", "poufn", "adresat",
	"\u043A\u043E\u043D\u0444\u0438\u0434\u0435\u043D\u0446", NULL,
};

static void
cut_lines(struct cutter *c, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		c->line[i].cut = true;
}

/*
 * The text from `at` up to a quote or the end; false when that is more than a
 * signature or a disclaimer can be.
 */
static bool
short_block(const struct cutter *c, size_t at, size_t max_lines, size_t max_bytes,
    size_t *end)
{
	size_t bytes = 0, i;

	for (i = at; i < c->n && !c->line[i].cut; i++) {
		bytes += c->line[i].text.len + 1;
		if (i - at >= max_lines || bytes > max_bytes)
			return false;
	}
	*end = i;
	return true;
}

static bool
is_mailman(struct cutter *c, size_t at)
{
	return is_rule(c->line[at].text) && at + 1 < c->n &&
	    has(fold_line(c, c->line[at + 1].text), "mailing list");
}

static void
cut_signature(struct cutter *c, size_t at)
{
	size_t end;

	if (!slice_eq_str(slice_trim(c->line[at].text), "--") && !is_mailman(c, at))
		return;
	if (c->signatures++ < TRIES &&
	    short_block(c, at, SIGNATURE_LINES, SIGNATURE_MAX, &end))
		cut_lines(c, at, end);
}

static void
cut_disclaimer(struct cutter *c, size_t at)
{
	struct slice s;
	size_t end;

	if (!c->line[at - 1].blank)
		return;
	s = fold_line(c, c->line[at].text);
	while (s.len > 0 && strchr("*-_=# ", s.ptr[0]) != NULL)
		s = slice_sub(s, 1, s.len);
	if (!starts_with_any(s, disclaimers) || c->disclaimers++ >= TRIES ||
	    !short_block(c, at, SIZE_MAX, DISCLAIMER_MAX, &end))
		return;
	for (size_t i = at; i < end; i++)
		if (has_any(fold_line(c, c->line[i].text), confidential)) {
			cut_lines(c, at, end);
			return;
		}
}

static void
cut_endings(struct cutter *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct line *l = &c->line[i];

		if (l->cut || l->blank)
			continue;
		/* A mail that is nothing but these has them as its text. */
		if (c->text_seen)
			cut_signature(c, i);
		if (c->text_seen && !l->cut)
			cut_disclaimer(c, i);
		if (!l->cut && l->text.len < 120 &&
		    starts_with_any(fold_line(c, l->text), sent_from))
			l->cut = true;
		c->text_seen |= !l->cut;
	}
}

/* ---- the whole ---- */

static void
split(struct cutter *c, struct slice body)
{
	struct slice rest = body, piece;
	size_t cap = 0;

	while (slice_next(&rest, '\n', &piece)) {
		struct line *l;

		c->line = arena_grow(c->scratch, c->line, c->n, &cap, sizeof *c->line);
		l = &c->line[c->n++];
		l->text = piece;
		l->blank = slice_trim(piece).len == 0;
		/* ">From " is how mailboxes keep a line that begins with From. */
		l->marked = slice_starts(slice_trim(piece), ">") &&
		    !slice_starts(piece, ">From ");
	}
}

/* Cut the quotes; true when there was one. */
static bool
cut_marked(struct cutter *c, bool forward, bool *has_forward)
{
	bool found = false;

	for (size_t i = 0; i < c->n; i++) {
		bool open = false;
		size_t n;

		if (c->line[i].blank)
			continue;
		if (c->line[i].marked) {
			c->line[i].cut = true;
			found = true;
			continue;
		}
		if (forward_at(c, i) || (forward && original_at(c, i))) {
			*has_forward = true;
			return found;
		}
		if (original_at(c, i)) {
			if (c->text_seen) {
				cut_lines(c, i, c->n);
				return true;
			}
			c->text_seen = true;
			continue;
		}
		n = attribution_at(c, i, &open);
		if (n == 0 || (open && !c->text_seen)) {
			c->text_seen = true;
			continue;
		}
		cut_lines(c, i, open ? c->n : i + n);
		if (open)
			return true;
		i += n - 1;
		found = true;
	}
	return found;
}

static struct slice
collect(struct arena *a, const struct cutter *c, bool cut)
{
	struct buf b = BUF_INIT;
	struct slice s;
	unsigned blanks = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct line *l = &c->line[i];

		if (l->cut != cut)
			continue;
		if (l->blank) {
			blanks++;
			continue;
		}
		if (blanks > 0 && b.len > 0)
			buf_add_char(&b, '\n');
		blanks = 0;
		buf_add_slice(&b, l->text);
		buf_add_char(&b, '\n');
	}
	s = arena_slice(a, buf_slice(&b));
	buf_release(&b);
	return s;
}

struct text_cut
text_cut_quotes(struct arena *a, struct slice body, bool forward)
{
	struct cutter c = { .scratch = arena_new() };
	struct text_cut out = { .has_forward = false };

	split(&c, body);
	out.has_quote = cut_marked(&c, forward, &out.has_forward);
	c.text_seen = false;
	cut_endings(&c);
	out.text = collect(a, &c, false);
	out.quoted = collect(a, &c, true);
	arena_free(&c.scratch);
	return out;
}
