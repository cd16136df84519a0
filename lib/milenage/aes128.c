/* SPDX-License-Identifier: BSD-3-Clause */
#include "aes128.h"

#include <intel-ipsec-mb.h>

#include "secret.h"

/* struct aes128 is never defined: it is IPsec-MB's manager behind a name of our own. */
static IMB_MGR *manager(const struct aes128 *aes)
{
	return (IMB_MGR *)(uintptr_t)aes;
}

struct aes128 *aes128_create(void)
{
	IMB_MGR *mgr = alloc_mb_mgr(0);
	IMB_ARCH arch = IMB_ARCH_NONE;

	if (!mgr)
		return NULL;
	init_mb_mgr_auto(mgr, &arch);
	if (arch == IMB_ARCH_NONE || imb_get_errno(mgr) != 0) {
		free_mb_mgr(mgr);
		return NULL;
	}
	return (struct aes128 *)mgr;
}

void aes128_free(struct aes128 *aes)
{
	if (aes)
		free_mb_mgr(manager(aes));
}

void aes128_expand(const struct aes128 *aes, const uint8_t key[16], struct aes128_key *out)
{
	struct aes128_key decrypting; /* IPsec-MB makes both or none */

	IMB_AES_KEYEXP_128(manager(aes), key, out->round_keys, decrypting.round_keys);
	secret_wipe_bytes(&decrypting, sizeof(decrypting));
}

/* One block of CFB over zeros is the encrypted IV itself (SP 800-38A §6.3), without a job queue. */
void aes128_encrypt(const struct aes128 *aes, const struct aes128_key *key,
	const uint8_t in[AES128_BLOCK_LEN], uint8_t out[AES128_BLOCK_LEN])
{
	static const uint8_t zeros[AES128_BLOCK_LEN];

	IMB_AES128_CFB_ONE(manager(aes), out, zeros, in, key->round_keys, AES128_BLOCK_LEN);
}
