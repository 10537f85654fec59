#!/usr/bin/env python3
"""Measures what Vigia costs beside its peers, in one run, and prints medians and ratios.

Everything is measured here and now: absolute figures depend on the machine and on what else it
does, ratios less so. A peer that is not installed is named and left out.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.dont_write_bytecode = True
import load
import processes
import terminal

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PEER_PYTHON = ROOT / ".venv-bench" / "bin" / "python"


class Bench:
    def __init__(self, vigia, folder, quick):
        self.vigia, self.folder, self.quick = vigia, folder, quick
        self.servers = 0

    def row(self, what, measured, budget=""):
        print(f"  {what:<44} {measured:<44} {budget}".rstrip(), flush=True)

    def serve(self, **env):
        """`vigia serve` with the one small model gb, in a data folder of its own."""
        self.servers += 1
        home = self.folder / f"serve-{self.servers}"
        (home / "models").mkdir(parents=True)
        shutil.copytree(HERE / "models" / "gb", home / "models" / "gb")
        port = processes.free_port()
        (home / "vigia.yaml").write_text(
            f"listen: 127.0.0.1:{port}\ndata_dir: var\nmodel_repository: models\n"
            'models:\n  gb: { champion: "1" }\n'
        )
        command = [self.vigia, "serve", "--config", str(home / "vigia.yaml")]
        return processes.Server(command, port, home / "log", env=env)

    def fastapi(self):
        port = processes.free_port()
        command = [str(PEER_PYTHON), "-m", "uvicorn", "fastapi_tuned:app", "--host", "127.0.0.1"]
        command += ["--port", str(port), "--workers", "2", "--loop", "uvloop", "--http"]
        command += ["httptools", "--no-access-log", "--log-level", "warning"]
        env = {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        return processes.Server(command, port, self.folder / "fastapi.log", cwd=HERE, env=env)

    def memory(self):
        with self.serve() as server:
            load.run(server.port, 8, 3)
            resident = processes.resident_mb(server.pid)
        self.row("vigia serve, one model, after load", f"{resident:.0f} MB resident", "<= 100 MB")

    def recording(self):
        """CPU for each request with recording and without, in pairs."""
        rounds, seconds = (3, 1) if self.quick else (10, 2)

        def cpu_us(server):
            before = processes.cpu_seconds(server.pid)
            done = load.run(server.port, 8, seconds)
            return (processes.cpu_seconds(server.pid) - before) / done["requests"] * 1e6

        def stored(server):
            files = Path(server.command[-1]).parent.glob("var/metrics.db*")
            return {file.name: (file.stat().st_size, file.stat().st_mtime_ns) for file in files}

        with self.serve() as on, self.serve(VIGIA_RECORDING="off") as off:
            before = stored(on), stored(off)
            cpu_us(on), cpu_us(off)
            time.sleep(2)  # the flush comes once a second
            if stored(on) == before[0]:
                raise RuntimeError("nothing was recorded")
            if stored(off) != before[1]:
                raise RuntimeError("VIGIA_RECORDING=off records all the same")
            pairs = []
            for turn in range(rounds):
                order = (on, off) if turn % 2 else (off, on)
                pair = {server: cpu_us(server) for server in order}
                pairs.append((pair[on], pair[off]))
        cost = statistics.median(a / b - 1 for a, b in pairs) * 100
        with_it, without = (statistics.median(column) for column in zip(*pairs))
        self.row(
            f"recording, {rounds} pairs",
            f"{cost:+.1f} % CPU a request ({with_it:.1f} and {without:.1f} us)",
            "<= 2 %",
        )

    def console(self):
        """The attached console beside htop, 200x50, on a demo that serves 200 requests/s."""
        seconds, keys, paints = (5, 20, 3) if self.quick else (20, 60, 5)
        port = processes.free_port()
        command = [self.vigia, "demo", "--headless", "--duration", "600", "--json"]
        command += ["--port", str(port), "--data-dir", str(self.folder / "demo")]
        attach = [self.vigia, "console", "--attach", f"http://127.0.0.1:{port}"]
        htop = ["htop"] if shutil.which("htop") else None
        if not htop:
            self.row("htop", "not installed: no ratios (--peers installs it)")

        def beside(ours, theirs, unit, digits=1):
            text = f"{ours:.{digits}f} {unit}"
            if theirs is None:
                return text
            return text + f", htop {theirs:.{digits}f}: {ours / max(theirs, 1e-9):.2f}x"

        with processes.Server(command, port, self.folder / "demo.log"):
            paint = terminal.first_paint_ms(attach, paints)
            peer_paint = terminal.first_paint_ms(htop, paints) if htop else None
            if paint is None:
                raise RuntimeError("the attached console painted nothing within 10 s")
            self.row("first paint", beside(paint, peer_paint, "ms"), "<= 100 ms")

            costs = {}
            for name, command in (("vigia", attach), ("htop", htop)):
                if command:
                    with terminal.Terminal(command) as program:
                        program.read(4)
                        costs[name] = program.cost(seconds)
                        costs[name + " keys"] = program.answers(keys)
            nothing = (None, None)
            cpu, peer_cpu = costs["vigia"][0], costs.get("htop", nothing)[0]
            self.row("CPU, Overview", beside(cpu, peer_cpu, "%", 2), "<= 2x htop, <= 0.5 %")
            sent, peer_sent = costs["vigia"][1], costs.get("htop", nothing)[1]
            self.row("output, Overview", beside(sent, peer_sent, "B/s", 0), "<= 1500 B/s")
            waits, sizes = costs["vigia keys"]
            if len(waits) < 0.9 * keys:
                raise RuntimeError(f"the console answered {len(waits)} of {keys} cursor keys")
            peer_wait = terminal.p95(costs.get("htop keys", ([], []))[0])
            self.row(
                f"cursor key to first byte, p95 of {len(waits)}",
                beside(terminal.p95(waits), peer_wait, "ms", 2),
                "<= htop",
            )
            self.row("bytes for a cursor key", f"{statistics.median(sizes):.0f} B", "<= 600 B")

            with terminal.Terminal(attach) as program:
                program.read(4)
                panels = {}
                for key in "2389":
                    program.press(key)
                    program.read(2)
                    panels[key] = program.cost(seconds / 4)[1]
                text = ", ".join(f"{key}: {sent:.0f}" for key, sent in panels.items())
                self.row("output of the other panels", f"{text} B/s", "<= 4000 B/s")
                program.press("1")
                program.read(2)
                program.press("p")
                program.read(2)
                sent = program.cost(seconds / 4)[1]
                self.row("output while paused", f"{sent:.0f} B/s", "0 B/s")

    def throughput(self):
        """Requests/s of both servers under the same wrk, one after the other."""
        missing = [] if shutil.which("wrk") else ["wrk"]
        missing += [] if PEER_PYTHON.exists() else ["FastAPI in .venv-bench"]
        if missing:
            self.row("requests/s", f"left out: no {', no '.join(missing)} (--peers installs them)")
            return
        rounds, seconds = (1, 2) if self.quick else (3, 4)
        cases = [(1, 8, ">= 4x"), (1, 64, ">= 4.5x"), (32, 8, ">= 2.2x"), (32, 64, ">= 2.2x")]
        with self.serve() as ours, self.fastapi() as theirs:
            for rows, connections, budget in cases:
                rates = {ours: [], theirs: []}
                for _ in range(rounds):
                    for server, measured in rates.items():
                        done = load.by_wrk(server.port, connections, seconds, rows)
                        if done["errors"]:
                            raise RuntimeError(f"{done['errors']} failed: {server.command[0]}")
                        measured.append(done["requests"] / done["seconds"])
                rate, peer = (statistics.median(measured) for measured in rates.values())
                self.row(
                    f"requests/s, {rows} row(s), {connections} connections",
                    f"{rate:,.0f}, FastAPI {peer:,.0f}: {rate / peer:.2f}x",
                    budget,
                )


def main():
    names = ["memory", "recording", "console", "throughput"]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--only", choices=names, action="append", help="one part; may be repeated")
    parser.add_argument("--vigia", default=str(ROOT / ".build" / "release" / "vigia"))
    arguments = parser.parse_args()
    if not os.access(arguments.vigia, os.X_OK):
        print(f"bench: no release build at {arguments.vigia}: scripts/bench makes it")
        return 3
    busy = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load average {busy:.1f} at the start; budgets on the right")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="vigia-bench-") as folder:
        bench = Bench(arguments.vigia, Path(folder), arguments.quick)
        for name in arguments.only or names:
            print(name)
            try:
                getattr(bench, name)()
            except RuntimeError as error:
                bench.row("not measured", str(error))
                failed += 1
            except Exception:
                traceback.print_exc()
                failed += 1
    return 3 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
