"""What the data plane answers, beside other servers of the same model under the same load."""

import os
import resource
import statistics

import batch
import load
import open_loop
import peers
import processes


def throughput(bench):
    """Requests/s under wrk, closed loop, of each server in turn."""
    lines = peers.missing("wrk", "fastapi")
    if lines:
        return bench.row("requests/s", f"left out: {', '.join(lines)}")
    rounds, seconds = (1, 2) if bench.quick else (3, 4)
    cases = [(1, 8, ">= 4x tuned"), (1, 64, ">= 4.5x"), (32, 8, ">= 2.2x"), (32, 64, ">= 2.2x")]
    servers = {"vigia": bench.serve(), "tuned": peers.fastapi(bench, "fastapi_tuned")}
    servers["typical"] = peers.fastapi(bench, "fastapi_typical")
    if peers.missing("mlserver"):
        bench.row("MLServer", f"left out: {peers.missing('mlserver')[0]}")
    else:
        servers["MLServer"] = peers.mlserver(bench)
    rates = {name: {} for name in servers}
    # One server at a time: an idle one still takes cores from another.
    for name, server in servers.items():
        with server:
            load.by_wrk(server.port, 8, 1)
            for rows, connections, _ in cases:
                measured = []
                for _ in range(rounds):
                    done = load.by_wrk(server.port, connections, seconds, rows)
                    # MLServer answers late under 64 connections; its failures are its own.
                    if done["errors"] and name in ("vigia", "tuned"):
                        raise RuntimeError(f"{done['errors']} failed: {name}")
                    measured.append(done["requests"] / done["seconds"])
                rates[name][rows, connections] = statistics.median(measured)
    for rows, connections, budget in cases:
        ours = rates["vigia"][rows, connections]
        others = [
            f"{name} {found[rows, connections]:,.0f}: {ours / found[rows, connections]:.2f}x"
            for name, found in rates.items()
            if name != "vigia"
        ]
        what = f"requests/s, {rows} row(s), {connections} connections"
        bench.row(what, f"{ours:,.0f}; {', '.join(others)}", budget)


def engine(bench):
    """Rows/s of requests of 32 rows, beside the engine alone on as many threads as there are cores."""
    lines = peers.missing("wrk", "cc")
    if lines:
        return bench.row("engine alone", f"left out: {', '.join(lines)}")
    rounds, seconds = (1, 2) if bench.quick else (5, 3)
    pairs, spent = [], []
    with bench.serve() as server:
        for _ in range(rounds):
            before = processes.system_seconds(server.pid), children_seconds()
            done = load.by_wrk(server.port, 8, seconds, 32)
            if done["errors"]:
                raise RuntimeError(f"{done['errors']} requests failed")
            after = processes.system_seconds(server.pid), children_seconds()
            spent.append([(b - a) * 1e6 / done["requests"] for a, b in zip(before, after)])
            pairs.append((done["requests"] * 32 / done["seconds"], batch.engine_rows_per_s(bench, 32)))
    ours, alone = (statistics.median(column) for column in zip(*pairs))
    bench.row(
        "rows/s, 32 rows a request, 8 connections",
        f"{ours:,.0f}, engine alone {alone:,.0f}: {ours / alone:.2f}x",
        ">= 0.65x",
    )
    # What no work of the server itself could undercut, here and now.
    system, client = (statistics.median(column) for column in zip(*spent))
    request, run = (os.cpu_count() * 32e6 / rate for rate in (ours, alone))
    bench.row(
        "... of a request's time on all cores",
        f"{request:.0f} us; engine {run:.0f}, load generator {client:.0f}, kernel for the server {system:.0f}: "
        f"these alone {run / (run + client + system):.2f}x",
    )


