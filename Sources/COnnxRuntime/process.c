#define _GNU_SOURCE
#include "CProcess.h"

#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int pipeClosedOnExec(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int closeFrom(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

void returnFreeMemory(void) { malloc_trim(0); }

struct codePages {
  const char *library;
  size_t bytes;
};

static int returnCode(struct dl_phdr_info *info, size_t size, void *argument) {
  (void)size;
  struct codePages *pages = argument;
  int isProgram = info->dlpi_name[0] == 0 && info->dlpi_addr != 0;
  if (!isProgram && strstr(info->dlpi_name, pages->library) == NULL) return 0;
  // Relocations in the code itself would be lost with its pages.
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    if (part->p_type != PT_DYNAMIC) continue;
    const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(info->dlpi_addr + part->p_vaddr);
    for (; entry->d_tag != DT_NULL; entry++) {
      if (entry->d_tag == DT_TEXTREL) return 0;
      if (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL)) return 0;
    }
  }
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W)) continue;
    uintptr_t start = (info->dlpi_addr + part->p_vaddr) & ~(uintptr_t)(page - 1);
    uintptr_t end = info->dlpi_addr + part->p_vaddr + part->p_filesz;
    if (end > start && madvise((void *)start, end - start, MADV_DONTNEED) == 0) {
      pages->bytes += end - start;
    }
  }
  return 0;
}

size_t returnCodePages(const char *library) {
  struct codePages pages = {library, 0};
  dl_iterate_phdr(returnCode, &pages);
  return pages.bytes;
}

void limitHeapArenas(int count) { mallopt(M_ARENA_MAX, count); }
