#!/usr/bin/env python3
"""Sends bodies that are none, one after the other, and says how each was answered.

    malformed.py PORT COUNT RATE

Prints one line of JSON: how many were sent, by what came back: a status, or "closed" where the server ended a connection
whose request was never whole. A process of its own, at a lower priority: it stands for other machines.
"""

import json
import os
import random
import socket
import sys
import time
from collections import Counter

PATH = "/v2/models/gb/infer"


def whole(body, *fields, length=None):
    """A request with a plain head; `length` is what its Content-Length says instead of the truth."""
    body = body if isinstance(body, bytes) else body.encode()
    lines = [f"POST {PATH} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    lines += [*fields, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def tensor(shape="[1,8]", datatype='"FP32"', data="[1,2,3,4,5,6,7,8]"):
    return f'{{"inputs":[{{"name":"input","shape":{shape},"datatype":{datatype},"data":{data}}}]}}'


def binary(json_part, tail, header=None):
    length = len(json_part) if header is None else header
    return whole(json_part.encode() + tail, f"Inference-Header-Content-Length: {length}")


SIZED = '{"inputs":[{"name":"input","shape":[1,8],"datatype":"FP32","parameters":{"binary_data_size":32}}]}'

# Whole requests: the connection goes on, or the server ends it after its reply.
ANSWERED = [
    whole(""),
    whole("{"),
    whole(tensor()[:-20]),
    whole("[" * 10_000),
    whole('{"inputs":' + '{"a":' * 5_000),
    whole(tensor(data="[" + "9" * 4_000 + ",2,3,4,5,6,7,8]")),
    whole(tensor(data="[1e999,2,3,4,5,6,7,8]")),
    whole(tensor(data="[1,2,3]")),
    whole(tensor(shape="[4294967296,4294967296]")),
    whole(tensor(shape="[-1,8]")),
    whole(tensor(shape="[1,9]", data="[1,2,3,4,5,6,7,8,9]")),
    whole(tensor(datatype='"INT64"')),
    whole(tensor(datatype='"FLOAT"')),
    whole(tensor(data='["a",2,3,4,5,6,7,8]')),
    whole(tensor().replace('"input"', '"\ud7ff"').encode()[:-9] + b"\xff\xfe\x80]}]}"),
    whole(b'{"id":"\xc3\x28",' + tensor().encode()[1:]),
    whole('{"inputs":[]}'),
    whole("{}"),
    whole("null"),
    whole(tensor() + tensor()),
    binary(SIZED, b"\0" * 8),
    binary(SIZED, b"\0" * 40),
    binary(SIZED, b"\0" * 32, header=100_000),
    binary(SIZED, b"\0" * 32, header="-1"),
    binary(SIZED, b"\0" * 32, header=len(SIZED) - 1),
    whole("{}", length="99999999999"),
    whole("{}", length="ten"),
    whole("{}", length="2\r\nContent-Length: 3"),
    whole(tensor(), length=3),
    b"POST " + PATH.encode() + b" HTTP/9.9\r\nHost: h\r\n\r\n",
]
# Requests that never become whole: then the client ends its side, or all of it.
UNFINISHED = [
    whole(tensor(), length=5_000),
    whole(tensor())[:60],
    b"POST ",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,  # the begin of a TLS handshake
]


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def reply(connection):
    """The status, and whether the connection goes on; None where it ended without one."""
    data = b""
    while True:
        head, found, body = data.partition(b"\r\n\r\n")
        if found:
            fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
            if len(body) >= int(fields.get(b"content-length", 0)):
                return int(head.split()[1]), fields.get(b"connection", b"").strip() != b"close"
        try:
            chunk = connection.recv(1 << 16)
        except ConnectionResetError:
            chunk = b""
        if not chunk:
            return None, False
        data += chunk


def main():
    port, count, rate = (int(word) for word in sys.argv[1:])
    os.nice(10)
    rng, found, connection = random.Random(7), Counter(), None
    start = time.monotonic()
    for turn in range(count):
        time.sleep(max(0, start + turn / rate - time.monotonic()))
        if turn % 10 == 9:
            with connect(port) as half:
                half.sendall(rng.choice(UNFINISHED))
                if turn % 20 == 9:
                    half.shutdown(socket.SHUT_WR)
                    found[str(reply(half)[0] or "closed")] += 1
                else:
                    found["left"] += 1
            continue
        connection = connection or connect(port)
        try:
            connection.sendall(rng.choice(ANSWERED))
            status, goes_on = reply(connection)
        except (BrokenPipeError, ConnectionResetError):
            status, goes_on = None, False
        found[str(status or "closed")] += 1
        if not goes_on:
            connection.close()
            connection = None
    print(json.dumps({"sent": count, "seconds": round(time.monotonic() - start, 1), "answers": found}))


if __name__ == "__main__":
    main()
