#define _GNU_SOURCE 1

#include "CNcurses.h"

#include <sys/ioctl.h>
#include <termios.h>

static struct termios cooked;
static bool has_cooked;

int vigia_terminal_size(int fd, int *rows, int *columns) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return -1;
  *rows = size.ws_row;
  *columns = size.ws_col;
  return 0;
}

void vigia_terminal_make_raw(int fd) {
  struct termios raw;
  if (tcgetattr(fd, &raw) != 0) return;
  if (!has_cooked) cooked = raw;
  has_cooked = true;
  cfmakeraw(&raw);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  tcsetattr(fd, TCSANOW, &raw);
}

void vigia_terminal_restore(int fd) {
  // Not TCSADRAIN: a terminal that nobody reads would keep the process from ending.
  if (has_cooked) tcsetattr(fd, TCSANOW, &cooked);
  has_cooked = false;
}
