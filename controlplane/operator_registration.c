/* SPDX-License-Identifier: BSD-3-Clause */
/* "reauth" and "deregister": the network begins (TS 33.203 6.1.4, TS 24.229 §5.4.1.5). */
#include <errno.h>
#include <stdio.h>

#include "operator_state.h"
#include "scscf_network.h"

void operator_reauth(void *context, struct api_client *client, const json_t *arguments)
{
	struct operator_desk *desk = context;
	const char *impi;

	if (!operator_impi(desk, client, arguments, true, &impi))
		return;
	if (scscf_network_reauthenticate(desk->view.roles->scscf, impi) != 0) {
		api_answer(client, -ENOENT, "nobody with this IMPI is registered", NULL);
		return;
	}
	api_answer(client, 0, "its next REGISTER is authenticated, or its registration ends early",
		json_pack("{s:o}", "impi", operator_text(impi)));
}

void operator_deregister(void *context, struct api_client *client, const json_t *arguments)
{
	struct operator_desk *desk = context;
	const char *identity;
	size_t count = 0;
	char text[64];
	int status;

	if (!operator_argument(desk, client, arguments, "identity", true, &identity))
		return;
	status = scscf_network_deregister(desk->view.roles->scscf, identity, &count);
	if (status != 0) {
		api_answer(client, status,
			status == -EBUSY ? "it is registering or leaving at this moment: try again"
					 : "nobody with this IMPI or IMPU is registered",
			NULL);
		return;
	}
	snprintf(text, sizeof(text), "%zu registrations ended", count);
	api_answer(client, 0, text,
		json_pack("{s:o, s:I}", "identity", operator_text(identity), "registrations",
			(json_int_t)count));
}
