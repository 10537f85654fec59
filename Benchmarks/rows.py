#!/usr/bin/env python3
"""Writes a CSV file of random rows for the model gb: rows.py ROWS FILE. The same rows each time."""

import random
import sys


def write(rows, path, features=8, seed=42):
    """Numbers with six digits behind the point, as tables have them; a header of f0, f1, ..."""
    rng = random.Random(seed)
    with open(path, "w") as file:
        file.write(",".join(f"f{index}" for index in range(features)) + "\n")
        for start in range(0, rows, 10_000):
            count = min(10_000, rows - start)
            values = [f"{rng.uniform(-2, 2):.6f}" for _ in range(count * features)]
            lines = [
                ",".join(values[at : at + features]) for at in range(0, len(values), features)
            ]
            file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
