/* SPDX-License-Identifier: BSD-3-Clause */
/* A set of SAs by hand. */
#include "keyed_set.h"

#include <string.h>

#include "draw.h"

const char *keyed_set_install(const struct keyed_set *keyed, struct registration *registration)
{
	struct sec_agree_offer *offer = &registration->offer;
	struct secret ik = {.len = sizeof(keyed->ik)};
	const char *wrong;

	if (!keyed->security_server)
		return "--security-server and --ik are needed";
	if (strlen(keyed->security_server) >= sizeof(registration->established_server))
		return "--security-server: too long";
	*offer = registration->settings->offer;
	draw_side(&registration->random, offer->form, &offer->own);
	wrong = sec_agree_choose(offer, keyed->security_server, strlen(keyed->security_server),
		&registration->choice);
	if (wrong)
		return wrong;
	memcpy(ik.bytes, keyed->ik, sizeof(keyed->ik));
	sa_set_wipe(&registration->before);
	sa_set_make(&registration->set, offer, &registration->choice, &ik);
	secret_wipe(&ik);
	strcpy(registration->established_server, keyed->security_server);
	registration->established = &registration->set;
	registration->state = REGISTRATION_REGISTERED;
	return NULL;
}
