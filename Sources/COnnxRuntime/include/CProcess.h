// What Swift does not see of glibc, for the process that checks a model and for the one that gives its memory back.

#ifndef VIGIA_CPROCESS_H
#define VIGIA_CPROCESS_H

#include <spawn.h>

// pipe2 with O_CLOEXEC: no child that is started at this very moment inherits an end. 0, or -1 with errno.
int pipeClosedOnExec(int ends[2]);

// posix_spawn_file_actions_addclosefrom_np: the child has no descriptor from this one on. 0, or an error number.
int closeFrom(posix_spawn_file_actions_t *actions, int first);

// malloc_trim(0): free pages of the heap go back to the system.
void returnFreeMemory(void);

// mallopt(M_ARENA_MAX): so many heaps at most, for all threads together.
void limitHeapArenas(int count);

#endif
