"""Queries made by chance: well-formed ones, mostly well-typed, and the same with a word changed."""

import random
import re

SELECTORS = [
    "up", "http_requests_total", 'http_requests_total{code="500"}', 'http_requests_total{job="api"}',
    "memory_bytes", "temperature", "other_temperature", "line", "odd", "plain", "gone", "once", "edge",
    "sparse", "ties", "text", "quota", "build_info", "latency_bucket", "dates", "nothing_there",
    '{__name__=~"temperature|other_temperature"}', '{job="api",__name__!~"http.*"}',
    'http_requests_total{code=~"[45].*"}', 'gone{how!="stale"}',
]
RANGES = ["15s", "30s", "1m", "2m", "5m", "7m30s", "10m", "30m", "1h"]
SHIFTS = ["", "", "", " offset 1m", " offset -90s", " @ 1700001234", " @ end() offset 2m", " @ start()"]
OVER_TIME = [
    "rate", "increase", "delta", "irate", "idelta", "changes", "resets", "deriv", "avg_over_time",
    "sum_over_time", "count_over_time", "present_over_time", "last_over_time", "min_over_time",
    "max_over_time", "stddev_over_time", "stdvar_over_time", "absent_over_time"]
MEMBERWISE = [
    "abs", "ceil", "floor", "exp", "ln", "log2", "log10", "sqrt", "sgn", "round", "absent", "sort",
    "sort_desc", "timestamp", "hour", "minute", "month", "day_of_year", "deg", "rad", "sin", "atan"]
AGGREGATORS = ["sum", "avg", "count", "group", "min", "max", "stddev", "stdvar"]
LABELS = ["job", "instance", "code", "room", "kind", "how", "n", "zone", "slope", "le", "__name__"]
ARITHMETIC = ["+", "-", "*", "/", "%", "^", "atan2"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]


class Maker:
    def __init__(self, seed):
        self.chance = random.Random(seed)

    def pick(self, choices):
        return self.chance.choice(choices)

    def labels(self):
        return ", ".join(self.chance.sample(LABELS, self.chance.randint(0, 3)))

    def scalar(self, depth):
        kind = self.chance.randint(0, 9)
        if depth <= 0 or kind < 6:
            return self.pick(["0", "1", "2", "0.5", "-3", "100", "1e3", "NaN", "Inf", "-Inf", "0.9", "time()"])
        if kind < 8:
            return "(%s %s %s)" % (self.scalar(depth - 1), self.pick(ARITHMETIC), self.scalar(depth - 1))
        if kind == 8:
            return "%s %s bool %s" % (self.scalar(0), self.pick(COMPARISONS), self.scalar(0))
        return "scalar(%s)" % self.vector(depth - 1)

    def matrix(self, depth):
        if depth <= 0 or self.chance.random() < 0.75:
            return "%s[%s]%s" % (self.pick(SELECTORS), self.pick(RANGES), self.pick(SHIFTS))
        step = self.pick(["", "30s", "1m", "47s"])
        return "%s[%s:%s]%s" % (self.parenthesized(depth - 1), self.pick(RANGES), step, self.pick(SHIFTS))

    def moving(self, text):
        """Without @: over a range query Prometheus 2.42 moves the fixed windows of these functions, and of the
        parameters of topk and quantile, by each step, beyond what it has loaded."""
        return re.sub(r" @ (end\(\)|start\(\)|\d+)", "", text)

    def parenthesized(self, depth):
        text = self.vector(depth)
        return text if re.fullmatch(r"[a-z_]+", text) else "(%s)" % text

    def vector(self, depth):
        kind = self.chance.randint(0, 19)
        if depth <= 0 or kind < 3:
            return self.pick(SELECTORS) + self.pick(SHIFTS)
        if kind < 6:
            return "%s(%s)" % (self.pick(OVER_TIME), self.matrix(depth))
        if kind < 8:
            return "%s(%s)" % (self.pick(MEMBERWISE), self.vector(depth - 1))
        if kind < 11:
            grouping = self.pick(["", " by (%s) ", " without (%s) "])
            body = "(%s)" % self.vector(depth - 1)
            return self.pick(AGGREGATORS) + (grouping % self.labels() if grouping else "") + body
        if kind == 11:
            return "%s(%s, %s)" % (
                self.pick(["clamp_min", "clamp_max", "round"]), self.vector(depth - 1), self.scalar(1))
        if kind == 12:
            return "%s%s(%s, %s)" % (
                self.pick(["quantile", "topk", "bottomk"]), self.pick(["", " by (job) "]),
                self.moving(self.scalar(1)), self.vector(depth - 1))
        if kind == 13:
            return "histogram_quantile(%s, %s)" % (self.scalar(0), self.pick([
                "latency_bucket", "rate(latency_bucket[5m])", "sum by (le) (latency_bucket)",
                '{__name__=~".*_bucket"}', self.vector(depth - 1)]))
        if kind == 14:
            return "quantile_over_time(%s, %s)" % (self.scalar(0), self.moving(self.matrix(depth)))
        if kind == 15:
            return "predict_linear(%s, %s)" % (self.moving(self.matrix(depth)), self.scalar(1))
        if kind == 16:
            return "-%s" % self.parenthesized(depth - 1)
        return self.binary(depth)

    def binary(self, depth):
        left, right = self.parenthesized(depth - 1), self.parenthesized(depth - 1)
        if self.chance.random() < 0.3:
            right = self.scalar(1)
            if self.chance.random() < 0.3:
                left, right = right, left
            sign = self.pick(ARITHMETIC + COMPARISONS)
            if sign in COMPARISONS and self.chance.random() < 0.3:
                sign += " bool"
            return "%s %s %s" % (left, sign, right)
        sign = self.pick(ARITHMETIC + COMPARISONS + ["and", "or", "unless"] * 3)
        if sign in COMPARISONS and self.chance.random() < 0.3:
            sign += " bool"
        matching = self.pick(["", "", " on (%s)", " ignoring (%s)"])
        matching = matching % self.labels() if matching else ""
        if matching and sign not in ("and", "or", "unless"):
            matching += self.pick(["", " group_left", " group_right (job)", " group_left (zone, team)"])
        return "%s %s%s %s" % (left, sign, matching, right)

    def broken(self, text):
        """One word dropped, doubled, exchanged, or another one put in."""
        words = re.findall(r'"[^"]*"|[A-Za-z_][A-Za-z_0-9]*|[0-9.]+[a-z]*|[=!<>]=|=~|!~|\s+|.', text)
        place = self.chance.randrange(len(words))
        other = self.pick(words + [
            "(", ")", "[", "]", "{", "}", ",", ":", "by", "on", "sum", "5m", "1", '"s"', "offset", "@",
            "bool", "-", "==", "and", "foo", "group_left", "start", "!", "=", "#", "'", "$", "inf"])
        action = self.chance.randrange(4)
        if action == 0:
            words.pop(place)
        elif action == 1:
            words.insert(place, other)
        elif action == 2:
            words[place] = other
        else:
            words = words[:place]
        return "".join(words)


def queries(seed, count):
    maker = Maker(seed)
    for number in range(count):
        text = maker.vector(3)
        yield maker.broken(text) if number % 3 == 2 else text
