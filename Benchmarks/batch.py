"""`vigia score` and the engine alone: a C loop on rows in memory."""

import json
import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

import peers
import rows

HERE = Path(__file__).resolve().parent
LIBRARY = HERE.parent / ".runtime" / "libonnxruntime.so"
MODEL = HERE / "models" / "gb" / "1" / "model.onnx"


def c_loop(bench):
    """Compiles cloop.c: LIBRARY MODEL ROWS FEATURES BATCH THREADS prints rows/s first."""
    loop = bench.folder / "cloop"
    if not loop.exists():
        command = ["cc", "-O2", "-o", str(loop), str(HERE / "cloop.c"), "-ldl", "-lpthread"]
        subprocess.run(command, check=True)
    return loop


def engine_rows_per_s(bench, batch):
    """Of the engine alone, on all cores, in runs of so many rows."""
    command = [c_loop(bench), LIBRARY, MODEL, 400_000, 8, batch, os.cpu_count()]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[0])


def score(bench):
    """`vigia score` beside a C loop on rows in memory, in turns; and its memory on a longer file."""
    if peers.missing("cc"):
        return bench.row("vigia score", f"left out: {peers.missing('cc')[0]}")
    count, rounds = (200_000, 2) if bench.quick else (1_000_000, 5)
    loop = c_loop(bench)
    file, long_file = bench.folder / "rows.csv", bench.folder / "long.csv"
    rows.write(count, file)

    def measured(words):
        """What it printed, its wall time, and what it cost with its children."""
        start = time.monotonic()
        process = subprocess.Popen(map(str, words), stdout=subprocess.PIPE)
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{words[0]} ended with {process.returncode}: {text.decode()}")
        return text, time.monotonic() - start, usage

    def cpu_us(usage):
        return (usage.ru_utime + usage.ru_stime) / count * 1e6

    def by_loop(batch, total=count):
        text, _, usage = measured([loop, LIBRARY, MODEL, total, 8, batch, os.cpu_count()])
        return float(text.split()[0]), cpu_us(usage)

    def by_score(path):
        words = [bench.vigia, "score", "gb@1", path, bench.folder / "out.csv", "--json", "--force"]
        words += ["--model-repository", HERE / "models", "--data-dir", bench.folder / "none"]
        text, wall, usage = measured([*words, "--onnxruntime", LIBRARY])
        summary = json.loads(text)
        if summary["rows"] != summary["scored"]:
            raise RuntimeError(f"vigia score found bad rows: {summary}")
        whole = summary["rows"] / wall
        return summary["rows_per_s"], whole, cpu_us(usage), usage.ru_maxrss / 1024

    batches = (256, 512, 1024, 2048, 4096)
    best = max(batches, key=lambda batch: max(by_loop(batch, count // 4)[0] for _ in range(2)))
    by_score(file)
    pairs = [(*by_loop(best), *by_score(file)) for _ in range(rounds)]
    peer, peer_cpu, rate, whole, cpu, memory = (
        statistics.median(column) for column in zip(*pairs)
    )
    ratio = statistics.median(pair[2] / pair[0] for pair in pairs)
    bench.row(
        f"score, {count:,} rows, {rounds} pairs",
        f"{rate:,.0f} rows/s, C loop {peer:,.0f}: {ratio:.2f}x",
        ">= 0.8x",
    )
    ratio = statistics.median(pair[3] / pair[0] for pair in pairs)
    bench.row("... with the start of the process", f"{whole:,.0f} rows/s: {ratio:.2f}x")
    bench.row(
        "... CPU a row, with the start",
        f"{cpu:.2f} us, C loop {peer_cpu:.2f}: {peer_cpu / cpu:.2f}x",
    )
    with open(file, "rb") as source, open(long_file, "wb") as target:
        header = source.readline()
        start = source.tell()
        target.write(header)
        for _ in range(5):
            source.seek(start)
            shutil.copyfileobj(source, target, 1 << 20)
    longer = by_score(long_file)[3]
    bench.row(
        "... memory, and with five times the rows", f"{memory:.0f} and {longer:.0f} MB resident"
    )
