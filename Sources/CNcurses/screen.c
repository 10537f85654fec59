#define _XOPEN_SOURCE_EXTENDED 1
#define _GNU_SOURCE 1

#include "CNcurses.h"
#include "internal.h"

#include <langinfo.h>
#include <locale.h>
#include <ncursesw/ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>

enum { max_row = 1024, max_scalars = 4 };

static SCREEN *screen;
static FILE *output;
static FILE *input;
static bool has_color;
static uint8_t *taken;
static size_t taken_capacity;

int vigia_locale_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

bool vigia_locale_is_utf8(void) {
  if (!setlocale(LC_CTYPE, "")) {
    // A locale that is asked for but not installed: its encoding still says what the terminal does.
    const char *names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (int i = 0; i < 3; i++) {
      const char *value = getenv(names[i]);
      if (!value || !*value) continue;
      if (strcasestr(value, "utf-8") || strcasestr(value, "utf8")) setlocale(LC_CTYPE, "C.UTF-8");
      break;
    }
  }
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void close_files(void) {
  if (output) fclose(output);
  if (input) fclose(input);
  output = input = NULL;
}

// What ncurses reads from the environment alone stands there only while it reads.
static char *set_for_now(const char *name, const char *value) {
  const char *present = getenv(name);
  char *before = present ? strdup(present) : NULL;
  setenv(name, value, 1);
  return before;
}

static void put_back(const char *name, char *before) {
  if (before) {
    setenv(name, before, 1);
    free(before);
  } else {
    unsetenv(name);
  }
}

// The size is that of the terminal from the start: one with a scroll region is told its rows, and a region that ends above
// the last row scrolls where the cursor was only to move down.
static SCREEN *new_screen(const char *name, const char *description, int rows, int columns) {
  char number[2][12];
  snprintf(number[0], sizeof number[0], "%d", rows);
  snprintf(number[1], sizeof number[1], "%d", columns);
  char *lines_before = set_for_now("LINES", number[0]);
  char *columns_before = set_for_now("COLUMNS", number[1]);
  char *terminfo_before = description ? set_for_now("TERMINFO", description) : NULL;
  SCREEN *result = newterm(name, output, input);
  if (description) put_back("TERMINFO", terminfo_before);
  put_back("COLUMNS", columns_before);
  put_back("LINES", lines_before);
  return result;
}

int vigia_screen_open(const char *name, const char *description, bool colored, int rows,
                      int columns) {
  if (screen) return -1;
  int out = memfd_create("vigia-screen", MFD_CLOEXEC);
  output = out >= 0 ? fdopen(out, "w+") : NULL;
  input = fopen("/dev/null", "r");
  if (output && input) {
    // Without this a description that has no size (linux) is refused.
    use_env(true);
    screen = new_screen(name, description, rows, columns);
  }
  if (!screen) {
    close_files();
    return -1;
  }
  typeahead(-1);
  curs_set(0);
  idlok(stdscr, false);
  leaveok(stdscr, true);
  scrollok(stdscr, false);
  has_color = colored && has_colors() && start_color() == OK && use_default_colors() == OK;
  return 0;
}

void vigia_screen_leave(void) {
  if (screen) endwin();
}

void vigia_screen_free(void) {
  if (!screen) return;
  delscreen(screen);
  screen = NULL;
  has_color = false;
  close_files();
  free(taken);
  taken = NULL;
  taken_capacity = 0;
}

const uint8_t *vigia_screen_take(size_t *count) {
  *count = 0;
  if (!output) return NULL;
  int fd = fileno(output);
  off_t size = lseek(fd, 0, SEEK_CUR);
  if (size > 0 && (size_t)size > taken_capacity) {
    uint8_t *larger = realloc(taken, (size_t)size);
    if (larger) {
      taken = larger;
      taken_capacity = (size_t)size;
    }
  }
  if (size > 0 && (size_t)size <= taken_capacity) {
    ssize_t got = pread(fd, taken, (size_t)size, 0);
    if (got > 0) *count = (size_t)got;
  }
  if (size > 0 && ftruncate(fd, 0) == 0) lseek(fd, 0, SEEK_SET);
  return taken;
}

void vigia_screen_resume(void) {
  if (!screen) return;
  clearok(curscr, true);
  refresh();
}

int vigia_screen_colors(void) { return has_color ? COLORS : 0; }

int vigia_screen_pairs(void) { return has_color ? COLOR_PAIRS : 0; }

int vigia_screen_define_pair(int pair, int foreground, int background) {
  return init_extended_pair(pair, foreground, background) == OK ? 0 : -1;
}

const char *vigia_screen_capability(const char *name) {
  char *text = screen ? tigetstr(name) : NULL;
  return text == (char *)-1 ? NULL : text;
}

static attr_t attributes_of(uint32_t attributes) {
  attr_t result = A_NORMAL;
  if (attributes & VIGIA_BOLD) result |= A_BOLD;
  if (attributes & VIGIA_DIM) result |= A_DIM;
  if (attributes & VIGIA_ITALIC) result |= A_ITALIC;
  if (attributes & VIGIA_UNDERLINE) result |= A_UNDERLINE;
  if (attributes & VIGIA_REVERSE) result |= A_REVERSE;
  return result;
}

void vigia_screen_put(int y, int x, const uint32_t *text, int columns, uint32_t attributes,
                      int pair) {
  if (!screen || y < 0 || y >= LINES || x < 0) return;
  attr_t attr = attributes_of(attributes);
  cchar_t cells[max_row];
  int count = 0;
  int left = COLS - x;
  for (int column = 0; column < columns && column < left && count + 1 < max_row; column++) {
    wchar_t scalars[max_scalars + 1] = {0};
    int length = 0;
    while (*text) {
      if (length < max_scalars) scalars[length++] = (wchar_t)*text;
      text++;
    }
    text++;
    if (length == 0) continue;
    bool is_wide = column + 1 < columns && column + 1 < left && *text == 0;
    if (wcwidth(scalars[0]) != (is_wide ? 2 : 1)) {
      scalars[0] = L'?';
      scalars[1] = 0;
      if (is_wide) setcchar(&cells[count++], scalars, attr, 0, &pair);
    }
    if (setcchar(&cells[count], scalars, attr, 0, &pair) != OK) {
      setcchar(&cells[count], L"?", attr, 0, &pair);
    }
    count++;
  }
  if (count > 0) mvadd_wchnstr(y, x, cells, count);
}

void vigia_screen_keep_places(bool keep) {
  if (screen) idcok(stdscr, !keep);
}

void vigia_screen_clear(void) {
  if (!screen) return;
  erase();
  clearok(curscr, true);
}

void vigia_screen_flush(void) {
  if (screen) refresh();
}

void vigia_screen_resize(int rows, int columns) {
  if (!screen || rows <= 0 || columns <= 0) return;
  bool is_other = rows != LINES;
  resizeterm(rows, columns);
  // ncurses tells a terminal its scroll region once. The cursor is at home after it, which the next picture does not mind:
  // it begins with a clear screen. Nothing waits in ncurses' own buffer now.
  if (is_other) vigia_region_send(fileno(output), rows);
}
