/* SPDX-License-Identifier: MIT */
/*
 * stream - one connection to a mail server, plain or in verified TLS, as the
 * thing libetpan reads from and writes to.
 *
 * The stock streams of libetpan verify no certificate, wait for ever on a
 * server that drips, take any amount of bytes and hide short writes.  This one
 *   - ends every wait at a deadline on the monotonic clock, and reads no more
 *     than a budget; both are set anew for each command by stream_limit();
 *   - speaks TLS 1.2 or newer only, and only to a server whose certificate
 *     has a known issuer, is valid today and names the host;
 *   - breaks for good at the first error: nothing that libetpan still has in
 *     its buffers is sent afterwards, so a cut message is never completed;
 *   - refuses what no honest server says and libetpan can't take: empty lines
 *     and literals that are larger than the budget.
 *
 * Only smtp.c and imap.c use it.  A libetpan session that was given
 * stream_mail() closes that when it is freed; stream_close() comes after it.
 */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include "base/base.h"
#include "base/err.h"

struct stream;
struct _mailstream;

/*
 * Connect.  A host that begins with '/' is a Unix socket.  Every address the
 * name has is tried; a first that hangs does not use up the time of the rest.
 * The resolver keeps its own time (resolv.conf(5)).  Errors are ERR_TEMP.
 */
NODISCARD int stream_open(const char *host, unsigned port, int64_t timeout_ms,
    struct stream **out, struct err *e);

/*
 * From here on in TLS.  host must be the certificate's; ca_file NULL is the
 * system's trust store.  Fails, and breaks the stream, too when the server
 * has already said something that it should have said in TLS.
 */
NODISCARD int stream_tls(struct stream *s, const char *host, const char *ca_file,
    int64_t timeout_ms, struct err *e);

/* May a secret be sent (P8)?  Verified TLS, loopback address, Unix socket. */
bool stream_private(const struct stream *s);

/* For the next command: how long it may take, how much the server may say. */
void stream_limit(struct stream *s, int64_t timeout_ms, size_t budget);

/*
 * The same for a transfer of size bytes to the server: no single wait may
 * take longer than timeout_ms, and all of it no longer than timeout_ms plus
 * the time that size takes at 32 kB/s.
 */
void stream_limit_transfer(struct stream *s, int64_t timeout_ms, size_t size,
    size_t budget);

/* Break it ourselves; the first reason given stays. */
void stream_break(struct stream *s, const char *why);

/* Why it is broken; NULL while it works. */
const char *stream_why(const struct stream *s);

/*
 * Did it break while we wrote?  Then the server can't have the end of what we
 * were sending.
 */
bool stream_broke_writing(const struct stream *s);

/* Is there input that libetpan has not read yet? */
bool stream_unread(const struct stream *s);

/* Wipe what libetpan has kept of what was sent last: it was a secret. */
void stream_forget(struct stream *s);

struct _mailstream *stream_mail(struct stream *s);

void stream_close(struct stream **s);

#endif
