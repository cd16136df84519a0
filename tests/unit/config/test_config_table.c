/* SPDX-License-Identifier: BSD-3-Clause */
/* The loader's table against schema.json: same members, types, ranges, choices and defaults. */
#include "config_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "../vectors.h"

static json_t *schema;

/* Follows "#/$defs/NAME". */
static json_t *resolve(json_t *node)
{
	json_t *ref = json_object_get(node, "$ref");

	if (!ref)
		return node;
	assert_int_equal(strncmp(json_string_value(ref), "#/$defs/", 8), 0);
	return vectors_get(vectors_get(schema, "$defs"), json_string_value(ref) + 8);
}

static void check_rule(const struct config_rule *rule, json_t *node, const char *name);

static bool is_required(json_t *node, const char *name)
{
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(node, "required"), i,
		item) if (strcmp(json_string_value(item), name) == 0) return true;
	return false;
}

static void check_default(const struct config_member *member, json_t *node)
{
	json_t *fallback = json_object_get(node, "default"), *want;

	if (!member->fallback || !member->fallback[0]) {
		assert_null(fallback);
		return;
	}
	want = json_loads(member->fallback, JSON_DECODE_ANY, NULL);
	assert_non_null(want);
	assert_non_null(fallback);
	assert_true(json_equal(want, fallback));
	json_decref(want);
}

static void check_members(const struct config_member *members, json_t *node)
{
	json_t *properties = vectors_get(node, "properties");
	size_t count = 0;

	assert_true(json_is_false(vectors_get(node, "additionalProperties")));
	for (const struct config_member *member = members; member->name; member++, count++) {
		json_t *property = vectors_get(properties, member->name);

		print_message("# %s\n", member->name);
		assert_int_equal(is_required(node, member->name), !member->fallback);
		check_default(member, property);
		if (strcmp(member->name, "kind") != 0) /* a const of each variant */
			check_rule(&member->rule, resolve(property), member->name);
	}
	assert_int_equal(json_object_size(properties), count);
}

static void check_number(json_t *node, const char *name, int64_t want)
{
	assert_int_equal(json_integer_value(vectors_get(node, name)), want);
}

static void check_choices(const char *const *choices, json_t *node)
{
	json_t *all = vectors_get(node, "enum"), *item;
	size_t i;

	json_array_foreach(all, i, item)
	{
		json_t *choice = json_loads(choices[i], JSON_DECODE_ANY, NULL);
		bool found = false;

		json_decref(choice);
		for (unsigned j = 0; choices[j] && !found; j++) {
			choice = json_loads(choices[j], JSON_DECODE_ANY, NULL);
			found = json_equal(choice, item);
			json_decref(choice);
		}
		assert_true(found);
	}
	assert_null(choices[i]);
}

static void check_variants(const struct config_rule *rule, json_t *node)
{
	json_t *all = vectors_get(node, "oneOf"), *one;
	size_t i;

	json_array_foreach(all, i, one)
	{
		json_t *kind =
			vectors_get(vectors_get(vectors_get(one, "properties"), "kind"), "const");
		json_t *choice;

		assert_non_null(rule->choices[i]);
		choice = json_loads(rule->choices[i], JSON_DECODE_ANY, NULL);
		assert_true(json_equal(kind, choice));
		json_decref(choice);
		check_members(rule->variants[i], one);
	}
	assert_null(rule->choices[i]);
}

static void check_rule(const struct config_rule *rule, json_t *node, const char *name)
{
	static const char *const types[] = {[CONFIG_OBJECT] = "object",
		[CONFIG_ARRAY] = "array",
		[CONFIG_INTEGER] = "integer",
		[CONFIG_TEXT] = "string"};

	if (rule->kind != CONFIG_CHOICE && rule->kind != CONFIG_VARIANT)
		assert_string_equal(vectors_text(node, "type"), types[rule->kind]);
	switch (rule->kind) {
	case CONFIG_OBJECT:
		check_members(rule->members, node);
		break;
	case CONFIG_VARIANT:
		check_variants(rule, node);
		break;
	case CONFIG_ARRAY:
		check_number(node, "minItems", rule->min);
		check_number(node, "maxItems", rule->max);
		assert_true(json_is_true(vectors_get(node, "uniqueItems")));
		check_rule(rule->item, resolve(vectors_get(node, "items")), name);
		break;
	case CONFIG_INTEGER:
		check_number(node, "minimum", rule->min);
		check_number(node, "maximum", rule->max);
		if (rule->step)
			check_number(node, "multipleOf", rule->step);
		else
			assert_null(json_object_get(node, "multipleOf"));
		break;
	case CONFIG_CHOICE:
		check_choices(rule->choices, node);
		break;
	case CONFIG_TEXT:
		assert_non_null(json_object_get(node, "pattern"));
		break;
	}
}

static void table_is_schema(void **state)
{
	(void)state;
	schema = vectors_load("../../config/schema.json");
	check_rule(&config_table, schema, "(document)");
	json_decref(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"schema.json says what the loader does", table_is_schema, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
