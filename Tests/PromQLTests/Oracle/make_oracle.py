#!/usr/bin/env python3
"""Asks the real Prometheus and records what it answers, for OracleTests.

    Tests/PromQLTests/Oracle/make_oracle.py FOLDER

FOLDER holds Debian 12's `prometheus` package, extracted, not installed:
    apt-get download prometheus && dpkg -x prometheus_*.deb FOLDER
It listens on loopback only, and ends with this script. Writes Tests/PromQLTests/Fixtures/oracle.json.
"""

import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import chance
import patterns
import queries
import remote_write
import series

FIXTURE = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "oracle.json"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(base):
    for _ in range(200):
        try:
            return urllib.request.urlopen(base + "/-/ready").read()
        except OSError:
            time.sleep(0.05)
    raise SystemExit("Prometheus did not start")


def ask(base, path, **parameters):
    url = base + path
    data = urllib.parse.urlencode(parameters).encode()
    try:
        answer = json.load(urllib.request.urlopen(url, data))
    except urllib.error.HTTPError as error:
        answer = json.load(error)
    if answer["status"] != "success":
        return {"error": answer["error"].removeprefix('invalid parameter "query": ')}
    return shortened(answer["data"])


def shortened(data):
    """Times as milliseconds after the start; those of an instant vector are known."""
    kind, result = data["resultType"], data["result"]
    if kind in ("scalar", "string"):
        return {kind: result[1]}
    if kind == "vector":
        return {kind: [[one["metric"], one["value"][1]] for one in result]}
    return {"matrix": [
        [one["metric"], [[round(t * 1000) - series.START, v] for t, v in one["values"]]]
        for one in result]}


def by_chance(base, time):
    for query in [*chance.queries(seed=11, count=900), *patterns.queries(seed=5, count=500)]:
        answer = ask(base, "/api/v1/query", query=query, time=time)
        # Where Prometheus names a token by its number, we name it by its text.
        if "<Item" not in answer.get("error", ""):
            yield query, answer


def main():
    program = pathlib.Path(sys.argv[1]) / "usr/bin/prometheus"
    base = "http://127.0.0.1:%d" % free_port()
    with tempfile.TemporaryDirectory() as folder:
        configuration = pathlib.Path(folder) / "prometheus.yml"
        configuration.write_text("")
        server = subprocess.Popen(
            [program, "--config.file", configuration, "--storage.tsdb.path", folder + "/data",
             "--web.listen-address", base.removeprefix("http://"),
             "--web.enable-remote-write-receiver", "--log.level=error"])
        try:
            wait_until_ready(base)
            record(base)
        finally:
            server.terminate()
            server.wait()


def record(base):
    everything = series.all_series()
    remote_write.send(base, everything, 5 * 60_000)
    version = json.load(urllib.request.urlopen(base + "/api/v1/status/buildinfo"))["data"]["version"]
    at = lambda offset: (series.START + offset) / 1000
    instant = [
        [query, offset, ask(base, "/api/v1/query", query=query, time=at(offset))]
        for offset, texts in queries.instant() for query in texts]
    instant += [[query, 30 * 60_000, answer] for query, answer in by_chance(base, at(30 * 60_000))]
    ranges = [
        [query, *window, ask(base, "/api/v1/query_range", query=query, start=at(window[0]),
                             end=at(window[1]), step=window[2] / 1000)]
        for window, texts in queries.ranges() for query in texts]
    canonical = []
    for query in queries.canonical():
        url = base + "/api/v1/format_query?" + urllib.parse.urlencode({"query": query})
        canonical.append([query, json.load(urllib.request.urlopen(url))["data"]])
    parts = {
        "prometheus": version, "start": series.START,
        "series": [[labels, series.compact(samples)] for labels, samples in everything],
        "instant": instant, "range": ranges, "canonical": canonical}
    FIXTURE.parent.mkdir(exist_ok=True)
    with FIXTURE.open("w") as file:
        file.write("{\n")
        for number, (name, value) in enumerate(parts.items()):
            file.write(",\n" if number else "")
            text = lambda one: json.dumps(one, separators=(",", ":"), ensure_ascii=False)
            if isinstance(value, list):
                file.write("%s:[\n%s\n]" % (text(name), ",\n".join(text(one) for one in value)))
            else:
                file.write("%s:%s" % (text(name), text(value)))
        file.write("\n}\n")
    failed = sum("error" in one[-1] for one in instant + ranges)
    print("%d instant, %d range queries (%d errors), %d canonical forms, %d kB" % (
        len(instant), len(ranges), failed, len(canonical), FIXTURE.stat().st_size // 1000))


main()
