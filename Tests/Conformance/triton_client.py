"""NVIDIA's own client, tritonclient[http], against `vigia serve`: see README.md.

    python triton_client.py [--vigia .build/release/vigia]

Starts a server of its own on the repository's fixtures, and prints a line for each promise. Exit code 0 when all hold.
"""

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException, np_to_triton_dtype, serialize_byte_tensor

FIXTURES = Path(__file__).resolve().parent.parent / "Fixtures" / "models"
ARRAYS = {
    "fp32": np.array([[0.1, -3.4e38], [1e-45, 7]], np.float32),
    "fp64": np.array([[0.1, -1.7e308], [5e-324, 7]], np.float64),
    "int8": np.array([[-128, 127], [0, 1]], np.int8),
    "int16": np.array([[-32768, 32767], [0, 1]], np.int16),
    "int32": np.array([[-(2**31), 2**31 - 1], [0, 1]], np.int32),
    "int64": np.array([[-(2**63), 2**63 - 1], [0, 1]], np.int64),
    "uint8": np.array([[0, 255], [0, 1]], np.uint8),
    "uint16": np.array([[0, 65535], [0, 1]], np.uint16),
    "uint32": np.array([[0, 2**32 - 1], [0, 1]], np.uint32),
    "uint64": np.array([[0, 2**64 - 1], [0, 1]], np.uint64),
    "bool": np.array([[True, False], [False, True]]),
    "bytes": np.array([["São Paulo", "\u0001\n\"\\"], ["", "naïve 𝄞"]], object),
    "fp16": np.array([[0.5, -65504], [6e-8, 1]], np.float16),
}
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def tensor(array, name="x", binary=True):
    found = triton.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
    found.set_data_from_numpy(array, binary_data=binary)
    return found


def wanted(name="y", binary=True):
    return [triton.InferRequestedOutput(name, binary_data=binary)]


def plain(array):
    """Texts come back as bytes."""
    if array.dtype != object:
        return array
    texts = [v.decode() if isinstance(v, bytes) else v for v in array.reshape(-1)]
    return np.array(texts, object).reshape(array.shape)


def refused(status, body, *words):
    try:
        body()
    except InferenceServerException as error:
        assert error.status() == str(status), (error.status(), str(error))
        for word in words:
            assert word in str(error), str(error)
        return
    raise AssertionError("it was not refused")


@check
def every_datatype_comes_back_unchanged_in_all_four_ways(client, token):
    for kind, array in ARRAYS.items():
        for there in (True, False):
            for back in (True, False):
                if kind == "fp16" and not (there and back):
                    continue  # it has no JSON form
                result = client.infer(
                    f"identity_{kind}", [tensor(array, binary=there)], outputs=wanted(binary=back)
                )
                found = plain(result.as_numpy("y"))
                assert found.dtype == array.dtype and found.shape == array.shape, (kind, found)
                assert (found == array).all(), (kind, there, back, found)


@check
def no_rows_and_many_rows(client, token):
    for rows in (0, 1, 3_000):
        for binary in (True, False):
            array = np.arange(rows * 2, dtype=np.float32).reshape(rows, 2)
            result = client.infer("identity_fp32", [tensor(array, binary=binary)])
            assert (result.as_numpy("y") == array).all() and result.as_numpy("y").shape == array.shape


@check
def compression_both_ways(client, token):
    array = np.arange(4_000, dtype=np.float32).reshape(2_000, 2)
    for there in (None, "gzip", "deflate"):
        for back in (None, "gzip", "deflate"):
            result = client.infer(
                "identity_fp32",
                [tensor(array)],
                request_compression_algorithm=there,
                response_compression_algorithm=back,
            )
            assert (result.as_numpy("y") == array).all(), (there, back)


@check
def id_version_priority_and_timeout(client, token):
    array = ARRAYS["fp32"]
    result = client.infer(
        "identity_fp32",
        [tensor(array)],
        model_version="1",
        request_id="order-7",
        priority=1,
        timeout=5_000_000,
    )
    reply = result.get_response()
    assert reply["id"] == "order-7" and reply["model_version"] == "1", reply


@check
def asynchronous_requests(client, token):
    array = ARRAYS["fp32"]
    waiting = [client.async_infer("identity_fp32", [tensor(array)]) for _ in range(50)]
    for one in waiting:
        assert (one.get_result().as_numpy("y") == array).all()


@check
def several_models_and_labels_of_classes(client, token):
    names = {entry["name"] for entry in client.get_model_repository_index()}
    assert {f"identity_{kind}" for kind in ARRAYS} <= names, names


