/* SPDX-License-Identifier: MIT */
/* The vocabulary of mroute.conf. */
#include <stddef.h>

#include "model/config_impl.h"

const struct section_def section_table[SECTION_N] = {
	[SECTION_TOP] = { "", NULL, "What stands before the first section." },
	[SECTION_ALIAS] = { "alias", "ADDRESS... | *",
	    "Addresses that mroute answers for, and the rules that decide for "
	    "their mail. * stands for every address that no other section names." },
	[SECTION_TEAM] = { "team", "NAME", "Who gets what a rule forwards to NAME." },
	[SECTION_SMTP] = { "smtp", NULL, "The server that takes forwarded mail." },
	[SECTION_IMAP] = { "imap", "NAME",
	    "A store for the action file: an IMAP server, or a Maildir++ tree." },
	[SECTION_SPOOL] = { "spool", NULL, "Where messages and records are kept." },
	[SECTION_LIMITS] = { "limits", NULL,
	    "How much of a message is looked at, and how long things may take." },
	[SECTION_TRUST] = { "trust", NULL, "Whose word is taken." },
	[SECTION_SUMMARY] = { "summary", NULL,
	    "The report of a week or a month, and who gets it by mail." },
};

#define TOP(m)		offsetof(struct config, m), 0
#define ALIAS(m)	offsetof(struct config_alias, m), 0
#define ALIASES(m)	offsetof(struct config_alias, m), \
			    offsetof(struct config_alias, n_ ## m)
#define MEMBERS		offsetof(struct config_team, member), \
			    offsetof(struct config_team, n_member)
#define SERVER(m)	offsetof(struct config_server, m), 0
#define SPOOL(m)	offsetof(struct config_spool, m), 0
#define LIMITS(m)	offsetof(struct config_limits, m), 0
#define SUMMARY(m)	offsetof(struct config_summary, m), 0
#define SUMMARIES(m)	offsetof(struct config_summary, m), \
			    offsetof(struct config_summary, n_ ## m)
#define NOWHERE		SIZE_MAX, 0

#define MS(n)		(UINT64_C(1) * (n))
#define DAYS(n)		(UINT64_C(86400000) * (n))
#define FOREVER		DAYS(36500)
#define MB(n)		(UINT64_C(1048576) * (n))

const struct key_def key_table[] = {
	{ SECTION_TOP, "hostname", VALUE_HOST, "NAME", "the system's host name",
	    TOP(hostname), 0, 0, KEY_COMPUTED,
	    "The name given to servers (EHLO) and used in our own Message-IDs." },
	{ SECTION_TOP, "part", VALUE_PART, "deciding", NULL, NOWHERE, 0, 0,
	    0,
	    "Stands in recorded configurations only: the text holds what "
	    "decides where mail goes, and of a server no more than its name." },

	{ SECTION_ALIAS, "rules", VALUE_PATHS, "DIR...", NULL, ALIASES(rules),
	    0, 0, KEY_DECIDES | KEY_REQUIRED,
	    "Rule directories. A file replaces the file of the same name in a "
	    "directory named before." },
	{ SECTION_ALIAS, "bounce-address", VALUE_ADDRESS, "ADDRESS", NULL,
	    ALIAS(bounce_address), 0, 0, KEY_DECIDES,
	    "The envelope sender of what is forwarded; needed once a rule "
	    "forwards to an address." },
	{ SECTION_ALIAS, "owner", VALUE_ADDRESS, "ADDRESS", NULL, ALIAS(owner),
	    0, 0, KEY_DECIDES, "Who gets alarms." },
	{ SECTION_ALIAS, "margin", VALUE_NUMBER, "POINTS", "15", ALIAS(margin),
	    0, 1000, KEY_DECIDES,
	    "When another route is closer than this, the otherwise route takes "
	    "the message." },
	{ SECTION_ALIAS, "store", VALUE_NAME, "NAME", NULL, ALIAS(store), 0, 0,
	    KEY_DECIDES, "The imap section that the action file means when it "
	    "names none." },
	{ SECTION_ALIAS, "staff", VALUE_DOMAINS, "DOMAIN...", NULL,
	    ALIASES(staff), 0, 0, KEY_DECIDES | KEY_REPEATS,
	    "Domains of colleagues, with all below them: a message that one of "
	    "them passes on is looked into." },
	{ SECTION_ALIAS, "form", VALUE_ADDRESSES, "ADDRESS...", NULL,
	    ALIASES(form), 0, 0, KEY_DECIDES | KEY_REPEATS,
	    "Senders of web forms, with any +tag: the author of their mail is in "
	    "Reply-To." },
	{ SECTION_ALIAS, "observe", VALUE_YES_NO, "yes | no", "no",
	    ALIAS(observe), 0, 0, KEY_DECIDES,
	    "Send all mail to the otherwise route and only record what would "
	    "have been decided." },

	{ SECTION_TEAM, "members", VALUE_TARGETS, "ADDRESS | maildir:PATH ...",
	    NULL, MEMBERS, 0, 0, KEY_DECIDES | KEY_REQUIRED | KEY_REPEATS,
	    "Each gets a copy." },

	{ SECTION_SMTP, "host", VALUE_HOST, "NAME", "127.0.0.1", SERVER(host),
	    0, 0, KEY_COMPUTED, "Name or IP address of the server." },
	{ SECTION_SMTP, "port", VALUE_PORT, "NUMBER",
	    "25; 465 with tls implicit", SERVER(port), 1, 65535, KEY_COMPUTED,
	    "TCP port." },
	{ SECTION_SMTP, "tls", VALUE_TLS, "none | starttls | implicit",
	    "implicit on port 465, none on port 25 of this machine, else starttls",
	    SERVER(tls), 0, 0, KEY_COMPUTED,
	    "How the connection is encrypted. The server's certificate is always "
	    "checked." },
	{ SECTION_SMTP, "auth", VALUE_AUTH, "plain | xoauth2", "plain",
	    SERVER(auth), 0, 0, 0, "How to log in, once there is a user." },
	{ SECTION_SMTP, "user", VALUE_TEXT, "NAME", NULL, SERVER(user), 0, 0, 0,
	    "Log in as this user." },
	{ SECTION_SMTP, "password-file", VALUE_PATH, "PATH", NULL,
	    SERVER(password_file), 0, 0, 0,
	    "A file whose first line is the password." },
	{ SECTION_SMTP, "password-command", VALUE_ARGV, "PROGRAM [ARGUMENT...]",
	    NULL, SERVER(password_command), 0, 0, 0,
	    "A program that prints the password; started without a shell." },
	{ SECTION_SMTP, "token-command", VALUE_ARGV, "PROGRAM [ARGUMENT...]",
	    NULL, SERVER(token_command), 0, 0, 0,
	    "A program that prints an access token for xoauth2." },
	{ SECTION_SMTP, "ca-file", VALUE_PATH, "PATH", "the system's",
	    SERVER(ca_file), 0, 0, KEY_COMPUTED,
	    "Certificates that the server's must lead to." },

	{ SECTION_IMAP, "maildir", VALUE_PATH, "PATH", NULL, SERVER(maildir), 0,
	    0, 0, "The root of a Maildir++ tree; then there is no server." },
	{ SECTION_IMAP, "host", VALUE_HOST, "NAME", NULL, SERVER(host), 0, 0, 0,
	    "Name or IP address of the server." },
	{ SECTION_IMAP, "port", VALUE_PORT, "NUMBER",
	    "993; 143 with tls starttls or none", SERVER(port), 1, 65535,
	    KEY_COMPUTED, "TCP port." },
	{ SECTION_IMAP, "tls", VALUE_TLS, "none | starttls | implicit",
	    "implicit without a port or on port 993, else starttls",
	    SERVER(tls), 0, 0, KEY_COMPUTED,
	    "How the connection is encrypted. The server's certificate is always "
	    "checked." },
	{ SECTION_IMAP, "auth", VALUE_AUTH, "plain | xoauth2", "plain",
	    SERVER(auth), 0, 0, 0, "How to log in." },
	{ SECTION_IMAP, "user", VALUE_TEXT, "NAME", NULL, SERVER(user), 0, 0, 0,
	    "Log in as this user." },
	{ SECTION_IMAP, "password-file", VALUE_PATH, "PATH", NULL,
	    SERVER(password_file), 0, 0, 0,
	    "A file whose first line is the password." },
	{ SECTION_IMAP, "password-command", VALUE_ARGV, "PROGRAM [ARGUMENT...]",
	    NULL, SERVER(password_command), 0, 0, 0,
	    "A program that prints the password; started without a shell." },
	{ SECTION_IMAP, "token-command", VALUE_ARGV, "PROGRAM [ARGUMENT...]",
	    NULL, SERVER(token_command), 0, 0, 0,
	    "A program that prints an access token for xoauth2." },
	{ SECTION_IMAP, "ca-file", VALUE_PATH, "PATH", "the system's",
	    SERVER(ca_file), 0, 0, KEY_COMPUTED,
	    "Certificates that the server's must lead to." },
	{ SECTION_IMAP, "prefix", VALUE_TEXT, "TEXT", "nothing", SERVER(prefix),
	    0, 0, KEY_COMPUTED, "Put in front of each mailbox name." },

	{ SECTION_SPOOL, "path", VALUE_PATH, "PATH", "/var/spool/mroute",
	    SPOOL(path), 0, 0, 0, "The spool directory, made by mroute init." },
	{ SECTION_SPOOL, "keep-originals", VALUE_TIME, "TIME", "90d",
	    SPOOL(keep_originals), 0, FOREVER, 0,
	    "How long a delivered message stays in the spool." },
	{ SECTION_SPOOL, "keep-records", VALUE_TIME, "TIME", "0",
	    SPOOL(keep_records), 0, FOREVER, 0,
	    "How long the record of a message stays; 0 is for ever." },
	{ SECTION_SPOOL, "max-silence", VALUE_TIME, "TIME", "1h",
	    SPOOL(max_silence), 0, FOREVER, 0,
	    "When the engine was not seen for this long, mroute-deliver lets "
	    "Postfix keep the mail; 0 is never." },
	{ SECTION_SPOOL, "maildir-mode", VALUE_MODE, "OCTAL", "0700",
	    SPOOL(maildir_mode), 0700, 02777, 0,
	    "Mode of the directories of a Maildir; files get it without x." },
	{ SECTION_SPOOL, "maildir-group", VALUE_WORD, "GROUP", NULL,
	    SPOOL(maildir_group), 0, 0, 0, "Group of Maildirs." },

	{ SECTION_LIMITS, "message-size", VALUE_SIZE, "SIZE", "64M",
	    LIMITS(message_size), 1024, MB(2048), KEY_DECIDES,
	    "A larger message is not examined; it has the fact over-limit." },
	{ SECTION_LIMITS, "headers", VALUE_COUNT, "NUMBER", "1000",
	    LIMITS(headers), 10, 100000, KEY_DECIDES,
	    "Header fields that are looked at." },
	{ SECTION_LIMITS, "header-size", VALUE_SIZE32, "SIZE", "16k",
	    LIMITS(header_size), 256, MB(1), KEY_DECIDES,
	    "Bytes of one header field that are looked at." },
	{ SECTION_LIMITS, "parts", VALUE_COUNT, "NUMBER", "2000", LIMITS(parts),
	    1, 100000, KEY_DECIDES, "MIME parts that are looked at." },
	{ SECTION_LIMITS, "depth", VALUE_COUNT, "NUMBER", "50", LIMITS(depth),
	    1, 500, KEY_DECIDES, "How deep parts may stand in parts." },
	{ SECTION_LIMITS, "body-window", VALUE_SIZE32, "SIZE", "256k",
	    LIMITS(body_window), 1024, MB(16), KEY_DECIDES,
	    "Bytes of text that are looked at." },
	{ SECTION_LIMITS, "examine-memory", VALUE_SIZE, "SIZE", "512M",
	    LIMITS(examine_memory), MB(64), MB(65536), KEY_DECIDES,
	    "Memory of the process that examines." },
	{ SECTION_LIMITS, "examine-time", VALUE_TIME, "TIME", "20s",
	    LIMITS(examine_time), MS(100), MS(600000), KEY_DECIDES,
	    "How long one message may be examined." },
	{ SECTION_LIMITS, "match-limit", VALUE_COUNT, "NUMBER", "100000",
	    LIMITS(match_limit), 100, 100000000, KEY_DECIDES,
	    "How hard a pattern may try at one place." },
	{ SECTION_LIMITS, "connect-timeout", VALUE_TIME, "TIME", "30s",
	    LIMITS(connect_timeout), MS(10), MS(3600000), 0,
	    "For a connection to a server." },
	{ SECTION_LIMITS, "command-timeout", VALUE_TIME, "TIME", "60s",
	    LIMITS(command_timeout), MS(10), MS(3600000), 0,
	    "For a server's answer to a command." },
	{ SECTION_LIMITS, "data-timeout", VALUE_TIME, "TIME", "10m",
	    LIMITS(data_timeout), MS(10), MS(3600000), 0,
	    "For a server's answer to a whole message." },
	{ SECTION_LIMITS, "retry-first", VALUE_TIME, "TIME", "1m",
	    LIMITS(retry_first), MS(1), DAYS(7), 0,
	    "The time to the second try of a delivery; it doubles each time." },
	{ SECTION_LIMITS, "retry-longest", VALUE_TIME, "TIME", "4h",
	    LIMITS(retry_longest), MS(1), DAYS(7), 0,
	    "The longest time between two tries." },
	{ SECTION_LIMITS, "lifetime", VALUE_TIME, "TIME", "5d",
	    LIMITS(lifetime), MS(1), DAYS(100), 0,
	    "A delivery that did not work for so long, and at least min-tries "
	    "times, has failed." },
	{ SECTION_LIMITS, "min-tries", VALUE_COUNT, "NUMBER", "10",
	    LIMITS(min_tries), 1, 1000, 0, "See lifetime." },
	{ SECTION_LIMITS, "uncertain-wait", VALUE_TIME, "TIME", "5m",
	    LIMITS(uncertain_wait), 0, DAYS(1), 0,
	    "When it is not known whether a server took a message: how long to "
	    "wait before looking for it." },
	{ SECTION_LIMITS, "alarm-interval", VALUE_TIME, "TIME", "1h",
	    LIMITS(alarm_interval), 0, DAYS(100), 0,
	    "The owner gets mail at most once in this time." },
	{ SECTION_LIMITS, "scan-interval", VALUE_TIME, "TIME", "30s",
	    LIMITS(scan_interval), MS(10), MS(3600000), 0,
	    "How often the spool is looked through, poked or not." },

	{ SECTION_TRUST, "authserv-id", VALUE_WORD, "NAME", NULL,
	    TOP(authserv_id), 0, 0, KEY_DECIDES,
	    "Only Authentication-Results of this name are believed; without it "
	    "spf, dkim and dmarc are none." },

	{ SECTION_SUMMARY, "to", VALUE_RECIPIENTS, "ADDRESS...", NULL,
	    SUMMARIES(to), 0, 0, KEY_REPEATS,
	    "Who gets the summary by mail; without it none is sent." },
	{ SECTION_SUMMARY, "from", VALUE_ADDRESS, "ADDRESS", "mroute@ and hostname",
	    SUMMARY(from), 0, 0, KEY_COMPUTED, "Whom it comes from." },
	{ SECTION_SUMMARY, "time-zone", VALUE_ZONE, "NAME", "the system's",
	    SUMMARY(time_zone), 0, 0, KEY_COMPUTED,
	    "Where days, weeks and months begin, and whose times commands show: "
	    "Europe/Berlin." },
	{ SECTION_SUMMARY, "people", VALUE_PEOPLE, "full | domains | none",
	    "domains", SUMMARY(people), 0, 0, 0,
	    "What every summary, sent or not, tells of those who wrote: full, "
	    "their addresses, subjects and what was captured; domains, where they "
	    "wrote from, words of subjects that several of them used, and what was "
	    "captured but addresses and phone numbers; none, numbers only." },
	{ SECTION_SUMMARY, "send", VALUE_SEND, "week | month ...", "week",
	    SUMMARY(week), 0, 0, 0,
	    "What mroute summary --due sends once it is over; both is week month." },
	{ SECTION_SUMMARY, "month-day", VALUE_NUMBER, "NUMBER", "1",
	    SUMMARY(month_day), 1, 31, 0,
	    "The day on which a month begins and the summary of the last one is "
	    "due; in a month that does not have it, the month's last." },
};

const size_t key_count = NELEM(key_table);
_Static_assert(NELEM(key_table) <= KEY_MAX, "KEY_MAX");

size_t
key_find(enum section_id section, struct slice name)
{
	for (size_t i = 0; i < key_count; i++)
		if (key_table[i].section == section &&
		    slice_eq_str(name, key_table[i].key))
			return i;
	return SIZE_MAX;
}

const struct config_key *
config_keys(size_t *n)
{
	static struct config_key shown[NELEM(key_table)];

	for (size_t i = 0; i < key_count; i++)
		shown[i] = (struct config_key){
			.section = section_table[key_table[i].section].name,
			.key = key_table[i].key,
			.value = key_table[i].form,
			.fallback = key_table[i].fallback,
			.doc = key_table[i].doc,
		};
	*n = key_count;
	return shown;
}
