/* SPDX-License-Identifier: MIT */
#include "model/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <uchardet/uchardet.h>

#include "base/utf8.h"
#include "model/text.h"

enum {
	LABEL_MAX = 40,
	GUESS_LEAST = 100,		/* uchardet's guess is worse than none below */
	GUESS_MOST = 65536,		/* and no better above */
};

/*
 * Labels with their letters and digits only, sorted; the second is iconv's
 * name.  Supersets stand in for what mailers call by the name of a subset, as
 * in the Encoding Standard of the web.
 */
static const struct alias {
	const char *label, *name;
} aliases[] = {
	{ "437", "IBM437" }, { "850", "IBM850" }, { "852", "IBM852" },
	{ "866", "IBM866" },
	{ "ansix341968", "UTF-8" }, { "armscii8", "ARMSCII-8" },
	{ "ascii", "UTF-8" },
	{ "big5", "BIG5-HKSCS" }, { "big5hkscs", "BIG5-HKSCS" },
	{ "cp1250", "CP1250" }, { "cp1251", "CP1251" }, { "cp1252", "CP1252" },
	{ "cp1253", "CP1253" }, { "cp1254", "CP1254" }, { "cp1255", "CP1255" },
	{ "cp1256", "CP1256" }, { "cp1257", "CP1257" }, { "cp1258", "CP1258" },
	{ "cp437", "IBM437" }, { "cp850", "IBM850" }, { "cp852", "IBM852" },
	{ "cp866", "IBM866" }, { "cp874", "CP874" }, { "cp932", "CP932" },
	{ "cp936", "GB18030" }, { "cp949", "CP949" }, { "cp950", "BIG5-HKSCS" },
	{ "eucjp", "EUC-JP-MS" }, { "euckr", "CP949" },
	{ "gb18030", "GB18030" }, { "gb2312", "GB18030" }, { "gb231280", "GB18030" },
	{ "gbk", "GB18030" },
	{ "ibm437", "IBM437" }, { "ibm850", "IBM850" }, { "ibm852", "IBM852" },
	{ "ibm866", "IBM866" },
	{ "iso2022cn", "ISO-2022-CN" }, { "iso2022jp", "ISO-2022-JP-3" },
	{ "iso2022jp1", "ISO-2022-JP-2" }, { "iso2022jp2", "ISO-2022-JP-2" },
	{ "iso2022jp3", "ISO-2022-JP-3" }, { "iso2022kr", "ISO-2022-KR" },
	{ "iso88591", "CP1252" }, { "iso885910", "ISO-8859-10" },
	{ "iso885911", "CP874" }, { "iso885913", "ISO-8859-13" },
	{ "iso885914", "ISO-8859-14" }, { "iso885915", "ISO-8859-15" },
	{ "iso885916", "ISO-8859-16" }, { "iso88592", "ISO-8859-2" },
	{ "iso88593", "ISO-8859-3" }, { "iso88594", "ISO-8859-4" },
	{ "iso88595", "ISO-8859-5" }, { "iso88596", "ISO-8859-6" },
	{ "iso88597", "ISO-8859-7" }, { "iso88598", "CP1255" },
	{ "iso88598i", "CP1255" }, { "iso88599", "CP1254" },
	{ "koi8r", "KOI8-R" }, { "koi8ru", "KOI8-U" }, { "koi8u", "KOI8-U" },
	{ "ksc56011987", "CP949" },
	{ "l1", "CP1252" }, { "latin1", "CP1252" }, { "latin2", "ISO-8859-2" },
	{ "latin9", "ISO-8859-15" },
	{ "mac", "MACINTOSH" }, { "maccyrillic", "MAC-CYRILLIC" },
	{ "macintosh", "MACINTOSH" },
	{ "mskanji", "CP932" }, { "shiftjis", "CP932" }, { "sjis", "CP932" },
	{ "tis620", "CP874" },
	{ "ucs2", "UTF-16" }, { "unicode11utf7", "UTF-7" },
	{ "unicode11utf8", "UTF-8" }, { "usascii", "UTF-8" },
	{ "utf16", "UTF-16" }, { "utf16be", "UTF-16BE" }, { "utf16le", "UTF-16LE" },
	{ "utf32", "UTF-32" }, { "utf32be", "UTF-32BE" }, { "utf32le", "UTF-32LE" },
	{ "utf7", "UTF-7" }, { "utf8", "UTF-8" },
	{ "windows1250", "CP1250" }, { "windows1251", "CP1251" },
	{ "windows1252", "CP1252" }, { "windows1253", "CP1253" },
	{ "windows1254", "CP1254" }, { "windows1255", "CP1255" },
	{ "windows1256", "CP1256" }, { "windows1257", "CP1257" },
	{ "windows1258", "CP1258" }, { "windows31j", "CP932" },
	{ "windows874", "CP874" }, { "windows936", "GB18030" },
	{ "windows949", "CP949" },
	{ "xeucjp", "EUC-JP-MS" }, { "xgbk", "GB18030" },
	{ "xmaccyrillic", "MAC-CYRILLIC" }, { "xmacroman", "MACINTOSH" },
	{ "xsjis", "CP932" }, { "xwindows949", "CP949" },
};

