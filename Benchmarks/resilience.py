"""What a good client notices while something goes wrong beside it, or on purpose: bodies that are none, changes of the
champion, a version that hangs inside ONNX Runtime."""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

import load
import malformed
import open_loop
import processes

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def steer(bench, server, *words):
    """One command to a server of `serve`, by the program itbench."""
    folder = Path(server.command[-1]).parent / "var"
    command = [bench.vigia, *words, "--data-dir", str(folder)]
    with open_loop.failing_as_runtime_error():
        subprocess.run(command, capture_output=True, text=True, check=True)


class Operator:
    """Commands over one kept connection: what they cost is the server's part, and no program's start."""

    def __init__(self, server):
        folder = Path(server.command[-1]).parent / "var"
        token = (folder / "token").read_text().strip()
        self.fields = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)

    def act(self, **action):
        self.post("/vigia/v1/commands", self.command(action))

    def look(self, **action):
        """A read whose body is as long as that command's."""
        question = json.dumps({"model": "gb", "limit": 1})
        self.post("/vigia/v1/audit", question.ljust(len(self.command(action))))

    @staticmethod
    def command(action):
        return json.dumps(
            {"id": os.urandom(16).hex(), "action": action, "reason": "bench", "origin": "api"}
        )

    def post(self, path, body):
        self.connection.request("POST", path, body.encode(), self.fields)
        reply = self.connection.getresponse()
        text = reply.read().decode()
        if reply.status != 200:
            raise RuntimeError(f"{path}: {reply.status} {text}")


def beside(bench, what, calm, disturbed):
    """The row of a good client's figures, left alone and disturbed."""
    before, after = open_loop.median(calm, "p99_us"), open_loop.median(disturbed, "p99_us")
    sent = sum(round["requests"] for round in disturbed)
    lost = open_loop.lost(disturbed)
    bench.row(
        what,
        f"p99 {before / 1e3:.2f} -> {after / 1e3:.2f} ms: {after / before:.2f}x, "
        f"{lost} of {sent:,} lost",
        "<= 2x, 0 lost",
    )
    if open_loop.lost(calm):
        raise RuntimeError(f"{open_loop.lost(calm)} requests were lost without a disturbance")


def malformed_bodies(bench):
    """Ten thousand malformed bodies a round beside a good client, from a process of their own."""
    rounds, seconds, count = (1, 3, 2_000) if bench.quick else (5, 10, 10_000)
    with bench.serve() as server:
        answers = {}

        def attack(stop):
            command = [sys.executable, str(HERE / "malformed.py"), str(server.port)]
            command += [str(count), str(int(count / seconds * 1.1))]
            with open_loop.failing_as_runtime_error():
                done = subprocess.run(command, capture_output=True, text=True, check=True)
            for kind, number in json.loads(done.stdout)["answers"].items():
                answers[kind] = answers.get(kind, 0) + number

        open_loop.Load(bench.vigia, server.port, 5).figures()
        resident = processes.resident_mb(server.pid)
        calm, disturbed = open_loop.alternated(
            rounds, bench.vigia, server.port, seconds, attack
        )
        grown = processes.resident_mb(server.pid) - resident
    bad = {kind: number for kind, number in answers.items() if kind[0] not in "4cl"}
    if bad:
        raise RuntimeError(f"malformed requests were answered with {bad}")
    what = f"{count:,} malformed bodies in {seconds} s, {rounds} rounds"
    beside(bench, what, calm, disturbed)
    text = ", ".join(f"{number:,} {kind}" for kind, number in sorted(answers.items()))
    bench.row("what came back", text, "no 2xx, no 5xx")
    bench.row("the server has grown meanwhile by", f"{grown:.1f} MB resident")


def swap(bench):
    """A change of the champion each second beside a good client; as a control, reads of the same size."""
    rounds, seconds = (1, 4) if bench.quick else (5, 12)
    promote = {"promote": {"model": "gb", "version": "2", "verification": "required"}}
    back = {"rollBack": {"model": "gb", "breakGlass": False}}
    release = {"release": {"model": "gb", "version": "2"}}
    with bench.serve(versions=(1, 2)) as server:
        steer(bench, server, "model", "load", "gb", "2", "--reason", "bench")
        turns = {"look": 0, "act": 0}

        def each_second(verb):
            def beside_the_load(stop):
                send = getattr(Operator(server), verb)
                while not stop.wait(1):
                    turns[verb] += 1
                    for action in [promote] if turns[verb] % 2 else [back, release]:
                        send(**action)

            return beside_the_load

        for verb, what in (("look", "reads instead"), ("act", "promotions and rollbacks")):
            calm, disturbed = open_loop.alternated(
                rounds, bench.vigia, server.port, seconds, each_second(verb)
            )
            beside(bench, f"{turns[verb]} {what}, {rounds} rounds", calm, disturbed)


def hung(bench):
    """A rollback while the champion hangs inside ONNX Runtime and its queue is full."""
    rounds = 1 if bench.quick else 5
    model = ROOT / "Tests" / "Fixtures" / "models" / "hang" / "moody"
    for version, how in ((3, "in every lane, its queue full"), (2, "on the event loops")):
        waits, moved, codes = [], 0, {}
        for _ in range(rounds):
            keys = "batching: off, queue: { max_rows: 200 }"
            with bench.serve(model, keys) as server:
                for verb in ("load", "promote"):
                    words = ["model", verb, "moody", str(version), "--reason", "bench"]
                    steer(bench, server, *words)
                hung = [malformed.connect(server.port) for _ in range(8)]
                for connection in hung:
                    connection.sendall(load.message("moody", "x", [1_000, 0]))
                background = open_loop.Load(
                    bench.vigia, server.port, 6, model="moody", connections=400
                )
                time.sleep(2.5)
                start = time.monotonic()
                steer(bench, server, "model", "rollback", "moody", "--reason", "bench")
                while version_that_answers(server.port) != b"1":
                    if time.monotonic() - start > 20:
                        raise RuntimeError("no answer by the rollback's target within 20 s")
                waits.append(time.monotonic() - start)
                figures = background.figures()
                moved += figures["requests"] - figures["errors"]
                for kind, number in figures["errors_by_kind"].items():
                    codes[kind] = codes.get(kind, 0) + number
                for connection in hung:
                    connection.close()
        bench.row(
            f"rollback of a version that hangs {how}",
            f"{statistics.median(waits) * 1e3:.0f} ms (most {max(waits) * 1e3:.0f}) to its "
            "effect",
            "<= 1 s",
        )
        text = ", ".join(f"{number:,} {kind}" for kind, number in sorted(codes.items()))
        bench.row("of the load beside it", f"{moved:,} answered, {text or 'none failed'}")


def version_that_answers(port):
    """The version that answers a good request on a new connection; None where it is refused."""
    with malformed.connect(port) as connection:
        connection.sendall(load.message("moody", "x", [1, 0]))
        try:
            head = connection.recv(1 << 16)
        except socket.timeout:
            return None
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"vigia-model-version:"):
                return line.split(b":")[1].strip()
