/* SPDX-License-Identifier: BSD-3-Clause */
/* The P-CSCF keeps the keys and removes them (TS 33.203 6.1.1, SM5 and SM6): on the parsed header,
 * whatever the case, order or quoting of the parameters. */
#include <errno.h>
#include <string.h>

#include "hex.h"
#include "pcscf_state.h"
#include "sip_auth.h"

#define KEY_LEN 16 /* octets: TS 33.102 §6.3.7 */

static int take_key(const struct sip_auth *auth, const char *name, struct secret *key, bool *found)
{
	struct sip_text text;
	uint8_t bytes[KEY_LEN];
	int status;

	if (!sip_auth_find(auth, name, &text))
		return 0;
	/* Two challenges with keys: it would be a guess which one the UE takes. */
	if (*found)
		return -EINVAL;
	status = hex_decode(text.at, text.len, bytes, sizeof(bytes));
	if (status == 0)
		status = secret_set(key, bytes, sizeof(bytes));
	secret_wipe_bytes(bytes, sizeof(bytes));
	*found = status == 0;
	return status;
}

static int take_nonce(const struct sip_auth *auth, char nonce[PCSCF_NONCE_MAX])
{
	struct sip_text text;

	if (!sip_auth_find(auth, "nonce", &text) || text.len >= PCSCF_NONCE_MAX)
		return -EINVAL;
	memcpy(nonce, text.at, text.len);
	nonce[text.len] = '\0';
	return 0;
}

int pcscf_keys_take(
	struct sip_message *response, struct secret *ik, char nonce[PCSCF_NONCE_MAX], bool *found)
{
	struct sip_header *header = sip_header_find(response, SIP_HEADER_WWW_AUTHENTICATE);
	struct secret ck = {0};
	bool found_ck = false;
	int status = 0;

	*found = false;
	for (; header && status == 0; header = sip_header_find_next(header)) {
		bool found_before = *found;
		struct sip_auth auth;

		status = sip_auth_parse(response, header, &auth);
		if (status == 0)
			status = take_key(&auth, "ik", ik, found);
		if (status == 0)
			status = take_key(&auth, "ck", &ck, &found_ck);
		if (status == 0 && *found && !found_before)
			status = take_nonce(&auth, nonce);
		if (status == 0)
			status = sip_auth_remove(response, header, "ik");
		if (status == 0)
			status = sip_auth_remove(response, header, "ck");
	}
	secret_wipe(&ck); /* CONF-1: no confidentiality on Gm, so nobody needs it */
	if (status != 0)
		secret_wipe(ik);
	return status;
}
