/* SPDX-License-Identifier: MIT */
/*
 * csv - tables for spreadsheets and scripts: RFC 4180, UTF-8 without a byte
 * order mark, CRLF at line ends, a header line first.
 *
 * Text comes from mail, and a spreadsheet takes a cell that begins with = + - or
 * @ (or a tab or CR, which are blanks here) for a formula, which can call out.
 * So such a text gets a ' in front, as a person would type it, also behind a
 * semicolon, which begins a cell where the comma is the decimal sign.  Numbers are
 * ours and stay numbers.  Control characters become blanks (utf8_clean).
 */
#ifndef CMD_CSV_H
#define CMD_CSV_H

#include "base/base.h"
#include "base/buf.h"

/* The next cell of the line that is being made; append to out. */
void csv_text(struct buf *out, const char *text);
void csv_number(struct buf *out, int64_t n);
void csv_tenths(struct buf *out, int64_t n);	/* 917: 91.7 */

/* End the line; the next cell begins another. */
void csv_end(struct buf *out);

#endif
