#define _GNU_SOURCE 1

#include "CNcurses.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

// The last two ask the process to end.
static const int caught[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGHUP, SIGTERM, SIGINT};
enum { caught_count = sizeof caught / sizeof *caught, ending_count = 2 };

static struct sigaction before[caught_count];
static int installed;
static atomic_ullong pending;
static atomic_int wake_fd = -1;

int vigia_wake_open(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void vigia_wake_write(int fd) {
  uint64_t one = 1;
  ssize_t sent = write(fd, &one, sizeof one);
  (void)sent;
}

void vigia_wake_drain(int fd) {
  uint64_t count;
  ssize_t taken = read(fd, &count, sizeof count);
  (void)taken;
}

static void on_signal(int number) {
  int saved = errno;
  atomic_fetch_or(&pending, 1ull << number);
  int fd = atomic_load(&wake_fd);
  if (fd >= 0) vigia_wake_write(fd);
  errno = saved;
}

void vigia_signals_catch(int eventfd, bool ending) {
  atomic_store(&wake_fd, eventfd);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  installed = ending ? caught_count : caught_count - ending_count;
  for (int i = 0; i < installed; i++) {
    sigaction(caught[i], NULL, &before[i]);
    bool keep = caught[i] == SIGHUP && before[i].sa_handler == SIG_IGN;
    if (!keep) sigaction(caught[i], &action, NULL);
  }
}

void vigia_signals_uncatch(void) {
  if (atomic_exchange(&wake_fd, -1) < 0) return;
  for (int i = 0; i < installed; i++) sigaction(caught[i], &before[i], NULL);
}

uint64_t vigia_signals_take(void) { return atomic_exchange(&pending, 0); }

void vigia_stop_process(void) {
  // The default action of SIGTSTP rather than SIGSTOP: the kernel drops it when the process group
  // is orphaned, where a stop would be for ever.
  struct sigaction action, handler;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigemptyset(&action.sa_mask);
  sigaction(SIGTSTP, &action, &handler);
  // A thread may be the child of one that blocks all signals, as the dispatch library's do.
  sigset_t stop, mask;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
  raise(SIGTSTP);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  sigaction(SIGTSTP, &handler, NULL);
}
