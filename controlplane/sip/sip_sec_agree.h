/* SPDX-License-Identifier: BSD-3-Clause */
/* Security-Client, Security-Server, Security-Verify (RFC 3329; TS 33.203 Annex H, both forms). */
#pragma once

#include "sip_header.h"

#define SIP_SEC_AGREE_MAX 64 /* mechanisms in one list, over all rows */

enum sip_sec_agree_form {
	SIP_SEC_AGREE_NO_SA,   /* neither form complete: not usable as ipsec-3gpp */
	SIP_SEC_AGREE_FOUR,    /* spi-c, spi-s, port-c, port-s: two pairs of SAs */
	SIP_SEC_AGREE_ONE_PAIR /* spi, port1 and port2 (absent: port1): RFC 3329 Appendix A */
};

/* Texts are compared without case. Defaults are filled in. */
struct sip_sec_agree_mechanism {
	struct sip_text name;   /* "ipsec-3gpp" */
	bool is_ipsec_3gpp;     /* else only name, q_thousandths and params are set */
	uint16_t q_thousandths; /* 0 … 1000; absent: 1000 */
	struct sip_text alg;    /* mandatory: "hmac-sha-1-96", "hmac-md5-96", others */
	struct sip_text ealg;   /* default "null" */
	struct sip_text prot;   /* default "esp" */
	struct sip_text mod;    /* default "trans" */
	enum sip_sec_agree_form form;
	uint32_t spi_c, spi_s;   /* SIP_SEC_AGREE_FOUR */
	uint16_t port_c, port_s; /* 1 … 65535 */
	uint32_t spi;            /* SIP_SEC_AGREE_ONE_PAIR */
	uint16_t port1, port2;
	struct sip_text params; /* all as written, unknown ones too, from the first ";" on */
};

struct sip_sec_agree {
	size_t count;
	struct sip_sec_agree_mechanism list[SIP_SEC_AGREE_MAX];
};

/* All rows of id (SIP_HEADER_SECURITY_CLIENT, …), in order. Texts refer to the message.
 * 0 (count 0: header absent); -EINVAL: grammar, a doubled parameter, ipsec-3gpp without alg, an
 * SPI above 4294967295 or longer than 10 digits, a port outside 1 … 65535, both forms at once;
 * -E2BIG: more than SIP_SEC_AGREE_MAX. */
int sip_sec_agree_parse(const struct sip_message *message, enum sip_header_id id,
	struct sip_sec_agree *out) __attribute__((warn_unused_result));

/* The same from a text that sip_list_join or sip_sec_agree_print made; texts refer to it. */
int sip_sec_agree_parse_text(struct sip_text text, struct sip_sec_agree *out)
	__attribute__((warn_unused_result));

/* P-CHK: the same mechanisms in the same order with the same values; numbers as numbers, names
 * without case, defaults as if written, parameters in any order, unknown ones included. */
bool sip_sec_agree_equal(const struct sip_sec_agree *a, const struct sip_sec_agree *b);

/* "ipsec-3gpp;q=0.9;alg=hmac-sha-1-96;prot=esp;mod=trans;spi-c=…;spi-s=…;port-c=…;port-s=…", by
 * form, ", " between the mechanisms; q only below 1, ealg only where it is not null; unknown
 * parameters are not printed. NUL at the end. 0, or -ENOSPC. */
int sip_sec_agree_print(const struct sip_sec_agree *agree, char *out, size_t size)
	__attribute__((warn_unused_result));
