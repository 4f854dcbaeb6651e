/* SPDX-License-Identifier: MIT */
#include "model/bounce.h"

/* How much of each text is looked at: reports say it at the top. */
enum { LOOK_MAX = 8192 };

static bool
has_any(struct slice folded, const char *const *phrases)
{
	for (; *phrases != NULL; phrases++)
		if (slice_find_slice(folded, slice_str(*phrases)) != SIZE_MAX)
			return true;
	return false;
}

/* The value of the first field of that name, trimmed; "" when there is none. */
static struct slice
header(const struct evidence *e, const char *name)
{
	size_t at = 0;
	const struct header_field *f = header_next(e->headers, name, &at);

	return f != NULL ? slice_trim(f->raw) : slice_make("", 0);
}

static bool
has_header(const struct evidence *e, const char *name)
{
	size_t at = 0;

	return header_next(e->headers, name, &at) != NULL;
}

/* ---- who sent it ---- */

static bool
is_system_name(struct slice local)
{
	static const char *const names[] = { "mailer-daemon", "mailerdaemon",
		"mailer_daemon", "mail-daemon", "postmaster", "post_master",
		"mail.delivery.system", "maildaemon", "smtp-daemon", "dsn" };

	for (size_t i = 0; i < NELEM(names); i++)
		if (slice_eq_case(local, slice_str(names[i])))
			return true;
	return false;
}

static struct slice
local_part(struct slice address)
{
	return slice_sub(address, 0, slice_find(address, '@'));
}

/* The null sender: in the envelope, or in the field that tells the envelope. */
static bool
is_null_sender(const struct evidence *e)
{
	struct slice path = header(e, "Return-Path");

	if (e->env->sender[0] != '\0')
		return false;
	return !has_header(e, "Return-Path") || path.len == 0 ||
	    slice_starts(path, "<>") || slice_starts_case(path, "<mailer-daemon");
}

static bool
is_from_system(const struct evidence *e)
{
	static const char *const names[] = { "mail delivery", "mailer-daemon",
		"mailer daemon", "ndr administrator", "mail deliver system",
		"delivery subsystem", NULL };
	struct slice sender = slice_str(e->env->sender);

	return is_system_name(local_part(e->from_address)) ||
	    is_system_name(local_part(sender)) ||
	    has_any(text_fold(e->arena, header(e, "From")), names);
}

/* Nobody reads what is answered to it. */
static bool
is_no_reply(const struct evidence *e)
{
	static const char *const names[] = { "no-reply", "noreply", "no_reply",
		"donotreply", "do-not-reply", "do_not_reply" };
	struct slice local = local_part(e->from_address);

	for (size_t i = 0; i < NELEM(names); i++)
		if (slice_eq_case(local, slice_str(names[i])))
			return true;
	return false;
}

/* ---- what it says ---- */

static const char *const subjects[] = {
	"undeliver", "undelivered", "non delivery", "non-delivery", "nondeliver",
	"returned mail", "returned to sender", "returning message", "return to sender",
	"mail delivery fail", "delivery fail", "delivery has failed", "delivery status",
	"delivery report", "delivery notification", "delivery error", "delivery problem",
	"delivery incomplete", "delivery delay", "delayed mail", "message delayed",
	"failure notice", "failed mail", "failed delivery", "mail failure",
	"mail system error", "message you sent blocked", "could not be delivered",
	"couldn't be delivered", "could not deliver", "not delivered", "error sending",
	"mail could not be", "warning: message", "unzustellbar", "nicht zustellbar",
	"nicht zugestellt", "zustellung fehlgeschlagen", "übermittlungsfehler",
	"non remis", "non distribu", "échec de la remise", "échec de remise",
	"no se puede entregar", "no se pudo entregar", "error en la entrega",
	"devuelto", "não entreg", "falha na entrega", "mancato recapito",
	"impossibile recapitare", "niet bezorgd", "onbestelbaar", "niedostarczon",
	"nie dostarczon", "zwrot", "не достав",
	"配信", "エラー", "退信", NULL,
};

static const char *const phrases[] = {
	"could not be delivered", "couldn't be delivered", "cannot be delivered",
	"can't be delivered", "could not deliver", "couldn't deliver",
	"unable to deliver", "wasn't able to deliver", "was not able to deliver",
	"not been delivered", "not delivered", "was undeliverable", "is undeliverable",
	"undeliverable", "undelivered", "delivery to the following",
	"delivery has failed", "delivery failed", "delivery failure", "failed delivery",
	"delivery has been delayed", "delivery is delayed", "has been delayed",
	"did not reach the following", "failed recipient", "failed to deliver",
	"following address", "following recipient", "permanent error",
	"permanent fatal error", "permanent failure", "transient", "non-delivery",
	"returned to sender", "is being returned", "being returned",
	"recipient address rejected", "recipient rejected", "user unknown",
	"unknown user", "unknown recipient", "no such user", "no such recipient",
	"does not exist", "mailbox unavailable", "mailbox is full", "mailbox full",
	"over quota", "quota exceeded", "mail system error", "rejected your message",
	"message was rejected", "rejected by", "550 ", "551 ", "552 ", "553 ", "554 ",
	"final-recipient:", "diagnostic-code:", "qmail-send program",
	"host unknown", "unknown host", "deferred:", "nicht zugestellt",
	"nicht ausgeliefert", "konnte nicht", "nicht zustell", "n'a pas pu",
	"n'a pu être", "no se pudo entregar", "não pôde ser",
	"non è stato possibile", "impossibile", "kon niet worden",
	"nie można dostarczyć", "nie może być dostarczon",
	"не достав",
	"не может быть достав",
	"配信", "宛先", "送信でき", NULL,
};

