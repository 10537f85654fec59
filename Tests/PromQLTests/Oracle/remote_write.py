"""Sends samples to Prometheus by its remote-write protocol: the only door through which stale markers pass."""

import struct
import urllib.request


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while True:
        byte = number & 0x7F
        number >>= 7
        out.append(byte | (0x80 if number else 0))
        if not number:
            return bytes(out)


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def time_series(labels, samples):
    body = b""
    for name, value in sorted(labels.items()):
        body += field(1, field(1, name.encode()) + field(2, value.encode()))
    for time, value in samples:
        body += field(2, varint(1 << 3 | 1) + struct.pack("<d", value) + varint(2 << 3) + varint(time))
    return field(1, body)


def snappy(data):
    """Literals only: valid, if not small."""
    out = varint(len(data))
    for start in range(0, len(data), 60):
        chunk = data[start:start + 60]
        out += bytes([(len(chunk) - 1) << 2]) + chunk
    return out


def send(base, series, batch_milliseconds):
    """In order of time, since the head of the store takes no samples that are too old."""
    times = sorted({time for _, samples in series for time, _ in samples})
    start = times[0]
    while start <= times[-1]:
        end = start + batch_milliseconds
        body = b""
        for labels, samples in series:
            part = [(time, value) for time, value in samples if start <= time < end]
            if part:
                body += time_series({k: v for k, v in labels.items() if v}, part)
        request = urllib.request.Request(base + "/api/v1/write", snappy(body), {
            "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
            "X-Prometheus-Remote-Write-Version": "0.1.0"})
        urllib.request.urlopen(request).read()
        start = end