def children_seconds():
    """CPU of all processes that were waited for so far: the load generators."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tail(bench):
    """p99 from when a request was due, open loop at 8,000 requests/s."""
    lines = peers.missing("fastapi")
    if lines:
        return bench.row("open loop", f"left out: {', '.join(lines)}")
    rounds, seconds = (1, 3) if bench.quick else (5, 6)
    measured = {}
    with bench.serve() as ours, peers.fastapi(bench, "fastapi_tuned") as theirs:
        for turn in range(rounds):
            for server in (ours, theirs) if turn % 2 else (theirs, ours):
                done = open_loop.Load(bench.vigia, server.port, seconds, rate=8_000).figures()
                measured.setdefault(server, []).append(done)
    p99, peer = (statistics.median(one["p99_us"] for one in measured[s]) for s in (ours, theirs))
    errors = sum(one["errors"] for one in measured[ours])
    bench.row(
        "open loop, 8,000 requests/s, p99",
        f"{p99 / 1e3:.2f} ms, tuned {peer / 1e3:.2f} ms: {p99 / peer:.2f}x, {errors} errors",
        "<= 0.33x",
    )


def binary(bench):
    """Binary tensors beside JSON, 32 rows: of a model whose run is most of a request, and of one whose numbers are."""
    if peers.missing("wrk"):
        return bench.row("binary tensors", f"left out: {peers.missing('wrk')[0]}")
    for model, features in (("gb", 8), ("wide", 256)):
        binary_of(bench, model, features)


def binary_of(bench, model, features):
    rounds, seconds = (1, 2) if bench.quick else (5, 3)
    ratios, rates = [], []
    with bench.serve(peers.HERE / "models" / model) as server:
        for _ in range(rounds):
            pair = [
                load.by_wrk(server.port, 8, seconds, 32, model, is_binary, features)
                for is_binary in (True, False)
            ]
            if any(one["errors"] for one in pair):
                raise RuntimeError("requests failed")
            fast, slow = (one["requests"] / one["seconds"] for one in pair)
            ratios.append(fast / slow)
            rates.append((fast, slow))
        version = bench.version_json(server, model)
    fast, slow = (statistics.median(column) for column in zip(*rates))
    bench.row(
        f"binary tensors, 32 rows x {features} features, requests/s",
        f"{fast:,.0f}, JSON {slow:,.0f}: {statistics.median(ratios):.2f}x",
        ">= 1.5x",
    )
    # No way to send the numbers makes a request shorter than its run.
    run = next(one for one in version["executionFigures"]["curve"] if one["rows"] == 32)["microseconds"]
    spent = os.cpu_count() * 1e6 / slow
    bench.row("... of a JSON request's time on all cores, the engine's", f"{run:.0f} of {spent:.0f} us")


def batching(bench):
    """Dynamic batching on two models of about a millisecond a row, 64 connections."""
    if peers.missing("wrk"):
        return bench.row("batching", f"left out: {peers.missing('wrk')[0]}")
    for model, budget in (("deep", ">= 4x"), ("dense", "")):
        batched(bench, model, budget)


def batched(bench, model, budget):
    rounds, seconds = (1, 3) if bench.quick else (3, 5)
    rates = {}
    folder = peers.HERE / "models" / model
    with bench.serve(folder) as on, bench.serve(folder, keys="batching: off") as off:
        version = bench.version_json(on, model)
        times = {point["rows"]: point["microseconds"] for point in version["executionFigures"]["curve"]}
        gain = 32 * times[1] / times[32]
        bench.row(f"the model {model}", version["execution"])
        bench.row("... what 32 rows together gain in the engine", f"{gain:.1f}x")
        for _ in range(rounds):
            for name, server in (("on", on), ("off", off)):
                done = load.by_wrk(server.port, 64, seconds, model=model)
                if done["errors"]:
                    raise RuntimeError(f"{done['errors']} requests failed")
                rates.setdefault(name, []).append(done["requests"] / done["seconds"])
    with_it, without = (statistics.median(rates[name]) for name in ("on", "off"))
    bench.row(
        "batching, 64 connections, requests/s",
        f"{with_it:,.0f}, without {without:,.0f}: {with_it / without:.2f}x",
        budget,
    )
