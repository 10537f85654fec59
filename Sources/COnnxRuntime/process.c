#define _GNU_SOURCE
#include "CProcess.h"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

int pipeClosedOnExec(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int closeFrom(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

void returnFreeMemory(void) { malloc_trim(0); }

void limitHeapArenas(int count) { mallopt(M_ARENA_MAX, count); }
