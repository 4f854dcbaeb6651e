/* SPDX-License-Identifier: MIT */
/*
 * body - what a message says and what is attached to it, out of its parts.
 *
 * A body can have several texts: parts one after the other, or the same in
 * plain and in HTML.  Of the latter one is the main one; the other is kept
 * unless it says the same, since a reader may see either.
 */
#ifndef MODEL_BODY_H
#define MODEL_BODY_H

#include "model/mime.h"

enum { BODY_LINKS_MAX = 1000, BODY_ATTACHMENTS_MAX = 2000 };

struct body_text {
	struct slice visible;		/* UTF-8, lines end in LF */
	struct slice text, quoted;	/* visible, cut */
	struct slice forwarded;		/* as text_cut_quotes() has it */
	int message;			/* the part it is inside of, or MIME_NO_PARENT */
	bool main;			/* not the other form of one that is */
};

struct attachment {
	struct slice name;		/* decoded, without directories, or "" */
	struct slice type;		/* "application/pdf" */
};

struct body {
	struct body_text *text;		/* main ones first */
	size_t n_text;
	struct slice *hidden;
	size_t n_hidden;
	struct slice *link;
	size_t n_link;
	struct attachment *attachment;
	size_t n_attachment;
	int *inside;			/* parts: attached messages that were read */
	size_t n_inside;
	bool text_capped;		/* more text than the window, or parts not seen */
	bool links_capped;
	bool attachments_capped;
	bool has_quote, has_forward;
	bool has_calendar, has_encrypted, has_signed;
	bool has_message;		/* a message is attached */
	bool has_report;		/* multipart/report */
	struct slice report_type;	/* "delivery-status", lower case */
	struct slice status;		/* decoded message/delivery-status, or "" */
};

/*
 * window is how many bytes of text are read; forward as in text_cut_quotes().
 * With inside set, attached messages are read as if they stood in the text, but
 * not those that a report has in it.
 */
void body_read(struct arena *a, const struct mime *m, size_t window, bool forward,
    bool inside, struct body *out);

#endif
