"""Open-loop load by `vigia load`: latency from when a request was due, so that a stall counts for all who met it."""

import contextlib
import json
import statistics
import subprocess
import threading

RATE = 2_000


class Load:
    """A load in the background; `figures()` waits for its end."""

    def __init__(self, vigia, port, seconds, model="gb", rate=RATE, connections=64):
        command = [vigia, "load", f"http://127.0.0.1:{port}", "--model", model, "--json"]
        command += ["--rate", str(rate), "--duration", str(seconds), "--connections", str(connections)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def figures(self):
        output, errors = self.process.communicate()
        if self.process.returncode not in (0, 1):
            raise RuntimeError(f"vigia load: {errors.strip()}")
        return json.loads(output)


def alternated(rounds, vigia, port, seconds, disturbance):
    """Rounds of load, by turns left alone and disturbed, after one that warms up.

    `disturbance(stop)` runs beside the load until `stop` is set or it is done. Returns the figures of both kinds.
    """
    Load(vigia, port, 2).figures()
    calm, disturbed = [], []
    for turn in range(2 * rounds):
        stop, failures = threading.Event(), []

        def beside():
            try:
                disturbance(stop)
            except Exception as error:
                failures.append(error)

        is_disturbed = turn % 2 == 1
        load = Load(vigia, port, seconds)
        thread = threading.Thread(target=beside)
        if is_disturbed:
            thread.start()
        figures = load.figures()
        stop.set()
        if is_disturbed:
            thread.join()
        if failures:
            raise RuntimeError(f"beside the load: {failures[0]}")
        (disturbed if is_disturbed else calm).append(figures)
    return calm, disturbed


def median(figures, key):
    return statistics.median(round[key] for round in figures)


def lost(figures):
    return sum(round["errors"] for round in figures)


@contextlib.contextmanager
def failing_as_runtime_error():
    try:
        yield
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"{' '.join(error.cmd)}: {error.stderr.strip()}") from error
