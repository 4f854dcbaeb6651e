/* SPDX-License-Identifier: MIT */
/*
 * What stands above a message that is answered or passed on: Outlook's block
 * of header fields, a line of dashes with "Original Message" in it.
 */
#include "model/quote_impl.h"

enum {
	BLOCK_LINES = 8,		/* of From:, Sent:, To: ... */
	LABEL_LOOK = 60,		/* bytes of a line in which a label stands */
	ANNOUNCE_MAX = 100,		/* of "Begin forwarded message:" */
};

static const struct {
	const char *word;
	enum quote_label label;
} labels[] = {
	{ "from", LABEL_FROM }, { "sent", LABEL_DATE }, { "date", LABEL_DATE },
	{ "to", LABEL_TO }, { "cc", LABEL_TO }, { "subject", LABEL_SUBJECT },
	{ "von", LABEL_FROM }, { "gesendet", LABEL_DATE }, { "datum", LABEL_DATE },
	{ "an", LABEL_TO }, { "kopie", LABEL_TO }, { "betreff", LABEL_SUBJECT },
	{ "de", LABEL_FROM }, { "expéditeur", LABEL_FROM }, { "envoyé", LABEL_DATE },
	{ "à", LABEL_TO }, { "pour", LABEL_TO }, { "objet", LABEL_SUBJECT },
	{ "sujet", LABEL_SUBJECT },
	{ "enviado", LABEL_DATE }, { "enviado el", LABEL_DATE },
	{ "enviada", LABEL_DATE }, { "enviada em", LABEL_DATE },
	{ "fecha", LABEL_DATE }, { "data", LABEL_DATE },
	{ "para", LABEL_TO }, { "asunto", LABEL_SUBJECT },
	{ "assunto", LABEL_SUBJECT },
	{ "da", LABEL_FROM }, { "mittente", LABEL_FROM }, { "inviato", LABEL_DATE },
	{ "a", LABEL_TO }, { "oggetto", LABEL_SUBJECT },
	{ "van", LABEL_FROM }, { "verzonden", LABEL_DATE }, { "aan", LABEL_TO },
	{ "onderwerp", LABEL_SUBJECT },
	{ "od", LABEL_FROM }, { "nadawca", LABEL_FROM }, { "wysłano", LABEL_DATE },
	{ "do", LABEL_TO }, { "adresat", LABEL_TO }, { "temat", LABEL_SUBJECT },
	{ "från", LABEL_FROM }, { "fra", LABEL_FROM }, { "skickat", LABEL_DATE },
	{ "sendt", LABEL_DATE }, { "till", LABEL_TO }, { "til", LABEL_TO },
	{ "ämne", LABEL_SUBJECT }, { "emne", LABEL_SUBJECT },
	{ "от", LABEL_FROM }, { "отправлено", LABEL_DATE }, { "дата", LABEL_DATE },
	{ "кому", LABEL_TO }, { "копия", LABEL_TO }, { "тема", LABEL_SUBJECT },
	{ "差出人", LABEL_FROM }, { "送信者", LABEL_FROM },
	{ "送信日時", LABEL_DATE }, { "日付", LABEL_DATE },
	{ "日時", LABEL_DATE }, { "宛先", LABEL_TO },
	{ "件名", LABEL_SUBJECT },
	{ "发件人", LABEL_FROM }, { "寄件者", LABEL_FROM },
	{ "发送时间", LABEL_DATE }, { "时间", LABEL_DATE },
	{ "日期", LABEL_DATE }, { "寄件日期", LABEL_DATE },
	{ "收件人", LABEL_TO }, { "收件者", LABEL_TO },
	{ "主题", LABEL_SUBJECT }, { "主旨", LABEL_SUBJECT },
};

enum quote_label
quote_label(struct cutter *c, const struct line *l)
{
	struct slice s = slice_sub(l->text, 0, LABEL_LOOK), word;
	size_t colon;

	if (slice_find(s, ':') == SIZE_MAX && !quote_has(s, "\uFF1A"))
		return LABEL_NONE;
	s = quote_fold(c, s);
	while (s.len > 0 && (s.ptr[0] == '*' || s.ptr[0] == ' '))
		s = slice_sub(s, 1, s.len);
	colon = slice_find(s, ':');
	if (colon == SIZE_MAX)
		return LABEL_NONE;
	word = slice_trim(slice_sub(s, 0, colon));
	if (word.len > 0 && word.ptr[word.len - 1] == '*')
		word.len--;
	for (size_t i = 0; i < NELEM(labels); i++)
		if (slice_eq_str(word, labels[i].word))
			return labels[i].label;
	return LABEL_NONE;
}

