"""The attached console beside other terminal programs, 200x50, on a demo of 200 requests/s."""

import contextlib
import datetime
import shutil
import statistics
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import processes
import terminal

PANELS = {
    "1": "overview", "2": "latency", "3": "traffic", "4": "drift", "5": "experiment",
    "6": "alerts", "7": "runbooks", "8": "models", "9": "timeline", "B": "business", "Y": "system",
}  # fmt: skip
INCIDENT = 40  # seconds from the demo's start until its bad release serves


class Measured(NamedTuple):
    """One program: its first paint in ms, what it costs, its answers to cursor keys."""

    paint: float
    cost: terminal.Cost
    waits: list  # ms
    sizes: list  # bytes


class GrowingLog:
    """A log file for lnav that gets as many lines a second as the demo gets requests."""

    PIECES, LINES, FIRST = 10, 20, 20_000  # pieces a second, lines of each, lines at the start

    def __init__(self, path):
        self.path, self.written, self.stop = path, 0, threading.Event()
        self.thread = threading.Thread(target=self.grow, daemon=True)

    def __enter__(self):
        self.append(self.FIRST)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()

    def append(self, count):
        now = datetime.datetime.now().isoformat(sep=" ", timespec="milliseconds")
        with open(self.path, "a") as file:
            for _ in range(count):
                self.written += 1
                file.write(f"{now} INFO request {self.written} answered in 0.2 ms\n")

    def grow(self):
        while not self.stop.wait(1 / self.PIECES):
            self.append(self.LINES)


def measure(command, home, seconds, keys, paints):
    paint = terminal.first_paint_ms(command, home, paints)
    with terminal.Terminal(command, home) as program:
        program.read(4)
        cost = program.cost(seconds)
        return Measured(paint, cost, *program.answers(keys))


def beside(ours, others, of, unit, digits=1):
    """`ours` and what each other program has, with the ratio to it."""
    parts = [f"{ours:.{digits}f} {unit}"]
    for name, measured in others.items():
        theirs = of(measured)
        if theirs is None:
            parts.append(f"{name} none")
        elif theirs > 0:
            parts.append(f"{name} {theirs:.{digits}f} ({ours / theirs:.2f}x)")
        else:
            parts.append(f"{name} {theirs:.{digits}f}")
    return ", ".join(parts)


def programs_beside(bench, home, log, seconds, keys, paints):
    """What is measured of each peer that is installed; those that are not are said."""
    measured = {}
    for name, command in (("htop", ["htop"]), ("btop", ["btop"]), ("lnav", ["lnav", str(log)])):
        if not shutil.which(name):
            bench.row(name, "not installed: no ratios (--peers installs it)")
            continue
        with GrowingLog(log) if name == "lnav" else contextlib.nullcontext():
            measured[name] = measure(command, home, seconds, keys, paints)
    return measured


def every_panel(bench, attach, home, seconds):
    """Each panel in a console of its own, all at the same time, through a release that goes bad; htop beside them."""

    def watch(command, key=""):
        with terminal.Terminal(command, home) as program:
            program.read(3)
            if key:
                program.press(key)
            program.read(INCIDENT)
            return program.cost(seconds)

    with ThreadPoolExecutor(len(PANELS) + 1) as pool:
        peer = pool.submit(watch, ["htop"]) if shutil.which("htop") else None
        costs = dict(zip(PANELS.values(), pool.map(lambda key: watch(attach, key), PANELS)))

    def rows(what, of, unit, digits, budget):
        worst = max(costs, key=lambda panel: of(costs[panel]))
        value = f"{of(costs[worst]):.{digits}f} {unit} ({worst})"
        if peer and of(peer.result()) > 0:
            theirs = of(peer.result())
            value += f", htop {theirs:.{digits}f} ({of(costs[worst]) / theirs:.2f}x)"
        bench.row(f"{what} of the worst of {len(costs)} panels", value, budget)
        each = [f"{panel} {of(cost):.{digits}f}" for panel, cost in costs.items()]
        for start in range(0, len(each), 4):
            bench.row("", ", ".join(each[start : start + 4]))

    rows("output", lambda cost: cost.sent, "B/s", 0, "<= 4000 B/s")
    rows("CPU", lambda cost: cost.cpu, "%", 2, "<= 2x htop")


def console(bench):
    quick = bench.quick
    seconds, keys, paints, panel_seconds = (5, 20, 3, 10) if quick else (20, 60, 5, 60)
    home = bench.folder / "home"
    home.mkdir()

    def demo(incident):
        port = processes.free_port()
        command = [bench.vigia, "demo", "--headless", "--no-backfill", "--incident", incident]
        command += ["--port", str(port), "--data-dir", str(bench.folder / f"demo-{incident}")]
        attach = [bench.vigia, "console", "--attach", f"http://127.0.0.1:{port}"]
        return processes.Server(command, port, bench.folder / f"demo-{incident}.log"), attach

    server, attach = demo("none")
    with server:
        ours = measure(attach, home, seconds, keys, paints)
        others = programs_beside(bench, home, bench.folder / "growing.log", seconds, keys, paints)
        with terminal.Terminal(attach, home) as program:
            program.read(4)
            program.press("p")
            program.settle()  # the message about the key goes after some seconds
            paused = program.cost(seconds)

    if ours.paint is None:
        raise RuntimeError("the attached console painted nothing within 10 s")
    if len(ours.waits) < 0.9 * keys:
        raise RuntimeError(f"the console answered {len(ours.waits)} of {keys} cursor keys")

    def row(what, of, unit, digits, budget):
        bench.row(what, beside(of(ours), others, of, unit, digits), budget)

    row("first paint", lambda it: it.paint, "ms", 1, "<= 100 ms")
    row("CPU, Overview", lambda it: it.cost.cpu, "%", 2, "<= 2x htop, <= 0.5 %")
    row("output, Overview", lambda it: it.cost.sent, "B/s", 0, "<= 1500 B/s")
    row("wakeups, Overview", lambda it: it.cost.wakeups, "/s", 1, "")
    what = f"cursor key to first byte, p95 of {len(ours.waits)}"
    row(what, lambda it: terminal.p95(it.waits), "ms", 2, "<= htop")
    median = lambda it: statistics.median(it.sizes) if it.sizes else None
    row("bytes for a cursor key", median, "B", 0, "<= 600 B")
    bench.row("output while paused", f"{paused.sent:.0f} B/s", "0 B/s")
    bench.row("wakeups while paused", f"{paused.wakeups:.1f} /s", "<= 1 /s")

    server, attach = demo("bad-release")
    with server:
        every_panel(bench, attach, home, panel_seconds)
