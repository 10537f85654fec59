"""`vigia drift` on two files of 50,000 rows: its time and memory, as processes."""

import json
import os
import statistics
import subprocess
import time

import rows

ROWS, FEATURES = 50_000, 8


def run(command):
    """Of a process: seconds to its end, CPU seconds, peak resident megabytes, exit code, output."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    return seconds, cpu, usage.ru_maxrss / 1024, process.returncode, output


def drift(bench):
    reference, same, shifted = (bench.folder / f"{name}.csv" for name in ("a", "b", "c"))
    rows.write(ROWS, reference, FEATURES, seed=1)
    rows.write(ROWS, same, FEATURES, seed=2)
    # Another distribution of the first feature alone.
    head, *lines = same.read_text().splitlines()
    parts = [line.split(",", 1) for line in lines]
    changed = [f"{float(first) * 1.5:.6f},{rest}" for first, rest in parts]
    shifted.write_text("\n".join([head, *changed]) + "\n")

    def command(current):
        files = ["--reference", str(reference), "--current", str(current)]
        return [bench.vigia, "drift", *files, "--json"]

    for current, expected in ((same, 0), (shifted, 1)):
        code, output = run(command(current))[3:]
        if code != expected or not json.loads(output):
            raise RuntimeError(f"vigia drift ended with {code}, expected {expected}")
    rounds = [run(command(shifted)) for _ in range(3 if bench.quick else 15)]
    seconds = statistics.median(one[0] for one in rounds)
    cpu = statistics.median(one[1] for one in rounds)
    memory = max(one[2] for one in rounds)
    bench.row(
        f"vigia drift, 2 x {ROWS:,} rows x {FEATURES}, {len(rounds)} runs",
        f"{seconds:.3f} s ({cpu:.3f} s CPU), at most {memory:.0f} MB",
        "<= 0.3 s, <= 60 MB",
    )
