/* SPDX-License-Identifier: MIT */
/*
 * mroute completion SHELL: what contrib/completions/ holds, made from the
 * tables of commands and options (`make completions`).
 */
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"

/* What a shell can offer for the value of an option. */
enum offer { OFFER_NOTHING, OFFER_FILES, OFFER_DIRECTORIES, OFFER_WORDS };

static enum offer
offer_for(const char *value)
{
	if (value == NULL)
		return OFFER_NOTHING;
	if (strchr(value, '|') != NULL)
		return OFFER_WORDS;
	if (strcmp(value, "DIR") == 0)
		return OFFER_DIRECTORIES;
	if (strcmp(value, "FILE") == 0 || strcmp(value, "PATH") == 0)
		return OFFER_FILES;
	return OFFER_NOTHING;
}

/* "a|b|c" as "a b c". */
static void
put_words(const char *words)
{
	for (const char *p = words; *p != '\0'; p++)
		putchar(*p == '|' ? ' ' : *p);
}

/* Text between single quotes; what is special besides gets a backslash. */
static void
put_quoted(const char *text, const char *special)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\'')
			fputs("'\\''", stdout);
		else if (strchr(special, *p) != NULL)
			printf("\\%c", *p);
		else
			putchar(*p);
	}
}

static bool
is_end(const struct opt *o)
{
	return o == NULL || o->kind == OPT_KIND_END;
}

/* ---- bash ---- */

static void
bash_names(const struct opt *opts)
{
	for (const struct opt *o = opts; !is_end(o); o++)
		printf(" --%s", o->name);
}

/* One line of `case $verb/$prev in` for each option that takes a value. */
static void
bash_values(const char *verb, const struct opt *opts)
{
	for (const struct opt *o = opts; !is_end(o); o++) {
		if (o->value == NULL)
			continue;
		printf("\t%s/--%s", verb, o->name);
		if (o->letter != 0)
			printf(" | %s/-%c", verb, o->letter);
		fputs(") ", stdout);
		switch (offer_for(o->value)) {
		case OFFER_NOTHING:
			fputs("return", stdout);
			break;
		case OFFER_FILES:
			fputs("_mroute_offer -f && return", stdout);
			break;
		case OFFER_DIRECTORIES:
			fputs("_mroute_offer -d && return", stdout);
			break;
		case OFFER_WORDS:
			fputs("_mroute_offer -W '", stdout);
			put_words(o->value);
			fputs("' && return", stdout);
			break;
		}
		fputs(" ;;\n", stdout);
	}
}

static void
bash_commands(void)
{
	for (size_t i = 0; cmd_list[i] != NULL; i++)
		if (!cmd_list[i]->hidden)
			printf("%s%s", i > 0 ? " " : "", cmd_list[i]->name);
}

static void
completion_bash(void)
{
	fputs("# bash completion for mroute; made by `make completions`.\n"
	    "# SPDX-License-Identifier: MIT\n"
	    "# shellcheck shell=bash\n\n"
	    "_mroute_offer() {\n"
	    "\tmapfile -t COMPREPLY < <(compgen \"$@\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
	    "}\n\n"
	    "_mroute() {\n"
	    "\tlocal verb='' at=0 i prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	    "\t\tcase ${COMP_WORDS[i]} in\n"
	    "\t\t-c | --config | --color) i=$((i + 1)) ;;\n"
	    "\t\t-*) ;;\n"
	    "\t\t*) verb=${COMP_WORDS[i]} at=$i && break ;;\n"
	    "\t\tesac\n"
	    "\tdone\n"
	    "\tcompopt -o filenames 2>/dev/null\n"
	    "\tcase $verb/$prev in\n", stdout);
	bash_values("*", cmd_common_opts);
	for (size_t i = 0; cmd_list[i] != NULL; i++)
		if (!cmd_list[i]->hidden)
			bash_values(cmd_list[i]->name, cmd_list[i]->opts);
	fputs("\tesac\n\tcase $verb in\n\t'') _mroute_offer -W '", stdout);
	bash_commands();
	bash_names(cmd_common_opts);
	fputs(" --version' ;;\n", stdout);
	for (size_t i = 0; cmd_list[i] != NULL; i++) {
		const struct cmd *c = cmd_list[i];

		if (c->hidden)
			continue;
		printf("\t%s)\n", c->name);
		if (c->words != NULL || c == &cmd_help) {
			fputs("\t\t[ $((at + 1)) -eq \"$COMP_CWORD\" ] && _mroute_offer -W '",
			    stdout);
			if (c->words != NULL)
				put_words(c->words);
			else
				bash_commands();
			fputs("' && return\n", stdout);
		}
		fputs("\t\tcase ${COMP_WORDS[COMP_CWORD]} in\n\t\t-*) _mroute_offer -W '",
		    stdout);
		bash_names(c->opts);
		bash_names(cmd_common_opts);
		fputs("' ;;\n\t\t*) _mroute_offer -f ;;\n\t\tesac\n\t\t;;\n", stdout);
	}
	fputs("\tesac\n}\n\ncomplete -F _mroute mroute\n", stdout);
}

/* ---- zsh ---- */

