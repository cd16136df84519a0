/* SPDX-License-Identifier: BSD-3-Clause */
#include "provision_fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 4, 0))) static int say(const struct provision_place *place,
	size_t offset, char *error, const char *format, va_list arguments)
{
	const struct json_element *element = place->element;
	unsigned line, column;
	char pointer[256] = "";
	int len;

	json_position_line(element->text, offset, &line, &column);
	if (line == 1)
		column += element->column - 1;
	line += element->line - 1;
	if (place->path.depth > 0)
		json_position_pointer(&place->path, pointer, sizeof(pointer));
	len = snprintf(error, PROVISION_ERROR_MAX,
		"%.512s:%u:%u: /" PROVISION_MEMBER "/%zu%s: ", place->name, line, column,
		element->index, pointer);
	vsnprintf(error + len, (size_t)(PROVISION_ERROR_MAX - len), format, arguments);
	return -EINVAL;
}

int provision_fault(const struct provision_place *place, bool of_key,
	char error[PROVISION_ERROR_MAX], const char *format, ...)
{
	const struct json_element *element = place->element;
	va_list arguments;

	va_start(arguments, format);
	say(place, json_position_find(element->text, element->len, &place->path, of_key), error,
		format, arguments);
	va_end(arguments);
	return -EINVAL;
}

int provision_fault_at(const struct provision_place *place, size_t offset,
	char error[PROVISION_ERROR_MAX], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(place, offset, error, format, arguments);
	va_end(arguments);
	return -EINVAL;
}
