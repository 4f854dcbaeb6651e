/* SPDX-License-Identifier: MIT */
/*
 * tlspeer - certificates, good and bad, and a peer (peer.h) that shows them.
 *
 * tlspeer_setup() makes them and writes the authority that clients are to
 * trust to ca.pem in the working directory, and another one to other.pem.
 * A step { PEER_TLS, "wrong-name" } then begins TLS with that certificate;
 * see cert_kinds for what there is.
 */
#ifndef TESTS_TLSPEER_H
#define TESTS_TLSPEER_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "peer.h"

#define TLS_NEW		"NORMAL"
/* What servers that time forgot speak. */
#define TLS_OLD		"NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0:" \
			"+SHA1:%PROFILE_VERY_WEAK"

static const struct cert_kind {
	const char *name;
	const char *dns, *ip;			/* who it is for; or NULL */
	int first_day, last_day;		/* from today */
	enum { BY_CA, BY_OTHER_CA, BY_ITSELF } issuer;
	const char *priority;
} cert_kinds[] = {
	{ "good", "localhost", "127.0.0.1", -5, 30, BY_CA, TLS_NEW },
	{ "good-name", "localhost", NULL, -5, 30, BY_CA, TLS_NEW },
	{ "tls1.2", "localhost", "127.0.0.1", -5, 30, BY_CA,
	    "NORMAL:-VERS-ALL:+VERS-TLS1.2" },
	{ "tls1.1", "localhost", "127.0.0.1", -5, 30, BY_CA, TLS_OLD },
	{ "self-signed", "localhost", "127.0.0.1", -5, 30, BY_ITSELF, TLS_NEW },
	{ "other-issuer", "localhost", "127.0.0.1", -5, 30, BY_OTHER_CA, TLS_NEW },
	{ "wrong-name", "other.example", "192.0.2.7", -5, 30, BY_CA, TLS_NEW },
	{ "expired", "localhost", "127.0.0.1", -90, -1, BY_CA, TLS_NEW },
	{ "from-tomorrow", "localhost", "127.0.0.1", 1, 30, BY_CA, TLS_NEW },
};
enum { CERT_KINDS = sizeof cert_kinds / sizeof cert_kinds[0] };

struct cert {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
};
static struct cert certs[CERT_KINDS];

static void
tls_must(int r, const char *what)
{
	if (r < 0) {
		fprintf(stderr, "# %s: %s\n", what, gnutls_strerror(r));
		abort();
	}
}

/* issuer NULL: signed by itself. */
static struct cert
cert_make(const char *name, const char *dns, const char *ip, int first_day,
    int last_day, bool is_ca, const struct cert *issuer)
{
	static unsigned char serial;
	time_t now = time(NULL);
	unsigned char address[4];
	struct cert c;

	serial++;
	tls_must(gnutls_x509_privkey_init(&c.key), "key");
	tls_must(gnutls_x509_privkey_generate(c.key, GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0), "key");
	tls_must(gnutls_x509_crt_init(&c.crt), "certificate");
	tls_must(gnutls_x509_crt_set_version(c.crt, 3), "version");
	tls_must(gnutls_x509_crt_set_serial(c.crt, &serial, 1), "serial");
	tls_must(gnutls_x509_crt_set_dn_by_oid(c.crt, GNUTLS_OID_X520_COMMON_NAME, 0,
	    name, (unsigned)strlen(name)), "name");
	tls_must(gnutls_x509_crt_set_activation_time(c.crt,
	    now + first_day * 86400), "begin");
	tls_must(gnutls_x509_crt_set_expiration_time(c.crt,
	    now + last_day * 86400), "end");
	tls_must(gnutls_x509_crt_set_basic_constraints(c.crt, is_ca, -1), "CA");
	tls_must(gnutls_x509_crt_set_key(c.crt, c.key), "key");
	if (dns != NULL)
		tls_must(gnutls_x509_crt_set_subject_alt_name(c.crt,
		    GNUTLS_SAN_DNSNAME, dns, (unsigned)strlen(dns),
		    GNUTLS_FSAN_APPEND), "DNS name");
	if (ip != NULL && inet_pton(AF_INET, ip, address) == 1)
		tls_must(gnutls_x509_crt_set_subject_alt_name(c.crt,
		    GNUTLS_SAN_IPADDRESS, address, 4, GNUTLS_FSAN_APPEND), "IP");
	if (is_ca)
		tls_must(gnutls_x509_crt_set_key_usage(c.crt,
		    GNUTLS_KEY_KEY_CERT_SIGN), "usage");
	tls_must(gnutls_x509_crt_sign2(c.crt, issuer != NULL ? issuer->crt : c.crt,
	    issuer != NULL ? issuer->key : c.key, GNUTLS_DIG_SHA256, 0), "sign");
	return c;
}

