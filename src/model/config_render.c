/* SPDX-License-Identifier: MIT */
/* The deciding part of a configuration as text: the inverse of config_parse(). */
#include "base/xalloc.h"
#include "model/config_impl.h"

/* One word of a list, in quotes where it would fall apart without. */
static void
put_word(struct buf *out, const char *prefix, const char *word)
{
	buf_add_char(out, ' ');
	if (strpbrk(word, " \t,\"\\") == NULL) {
		buf_addf(out, "%s%s", prefix, word);
		return;
	}
	buf_addf(out, "\"%s", prefix);
	for (; *word != '\0'; word++) {
		if (*word == '"' || *word == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, *word);
	}
	buf_add_char(out, '"');
}

static bool
put_list(const struct key_def *k, const void *base, struct buf *out)
{
	const char *at = (const char *)base;
	size_t n = *(const size_t *)(const void *)(at + k->offset_n);
	const void *list = *(const void *const *)(const void *)(at + k->offset);

	for (size_t i = 0; i < n; i++) {
		if (k->type == VALUE_TARGETS) {
			const struct config_target *t =
			    (const struct config_target *)list + i;

			put_word(out, t->kind == TARGET_MAILDIR ? "maildir:" : "",
			    t->value);
		} else
			put_word(out, "", ((const char *const *)list)[i]);
	}
	return n > 0;
}

static bool
value_render(const struct key_def *k, const void *base, struct buf *out)
{
	const void *at = (const char *)base + k->offset;
	const char *text;

	switch (k->type) {
	case VALUE_TIME:
		buf_add_char(out, ' ');
		lex_put_time(out, *(const int64_t *)at);
		return true;
	case VALUE_SIZE:
		buf_add_char(out, ' ');
		lex_put_size(out, *(const uint64_t *)at);
		return true;
	case VALUE_SIZE32:
		buf_add_char(out, ' ');
		lex_put_size(out, *(const uint32_t *)at);
		return true;
	case VALUE_COUNT:
		buf_addf(out, " %u", *(const uint32_t *)at);
		return true;
	case VALUE_NUMBER:
		buf_addf(out, " %d", *(const int *)at);
		return true;
	case VALUE_YES_NO:
		buf_add_str(out, *(const bool *)at ? " yes" : " no");
		return true;
	case VALUE_WORD: case VALUE_NAME: case VALUE_ADDRESS:
		text = *(const char *const *)at;
		if (text == NULL)
			return false;
		buf_addf(out, " %s", text);
		return true;
	case VALUE_ADDRESSES: case VALUE_DOMAINS: case VALUE_PATHS:
	case VALUE_TARGETS:
		return put_list(k, base, out);
	case VALUE_PORT: case VALUE_MODE: case VALUE_TLS: case VALUE_AUTH:
	case VALUE_PART: case VALUE_TEXT: case VALUE_HOST: case VALUE_PATH:
	case VALUE_ARGV: case VALUE_PEOPLE: case VALUE_SEND: case VALUE_ZONE:
	case VALUE_RECIPIENTS:
		break;
	}
	bug("config: '%s' is not rendered", k->key);
}

static void
put_keys(enum section_id section, const void *base, struct buf *out)
{
	AUTO(buf_release) struct buf value = BUF_INIT;

	for (size_t i = 0; i < key_count; i++) {
		const struct key_def *k = &key_table[i];

		if (k->section != section || (k->flags & KEY_DECIDES) == 0)
			continue;
		buf_reset(&value);
		if (value_render(k, base, &value))
			buf_addf(out, "%s%s\n", k->key, buf_str(&value));
	}
}

void
config_render_deciding(const struct config *cfg, struct buf *out)
{
	buf_add_str(out, "part deciding\n");
	for (size_t i = 0; i < cfg->n_alias; i++) {
		const struct config_alias *al = &cfg->alias[i];

		buf_add_str(out, "alias");
		if (al->any)
			buf_add_str(out, " *");
		for (size_t j = 0; j < al->n_address; j++)
			put_word(out, "", al->address[j]);
		buf_add_char(out, '\n');
		put_keys(SECTION_ALIAS, al, out);
	}
	for (size_t i = 0; i < cfg->n_team; i++) {
		buf_addf(out, "team %s\n", cfg->team[i].name);
		put_keys(SECTION_TEAM, &cfg->team[i], out);
	}
	for (size_t i = 0; i < cfg->n_imap; i++) {
		buf_addf(out, "imap %s\n", cfg->imap[i].name);
		if (cfg->imap[i].maildir != NULL)
			buf_addf(out, "maildir %s\n", cfg->imap[i].maildir);
	}
	buf_add_str(out, "limits\n");
	put_keys(SECTION_LIMITS, &cfg->limits, out);
	buf_add_str(out, "trust\n");
	put_keys(SECTION_TRUST, cfg, out);
}
