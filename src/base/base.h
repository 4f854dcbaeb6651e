/* SPDX-License-Identifier: MIT */
/*
 * base - the compiler's help that every module wants.
 *
 * AUTO(fn) ends a variable when it goes out of scope: fn takes a pointer to
 * the variable, accepts the empty value and resets it.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AUTO(fn)	__attribute__((cleanup(fn)))
#define NODISCARD	__attribute__((warn_unused_result))
#define PRINTF(f, a)	__attribute__((format(printf, f, a)))
#define NORETURN	__attribute__((noreturn))
#define UNUSED		__attribute__((unused))
#define SENTINEL	__attribute__((sentinel))

#define NELEM(a)	(sizeof(a) / sizeof((a)[0]))
#ifndef MIN			/* GLib has them too */
#define MIN(a, b)	((a) < (b) ? (a) : (b))
#define MAX(a, b)	((a) > (b) ? (a) : (b))
#endif

#endif