static void
zsh_options(const struct opt *opts)
{
	for (const struct opt *o = opts; !is_end(o); o++) {
		fputs(" \\\n\t\t\t", stdout);
		if (o->letter != 0)
			printf("'(-%c --%s)'{-%c,--%s%s}'[", o->letter, o->name,
			    o->letter, o->name, o->value != NULL ? "=" : "");
		else
			printf("'--%s%s[", o->name, o->value != NULL ? "=" : "");
		put_quoted(o->doc, "[]");
		putchar(']');
		switch (offer_for(o->value)) {
		case OFFER_NOTHING:
			if (o->value != NULL)
				printf(":%s: ", o->value);
			break;
		case OFFER_FILES:
			printf(":%s:_files", o->value);
			break;
		case OFFER_DIRECTORIES:
			printf(":%s:_files -/", o->value);
			break;
		case OFFER_WORDS:
			fputs(":word:(", stdout);
			put_words(o->value);
			putchar(')');
			break;
		}
		putchar('\'');
	}
}

static void
completion_zsh(void)
{
	fputs("#compdef mroute\n# zsh completion for mroute; made by `make completions`.\n\n"
	    "_mroute() {\n\tlocal -a commands\n\tlocal curcontext=$curcontext state line\n"
	    "\tcommands=(", stdout);
	for (size_t i = 0; cmd_list[i] != NULL; i++) {
		if (cmd_list[i]->hidden)
			continue;
		printf("\n\t\t'%s:", cmd_list[i]->name);
		put_quoted(cmd_list[i]->summary, ":");
		putchar('\'');
	}
	fputs("\n\t)\n\t_arguments -C", stdout);
	zsh_options(cmd_common_opts);
	fputs(" \\\n\t\t\t'(-V --version)'{-V,--version}'[show the version]'"
	    " \\\n\t\t\t'1:command:->command' '*::operand:->operand'\n"
	    "\tcase $state in\n\tcommand) _describe command commands ;;\n"
	    "\toperand)\n\t\tcase $line[1] in\n", stdout);
	for (size_t i = 0; cmd_list[i] != NULL; i++) {
		const struct cmd *c = cmd_list[i];

		if (c->hidden)
			continue;
		printf("\t\t%s)\n\t\t\t_arguments", c->name);
		zsh_options(c->opts);
		zsh_options(cmd_common_opts);
		if (c->words != NULL) {
			fputs(" \\\n\t\t\t'1:word:(", stdout);
			put_words(c->words);
			fputs(")'", stdout);
		} else if (c == &cmd_help) {
			fputs(" \\\n\t\t\t'1:command:{ _describe command commands }'", stdout);
		}
		fputs(c == &cmd_help ? "\n\t\t\t;;\n" : " \\\n\t\t\t'*:file:_files'\n\t\t\t;;\n",
		    stdout);
	}
	fputs("\t\tesac\n\t\t;;\n\tesac\n}\n\n_mroute \"$@\"\n", stdout);
}

/* ---- fish ---- */

static void
fish_options(const char *condition, const struct opt *opts)
{
	for (const struct opt *o = opts; !is_end(o); o++) {
		printf("complete -c mroute%s -l %s", condition, o->name);
		if (o->letter != 0)
			printf(" -s %c", o->letter);
		switch (offer_for(o->value)) {
		case OFFER_NOTHING:
			fputs(o->value != NULL ? " -x" : "", stdout);
			break;
		case OFFER_FILES:
			fputs(" -r", stdout);
			break;
		case OFFER_DIRECTORIES:
			fputs(" -x -a '(__fish_complete_directories)'", stdout);
			break;
		case OFFER_WORDS:
			fputs(" -x -a '", stdout);
			put_words(o->value);
			putchar('\'');
			break;
		}
		fputs(" -d '", stdout);
		put_quoted(o->doc, "");
		puts("'");
	}
}

static void
completion_fish(void)
{
	char condition[128];

	puts("# fish completion for mroute; made by `make completions`.");
	puts("complete -c mroute -n __fish_use_subcommand -f");
	fish_options("", cmd_common_opts);
	puts("complete -c mroute -n __fish_use_subcommand -s V -l version"
	    " -d 'show the version'");
	for (size_t i = 0; cmd_list[i] != NULL; i++) {
		const struct cmd *c = cmd_list[i];

		if (c->hidden)
			continue;
		printf("complete -c mroute -n __fish_use_subcommand -a %s -d '", c->name);
		put_quoted(c->summary, "");
		puts("'");
		snprintf(condition, sizeof condition,
		    " -n '__fish_seen_subcommand_from %s'", c->name);
		if (c->words != NULL) {
			printf("complete -c mroute%s -f -a '", condition);
			put_words(c->words);
			puts("'");
		}
		fish_options(condition, c->opts);
	}
}

static int
completion_run(struct cmd_call *call)
{
	static const struct {
		const char *shell;
		void (*print)(void);
	} shells[] = {
		{ "bash", completion_bash },
		{ "zsh", completion_zsh },
		{ "fish", completion_fish },
	};

	for (size_t i = 0; i < NELEM(shells); i++) {
		if (strcmp(shells[i].shell, call->argv[0]) == 0) {
			shells[i].print();
			return CMD_OK;
		}
	}
	return cmd_usage(call, "no completion for '%s'; there is bash, zsh and fish",
	    call->argv[0]);
}

const struct cmd cmd_completion = {
	.name = "completion",
	.operands = "SHELL",
	.min = 1,
	.max = 1,
	.words = "bash|zsh|fish",
	.summary = "print the completion file for a shell",
	.run = completion_run,
	.hidden = true,
};