@check
def health_and_metadata(client, token):
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready("identity_fp32") and client.is_model_ready("identity_fp32", "1")
    assert not client.is_model_ready("nobody") and not client.is_model_ready("identity_fp32", "9")
    extensions = client.get_server_metadata()["extensions"]
    assert {"binary_tensor_data", "model_repository", "statistics"} <= set(extensions), extensions
    metadata = client.get_model_metadata("identity_int64")
    assert metadata["versions"] == ["1"], metadata
    assert metadata["inputs"] == [{"name": "x", "datatype": "INT64", "shape": [-1, 2]}], metadata


@check
def configuration_and_statistics(client, token):
    configuration = client.get_model_config("identity_fp32")
    assert configuration["name"] == "identity_fp32" and configuration["input"], configuration
    before = client.get_inference_statistics("identity_fp32")["model_stats"][0]
    client.infer("identity_fp32", [tensor(ARRAYS["fp32"])])
    after = client.get_inference_statistics("identity_fp32", "1")["model_stats"][0]
    assert after["inference_count"] == before["inference_count"] + 2, "it counts rows"
    assert after["execution_count"] == before["execution_count"] + 1, "it counts runs"
    assert after["inference_stats"]["success"]["count"] == (
        before["inference_stats"]["success"]["count"] + 1
    )
    assert len(client.get_inference_statistics()["model_stats"]) >= len(ARRAYS)


@check
def what_is_wrong_is_said(client, token):
    array = ARRAYS["fp32"]
    refused(404, lambda: client.infer("nobody", [tensor(array)]), "nobody")
    refused(404, lambda: client.infer("identity_fp32", [tensor(array)], model_version="9"), "9")
    wide = np.zeros((1, 3), np.float32)
    refused(400, lambda: client.infer("identity_fp32", [tensor(wide)]), "[-1,2]", "[1,3]")
    refused(400, lambda: client.infer("identity_fp32", [tensor(array, "z")]), '"z"')
    refused(400, lambda: client.infer("identity_int8", [tensor(array)]), "INT8", "FP32")
    refused(
        400, lambda: client.infer("identity_fp32", [tensor(array)], outputs=wanted("nothing")), "nothing"
    )
    refused(404, lambda: client.get_model_metadata("nobody"), "nobody")


@check
def a_raw_request_is_one_input_without_a_head(client, token):
    array = ARRAYS["fp32"][:1]
    request = triton.InferenceServerClient.generate_request_body([tensor(array)])
    assert request[1] is not None
    reply = client._post(
        "v2/models/identity_fp32/infer",
        request_body=array.tobytes(),
        headers={"Inference-Header-Content-Length": "0"},
        query_params=None,
    )
    assert reply.status_code == 200, reply
    result = triton.InferenceServerClient.parse_response_body(
        reply.read(), header_length=int(reply.get("inference-header-content-length"))
    )
    assert (result.as_numpy("y") == array).all()


@check
def load_and_unload_need_the_right_and_take_effect(client, token):
    name = "identity_uint8"
    refused(401, lambda: client.unload_model(name))
    mine = {"Authorization": f"Bearer {token}"}
    client.load_model(name, headers=mine)
    assert client.is_model_ready(name)


@check
def bytes_of_any_kind_are_serialized_as_the_client_does(client, token):
    array = np.array([[b"\x00\xff", b"plain"]], object)
    assert serialize_byte_tensor(array).item()
    found = client.infer("identity_bytes", [tensor(array)], outputs=wanted()).as_numpy("y")
    assert found.tolist() == array.tolist(), found


def serve(vigia, home):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shutil.copytree(FIXTURES / "types", home / "models")
    models = "".join(
        f'  {path.name}: {{ champion: "1" }}\n' for path in sorted((home / "models").iterdir())
    )
    (home / "vigia.yaml").write_text(
        f"listen: 127.0.0.1:{port}\ndata_dir: var\nmodel_repository: models\nmodels:\n{models}"
    )
    log = open(home / "log", "w")
    server = subprocess.Popen(
        [vigia, "serve", "--config", str(home / "vigia.yaml")], stdout=log, stderr=log
    )
    client = triton.InferenceServerClient(f"127.0.0.1:{port}", concurrency=8)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if client.is_server_ready():
                return server, client
        except OSError:
            pass
        time.sleep(0.05)
    raise SystemExit(f"the server is not ready: {(home / 'log').read_text()[-500:]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vigia", default=".build/release/vigia")
    arguments = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="vigia-triton-") as folder:
        home = Path(folder)
        server, client = serve(arguments.vigia, home)
        token = (home / "var" / "token").read_text().strip()
        try:
            for function in CHECKS:
                name = function.__name__.replace("_", " ")
                try:
                    function(client, token)
                    print(f"ok    {name}")
                except Exception:
                    failed += 1
                    print(f"FAIL  {name}\n{traceback.format_exc()}")
        finally:
            client.close()
            server.terminate()
            server.wait(20)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
