/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_method.h"

static const char *const names[SIP_METHOD_COUNT] = {
#define X(constant, name) [SIP_##constant] = name,
	SIP_METHODS(X)
#undef X
};

enum sip_method sip_method_of(struct sip_text name)
{
	for (unsigned i = SIP_OTHER_METHOD + 1; i < SIP_METHOD_COUNT; i++)
		if (sip_text_equal(name, sip_text(names[i])))
			return (enum sip_method)i;
	return SIP_OTHER_METHOD;
}

const char *sip_method_name(enum sip_method method)
{
	return names[method];
}
