/* SPDX-License-Identifier: BSD-3-Clause */
#include "answer_text.h"

#include <stdio.h>

static void print_indented(const json_t *answer)
{
	json_dumpf(answer, stdout, JSON_INDENT(2));
	putchar('\n');
}

void answer_text_status(const json_t *answer)
{
	print_indented(answer);
}

void answer_text_counters(const json_t *answer)
{
	print_indented(answer);
}

void answer_text_sa(const json_t *answer)
{
	print_indented(answer);
}

void answer_text_ue(const json_t *answer)
{
	print_indented(answer);
}

void answer_text_hop(const json_t *answer)
{
	print_indented(answer);
}