static int
compare_label(const void *key, const void *elem)
{
	return strcmp(key, ((const struct alias *)elem)->label);
}

const char *
charset_find(struct slice label)
{
	char plain[LABEL_MAX];
	const struct alias *al;
	size_t n = 0;

	for (size_t i = 0; i < label.len; i++) {
		char c = label.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if ((c < 'a' || c > 'z') && (c < '0' || c > '9'))
			continue;
		if (n == sizeof plain - 1)
			return NULL;
		plain[n++] = c;
	}
	plain[n] = '\0';
	al = bsearch(plain, aliases, NELEM(aliases), sizeof aliases[0], compare_label);
	return al != NULL ? al->name : NULL;
}

/* windows-1252, 0x80 to 0x9F; the five holes stay control characters. */
static const uint16_t cp1252[32] = {
	0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
	0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

static size_t
convert_cp1252(struct slice in, struct buf *out)
{
	for (size_t i = 0; i < in.len; i++) {
		unsigned char c = (unsigned char)in.ptr[i];

		utf8_put(out, c >= 0x80 && c < 0xA0 ? cp1252[c - 0x80] : c);
	}
	return 0;
}

/* Is s the beginning of a character that needs more bytes than there are? */
static bool
is_cut_off(struct slice s)
{
	unsigned char c = (unsigned char)s.ptr[0];
	size_t need = c >= 0xF0 && c <= 0xF4 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;

	if (need <= s.len || c > 0xF4)
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (((unsigned char)s.ptr[i] & 0xC0) != 0x80)
			return false;
	return true;
}

static size_t
convert_utf8(struct slice in, struct buf *out)
{
	size_t wrong = 0, n, plain;

	while (in.len > 0) {
		uint32_t cp;

		for (plain = 0; plain < in.len && (signed char)in.ptr[plain] >= 0;)
			plain++;
		buf_add(out, in.ptr, plain);
		in = slice_sub(in, plain, in.len);
		if (in.len == 0)
			break;
		cp = utf8_next(in, &n);
		if (cp == 0xFFFD && n == 1) {
			if (is_cut_off(in))
				break;
			wrong++;
		}
		utf8_put(out, cp);
		in = slice_sub(in, n, in.len);
	}
	return wrong;
}

/* One call of iconv(3), with room enough that each makes some progress. */
static bool
iconv_step(iconv_t cd, char **from, size_t *left, struct buf *out)
{
	char *to;
	size_t room, r;

	buf_reserve(out, *left + 64);
	to = out->ptr + out->len;
	room = out->cap - out->len - 1;
	r = iconv(cd, from, left, &to, &room);
	out->len = (size_t)(to - out->ptr);
	out->ptr[out->len] = '\0';
	return r != (size_t)-1;
}

static size_t
convert_iconv(struct slice in, const char *name, struct buf *out)
{
	iconv_t cd = iconv_open("UTF-8", name);
	char *from = (char *)(uintptr_t)in.ptr;
	size_t left = in.len, wrong = 0;

	if (cd == (iconv_t)-1)
		return in.len + convert_utf8(in, out);
	while (left > 0) {
		if (iconv_step(cd, &from, &left, out) || errno == E2BIG)
			continue;
		if (errno == EINVAL)
			break;		/* cut off at the end */
		wrong++;
		utf8_put(out, 0xFFFD);
		from++;
		left--;
	}
	/* Some keep a character back until they know that no mark follows. */
	iconv_step(cd, NULL, &left, out);
	iconv_close(cd);
	return wrong;
}

size_t
charset_convert(struct slice bytes, const char *name, struct buf *out)
{
	if (bytes.len == 0)
		return 0;
	if (strcmp(name, "CP1252") == 0)
		return convert_cp1252(bytes, out);
	if (strcmp(name, "UTF-8") == 0)
		return convert_utf8(bytes, out);
	return convert_iconv(bytes, name, out);
}

static const char *
guess(struct slice bytes)
{
	uchardet_t ud = uchardet_new();
	const char *name = NULL;

	if (uchardet_handle_data(ud, bytes.ptr, MIN(bytes.len, (size_t)GUESS_MOST)) == 0) {
		uchardet_data_end(ud);
		name = charset_find(slice_str(uchardet_get_charset(ud)));
	}
	uchardet_delete(ud);
	return name;
}

/* Characters of more than one byte: what is not there by chance. */
static size_t
count_multibyte(struct slice s)
{
	size_t n = 0, taken;

	for (; s.len > 0; s = slice_sub(s, taken, s.len)) {
		utf8_next(s, &taken);
		n += taken > 1;
	}
	return n;
}

static bool
try(struct slice bytes, const char *name, struct buf *out)
{
	buf_reset(out);
	return charset_convert(bytes, name, out) == 0;
}

static const char *
decode(struct slice bytes, const char *charset, struct buf *out)
{
	const char *declared =
	    charset != NULL ? charset_find(slice_str(charset)) : NULL;
	bool escapes = slice_find(bytes, '\x1b') != SIZE_MAX;
	const char *guessed = NULL;
	size_t wrong;

	if (declared != NULL && !(escapes && strcmp(declared, "UTF-8") == 0) &&
	    try(bytes, declared, out))
		return "declared";
	buf_reset(out);
	wrong = charset_convert(bytes, "UTF-8", out);
	if (wrong == 0 && !escapes)
		return "utf-8";
	if (escapes) {
		struct buf other = BUF_INIT;
		bool clean = try(bytes, "ISO-2022-JP-3", &other);

		if (clean && count_multibyte(buf_slice(&other)) > 0) {
			buf_release(out);
			*out = other;
			return "escapes";
		}
		buf_release(&other);
		if (wrong == 0)
			return "utf-8";
	}
	/* A few bad bytes in what is UTF-8 beyond doubt: readers show U+FFFD. */
	if (count_multibyte(bytes) >= 10 * wrong)
		return "utf-8 with errors";
	if (bytes.len >= GUESS_LEAST && (guessed = guess(bytes)) != NULL &&
	    try(bytes, guessed, out))
		return "guessed";
	if (declared != NULL && strcmp(declared, "UTF-8") != 0) {
		buf_reset(out);
		if (charset_convert(bytes, declared, out) * 20 < bytes.len)
			return "declared with errors";
	}
	try(bytes, "CP1252", out);
	return "windows-1252";
}

struct slice
text_decode(struct arena *a, struct slice bytes, const char *charset, const char **how)
{
	struct buf b = BUF_INIT;
	const char *step = decode(bytes, charset, &b);
	struct slice s = arena_slice(a, buf_slice(&b));

	if (how != NULL)
		*how = step;
	buf_release(&b);
	return s;
}