static bool
subject_says(const struct evidence *e, const char *const *words)
{
	for (size_t i = 0; i < e->n_subject; i++)
		if (has_any(e->subject[i].fold, words))
			return true;
	return false;
}

/* All that is readable: reports quote, and what they quote is in `quoted`. */
static bool
body_says(const struct evidence *e)
{
	for (size_t i = 0; i < e->body->n_text; i++)
		if (has_any(text_fold(e->arena,
		    slice_sub(e->body->text[i].visible, 0, LOOK_MAX)), phrases))
			return true;
	return false;
}

/* ---- RFC 3464 ---- */

/* Does each Action of the report tell of success? */
static bool
only_success(struct slice status)
{
	struct slice line;
	bool success = false;

	while (slice_next(&status, '\n', &line)) {
		struct slice value;

		if (!slice_starts_case(line, "action:"))
			continue;
		value = slice_trim(slice_sub(line, 7, line.len));
		if (!slice_starts_case(value, "delivered") &&
		    !slice_starts_case(value, "relayed") &&
		    !slice_starts_case(value, "expanded"))
			return false;
		success = true;
	}
	return success;
}

/* Reports that are none of delivery: receipts, complaints. */
static bool
is_other_report(const struct evidence *e)
{
	struct slice type = e->body->report_type;

	return slice_eq_str(type, "disposition-notification") ||
	    slice_eq_str(type, "feedback-report") || slice_eq_str(type, "tlsrpt");
}

static bool
is_dsn(const struct evidence *e)
{
	if (e->body->status.len > 0)
		return !only_success(e->body->status);
	return e->body->has_report &&
	    slice_eq_str(e->body->report_type, "delivery-status");
}

bool
bounce_is(const struct evidence *e)
{
	if (is_other_report(e))
		return false;
	if (is_dsn(e) || has_header(e, "X-Failed-Recipients") ||
	    has_header(e, "X-MS-Exchange-Message-Is-Ndr"))
		return true;
	if (slice_starts_case(e->root_type, "message/") && e->body->status.len > 0)
		return true;
	if (is_from_system(e))
		return subject_says(e, subjects) || body_says(e);
	if (!is_null_sender(e) && !(is_no_reply(e) && e->body->has_message))
		return false;
	return subject_says(e, subjects) && body_says(e);
}

/* ---- RFC 3834 ---- */

/* What the subject of an absent person's program begins with, in most tongues. */
static const char *const absences[] = {
	"automatic reply", "auto reply", "auto-reply", "autoreply", "auto response",
	"auto-response", "autoresponse", "automated reply", "automated response",
	"out of office", "out of the office", "out-of-office", "away from the office",
	"on vacation", "vacation reply", "automatische antwort", "abwesenheit",
	"abwesend", "automatische rückmeldung", "réponse automatique",
	"absence du bureau", "respuesta automática", "fuera de la oficina",
	"resposta automática", "fora do escritório", "risposta automatica",
	"fuori ufficio", "automatisch antwoord", "automatische reactie", "afwezig",
	"automatyczna odpowiedź", "odpowiedź automatyczna", "nieobecno",
	"autosvar", "automatiskt svar",
	"автоматический ответ",
	"автоответ",
	"自動返信", "自动回复", "自动答复",
	"自動回覆", NULL,
};

static bool
says_no(struct slice value)
{
	return value.len == 0 || slice_eq_case(value, SLICE_LIT("no")) ||
	    slice_eq_case(value, SLICE_LIT("false")) || slice_eq_str(value, "0");
}

/* Fields that nothing but a responder writes. */
static bool
has_responder_field(const struct evidence *e)
{
	static const char *const names[] = { "X-Autoreply", "X-Auto-Reply",
		"X-Autorespond", "X-Autoresponder", "X-Autoreply-From",
		"X-Auto-Reply-From", "X-Mail-Autoreply", "X-Out-Of-Office" };

	for (size_t i = 0; i < NELEM(names); i++)
		if (!says_no(header(e, names[i])))
			return true;
	return slice_starts_case(header(e, "Auto-Submitted"), "auto-replied") ||
	    slice_starts_case(header(e, "Precedence"), "auto_reply") ||
	    slice_starts_case(header(e, "Precedence"), "auto-reply") ||
	    slice_eq_case(header(e, "X-Apple-Action"), SLICE_LIT("VACATION")) ||
	    slice_starts_case(header(e, "X-Autogenerated"), "reply") ||
	    slice_eq_case(header(e, "Delivered-To"), SLICE_LIT("Autoresponder"));
}

/* A program wrote it, of whatever sort. */
static bool
is_by_program(const struct evidence *e)
{
	return !says_no(header(e, "Auto-Submitted")) ||
	    has_header(e, "X-Auto-Response-Suppress") ||
	    slice_starts_case(header(e, "Precedence"), "junk") ||
	    slice_starts_case(header(e, "Precedence"), "bulk") || is_null_sender(e);
}

bool
auto_reply_is(const struct evidence *e, bool bounce)
{
	if (bounce || e->body->has_report)
		return false;
	return has_responder_field(e) ||
	    (subject_says(e, absences) && is_by_program(e));
}
