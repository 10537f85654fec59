#define _GNU_SOURCE 1

#include "CNcurses.h"
#include "internal.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
enum { fatal_count = sizeof fatal_signals / sizeof *fatal_signals };

static struct sigaction before[fatal_count];
static char reset[512];
static size_t reset_length;
static int terminal = -1;
static int stderr_copy = -1;
static struct termios cooked;
static bool has_cooked;
static atomic_bool armed;

static void add(const char *text) {
  size_t length = text ? strlen(text) : 0;
  if (length > 0 && reset_length + length < sizeof reset) {
    memcpy(reset + reset_length, text, length);
    reset_length += length;
  }
}

/// Only async-signal-safe calls. Whoever disarms first does it, so it happens once.
static void rescue(void) {
  if (!atomic_exchange(&armed, false)) return;
  // A terminal that nobody reads must not keep the process from ending.
  int flags = fcntl(terminal, F_GETFL);
  if (flags >= 0) fcntl(terminal, F_SETFL, flags | O_NONBLOCK);
  ssize_t sent = write(terminal, reset, reset_length);
  (void)sent;
  if (flags >= 0) fcntl(terminal, F_SETFL, flags);
  if (has_cooked) tcsetattr(terminal, TCSANOW, &cooked);
  if (stderr_copy >= 0) dup2(stderr_copy, STDERR_FILENO);
}

static void on_fatal(int number, siginfo_t *info, void *context) {
  (void)context;
  rescue();
  for (int i = 0; i < fatal_count; i++) {
    if (fatal_signals[i] == number) sigaction(number, &before[i], NULL);
  }
  // A fault happens again when this returns; a signal that was sent must be sent again.
  if (!info || info->si_code <= 0) raise(number);
}

void vigia_rescue_arm(int fd, int saved_stderr, const char *disable_modes) {
  static bool is_registered;
  if (!is_registered) {
    is_registered = true;
    atexit(rescue);
  }
  terminal = fd;
  stderr_copy = saved_stderr;
  reset_length = 0;
  add(disable_modes);
  const char *names[] = {"op", "sgr0", "cnorm", "rmcup"};
  for (int i = 0; i < 4; i++) add(vigia_screen_capability(names[i]));
  has_cooked = tcgetattr(fd, &cooked) == 0;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_fatal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < fatal_count; i++) sigaction(fatal_signals[i], &action, &before[i]);
  atomic_store(&armed, true);
}

void vigia_rescue_disarm(void) {
  if (!atomic_exchange(&armed, false)) return;
  for (int i = 0; i < fatal_count; i++) sigaction(fatal_signals[i], &before[i], NULL);
}
