"""The series over which Prometheus is asked: made up, repeatable, with what goes wrong in real ones."""

import math
import random
import struct

START = 1_700_000_000_000  # milliseconds
STEP = 15_000
COUNT = 240  # an hour
STALE = struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]


def bits(value):
    return struct.pack("<d", value)


def regular(make, first=0, last=COUNT, step=1, jitter=None):
    """make(index) -> value or None for a gap."""
    samples = []
    for index in range(first, last, step):
        value = make(index)
        if value is not None:
            samples.append((START + index * STEP + (jitter(index) if jitter else 0), value))
    return samples


def counter(seed, rate, reset_every=None, gap=None):
    chance = random.Random(seed)
    values, total = [], 0.0
    for index in range(COUNT):
        if reset_every and index and index % reset_every == 0:
            total = 0.0
        total += chance.randint(0, rate)
        values.append(total)
    return lambda index: None if gap and gap[0] <= index < gap[1] else values[index]


def gauge(seed, scale):
    chance = random.Random(seed)
    values, level = [], 0.0
    for _ in range(COUNT):
        level += chance.uniform(-1, 1) * scale
        values.append(round(level, 3))
    return lambda index: values[index]


def all_series():
    series = []

    def add(name, samples, **labels):
        series.append(({"__name__": name, **labels}, samples))

    seed = 0
    for job, instances in (("api", "012"), ("web", "01")):
        for instance in instances:
            for code in ("200", "404", "500"):
                seed += 1
                chance = random.Random(1000 + seed)
                offsets = [chance.randint(0, 900) for _ in range(COUNT)]
                add(
                    "http_requests_total",
                    regular(
                        counter(seed, {"200": 90, "404": 9, "500": 2}[code],
                                reset_every=70 if instance == "1" else None,
                                gap=(100, 140) if (job, instance) == ("web", "1") else None),
                        jitter=lambda index: offsets[index] if job == "api" else 0),
                    job=job, instance=instance, code=code,
                    **({"zone": "a"} if instance == "0" else {}))
        add("up", regular(lambda index: 0 if job == "web" and index % 50 < 5 else 1), job=job)
        add("quota", regular(lambda index: 10 if job == "api" else 20), job=job, team="t-" + job)
    for instance in "012":
        add("memory_bytes", regular(gauge(50 + int(instance), 100)), job="api",
            instance=instance)
        add("build_info", regular(lambda index: 1), job="api", instance=instance,
            version="1.%s.0" % ("2" if instance == "2" else "1"))
    add("temperature", regular(gauge(60, 1)), room="north")
    add("temperature", regular(gauge(61, 1)), room="south")
    add("temperature", regular(gauge(62, 1), first=120), room="late")
    add("other_temperature", regular(gauge(63, 1)), room="north")
    add("line", regular(lambda index: 3 * index - 7), slope="up")
    add("line", regular(lambda index: 500 - 2.5 * index), slope="down")
    add("line", regular(lambda index: 42), slope="flat")
    add("square", regular(lambda index: index * index))

    nan, inf = math.nan, math.inf
    add("odd", regular(lambda index: nan), kind="nan")
    add("odd", regular(lambda index: inf), kind="inf")
    add("odd", regular(lambda index: -inf), kind="neginf")
    add("odd", regular(lambda index: [1.5, nan, 2.5, inf, -inf, 0.0][index % 6]), kind="mixed")
    add("odd", regular(lambda index: nan if index % 2 else index), kind="half")
    add("odd", regular(lambda index: -0.0), kind="negzero")
    add("odd", regular(lambda index: 1e300), kind="huge")
    add("odd", regular(lambda index: 3e-308 * (index + 1)), kind="tiny")
    add("plain", regular(lambda index: [0.5, -2.5, 3.5, 1e21, 1e-7][index % 5]), n="1")

    add("gone", regular(lambda index: index, last=118) + [(START + 118 * STEP, STALE)], how="stale")
    add("gone", regular(lambda index: index, last=118), how="silent")
    add("gone", regular(lambda index: STALE if 110 <= index < 118 else index), how="flapping")
    add("gone", regular(lambda index: STALE if index % 2 else index), how="alternating")
    add("gone", regular(lambda index: STALE if index == 120 else float(index * 2)), how="blip")
    add("once", [(START + 120 * STEP, 7.0)], a="b")
    add("edge", [(START + 100 * STEP, 1.0), (START + 120 * STEP, 2.0)], a="b")
    add("sparse", regular(lambda index: index, step=19), every="285s")
    add("sparse", regular(lambda index: index * 2, step=24), every="360s")
    add("ties", regular(lambda index: 1), n="a")
    add("ties", regular(lambda index: 2), n="b")
    add("ties", regular(lambda index: 1), n="c")
    add("ties", regular(lambda index: 2), n="d")
    add("ties", regular(lambda index: nan), n="e")
    add("ties", regular(lambda index: 3 if index % 3 else 1), n="f")
    add("text", regular(lambda index: 1), path='/a b"c\\d', other="é")
    add("text", regular(lambda index: 2), path="/x/1/y", other="")
    add("text", regular(lambda index: 3), path="line\nbreak", other="z")
    add("text", regular(lambda index: 4), path="/x/22/z", a1="1", a_b="2")
    add("dates", regular(lambda index: [0, 951782400, 1709251199, -86400.5, 1e9, 4102444800][index // 40]),
        n="1")

    seed = 300
    for job in ("api", "web"):
        seed += 1
        chance = random.Random(seed)
        counts = [0] * 6
        rows = []
        for _ in range(COUNT):
            for _ in range(chance.randint(0, 12)):
                value = chance.expovariate(4)
                for place, bound in enumerate((0.05, 0.1, 0.25, 0.5, 1, inf)):
                    if value <= bound:
                        counts[place] += 1
            rows.append(list(counts))
        for place, bound in enumerate(("0.05", "0.1", "0.25", "0.5", "1", "+Inf")):
            add("latency_bucket", regular(lambda index: rows[index][place]), job=job, le=bound)
    for bound, count in (("-1", 2), ("0", 4), ("1", 6), ("+Inf", 8)):
        add("signed_bucket", regular(lambda index: count), le=bound)
    for bound, count in (("0.1", 3), ("0.2", 5)):
        add("open_bucket", regular(lambda index: count), le=bound)
    for bound, count in (("0.1", 5), ("0.2", 3), ("0.3", 8), ("+Inf", 7)):
        add("falling_bucket", regular(lambda index: count), le=bound)
    for bound, count in (("0.1", 1), ("0.10", 2), ("1e0", 5), ("bad", 6), ("+Inf", 9)):
        add("strange_bucket", regular(lambda index: count), le=bound)
    add("single_bucket", regular(lambda index: 4), le="+Inf")
    for bound in ("1", "+Inf"):
        add("zero_bucket", regular(lambda index: 0), le=bound)
    return series


def compact(samples):
    """As the fixture keeps them: hexadecimal bits only where no JSON number says it."""
    out = []
    for time, value in samples:
        if bits(value) == bits(STALE):
            text = "stale"
        elif math.isnan(value):
            text = "NaN"
        elif math.isinf(value):
            text = "+Inf" if value > 0 else "-Inf"
        elif value == 0 and math.copysign(1, value) < 0:
            text = "-0"
        else:
            text = int(value) if value == int(value) and abs(value) < 1e15 else value
        out.append([time - START, text])
    return out
