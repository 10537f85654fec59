"""A client of the Open Inference Protocol V2 that needs nothing but numpy."""

import http.client
import json

import numpy as np

TYPES = {
    "bool": "BOOL",
    "int8": "INT8",
    "int16": "INT16",
    "int32": "INT32",
    "int64": "INT64",
    "uint8": "UINT8",
    "uint16": "UINT16",
    "uint32": "UINT32",
    "uint64": "UINT64",
    "float16": "FP16",
    "bfloat16": "BF16",
    "float32": "FP32",
    "float64": "FP64",
}
BY_NAME = {name: kind for kind, name in TYPES.items()}


class Refused(Exception):
    """The server's own words, and its status."""


class Client:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def call(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, headers or {})
        reply = self.connection.getresponse()
        content = reply.read()
        if reply.status != 200:
            raise Refused(f"{reply.status} {content.decode(errors='replace')[:400]}")
        return reply, content

    def json(self, method, path, body=None):
        return json.loads(self.call(method, path, body and json.dumps(body))[1])

    def infer(self, model, feeds, binary):
        header = {"inputs": [], "parameters": {"binary_data_output": binary}}
        tail = b""
        for name, value in feeds.items():
            text = value.dtype == object
            part = {
                "name": name,
                "shape": list(value.shape),
                "datatype": "BYTES" if text else TYPES[value.dtype.name],
            }
            if binary:
                raw = packed(value) if text else np.ascontiguousarray(value).tobytes()
                part["parameters"] = {"binary_data_size": len(raw)}
                tail += raw
            else:
                part["data"] = value.reshape(-1).tolist()
            header["inputs"].append(part)
        text = json.dumps(header).encode()
        headers = {"Content-Type": "application/json"}
        if binary:
            headers = {
                "Content-Type": "application/octet-stream",
                "Inference-Header-Content-Length": str(len(text)),
            }
        reply, content = self.call("POST", f"/v2/models/{model}/infer", text + tail, headers)
        length = reply.headers.get("Inference-Header-Content-Length")
        head, tail = (content[: int(length)], content[int(length) :]) if length else (content, b"")
        return {part["name"]: array(part, *take(part, tail)) for part in outputs(head, tail)}


def outputs(head, tail):
    at = 0
    for part in json.loads(head)["outputs"]:
        size = part.get("parameters", {}).get("binary_data_size")
        part["range"] = None if size is None else (at, at + size)
        at += size or 0
        yield part


def take(part, tail):
    span = part["range"]
    return (None if span is None else tail[span[0] : span[1]],)


def array(part, raw):
    shape = part["shape"]
    if part["datatype"] == "BYTES":
        values = unpacked(raw) if raw is not None else part["data"]
        result = np.empty(len(values), object)
        result[:] = values
        return result.reshape(shape)
    kind = BY_NAME[part["datatype"]]
    if kind == "bfloat16":
        import ml_dtypes

        kind = ml_dtypes.bfloat16
    if raw is not None:
        return np.frombuffer(raw, kind).reshape(shape)
    values = [np.nan if value is None else value for value in part["data"]]
    return np.array(values, kind).reshape(shape)


def packed(texts):
    whole = b""
    for text in texts.reshape(-1):
        raw = text if isinstance(text, bytes) else str(text).encode()
        whole += len(raw).to_bytes(4, "little") + raw
    return whole


def unpacked(raw):
    texts = []
    while raw:
        length = int.from_bytes(raw[:4], "little")
        texts.append(raw[4 : 4 + length].decode())
        raw = raw[4 + length :]
    return texts
