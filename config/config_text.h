/* SPDX-License-Identifier: BSD-3-Clause */
/* What a string in the settings may be: true, and the value in out[0 .. size), or false. None lets
 * a character through that could end a SIP header, a log line or a device argument. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

bool config_text_path(const char *text, void *out, size_t size);
bool config_text_absolute_path(const char *text, void *out, size_t size);
bool config_text_user(const char *text, void *out, size_t size);
bool config_text_interface(const char *text, void *out, size_t size);
bool config_text_pci(const char *text, void *out, size_t size);
bool config_text_mac(const char *text, void *out, size_t size);    /* struct config_mac */
bool config_text_domain(const char *text, void *out, size_t size); /* host name, no literal */
bool config_text_host(const char *text, void *out, size_t size);   /* or an address literal */
bool config_text_sip_uri(const char *text, void *out, size_t size);
bool config_text_address(const char *text, void *out, size_t size); /* struct net_address */
bool config_text_prefix(const char *text, void *out, size_t size);  /* struct config_prefix */
bool config_text_network(const char *text, void *out, size_t size); /* the same, no host bits */
bool config_text_label(const char *text, void *out, size_t size);
bool config_text_key(const char *text, void *out, size_t size); /* struct config_key */
