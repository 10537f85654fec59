#!/usr/bin/env python3
"""Mutates small models and lets `vigia check --load` try each in its checking child.

ONNX Runtime may crash, hang or ask for all memory: that is what the child is for. The promise is the parent's: it comes
back in time with a verdict on each file, and does not grow. Models that crash a child are put into .build-fuzz/crashers.
"""

import argparse
import collections
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEEDS = [ROOT / "Fuzz/Corpora/model", ROOT / "Tests/Fixtures/models"]
KEPT = ROOT / "Fuzz/Corpora/model"
CRASHERS = ROOT / ".build-fuzz/crashers"
NUMBERS = [0, 1, 2, 7, 127, 128, 255, 1 << 15, 1 << 31, (1 << 31) - 1, 1 << 32, 1 << 40, 1 << 62, (1 << 64) - 1]


def varint(value):
    parts = []
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(parts + [value])


def read_varint(data, place):
    value = shift = 0
    while True:
        value |= (data[place] & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if data[place - 1] < 0x80:
            return value, place
        if shift > 63:
            raise IndexError


def parse(data, depth=0):
    """Fields as [number, kind, value]: kind 0 a number, 1 and 5 fixed bytes, 2 bytes, "m" a message."""
    fields, place = [], 0
    while place < len(data):
        tag, place = read_varint(data, place)
        number, kind = tag >> 3, tag & 7
        if not 0 < number < 64:
            raise IndexError
        if kind == 0:
            value, place = read_varint(data, place)
        elif kind in (1, 5, 2):
            length, place = (8, place) if kind == 1 else (4, place) if kind == 5 else read_varint(data, place)
            value, place = data[place : place + length], place + length
            if place > len(data):
                raise IndexError
            if kind == 2 and len(value) > 1 and depth < 40:
                try:
                    value, kind = parse(value, depth + 1), "m"
                except IndexError:
                    pass
        else:
            raise IndexError
        fields.append([number, kind, value])
    return fields


def serialize(fields):
    parts = []
    for number, kind, value in fields:
        body = serialize(value) if kind == "m" else value
        parts.append(varint(number << 3 | (2 if kind == "m" else kind)))
        if kind == 0:
            parts.append(varint(value & (1 << 64) - 1))
        else:
            parts += [body] if kind in (1, 5) else [varint(len(body)), body]
    return b"".join(parts)


def lists(fields):
    yield fields
    for _, kind, value in fields:
        if kind == "m":
            yield from lists(value)


def bent(data, rng):
    data = bytearray(data or b"\0")
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(data))
        choice = rng.random()
        if choice < 0.5:
            data[place] = rng.randrange(256)
        elif choice < 0.7:
            del data[place : place + rng.randint(1, 4)]
        elif choice < 0.9:
            data[place:place] = data[place : place + rng.randint(1, 16)]
        else:
            data[place:] = b""
        data = data or bytearray(b"\0")
    return bytes(data)


def mutated(seed, others, rng):
    """Mostly a model whose lengths are right, so that the change is met deep inside."""
    if rng.random() < 0.15:
        return bent(seed, rng)
    try:
        tree = parse(seed)
        other = parse(rng.choice(others))
    except IndexError:
        return bent(seed, rng)
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        fields = rng.choice([found for found in lists(tree) if found] or [tree])
        if not fields:
            break
        place = rng.randrange(len(fields))
        field, choice = fields[place], rng.random()
        if choice < 0.15:
            del fields[place]
        elif choice < 0.3:
            fields.insert(place, [*field])
        elif choice < 0.4:
            field[0] = rng.randint(1, 30)
        elif choice < 0.55:
            fields[place] = [*rng.choice(rng.choice([found for found in lists(other) if found]))]
        elif choice < 0.6:
            rng.shuffle(fields)
        elif field[1] == 0:
            field[2] = rng.choice(NUMBERS) if rng.random() < 0.7 else field[2] ^ 1 << rng.randrange(64)
        elif field[1] == "m":
            field[1:] = [2, bent(serialize(field[2]), rng)]
        else:
            width = len(field[2])
            field[2] = bent(field[2], rng)
            if field[1] in (1, 5):
                field[2] = field[2].ljust(width, b"\0")[:width]
    return serialize(tree)


