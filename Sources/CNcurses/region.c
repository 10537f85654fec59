#define _XOPEN_SOURCE_EXTENDED 1

#include "internal.h"

#include <ncursesw/ncurses.h>
#include <ncursesw/term.h>
#include <string.h>
#include <unistd.h>

// Apart from the rest, because term.h takes names like `lines` and `columns` for itself.

void vigia_region_send(int fd, int rows) {
  if (!change_scroll_region) return;
  const char *text = tiparm(change_scroll_region, 0, rows - 1);
  if (!text) return;
  for (size_t left = strlen(text); left > 0;) {
    ssize_t sent = write(fd, text, left);
    if (sent <= 0) return;
    text += sent;
    left -= (size_t)sent;
  }
}