static void
cert_write(const struct cert *c, const char *path)
{
	gnutls_datum_t pem;
	FILE *f = fopen(path, "we");

	tls_must(gnutls_x509_crt_export2(c->crt, GNUTLS_X509_FMT_PEM, &pem), "PEM");
	if (f == NULL || fwrite(pem.data, 1, pem.size, f) != pem.size ||
	    fclose(f) != 0)
		abort();
	gnutls_free(pem.data);
}

static ssize_t
peer_tls_read(struct peer_run *r, void *p, size_t n)
{
	return gnutls_record_recv(r->tls, p, n);
}

static ssize_t
peer_tls_send(struct peer_run *r, const void *p, size_t n)
{
	return gnutls_record_send(r->tls, p, n);
}

static void
tlspeer_begin(struct peer_run *r, const char *name)
{
	gnutls_certificate_credentials_t cred;
	gnutls_session_t tls;
	size_t i;
	int ret;

	for (i = 0; strcmp(cert_kinds[i].name, name) != 0; )
		if (++i == CERT_KINDS)
			peer_fail("no certificate", name, "");
	tls_must(gnutls_certificate_allocate_credentials(&cred), "credentials");
	tls_must(gnutls_certificate_set_x509_key(cred, &certs[i].crt, 1,
	    certs[i].key), "credentials");
	tls_must(gnutls_init(&tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL), "session");
	tls_must(gnutls_priority_set_direct(tls, cert_kinds[i].priority, NULL),
	    "priority");
	tls_must(gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, cred),
	    "credentials");
	gnutls_transport_set_int(tls, r->fd);
	do
		ret = gnutls_handshake(tls);
	while (ret < 0 && !gnutls_error_is_fatal(ret));
	if (ret < 0) {
		/* All that the client says now would be in the clear. */
		while (peer_line(r))
			;
		_exit(0);
	}
	dprintf(r->log, "<%s>", gnutls_protocol_get_name(
	    gnutls_protocol_get_version(tls)));
	r->tls = tls;
	r->read = peer_tls_read;
	r->send = peer_tls_send;
}

static void
tlspeer_setup(void)
{
	struct cert ca, other;

	ca = cert_make("CA", NULL, NULL, -100, 100, true, NULL);
	other = cert_make("CA", NULL, NULL, -100, 100, true, NULL);
	cert_write(&ca, "ca.pem");
	cert_write(&other, "other.pem");
	for (size_t i = 0; i < CERT_KINDS; i++) {
		const struct cert_kind *k = &cert_kinds[i];
		const struct cert *issuer = k->issuer == BY_CA ? &ca :
		    k->issuer == BY_OTHER_CA ? &other : NULL;

		certs[i] = cert_make(k->name, k->dns, k->ip, k->first_day,
		    k->last_day, false, issuer);
	}
	gnutls_x509_crt_deinit(ca.crt);
	gnutls_x509_privkey_deinit(ca.key);
	gnutls_x509_crt_deinit(other.crt);
	gnutls_x509_privkey_deinit(other.key);
	peer_tls = tlspeer_begin;
}

static void
tlspeer_teardown(void)
{
	for (size_t i = 0; i < CERT_KINDS; i++) {
		gnutls_x509_crt_deinit(certs[i].crt);
		gnutls_x509_privkey_deinit(certs[i].key);
	}
}

#endif
