/* SPDX-License-Identifier: MIT */
/*
 * sandbox - what the process that parses mail may do: compute, read its
 * descriptors, write to its channel (P6).
 *
 * Limits on memory, open files, file size and core; no new privileges;
 * Landlock where the kernel has it (reading below /usr and /lib only, for
 * character set tables); and a seccomp filter that allows what computing
 * needs and answers everything else - sockets, exec, clone, opening for
 * writing among it - with EPERM.
 */
#ifndef FLOW_SANDBOX_H
#define FLOW_SANDBOX_H

#include "base/err.h"

/* memory: bytes of address space.  After 0 there is no way back. */
NODISCARD int sandbox_enter(uint64_t memory, struct err *e);

/* Give the next piece of work this many seconds of CPU from now. */
void sandbox_cpu(unsigned seconds);

#endif
