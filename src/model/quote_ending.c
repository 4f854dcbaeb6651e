/* SPDX-License-Identifier: MIT */
#include "model/quote_impl.h"

enum {
	SIGNATURE_LINES = 30,		/* longer is no signature */
	SIGNATURE_MAX = 3000,
	DISCLAIMER_MAX = 6000,
	FRAME_LEAST = 5,
	SENT_FROM_MAX = 120,		/* of the line "Sent from my phone" */
	TRIES = 50,			/* candidates for either: hostile text has more */
};

static const char *const sent_from[] = {
	"sent from my ", "sent from outlook", "sent from mail for ",
	"sent from yahoo", "sent from proton", "sent with proton", "sent via ",
	"get outlook for ", "get bluemail for ", "von meinem ", "gesendet von ",
	"gesendet mit ", "diese nachricht wurde von mein", "envoyé de mon ",
	"envoyé depuis ", "envoyé à partir ", "obtenir outlook ",
	"enviado desde mi ", "enviado desde ", "obtener outlook ", "enviado do meu ",
	"enviado a partir ", "obter o outlook ", "inviato da ", "ottieni outlook ",
	"verzonden vanaf ", "verstuurd vanaf ", "verzonden met ", "outlook voor ",
	"wysłane z ", "wysłano z ", "pobierz outlook ",
	"skickat från min ", "sendt fra min ",
	"отправлено с ",
	"отправлено из ",
	"发自我的", "发自", "iphoneから送信",
	"从我的", NULL,
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
	"diese e-mail enthält", "diese e-mail ist", "diese e-mail und",
	"diese nachricht enthält", "diese nachricht ist vertraulich",
	"der inhalt dieser e-mail", "vertraulichkeitshinweis",
	"ce message et ", "ce message est ", "ce courriel et ", "ce courriel est ",
	"cet e-mail ", "les informations contenues dans ce",
	"este mensaje y ", "este mensaje contiene", "este mensaje va dirigido",
	"este correo electrónico ", "aviso de confidencialidad", "aviso legal",
	"esta mensagem e ", "esta mensagem pode", "esta mensagem contém",
	"este e-mail e ", "aviso de confidencialidade",
	"questo messaggio ", "questa e-mail ", "le informazioni contenute in quest",
	"de informatie in deze e-mail", "de informatie verzonden", "dit bericht is ",
	"dit e-mailbericht ", "deze e-mail ", "ta wiadomość ",
	"niniejsza wiadomość ", "treść tej wiadomości",
	"настоящее сообщение",
	"это сообщение ",
	"このメールには", "このメールは", "このeメール", "本メール", "当メール", "本電子メール",
	"本邮件", "此邮件", "本电子邮件", "此电子邮件", "本電子郵件", "免责声明", NULL,
};

/* One of these must be in the paragraph too. */
static const char *const confidential[] = {
	"confiden", "privileged", "intended recipient", "intended only", "intended solely",
	"addressee", "unauthori", "environment before", "disclos",
	"vertraulich", "unbefugt", "adressat", "destinataire", "confidenti",
	"confidencial", "destinatario", "destinatário", "riservat", "vertrouwelijk",
	"geadresseerde", "poufn", "adresat",
	"конфиденц", "機密", "秘密情報", "机密", "保密", NULL,
};

/*
 * The text from `at` up to a quote, a message that is passed on, or the end;
 * false when that is more than a signature or a disclaimer can be.
 */
static bool
short_block(const struct cutter *c, size_t at, size_t max_lines, size_t max_bytes,
    size_t *end)
{
	size_t bytes = 0, i;

	for (i = at; i < c->n && !c->line[i].cut && (i == at || i != c->forward); i++) {
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
	return quote_is_rule(c->line[at].text) && at + 1 < c->n &&
	    quote_has(quote_fold(c, c->line[at + 1].text), "mailing list");
}

static void
cut_signature(struct cutter *c, size_t at)
{
	size_t end;

	if (!slice_eq_str(slice_trim(c->line[at].text), "--") && !is_mailman(c, at))
		return;
	if (c->signatures++ < TRIES &&
	    short_block(c, at, SIGNATURE_LINES, SIGNATURE_MAX, &end))
		quote_cut(c, at, end);
}

/* A line of nothing but signs, as stands above and below a disclaimer. */
static bool
is_frame(const struct line *l)
{
	struct slice s = slice_trim(l->text);

	for (size_t i = 0; i < s.len; i++)
		if (strchr("*-_=#+~", s.ptr[i]) == NULL)
			return false;
	return s.len >= FRAME_LEAST;
}

static void
cut_disclaimer(struct cutter *c, size_t at)
{
	size_t begin = at, end;
	struct slice s;

	if (is_frame(&c->line[at - 1]))
		begin = at - 1;
	if (begin == 0 || !c->line[begin - 1].blank)
		return;
	s = quote_fold(c, c->line[at].text);
	while (s.len > 0 && strchr("*-_=# ", s.ptr[0]) != NULL)
		s = slice_sub(s, 1, s.len);
	if (!quote_starts_any(s, disclaimers) || c->disclaimers++ >= TRIES ||
	    !short_block(c, at, SIZE_MAX, DISCLAIMER_MAX, &end))
		return;
	for (size_t i = at; i < end; i++)
		if (quote_has_any(quote_fold(c, c->line[i].text), confidential)) {
			quote_cut(c, begin, end);
			return;
		}
}

void
quote_cut_endings(struct cutter *c)
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
		if (!l->cut && l->text.len < SENT_FROM_MAX &&
		    quote_starts_any(quote_fold(c, l->text), sent_from))
			l->cut = true;
		c->text_seen |= !l->cut;
	}
}