/*
 * From: and two more of Sent:, To:, Subject: in the lines that follow; or
 * Sent: and From: first, as GMX and others have it.
 */
static bool
block_at(struct cutter *c, size_t at)
{
	enum quote_label first;
	unsigned seen = 0;

	if (c->line[at].blank)
		return false;
	first = quote_label(c, &c->line[at]);
	if (first == LABEL_DATE && at + 1 < c->n)
		first = quote_label(c, &c->line[at + 1]);
	if (first != LABEL_FROM)
		return false;
	for (size_t i = at; i < c->n && i < at + BLOCK_LINES; i++)
		seen |= quote_label(c, &c->line[i]);
	return (seen & LABEL_DATE) != 0 && (seen & (LABEL_TO | LABEL_SUBJECT)) != 0;
}

static const char *const original[] = {
	"original message", "original appointment", "reply message",
	"ursprüngliche nachricht", "originalnachricht",
	"message d'origine", "message original", "mensaje original",
	"message initial",
	"mensagem original", "messaggio originale", "oorspronkelijk bericht",
	"oryginalna wiadomość", "wiadomość oryginalna",
	"ursprungligt meddelande", "oprindelig meddelelse",
	"исходное сообщение", "оригинальное сообщение",
	"元のメッセージ",
	"原始邮件", "邮件原件", "原始郵件", NULL,
};

static const char *const forwarded[] = {
	"forwarded message", "begin forwarded message", "weitergeleitete nachricht",
	"anfang der weitergeleiteten", "message transféré", "début du message",
	"message réexpédié", "mensaje reenviado",
	"inicio del mensaje reenviado", "mensagem encaminhada", "mensagem reencaminhada",
	"início da mensagem", "messaggio inoltrato", "inizio messaggio inoltrato",
	"doorgestuurd bericht", "begin doorgestuurd bericht",
	"wiadomość przekazana", "przekazana wiadomość", "przekazywana wiadomość",
	"początek przekazywanej", "początek przekazanej",
	"vidarebefordrat meddelande",
	"пересланное сообщение", "пересылаемое сообщение", "перенаправленное сообщение",
	"переадресованное", "начало переадресованного", "начало пересылаемого",
	"転送されたメッセージ", "転送メッセージ", "転送元メッセージ",
	"转发邮件", "转发的邮件", "转发的消息", "转发的信息", "开始转发的",
	"以下是转发的", "轉寄郵件", "轉寄的郵件", NULL,
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
	return quote_starts_any(slice_sub(s, left, right), words);
}

static bool
may_be_ruled(struct slice s)
{
	s = slice_trim(s);
	return slice_starts(s, "--") || slice_starts(s, "\u2014") ||
	    slice_starts(s, "\u2013") || slice_starts(s, "\u2500");
}

static bool
is_announcement(struct cutter *c, struct slice s)
{
	if (may_be_ruled(s))
		return is_ruled(quote_fold(c, s), forwarded);
	/* Apple Mail: "Begin forwarded message:" */
	return quote_ends_in_colon(s) && s.len <= ANNOUNCE_MAX &&
	    quote_starts_any(quote_fold(c, s), forwarded);
}

/* The first of lines with marks, and what stands above them is no attribution. */
static bool
opens_marks(const struct cutter *c, size_t at)
{
	while (at > 0 && c->line[at - 1].blank)
		at--;
	return at == 0 || (!c->line[at - 1].marked && !c->line[at - 1].cut);
}

bool
quote_forward_at(struct cutter *c, size_t at)
{
	const struct line *l = &c->line[at];

	if (l->blank || (l->marked && !opens_marks(c, at)))
		return false;
	return is_announcement(c, l->marked ? quote_unmarked(l->text) : l->text);
}

bool
quote_original_at(struct cutter *c, size_t at)
{
	if (c->line[at].blank || c->line[at].marked)
		return false;
	if (may_be_ruled(c->line[at].text))
		return is_ruled(quote_fold(c, c->line[at].text), original);
	if (quote_is_rule(c->line[at].text)) {
		size_t next = quote_next_full(c, at + 1);

		return next < c->n && block_at(c, next);
	}
	return block_at(c, at);
}

