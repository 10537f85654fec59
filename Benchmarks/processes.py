"""What a process and its children cost, read from /proc."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path


def tree(pid):
    """The process and all its descendants."""
    pids = [pid]
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                for child in file.read().split():
                    pids += tree(int(child))
    except OSError:
        pass  # it ended meanwhile
    return pids


def cpu_seconds(pid):
    """CPU of the tree so far, by each process's own clock: also that of threads that ended."""
    total = 0.0
    for process in tree(pid):
        with contextlib.suppress(OSError):  # it ended meanwhile
            total += time.clock_gettime((~process << 3) | 2)  # as clock_getcpuclockid makes it
    return total


def system_seconds(pid):
    """CPU so far that the kernel has spent for one process, by its clock of a hundred ticks a second."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[12]) / os.sysconf("SC_CLK_TCK")


def loop_seconds(pid):
    """CPU so far of the event loops' threads of one process: those that read, run and answer."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            if Path(f"/proc/{pid}/task/{thread}/comm").read_text().startswith("NIO-ELT"):
                total += int(Path(f"/proc/{pid}/task/{thread}/schedstat").read_text().split()[0])
    return total / 1e9


def wakeups(pid):
    """How often each thread of the tree has slept and woken so far, by its number."""
    counts = {}
    for process in tree(pid):
        try:
            for thread in os.listdir(f"/proc/{process}/task"):
                with open(f"/proc/{process}/task/{thread}/status") as file:
                    line = next(line for line in file if line.startswith("voluntary_ctxt"))
                counts[thread] = int(line.split()[1])
        except OSError:
            pass  # it ended meanwhile
    return counts


def resident_mb(pid):
    total = 0
    for process in tree(pid):
        try:
            with open(f"/proc/{process}/status") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
        except OSError:
            pass
    return total / 1024


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server in a process of its own, ready when its V2 health says so, stopped on leaving."""

    def __init__(self, command, port, log, cwd=None, env=None):
        self.command, self.port, self.log, self.cwd = command, port, log, cwd
        self.env = dict(os.environ, **(env or {}))

    def __enter__(self):
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.cwd, env=self.env, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL,
            )
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        family = tree(self.process.pid)
        for number in (signal.SIGTERM, signal.SIGKILL):
            self.process.send_signal(number)
            try:
                self.process.wait(10)
                break
            except subprocess.TimeoutExpired:
                continue
        # A parent that had to be killed leaves its workers behind.
        for pid in family[1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def wait_until_ready(self):
        url = f"http://127.0.0.1:{self.port}/v2/health/ready"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(url, timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.05)
        with open(self.log) as file:
            last = (file.read().strip().splitlines() or ["no output"])[-1]
        raise RuntimeError(f"{self.command[0]} is not ready: {last}")

    @property
    def pid(self):
        return self.process.pid
