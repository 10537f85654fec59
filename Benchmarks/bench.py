#!/usr/bin/env python3
"""Measures what Vigia costs beside its peers, in one run, and prints medians and ratios.

Everything is measured here and now: absolute figures depend on the machine and on what else it
does, ratios less so. A peer that is not installed is named and left out.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.dont_write_bytecode = True
import batch
import console
import drift
import load
import processes
import resilience
import serving
import store

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


class Bench:
    def __init__(self, vigia, folder, quick):
        self.vigia, self.folder, self.quick = vigia, folder, quick
        self.servers = 0

    def row(self, what, measured, budget=""):
        print(f"  {what:<44} {measured:<44} {budget}".rstrip(), flush=True)

    def serve(self, model=HERE / "models" / "gb", keys="", versions=(1,), **env):
        """`vigia serve` with one model, in a data folder of its own.

        keys: further keys of the model in vigia.yaml, as "batching: off".
        versions: those that the model's folder lacks are copies of its first.
        """
        self.servers += 1
        home = self.folder / f"serve-{self.servers}"
        (home / "models").mkdir(parents=True)
        shutil.copytree(model, home / "models" / model.name)
        for version in versions:
            place = home / "models" / model.name / str(version)
            if not place.exists():
                shutil.copytree(model / "1", place)
        port = processes.free_port()
        (home / "vigia.yaml").write_text(
            f"listen: 127.0.0.1:{port}\ndata_dir: var\nmodel_repository: models\n"
            f'models:\n  {model.name}: {{ champion: "1"{", " + keys if keys else ""} }}\n'
        )
        command = [self.vigia, "serve", "--config", str(home / "vigia.yaml")]
        return processes.Server(command, port, home / "log", env=env)

    def version_json(self, server, model):
        """What a server says of a model's first version."""
        command = [self.vigia, "model", "show", model, "--json"]
        command += ["--attach", f"http://127.0.0.1:{server.port}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)["versions"][0]

    def memory(self):
        with self.serve() as server:
            load.run(server.port, 8, 3)
            resident = processes.resident_mb(server.pid)
        self.row("vigia serve, one model, after load", f"{resident:.0f} MB resident", "<= 100 MB")

    def recording(self):
        """CPU for each request with recording and without, in pairs: of the process, and of what answers.

        Each pair of servers is a new one: two processes of the same program differ by more than what is measured here.
        """
        rounds, turns, seconds = (3, 2, 1) if self.quick else (12, 4, 1)
        us = []
        for turn in range(rounds):
            with self.serve() as on, self.serve(VIGIA_RECORDING="off") as off:
                before = stored(on), stored(off)
                cpu_us(on, seconds), cpu_us(off, seconds)
                time.sleep(2)  # the flush comes once a second
                if stored(on) == before[0]:
                    raise RuntimeError("nothing was recorded")
                if stored(off) != before[1]:
                    raise RuntimeError("VIGIA_RECORDING=off records all the same")
                found = {on: [], off: []}
                for step in range(turns):
                    for server in (on, off) if (turn + step) % 2 else (off, on):
                        found[server].append(cpu_us(server, seconds))
            us.append([[statistics.median(column) for column in zip(*found[s])] for s in (on, off)])
        for place, what in enumerate((f"recording, {rounds} pairs", "of that, on the event loops")):
            pairs = [(on[place], off[place]) for on, off in us]
            costs = sorted((with_it / without - 1) * 100 for with_it, without in pairs)
            with_it, without = (statistics.median(column) for column in zip(*pairs))
            self.row(
                what,
                f"{statistics.median(costs):+.1f} % CPU a request ({with_it:.1f} and {without:.1f} us; half of the pairs "
                f"{costs[len(costs) // 4]:+.1f} to {costs[-1 - len(costs) // 4]:+.1f} %)",
                "<= 2 %",
            )


def cpu_us(server, seconds):
    """CPU a request, in microseconds: of the process, and of its event loops."""
    clocks = processes.cpu_seconds, processes.loop_seconds
    before = [clock(server.pid) for clock in clocks]
    done = load.run(server.port, 8, seconds)
    after = [clock(server.pid) for clock in clocks]
    return [(b - a) / done["requests"] * 1e6 for a, b in zip(before, after)]


def stored(server):
    """The files of a server's metric store, with what changes when they are written to."""
    files = Path(server.command[-1]).parent.glob("var/metrics.db*")
    return {file.name: (file.stat().st_size, file.stat().st_mtime_ns) for file in files}


def main():
    parts = {"memory": Bench.memory, "recording": Bench.recording, "console": console.console}
    for part in (
        serving.throughput,
        serving.engine,
        serving.tail,
        serving.binary,
        serving.batching,
    ):
        parts[part.__name__] = part
    parts |= {"malformed": resilience.malformed_bodies, "swap": resilience.swap}
    parts |= {"hung": resilience.hung, "score": batch.score, "drift": drift.drift}
    parts |= {"store": store.store, "day": store.day}
    names = list(parts)
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
                parts[name](bench)
            except RuntimeError as error:
                bench.row("not measured", str(error))
                failed += 1
            except Exception:
                traceback.print_exc()
                failed += 1
    return 3 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
