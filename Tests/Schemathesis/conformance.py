"""Holds a running server against its own /openapi.json. See README.md."""

import argparse
import hashlib
import os
import pathlib
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vigia", default=str(ROOT / ".build/debug/vigia"))
    parser.add_argument("--models", default=str(ROOT / "Examples/electricity/models"))
    parser.add_argument("--port", type=int, default=18980)
    parser.add_argument("--examples", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory(prefix="vigia-") as folder:
        folder = pathlib.Path(folder)
        results["open"] = judge(options, options.port, folder / "open", token=None)
        token = secrets.token_hex(32)
        results["with tokens"] = judge(options, options.port + 1, folder / "closed", token)
    for name, is_good in results.items():
        print(f"{name}: {'nothing found' if is_good else 'see above'}")
    return 0 if all(results.values()) else 1


def judge(options, port, folder, token):
    """Serves, lets schemathesis ask, and says whether it found nothing and the server still answers."""
    server, log = start(options, port, folder, token)
    base = f"http://127.0.0.1:{port}"
    try:
        if not wait(base, server, "ready", seconds=60):
            sys.exit(f"the server does not get ready:\n{log.read_text()}")
        words = [
            os.path.join(os.path.dirname(sys.executable), "schemathesis"),
            "--config-file", str(HERE / "schemathesis.toml"), "run", f"{base}/openapi.json",
            "--checks", "all", "--max-examples", str(options.examples),
            "--seed", str(options.seed), "--request-timeout", "20", "--no-color",
        ]
        if token:
            words += ["--header", f"Authorization: Bearer {token}"]
        is_good = subprocess.run(words, cwd=folder).returncode == 0
        # Not "ready": it may have been told to unload what serves.
        return is_good and wait(base, server, "live", seconds=5)
    finally:
        server.terminate()
        server.wait(timeout=30)


def start(options, port, folder, token):
    folder.mkdir()
    lines = [
        f"listen: 127.0.0.1:{port}", f"data_dir: {folder}/var",
        f"model_repository: {pathlib.Path(options.models).resolve()}",
    ]
    if token:
        tokens = folder / "tokens"
        tokens.write_text(f"tests {hashlib.sha256(token.encode()).hexdigest()} operate\n")
        tokens.chmod(0o600)
        lines.append("auth: { tokens_file: tokens }")
    (folder / "vigia.yaml").write_text("\n".join(lines) + "\n")
    log = folder / "log"
    with log.open("w") as output:
        command = [options.vigia, "serve", "--config", str(folder / "vigia.yaml")]
        return subprocess.Popen(command, stderr=output), log


def wait(base, server, what, seconds):
    """Whether the server says so in this time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/v2/health/{what}", timeout=2) as answer:
                if answer.status == 200:
                    return True
        except OSError:
            time.sleep(0.2)
    return False


if __name__ == "__main__":
    sys.exit(main())
