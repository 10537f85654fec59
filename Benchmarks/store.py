"""The store and the judgement by themselves: StoreBench, and a C loop beside it."""

import json
import os
import statistics
import subprocess
from pathlib import Path

import peers

HERE = Path(__file__).resolve().parent
# Seconds a row and rows kept of each tier: 1 h of seconds, 48 h, 30 d, 2 y.
TIERS = {1: 3_600, 10: 17_280, 60: 43_200, 3_600: 17_520}


def figures(bench, *words):
    """What StoreBench, which lies beside the vigia that is measured, prints."""
    command = [str(Path(bench.vigia).parent / "StoreBench"), *map(str, words)]
    if not os.access(command[0], os.X_OK):
        raise RuntimeError(f"no {command[0]}: scripts/bench makes it")
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"StoreBench {words[0]} ended with {done.returncode}: {done.stderr}")
    return {one["name"]: one["value"] for one in map(json.loads, done.stdout.splitlines())}


def folder(bench, name):
    path = bench.folder / name
    path.mkdir()
    return path


def blocks(bench):
    rounds = 3 if bench.quick else 9
    loop = bench.folder / "storeloop"
    peer = not peers.missing("cc")
    if peer:
        command = ["cc", "-O2", "-o", str(loop), str(HERE / "storeloop.c"), "-lsqlite3"]
        subprocess.run(command, check=True)
    pairs = []
    for turn in range(rounds):
        ours = figures(bench, "blocks", folder(bench, f"blocks-{turn}"))["block_us"]
        theirs = None
        if peer:
            command = [str(loop), str(bench.folder / f"loop-{turn}.db"), "200"]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            theirs = float(done.stdout.split()[0])
        pairs.append((ours, theirs))
    ours = statistics.median(pair[0] for pair in pairs)
    text = f"{1e9 / ours:,.0f} requests/s ({ours:.0f} us a block)"
    if peer:
        ratio = statistics.median(pair[1] / pair[0] for pair in pairs)
        text += f", C loop {statistics.median(pair[1] for pair in pairs):.0f}: {ratio:.2f}x"
    bench.row(f"blocks of 1,000 whole requests, {rounds} pairs", text, ">= 0.5x")


def sizes(bench, path):
    """Of one version for all that is kept, from the bytes a row of the day that was written."""
    row = figures(bench, "sizes", path)

    def megabytes(*kinds):
        return sum(
            row.get(f"row_bytes_{kind}{step}", 0) * rows / 1e6
            for step, rows in TIERS.items()
            for kind in kinds
        )

    plain, whole = megabytes("r", "s"), megabytes("r", "s", "h")
    bench.row("a version's counters and latency, all tiers", f"{plain:.0f} MB", "<= 57 MB")
    bench.row("... with 10 features", f"{whole:.0f} MB", "<= 160 MB")
    text = ", ".join(
        f"{name} {row[f'row_bytes_{name}']:.0f}"
        for name in ("r1", "s1", "r10", "s10", "r60", "s60", "h60", "r3600", "s3600", "h3600")
        if f"row_bytes_{name}" in row
    )
    bench.row("... bytes a row", text)


def store(bench):
    blocks(bench)
    record = figures(bench, "record")
    text = f"{record['record_ns']:.0f} ns, without tensors {record['record_bare_ns']:.0f} ns"
    bench.row("record()", text, "<= 150 ns")
    drift = figures(bench, "drift")
    bench.row("drift, 30 features in a window of 2,000", f"{drift['drift_ms']:.2f} ms", "<= 5 ms")
    counts = (10_000_000, 100_000_000)
    small, large = (folder(bench, f"day-{count}") for count in counts)
    days = figures(bench, "panels", small, counts[0], large, counts[1])
    for what, name, budget in (
        ("24 h of counters", "series", "<= 2 ms, <= 1.2x"),
        ("24 h heatmap, cold", "heatmap", "<= 10 ms, <= 1.2x"),
        ("... one column", "column", ""),
    ):
        few, many, ratio = (
            days[key] for key in (f"few_{name}_ms", f"many_{name}_ms", f"{name}_ratio")
        )
        bench.row(what, f"10 M {few:.2f} ms, 100 M {many:.2f} ms: {ratio:.2f}x", budget)
    sizes(bench, large)


def day(bench):
    """A day at 1,000 requests/s on a simulated clock: nothing lost, and what it takes on disk."""
    hours = 1 if bench.quick else 24
    path = folder(bench, "simulated-day")
    done = figures(bench, "day", path, 1_000, hours)
    expected = 1_000 * 3_600 * hours
    if round(done["requests_counted"]) != expected or done["dropped"]:
        raise RuntimeError(
            f"{done['requests_counted']:.0f} of {expected} requests counted, "
            f"{done['dropped']:.0f} dropped"
        )
    bench.row(
        f"{hours} h at 1,000 requests/s, simulated",
        f"{done['day_s'] / 60:.1f} min, all counted; a flush {done['flush_ms']:.1f} ms, "
        f"p99 {done['flush_p99_ms']:.0f}",
        "minutes",
    )
    size = figures(bench, "tables", path)

    def megabytes(*names):
        return sum(size.get(f"mb_{name}", 0) for name in names)

    share = hours / 24
    for tier, budget in ((10, 4.9), (60, 1.1)):
        kept = megabytes(f"r{tier}", f"s{tier}")
        bench.row(f"... {tier} s tier", f"{kept:.2f} MB", f"<= {budget * share:.2f} MB")
    requests = megabytes("request_block", "request_block_t", "request_data")
    bench.row("... whole requests", f"{requests:.0f} MB", "<= 141 MB")
    waiting = megabytes("prediction_block", "prediction_block_t", "prediction_data")
    bench.row("... predictions that wait for labels", f"{waiting:.0f} MB", "<= 282 MB")
    bench.row("... the file", f"{done['file_mb']:.0f} MB", "<= 1074 MB")
