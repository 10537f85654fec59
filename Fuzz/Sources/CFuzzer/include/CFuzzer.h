// The one function of libFuzzer that is called: the compiler brings the library, but no header.

#ifndef VIGIA_CFUZZER_H
#define VIGIA_CFUZZER_H

#include <stddef.h>
#include <stdint.h>

// Calls `test` with one input after another, as the arguments say. Returns when they are done.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *bytes, size_t count));

#endif
