/* SPDX-License-Identifier: BSD-3-Clause */
/* One line that says what is wrong with a store's file. */
#pragma once

#define STORE_ERROR_MAX 512
