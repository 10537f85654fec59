#define _GNU_SOURCE
#include "CProcess.h"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

int pipeClosedOnExec(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

void returnFreeMemory(void) { malloc_trim(0); }
