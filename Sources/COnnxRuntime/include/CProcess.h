// What Swift does not see of glibc, for the process that checks a model and for the one that gives its memory back.

#ifndef VIGIA_CPROCESS_H
#define VIGIA_CPROCESS_H

#include <stddef.h>
#include <spawn.h>

// pipe2 with O_CLOEXEC: no child that is started at this very moment inherits an end. 0, or -1 with errno.
int pipeClosedOnExec(int ends[2]);

// posix_spawn_file_actions_addclosefrom_np: the child has no descriptor from this one on. 0, or an error number.
int closeFrom(posix_spawn_file_actions_t *actions, int first);

// malloc_trim(0): free pages of the heap go back to the system.
void returnFreeMemory(void);

// madvise(MADV_DONTNEED) on what this program and the libraries whose path holds `library` have mapped of their files and
// nobody can write to: clean pages, which come again from the page cache when they are used. The bytes of those mappings.
size_t returnCodePages(const char *library);

// mallopt(M_ARENA_MAX): so many heaps at most, for all threads together.
void limitHeapArenas(int count);

#endif
