/* SPDX-License-Identifier: BSD-3-Clause */
#include "scscf_reginfo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A peer wrote it: nothing of it may become markup. Octets that XML does not know become "?". */
static void print_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char octet = (unsigned char)*text;

		if (octet == '&' || octet == '<' || octet == '>' || octet == '"' || octet == '\'')
			fprintf(out, "&#%u;", octet);
		else
			fputc(octet < 0x20 || octet > 0x7e ? '?' : octet, out);
	}
}

static void print_contact(FILE *out, const struct scscf_binding *binding, size_t aor,
	uint64_t now_ms, const char *ended)
{
	uint64_t left_ms = binding->expires_ms > now_ms ? binding->expires_ms - now_ms : 0;

	fprintf(out, "<contact id=\"c%zu-%" PRIu32 "\" state=\"%s\" event=\"%s\"", aor, binding->id,
		ended ? "terminated" : "active", ended ? ended : binding->event);
	if (!ended)
		fprintf(out, " expires=\"%" PRIu64 "\"", (left_ms + 999) / 1000);
	fputs("><uri>", out);
	print_escaped(out, binding->contact);
	fputs("</uri></contact>", out);
}

char *scscf_reginfo_print(const struct scscf_registration *registration, uint32_t version,
	uint64_t now_ms, const char *ended)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
		"<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"%" PRIu32
		"\" state=\"full\">",
		version);
	for (size_t i = 0; i < registration->identity_count; i++) {
		if (registration->profile[i].barred)
			continue; /* P-ID */
		fputs("<registration aor=\"", out);
		print_escaped(out, registration->profile[i].identity);
		fprintf(out, "\" id=\"r%zu\" state=\"%s\">", i, ended ? "terminated" : "active");
		for (size_t k = 0; k < registration->binding_count; k++)
			print_contact(out, &registration->bindings[k], i, now_ms, ended);
		fputs("</registration>", out);
	}
	fputs("</reginfo>\r\n", out);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
