/// The part of ncurses that Vigia uses, as plain functions, and the few things that only C can do
/// safely: signal handlers and the rescue of the terminal when the process dies.
///
/// The vigia_screen_* functions belong to one thread. There is one screen in a process. ncurses
/// writes into memory: the caller takes the bytes and sends them, so that nothing is lost, nothing
/// blocks in here, and what they say can be said shorter.

#ifndef VIGIA_CNCURSES_H
#define VIGIA_CNCURSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  VIGIA_BOLD = 1,
  VIGIA_DIM = 2,
  VIGIA_ITALIC = 4,
  VIGIA_UNDERLINE = 8,
  VIGIA_REVERSE = 16,
};

/// Takes the locale of the environment for characters. Returns whether it is UTF-8.
bool vigia_locale_is_utf8(void);
/// Columns of a character, by the C library; -1 for what is none.
int vigia_locale_width(uint32_t scalar);

/// Opens a screen: alternate screen, cursor hidden, nothing painted yet.
///
/// `description` is a compiled terminfo entry in hexadecimal as ncurses takes it from TERMINFO
/// ("hex:..."), or NULL for the database; `name` is the entry's name. Returns 0, or -1 when the
/// terminal cannot be used.
int vigia_screen_open(const char *name, const char *description, bool colored, int rows,
                      int columns);
/// The next bytes to take leave the alternate screen; resume comes back and repaints all.
void vigia_screen_leave(void);
void vigia_screen_resume(void);
/// Frees the screen, bytes not taken included, so that another can be opened.
void vigia_screen_free(void);
/// The bytes to send since the last call; they stay valid until the next one.
const uint8_t *vigia_screen_take(size_t *count);

/// How many colours and colour pairs may be used; 0 without colours.
int vigia_screen_colors(void);
int vigia_screen_pairs(void);
/// Gives a pair its colours; -1 is the terminal's own. Returns 0, or -1 when it was refused.
int vigia_screen_define_pair(int pair, int foreground, int background);

/// Puts cells of one look into a row. `text` has `columns` strings one after another, each ended by
/// a 0: the scalars of a cell, or just the 0 for the right half of a wide character. What the
/// C library gives another width than the place it has becomes "?".
void vigia_screen_put(int y, int x, const uint32_t *text, int columns, uint32_t attributes,
                      int pair);
/// Whether cells must not be moved within a row by the terminal itself.
void vigia_screen_keep_places(bool keep);
/// Blanks everything; the next flush clears the terminal.
void vigia_screen_clear(void);
/// Works out what changed, all at once, to be taken and sent.
void vigia_screen_flush(void);
void vigia_screen_resize(int rows, int columns);

/// Size of the terminal behind a descriptor; 0, or -1 when it has none.
int vigia_terminal_size(int fd, int *rows, int *columns);
/// Every byte as it is typed, without echo, signals or flow control. The first call notes how the
/// terminal was; restore brings that back.
void vigia_terminal_make_raw(int fd);
void vigia_terminal_restore(int fd);

/// An eventfd that never blocks; -1 when there is none to be had.
int vigia_wake_open(void);
void vigia_wake_write(int fd);
/// Makes it unreadable until the next write.
void vigia_wake_drain(int fd);

/// From now on SIGWINCH, SIGTSTP, SIGCONT, SIGHUP and, when `ending` is true, SIGTERM and SIGINT are
/// noted, and a 1 is added to the eventfd. SIGHUP stays ignored when it was. `uncatch` brings the
/// old handlers back.
void vigia_signals_catch(int eventfd, bool ending);
void vigia_signals_uncatch(void);
/// The signals noted since the last call, as bits 1 << number.
uint64_t vigia_signals_take(void);

/// Stops the process as the terminal's Ctrl-Z would, and returns when it goes on: at once where
/// there is no shell that could make it go on.
void vigia_stop_process(void);

/// To be called on an open screen, before the terminal is made raw. Until disarmed, a fatal signal
/// or an exit first writes what leaves the screen, and `disable_modes`, to the descriptor, and
/// restores the terminal; a saved descriptor of stderr (or -1) is put back, so that the last
/// words are seen.
void vigia_rescue_arm(int fd, int saved_stderr, const char *disable_modes);
void vigia_rescue_disarm(void);

#endif
