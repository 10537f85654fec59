"""Closed-loop load on the model gb: by wrk where it is installed, else by a client of ours."""

import json
import os
import random
import selectors
import shutil
import socket
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def by_wrk(port, connections, seconds, rows=1, model="gb", binary=False, features=8):
    """wrk's summary: requests, seconds, p99_us, errors. One thread: the server has the rest."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s"]
    command += [str(HERE / "infer.lua"), f"http://127.0.0.1:{port}"]
    env = dict(os.environ, ROWS=str(rows), MODEL=model, BINARY=str(int(binary)))
    env["FEATURES"] = str(features)
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def bodies():
    rng = random.Random(42)
    for turn in range(64):
        values = ",".join(f"{rng.uniform(-2, 2):.4f}" for _ in range(8))
        body = (
            f'{{"id":"r{turn}","inputs":[{{"name":"input","shape":[1,8],"datatype":"FP32",'
            f'"data":[{values}]}}]}}'
        )
        head = "POST /v2/models/gb/infer HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        yield (head + body).encode()


def message(model, name, values):
    """One request with one row."""
    data = ",".join(str(value) for value in values)
    body = f'{{"inputs":[{{"name":"{name}","shape":[1,{len(values)}],"datatype":"FP32","data":[{data}]}}]}}'
    head = f"POST /v2/models/{model}/infer HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


def by_client(port, connections, seconds):
    """requests, seconds and errors over keep-alive connections, one request in flight on each."""
    requests, errors, turn, messages = 0, 0, 0, list(bodies())
    selector, buffers = selectors.DefaultSelector(), {}
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        buffers[connection] = b""
        selector.register(connection, selectors.EVENT_READ)
        connection.sendall(messages[turn := (turn + 1) % 64])
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        for key, _ in selector.select(0.1):
            chunk = key.fileobj.recv(1 << 16)
            if not chunk:
                raise RuntimeError("the server closed a connection under load")
            buffers[key.fileobj] += chunk
            head, found, body = buffers[key.fileobj].partition(b"\r\n\r\n")
            if not found:
                continue
            fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
            if len(body) < int(fields[b"content-length"]):
                continue
            requests += 1
            errors += not head.startswith(b"HTTP/1.1 200")
            buffers[key.fileobj] = b""
            key.fileobj.sendall(messages[turn := (turn + 1) % 64])
    elapsed = time.monotonic() - start
    for connection in buffers:
        connection.close()
    return {"requests": requests, "seconds": elapsed, "errors": errors}


def run(port, connections, seconds):
    """Load of one row a request. Raises when a request was not answered with 200."""
    load = by_wrk if shutil.which("wrk") else by_client
    done = load(port, connections, seconds)
    if done["errors"] or not done["requests"]:
        raise RuntimeError(f"{done['errors']} of {done['requests']} requests failed")
    return done
