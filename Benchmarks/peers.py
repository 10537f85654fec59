"""The servers that Vigia is measured beside: how each is started, and what is missing for it."""

import json
import shutil
import urllib.request
from pathlib import Path

import processes

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PYTHON = ROOT / ".venv-bench" / "bin" / "python"
MLSERVER = ROOT / ".venv-bench-mlserver" / "bin" / "mlserver"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def fastapi(bench, app):
    """`fastapi_tuned` or `fastapi_typical`, on two worker processes."""
    port = processes.free_port()
    command = [str(PYTHON), "-m", "uvicorn", f"{app}:app", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "2", "--loop", "uvloop", "--http", "httptools"]
    command += ["--no-access-log", "--log-level", "warning"]
    log = bench.folder / f"{app}.log"
    return processes.Server(command, port, log, cwd=HERE, env=ONE_THREAD)


def mlserver(bench):
    """MLServer with one inference process for its one model, its own default."""
    port = processes.free_port()
    home = bench.folder / "mlserver"
    (home / "gb").mkdir(parents=True)
    shutil.copy(HERE / "mlserver_gb" / "onnx_runtime.py", home)
    settings = {"host": "127.0.0.1", "http_port": port, "debug": False}
    settings["grpc_port"], settings["metrics_port"] = processes.free_port(), processes.free_port()
    (home / "settings.json").write_text(json.dumps(settings))
    model = {"name": "gb", "implementation": "onnx_runtime.OnnxModel"}
    model["parameters"] = {
        "uri": str(HERE / "models" / "gb" / "1" / "model.onnx"),
        "version": "1",
    }
    (home / "gb" / "model-settings.json").write_text(json.dumps(model))
    env = dict(ONE_THREAD, PYTHONPATH=str(home))
    return processes.Server(
        [str(MLSERVER), "start", str(home)],
        port,
        bench.folder / "mlserver.log",
        cwd=home,
        env=env,
    )


def missing(*wanted):
    """A line for each tool or environment that is not there: 'wrk', 'fastapi', 'mlserver'."""
    places = {"fastapi": PYTHON, "mlserver": MLSERVER}
    lines = []
    for name in wanted:
        found = places[name].exists() if name in places else shutil.which(name)
        if not found:
            lines.append(f"no {name} (scripts/bench --peers installs it)")
    return lines


def post(port, body, headers, path="/v2/models/gb/infer"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()
