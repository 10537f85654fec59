"""What a terminal program costs and how fast it answers, seen from the other end of its pty."""

import fcntl
import os
import pty
import random
import re
import select
import signal
import statistics
import struct
import termios
import time
from typing import NamedTuple

import processes

# Escape sequences: CSI, OSC, character sets, and the two-byte ones.
ESCAPES = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-B]|.)", re.S
)
PAINTED = 40  # so many visible characters make a first paint, not a cleared screen


class Cost(NamedTuple):
    """What a program takes while nobody touches it."""

    cpu: float  # % of a core
    sent: float  # bytes/s
    wakeups: float  # of all its threads, each second


class Terminal:
    """A command in a pty of its own; ended on leaving.

    home: where it finds and keeps its settings, so that a peer runs on its defaults.
    """

    def __init__(self, command, home, columns=200, rows=50):
        self.command, self.home, self.size = command, home, (rows, columns)
        self.ended = False

    def __enter__(self):
        self.started = time.monotonic()
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *self.size, 0, 0))
                env = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8")
                env |= {"HOME": str(self.home), "XDG_CONFIG_HOME": f"{self.home}/.config"}
                os.execvpe(self.command[0], self.command, env)
            finally:
                os._exit(127)
        return self

    def __exit__(self, *_):
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.has_ended():
                break
            os.kill(self.pid, number)
            deadline = time.monotonic() + 3
            while time.monotonic() < deadline and not self.has_ended():
                self.read(0.02)  # a program that restores the screen must be able to write
        os.close(self.file)

    def has_ended(self):
        self.ended = self.ended or os.waitpid(self.pid, os.WNOHANG)[0] != 0
        return self.ended

    def must_run(self):
        """Raises when the program has ended: what a dead one costs is no measurement."""
        if self.has_ended():
            raise RuntimeError(f"{' '.join(self.command)} ended by itself")

    def press(self, keys):
        os.write(self.file, keys.encode())

    def read(self, seconds):
        """What comes within the time, and when the first of it came."""
        output, first, end = b"", None, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.file], [], [], left)[0]:
                break
            try:
                chunk = os.read(self.file, 1 << 16)
            except OSError:  # the program closed its end
                time.sleep(max(0, end - time.monotonic()))
                break
            first = first or time.monotonic()
            output += chunk
        return output, first

    def settle(self, quiet=5, within=30):
        """Waits until nothing has come for a while; says whether it became quiet."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if not self.read(quiet)[0]:
                return True
        return False

    def paint_ms(self, within=10):
        """From the start to the first painted screen; None when there is none."""
        output = b""
        while time.monotonic() - self.started < within:
            if not select.select([self.file], [], [], 0.05)[0]:
                continue
            try:
                output += os.read(self.file, 1 << 16)
            except OSError:
                return None
            now = time.monotonic()
            if len(re.sub(rb"\s", b"", ESCAPES.sub(b"", output))) >= PAINTED:
                return (now - self.started) * 1000
        return None

    def cost(self, seconds):
        cpu, before = processes.cpu_seconds(self.pid), processes.wakeups(self.pid)
        start = time.monotonic()
        output, _ = self.read(seconds)
        elapsed = time.monotonic() - start
        cpu = processes.cpu_seconds(self.pid) - cpu
        after = processes.wakeups(self.pid)  # of a thread that has ended nothing is known
        wakeups = sum(count - before.get(thread, 0) for thread, count in after.items())
        self.must_run()
        return Cost(cpu / elapsed * 100, len(output) / elapsed, wakeups / elapsed)

    def answers(self, count):
        """Cursor keys, down and up in turn: ([ms to the first byte], [bytes]) of those answered.

        Pauses of random length, so that keys do not fall in step with the program's own clock.
        """
        waits, sizes = [], []
        for turn in range(count):
            self.read(0.15 + random.random() * 0.1)
            start = time.monotonic()
            self.press("\x1b[A" if turn % 2 else "\x1b[B")
            output, first = self.read(0.12)
            if first:
                waits.append((first - start) * 1000)
                sizes.append(len(output))
        self.must_run()
        return waits, sizes


def p95(values):
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))] if values else None


def first_paint_ms(command, home, rounds):
    """The median; None when it painted nothing in one of the rounds."""
    times = []
    for _ in range(rounds):
        with Terminal(command, home) as terminal:
            times.append(terminal.paint_ms())
            terminal.read(0.2)
            terminal.must_run()
    return statistics.median(times) if None not in times else None