def kind_of(line):
    """What a verdict says, without names and numbers."""
    for words in ("crashed with signal", "used more than", "took more than", "computed for more than",
                  "keeps its weights in other files", "ONNX Runtime refuses", "a run with zeros fails",
                  "found NaN", "is not served", "ended with status", "killed it"):
        if words in line:
            return words
    return re.sub(r"^.*model\.onnx: ", "", line)[:60]


class Tries:
    def __init__(self, vigia, folder, seconds):
        self.vigia, self.folder, self.limit = vigia, Path(folder), seconds
        self.resident = []
        self.verdicts = collections.Counter()

    def models(self, models):
        """Has all tried. Returns what is wrong with the trying, None when nothing is."""
        shutil.rmtree(self.folder / "models", ignore_errors=True)
        for index, model in enumerate(models):
            place = self.folder / "models" / f"m{index}" / "1"
            place.mkdir(parents=True)
            (place / "model.onnx").write_bytes(model)
        (self.folder / "vigia.yaml").write_text(
            f"data_dir: var\nmodel_repository: models\n"
            f"load_check: {{ seconds: {self.limit}, memory_mb: 256 }}\n"
        )
        command = [self.vigia, "check", "--load", str(self.folder / "vigia.yaml")]
        deadline = time.monotonic() + (self.limit + 5) * len(models)
        with open(self.folder / "out", "w+") as out:
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
            most = 0
            while process.poll() is None:
                most = max(most, resident_mb(process.pid))
                if time.monotonic() > deadline:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                    return "no verdict in time"
                time.sleep(0.02)
            out.seek(0)
            text = out.read()
        self.resident.append(most)
        if process.returncode not in (0, 1):
            return f"vigia check ended with {process.returncode}: {text[-400:]}"
        refused = set()
        for line in text.splitlines():
            if found := re.match(r"m(\d+)@1: .*?model\.onnx: (.+)", line):
                refused.add(found[1])
                kind = kind_of(line)
                self.verdicts[kind] += 1
                if kind == "crashed with signal":
                    CRASHERS.mkdir(parents=True, exist_ok=True)
                    model = models[int(found[1])]
                    (CRASHERS / f"{hash(model) & 0xFFFFFFFF:08x}").write_bytes(model)
        self.verdicts["passed"] += len(models) - len(refused)
        if (process.returncode == 0) != (not refused):
            return f"exit {process.returncode} with {len(refused)} refused: {text[-400:]}"
        return None


def resident_mb(pid):
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
    except (OSError, TypeError):
        return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vigia", required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the mutations")
    parser.add_argument("--limit", type=int, default=2, help="seconds that one model may take")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    paths = [path for folder in SEEDS for path in sorted(folder.rglob("*")) if path.is_file()]
    seeds = [path.read_bytes() for path in paths if path.suffix != ".json" and 0 < path.stat().st_size < 2_000]
    print(f"model-child: {len(seeds)} seeds, random seed {arguments.seed}", flush=True)
    start, count, failure = time.monotonic(), 0, None
    with tempfile.TemporaryDirectory(prefix="vigia-fuzz-") as folder:
        tries = Tries(arguments.vigia, folder, arguments.limit)
        while time.monotonic() - start < arguments.seconds and not failure:
            models = [mutated(rng.choice(seeds), seeds, rng) for _ in range(16)]
            count += len(models)
            failure = tries.models(models)
    for words, number in tries.verdicts.most_common():
        print(f"  {number:6} {words}")
    elapsed = time.monotonic() - start
    print(f"{count} models in {elapsed:.0f} s; the parent held {max(tries.resident, default=0):.0f} MB at most")
    if not failure:
        return 0
    for index, model in enumerate(models):
        (KEPT / f"child-{arguments.seed}-{index}").write_bytes(model)
    print(f"found: {failure}\nthe batch is in {KEPT}/child-{arguments.seed}-*: keep the one that does it")
    return 1


if __name__ == "__main__":
    sys.exit(main())
