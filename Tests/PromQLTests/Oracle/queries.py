"""What Prometheus is asked. The tables are by topic; some are asked at several times, some as ranges too."""

MINUTE = 60_000

SELECTORS = r'''
up
http_requests_total
http_requests_total{code="500"}
http_requests_total{code!="200",job="api"}
http_requests_total{code=~"4..|5.."}
http_requests_total{code!~"2.*"}
http_requests_total{zone=""}
http_requests_total{zone!=""}
http_requests_total{zone=~"a?"}
http_requests_total{instance=~"[01]",job=~"api|nothing"}
http_requests_total{missing=~".*",code=~".+"}
{__name__=~"http_.*",code="200"}
{__name__=~"up|quota"}
{job="api",__name__!~"http.*"}
text{path=~"/x/\\d+/y"}
text{path=~"/x/.*"}
text{path=~".*"}
text{path=~"(?s).*"}
text{path=~"(?i)LINE\nBREAK"}
text{other="é"}
text{other=~"."}
text{path="/a b\"c\\d"}
text{path='/a b"c\\d'}
text{path=`/a b"c\d`}
http_requests_total{code=~"^200$"}
http_requests_total{code=~"20"}
http_requests_total{code=~"(4|5)0[04]"}
http_requests_total{code=~"\\d{3}",instance=~"[^0]"}
http_requests_total{code=~"[[:digit:]]+",instance=~"\\D|0"}
text{path=~"\\Q/x/1/y\\E"}
text{path=~"(?:/x)(/\\w+){2}"}
text{other=~"\\pL"}
text{other=~"\\P{Ll}"}
text{path=~".*\\b22\\b.*"}
text{path=~"(?i:/X)/1/y"}
text{path=~"/x/1/y|"}
text{a1="1",a_b="2"}
gone
once
edge
sparse
up offset 5m
up offset -5m
gone offset 1m
memory_bytes offset 1h
memory_bytes @ 1700001000
memory_bytes @ 1700001000 offset 1m
memory_bytes offset 1m @ 1700001000
memory_bytes @ start()
memory_bytes @ end() offset 30s
memory_bytes @ -5
edge offset -15s
odd
plain
UP
nothing_there
'''

RANGES = r'''
edge[5m]
once[5m]
gone[1m]
gone{how="alternating"}[2m]
memory_bytes{instance="0"}[1m] offset 10m
memory_bytes{instance="0"}[1m] @ 1700001000
memory_bytes{instance="0"}[45s]
up[3m:1m]
up[3m:]
up[3m:37s] offset 1m
sum(up)[2m:30s]
sparse[10m]
rate(http_requests_total[5m])
rate(http_requests_total[1m])
rate(http_requests_total[20s])
rate(http_requests_total[1h])
rate(http_requests_total[2h])
rate(http_requests_total[5m] offset 10m)
rate(http_requests_total[5m] offset -3m)
rate(http_requests_total[5m] @ 1700001500)
rate(http_requests_total{job="web"}[15m])
irate(http_requests_total[5m])
irate(http_requests_total[10s])
increase(http_requests_total[5m])
increase(http_requests_total{code="500"}[30m])
increase(sparse[20m])
increase(edge[5m])
increase(edge[10m])
rate(line[5m])
rate(odd[5m])
increase(gone[5m])
increase(gone[2m])
delta(memory_bytes[5m])
delta(line[10m])
delta(gone[5m])
delta(odd[2m])
idelta(memory_bytes[5m])
idelta(gone[2m])
idelta(odd[2m])
changes(http_requests_total[10m])
changes(odd[10m])
changes(up[1h])
changes(gone[1h])
resets(http_requests_total[1h])
resets(memory_bytes[20m])
resets(odd[20m])
deriv(memory_bytes[10m])
deriv(line[10m])
deriv(once[5m])
deriv(odd[5m])
deriv(square[30m])
predict_linear(memory_bytes[10m], 3600)
predict_linear(line[10m], 600)
predict_linear(line[10m] offset 5m, 600)
predict_linear(line[10m], -60)
predict_linear(odd[5m], 10)
predict_linear(square[30m], time() - 1700000000)
holt_winters(memory_bytes[10m], 0.3, 0.6)
holt_winters(line[10m], 0.5, 0.5)
holt_winters(odd[3m], 0.5, 0.1)
holt_winters(once[5m], 0.5, 0.1)
avg_over_time(memory_bytes[10m])
avg_over_time(odd[3m])
avg_over_time(odd[15s])
sum_over_time(memory_bytes[10m])
sum_over_time(odd[3m])
sum_over_time(plain[10m])
count_over_time(memory_bytes[10m])
count_over_time(gone[10m])
count_over_time(edge[5m])
present_over_time(gone[5m])
present_over_time(once[1h])
last_over_time(gone[10m])
last_over_time(sparse[10m])
min_over_time(memory_bytes[10m])
min_over_time(odd[3m])
max_over_time(memory_bytes[10m])
max_over_time(odd[3m])
stddev_over_time(memory_bytes[10m])
stddev_over_time(odd[3m])
stdvar_over_time(memory_bytes[10m])
stdvar_over_time(plain[3m])
quantile_over_time(0.9, memory_bytes[10m])
quantile_over_time(0.5, odd[3m])
quantile_over_time(-1, line[3m])
quantile_over_time(2, line[3m])
quantile_over_time(NaN, line[3m])
quantile_over_time(scalar(up{job="api"}) / 2, line[3m])
max_over_time(rate(http_requests_total{code="200"}[1m])[10m:1m])
min_over_time(sum by (job) (rate(http_requests_total[2m]))[10m:30s])
avg_over_time(up[10m:])
rate(http_requests_total{code="200"}[10m:1m])
sum_over_time(time()[5m:1m])
sum_over_time(vector(1)[5m:7s])
count_over_time((memory_bytes > 0)[20m:1m])
max_over_time(deriv(memory_bytes[5m])[10m:2m] offset 5m)
max_over_time(max_over_time(memory_bytes[2m:30s])[5m:1m])
avg_over_time((memory_bytes @ end())[3m:1m])
count_over_time(http_requests_total[0.5m])
count_over_time(http_requests_total[1m30s])
count_over_time(http_requests_total[90000ms])
absent_over_time(gone[5m])
absent_over_time(nothing_there{a="b",c=~"d"}[5m])
absent_over_time(once[1m])
absent_over_time(gone{how="stale"}[1m])
absent_over_time(sum(nothing_there)[5m:1m])
rate({job="api",__name__=~"http.*|memory.*"}[5m])
rate({__name__=~"temperature|other_temperature"}[5m])
last_over_time({__name__=~"temperature|other_temperature"}[5m])
'''

FUNCTIONS = r'''
abs(memory_bytes)
abs(odd)
ceil(plain)
floor(plain)
ceil(odd)
exp(temperature)
exp(odd)
ln(memory_bytes)
ln(odd)
log2(line)
log10(line)
log2(odd)
sqrt(line)
sqrt(odd)
sgn(odd)
sgn(memory_bytes)
round(plain)
round(plain, 0.1)
round(memory_bytes, 10)
round(memory_bytes, 0.3)
round(odd)
round(plain, 0)
clamp(memory_bytes, -100, 100)
clamp(memory_bytes, 100, -100)
clamp(odd, -5, 5)
clamp(odd, NaN, 5)
clamp_min(memory_bytes, 0)
clamp_min(odd, 0)
clamp_min(odd, NaN)
clamp_max(memory_bytes, 0)
clamp_max(odd, 0)
clamp_max(odd, NaN)
sin(temperature)
cos(temperature)
tan(temperature)
asin(up)
acos(up)
atan(temperature)
sinh(up)
cosh(up)
tanh(temperature)
asinh(temperature)
acosh(line)
atanh(up * 0.5)
deg(temperature)
rad(temperature)
pi()
time()
vector(1)
vector(time())
scalar(up{job="api"})
scalar(up)
scalar(nothing_there)
scalar(line{slope="up"}) + 1
timestamp(up)
timestamp((up))
timestamp(up offset 1m)
timestamp(up @ 1700001000)
timestamp(sparse)
timestamp(up + 0)
timestamp(timestamp(sparse))
timestamp(vector(1))
sort(memory_bytes)
sort_desc(memory_bytes)
sort(odd{kind!~"nan|half"})
sort_desc(odd{kind!~"nan|half"})
sort(http_requests_total)
sort_desc(http_requests_total)
absent(up)
absent(nothing_there)
absent(nothing_there{a="b"})
absent(nothing_there{a="b",c!="d",e=~"f",g="h"})
absent(nothing_there{a="b",a="c",d="e"})
absent(nothing_there{a="b",a=~"b.*"})
absent((nothing_there{a="b"}))
absent(sum(nothing_there{a="b"}))
absent(nothing_there{a="b"} > 1)
absent(-nothing_there{a="b"})
absent(up{job="api"} == 7)
absent(nothing_there{a="b"} @ 1700000000)
absent(gone{how="stale"})
minute()
hour()
day_of_week()
day_of_month()
day_of_year()
days_in_month()
month()
year()
minute(dates)
hour(dates)
day_of_week(dates)
day_of_month(dates)
day_of_year(dates)
days_in_month(dates)
month(dates)
year(dates)
year(vector(1709251199))
day_of_year(vector(1709251199))
days_in_month(vector(1709251199))
hour(vector(-1))
day_of_week(vector(-86401))
month(vector(time() - 86400 * 300))
year(vector(-62135596800))
day_of_year(vector(4107542399))
label_replace(up, "new", "$1-x", "job", "(.*)")
label_replace(up, "new", "${1}x", "job", "a(.)i")
label_replace(up, "new", "$1x", "job", "a(.)i")
label_replace(up, "new", "$name$$", "job", "(?P<name>.).*")
label_replace(up, "job", "", "job", "api")
label_replace(up, "job", "same", "job", "nomatch")
label_replace(up, "new", "v", "missing", "")
label_replace(up, "new", "v", "missing", ".+")
label_replace(text, "part", "$2-$1", "path", "/([a-z])/(\\d+)/.*")
label_replace(text, "part", "$1", "path", "(/x|/x/1)(.*)")
label_replace(text, "part", "$1|$2", "path", "(.*?)(\\d*)/.*")
label_replace(text, "part", "$1", "path", "(?s)(.).*")
label_replace(up, "__name__", "renamed", "", "")
label_replace(up, "job", "x", "job", ".*")
label_replace(up, "new", "v", "job", "(")
label_replace(up, "bad-name", "v", "job", ".*")
label_replace(up, "new", "$0", "job", "(a)?.*")
label_replace(up, "new", "[$1]", "job", "(a)?.*")
label_join(up, "new", "-", "job", "__name__")
label_join(http_requests_total{code="500"}, "new", ",", "job", "instance", "zone")
label_join(up, "new", "-")
label_join(up, "job", "-", "missing")
label_join(up, "bad-name", "-", "job")
label_join(up, "new", "-", "bad-name")
label_join(http_requests_total, "code", "-", "job")
histogram_quantile(0.5, latency_bucket)
histogram_quantile(0.99, latency_bucket)
histogram_quantile(0.9, rate(latency_bucket[5m]))
histogram_quantile(0.9, sum by (le) (rate(latency_bucket[10m])))
histogram_quantile(0.9, sum by (le, job) (rate(latency_bucket[10m])))
histogram_quantile(0, latency_bucket)
histogram_quantile(1, latency_bucket)
histogram_quantile(-1, latency_bucket)
histogram_quantile(2, latency_bucket)
histogram_quantile(NaN, latency_bucket)
histogram_quantile(0.1, signed_bucket)
histogram_quantile(0.4, signed_bucket)
histogram_quantile(0.7, signed_bucket)
histogram_quantile(0.95, signed_bucket)
histogram_quantile(0.5, open_bucket)
histogram_quantile(0.5, falling_bucket)
histogram_quantile(0.9, falling_bucket)
histogram_quantile(0.3, strange_bucket)
histogram_quantile(0.5, single_bucket)
histogram_quantile(0.5, zero_bucket)
histogram_quantile(0.5, up)
histogram_quantile(0.5, {__name__=~"(open|signed)_bucket"})
histogram_quantile(scalar(up{job="api"}) * 0.25, latency_bucket)
histogram_count(up)
histogram_count(nothing_there)
histogram_count(vector(1))
histogram_count({__name__=~"temperature|other_temperature"})
histogram_sum(latency_bucket)
histogram_sum(rate(latency_bucket[5m]))
histogram_sum(up * on (nothing) up)
histogram_sum(latency_bucket) / histogram_count(latency_bucket)
sum(histogram_sum(up))
count(histogram_count(sum by (le) (latency_bucket)))
absent(histogram_count(up))
up or histogram_count(up)
up unless histogram_count(up)
scalar(histogram_sum(up))
histogram_fraction(0, 0.2, latency_bucket)
histogram_fraction(NaN, time(), rate(latency_bucket[5m]))
max_over_time(histogram_count(up)[10m:1m])
'''

AGGREGATIONS = r'''
sum(http_requests_total)
sum by (job) (http_requests_total)
sum(http_requests_total) by (job)
sum without (instance, code) (http_requests_total)
sum by () (http_requests_total)
sum without () (http_requests_total)
sum by (job, zone) (http_requests_total)
sum by (missing) (up)
sum by (__name__) ({__name__=~"up|quota"})
sum without (__name__) (up)
sum by (job,) (up)
SUM BY (job) (up)
avg by (job) (http_requests_total)
avg(odd)
avg(memory_bytes)
count by (job, code) (http_requests_total)
count(nothing_there)
group by (job) (http_requests_total)
min by (code) (http_requests_total)
max by (code) (http_requests_total)
min(odd)
max(odd)
min(odd{kind="nan"})
sum(odd)
sum(odd{kind!~"nan|neginf|half|mixed"})
stddev(memory_bytes)
stdvar by (job) (http_requests_total)
stddev(odd{kind="nan"})
stddev(odd{kind!~"nan"})
stdvar(temperature)
topk(2, http_requests_total)
topk(3, http_requests_total) by (job)
topk by (code) (1, http_requests_total)
topk(1, ties)
topk(2, ties)
topk(3, ties)
topk(4, ties)
topk(10, ties)
bottomk(1, ties)
bottomk(2, ties)
bottomk(3, ties)
bottomk(10, ties)
bottomk(2, http_requests_total{job="web"})
topk(0, up)
topk(-1, up)
topk(1.9, up)
topk(NaN, up)
topk(Inf, up)
topk(scalar(nothing_there), up)
topk(2, odd)
bottomk(3, odd)
topk(5, nothing_there)
quantile(0.5, memory_bytes)
quantile(0.9, http_requests_total)
quantile by (job) (0.25, http_requests_total)
quantile(2, memory_bytes)
quantile(-1, memory_bytes)
quantile(NaN, memory_bytes)
quantile(0.5, odd)
count_values("value", up)
count_values("value", ties)
count_values("v", plain)
count_values("v", odd)
count_values by (job) ("job", up)
count_values by (code) ("value", http_requests_total{instance="2"})
count_values without (instance) ("version", build_info)
count_values("bad-label", up)
count_values("", up)
'''

BINARY = r'''
1 + 2 * 3
2 ^ 3 ^ 2
-2 ^ 2
2 ^ -1
(1 + 2) * 3
10 % 3
-10 % 3
10 % 0
1 / 0
0 / 0
-1 / 0
5.5 % 2
1 == bool 1
1 != bool 1
1 > bool 2
1 <= bool 1
NaN == bool NaN
Inf == bool +Inf
2 atan2 1
0x1F + 010 + 1e3 + .5 + 5.
08 + 0.5e-2
1 - -1
- 1 + 3
+up
-up
--up
-odd
-{__name__=~"temperature|other_temperature"}
-{job="api",__name__=~"up|quota"}
"a string"
'single'
`raw\n`
"esc \" \\ \x41 \u00e9 \U0001F600 \101 \n"
up + 1
1 + up
up - up
memory_bytes * 2
2 / memory_bytes
memory_bytes % 7
memory_bytes ^ 2
2 ^ temperature
temperature atan2 temperature
temperature atan2 2
memory_bytes > 0
0 < memory_bytes
memory_bytes > bool 0
0 > bool memory_bytes
memory_bytes == memory_bytes
memory_bytes != memory_bytes
odd == odd
odd != odd
odd > 1
odd >= bool odd
odd + 1
odd * 0
odd / odd
memory_bytes > bool memory_bytes
up == 1
up == bool 1
http_requests_total / 0
http_requests_total % 3
{__name__=~"temperature|other_temperature"} + 1
{__name__=~"temperature|other_temperature"} > -1000
{__name__=~"temperature|other_temperature"} > bool -1000
temperature - other_temperature
temperature > other_temperature
temperature - on (room) other_temperature
temperature > on (room) other_temperature
temperature > bool other_temperature
temperature - ignoring (room) other_temperature
temperature == on () other_temperature
sum(temperature) + sum(other_temperature)
memory_bytes * on (instance) group_left (version) build_info
memory_bytes * on (instance, job) build_info
memory_bytes * ignoring (version) build_info
memory_bytes * build_info
memory_bytes > ignoring (version) build_info
memory_bytes > on (instance) build_info
http_requests_total * on (job) group_left quota
http_requests_total * on (job) group_left () quota
http_requests_total * on (job) group_left (team) quota
http_requests_total > on (job) group_left (team) quota
http_requests_total > bool on (job) group_left (team) quota
quota * on (job) group_right (team) http_requests_total
quota < on (job) group_right http_requests_total
quota / on (job) group_right (missing) http_requests_total
http_requests_total * on (job) group_left (instance) memory_bytes
http_requests_total * on (job) memory_bytes
http_requests_total * on (job) quota
quota * on (job) http_requests_total
quota * on (job) group_left http_requests_total
http_requests_total * on (job) group_right quota
memory_bytes * on (job) group_left memory_bytes
http_requests_total{code="500"} / ignoring (code) http_requests_total{code="200"}
http_requests_total{code="500"} / ignoring (code) group_left http_requests_total{code="200"}
http_requests_total / ignoring (code) group_left sum without (code) (http_requests_total)
sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m]))
sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m])) > 0.01
http_requests_total * on (job) group_left (code) label_replace(quota, "code", "1", "", "")
http_requests_total * ignoring (code) group_left (code) sum without (code) (http_requests_total)
up and quota
up and on (job) quota
up and on () vector(1)
up and on () vector(1) == 2
up or quota
up or on (job) quota
up or nothing_there
nothing_there or up
up unless quota
up unless on (job) quota{job="api"}
up unless nothing_there
up and ignoring (team) quota
memory_bytes and memory_bytes > 0
memory_bytes or vector(0)
memory_bytes > 1e9 or vector(0)
sum(nothing_there) or vector(0)
up == 1 and up == 1 or up == 0
up or up unless up
up and up or up == 0
up and (nothing_there or up)
up or temperature and other_temperature
http_requests_total and on (job) up == 1
nothing_there + up
nothing_there + on (x) http_requests_total
http_requests_total + on (x) nothing_there
up{job="api"} * on () group_right http_requests_total
1 + 1 == bool 2 and up
time() - timestamp(up) < 60
up offset 5m - up
(up - up offset 5m) == 0
avg_over_time(up[5m]) < 0.9 or up == 0
up * scalar(quota{job="web"})
scalar(up{job="api"}) > bool 0
(((up)))
up # a comment
text == on (path) group_left (a1) text
1 + up * 2 ^ 2 - 3 / 4 % 5
1 < bool 2 == bool 1
memory_bytes > 0 < 100
# first
  up{ # inside
  job="api" # here
}
'''

ERRORS = r'''
foo(
rate(
rate(up
(
)
up)
up{
up{job
up{job=
up{job="a
up{job="a"
up{job="a",
up{job="a",}
up{,}
up{job}
up{job~"a"}
up{job=="a"}
up{job>"a"}
up{"a"}
up{1}
up{job=1}
up{job=a}
up{job="a" "b"}
up{job="a" x="b"}
up{{}}
up{job=~"("}
up{job=~"["}
up{job=~"*"}
up{job=~"a**"}
up{job=~"a{1001}"}
up{job=~"\\y"}
up{job=~")"}
up{job=~"(?<x>a)"}
up{job=~"[b-a]"}
up{job!"a"}
{}
{job=""}
{job=~".*"}
{job!="a"}
{job!~".+"}
up{__name__="x"}
up{__name__=~"x"}
sum
sum(
sum()
sum(up, 1)
sum by
sum by (
sum by (job
sum by (job)
sum by job (up)
sum by (job) up
sum by (1) (up)
sum by (job code) (up)
sum by (job,,code) (up)
sum by ("job") (up)
sum by (a:b) (up)
sum by (job) (up) by (job)
sum(up) by
sum(up) without job
sum(1)
sum("a")
sum(up[5m])
sum(1 2)
sum(rate(up[5m] 1))
abs(1 2)
topk(up)
topk(up, up)
topk("a", up)
count_values(up)
count_values(1, up)
quantile(up)
rate(up)
rate(1)
rate("a")
rate(up[5m], 1)
rate()
rate(up[5m],)
abs(up, up)
abs(up[5m])
abs("x")
round()
round(up, 1, 2)
label_join(up)
label_join(up, "a")
label_replace(up, "a", "b")
label_replace(up, 1, "b", "c", "d")
time(1)
hour(up, up)
histogram_quantile(up, up)
histogram_count()
histogram_count(up, up)
histogram_count(1)
histogram_sum(up[5m])
histogram_sum("x")
histogram_fraction(up)
histogram_fraction(0, up, up)
histogram_fraction(0, 1)
predict_linear(up[5m])
nofunction(up)
nofunction
sum(nofunction(up))
up[5m
up[
up[]
up[5]
up[5m5]
up[m]
up[5mm]
up[5x]
up[0s]
up[5m:
up[5m:]x
up[5m:5]
up[5m:0s]
up[5m 5m]
up[5m:5m:5m]
up[1h1d]
up[-5m]
up["5m"]
sum(up)[5m]
1[5m]
(up)[5m]
up offset 5m [5m]
up @ 5 [5m]
1[5m:1m]
"a"[5m:1m]
up[5m][5m:1m]
rate(up[5m])[5m]
up offset
up offset 5
up offset x
up offset - 
up offset 5m offset 5m
up offset 0s
1 offset 5m
sum(up) offset 5m
rate(up[5m]) offset 5m
up @
up @ x
up @ "a"
up @ start
up @ start(
up @ start(5)
up @ 1 @ 2
up @ Inf
up @ NaN
up @ 1e22
1 @ 5
sum(up) @ 5
up +
up + +
+
-
* up
up * * up
up == 
1 == 1
1 > 2
1 + "a"
"a" + 1
"a" + "b"
up + "a"
up[5m] + 1
up + up[5m]
1 and 1
up and 1
1 or up
up unless "a"
up + bool 1
up + bool up
up and bool up
up bool up
1 + on (a) 1
up + on (a) 1
1 + on () 1
up + on up
up + on (a) group_left (a) up
up + group_left (a) up
up + on (a) group_left (b) 1
up and on (a) group_left (b) up
up and ignoring (a) group_right up
up or group_left up
up + ignoring (a up
-"a"
-up[5m]
-(up[5m])
!up
up ! up
up = up
up =~ up
up !~ up
up === up
up =! up
up & up
up; up
up up
up "a"
up 1
1 up
1 2
"a" "b"
"a
'a
`a
"\q"
"\x4"
"\xZZ"
"\u12"
"\400"
"\ud800"
'a
b'
0x
0xG
1x
1_000
1e
1e+
1.2.3
5m
5mm
.
..5
é
up{é="a"}
$x
up$
[5m]
]
}
,
:
:a
a:b
a:b(up)
a:b{c="d"}
up,up
(up
((up)
(up))
()
(up,up)
by
on
bool
group_left
offset
start
end
and
atan2
ignoring(up)
by(up)
start(up)
up{by="a",sum="b",and="c",bool="d"}
sum by (by, sum, and, bool, start, atan2, offset) (up)
and + or
start + end
sum + avg
inf
nan
Inf[5m]
INF{a="b"}
up  +   bool   1
up
  + 
  nofunction(1)
sum(
  rate(up[5m]
)
# only a comment

 
up{job="a"} # comment
  )
avg_over_time(up[5m:1m] offset 5m @ 1700000000)
max_over_time(up[5m] offset 5m offset 1m)
quantile_over_time(up[5m], 0.5)
sum(sum)
count_values("a")
holt_winters(line[10m], 0, 0.5)
holt_winters(line[10m], 0.5, 1.5)
sum without up
topk by (a) (1, up, 3)
vector("a")
vector(up)
scalar(1)
absent(1)
absent_over_time(up)
timestamp(1)
sort(1)
up[99999999999999y]
up offset 300y
'''

CANONICAL = r'''
up
up{job="a",b!="c",d=~"e.*",f!~"g"}
{__name__=~"a|b",x="y\n\"z\""}
sum(up)
sum by(a,b)(up)
sum(up)by(a,b)
sum without()(up)
topk(5,up)
count_values("x",up)without(a)
1+2*3
-1
- up
2^3
1e30+1e-9+0x10
NaN+Inf
rate(up[5m])
rate(up[90s]offset 1w)
up offset -36h
up@5
up@5.1234 offset 1m
up@start()
rate(up[5m]@end())
max_over_time(rate(up[1m])[1h:1m])
max_over_time(up[1h:]offset 1d)
a+on(x)b
a+ignoring(x,y)group_left(z)b
a*on()group_right b
a>bool b
a and b or c unless d
(a+b)*c
label_replace(up,"a","$1",'b',`c\d`)
"a \"quoted\" \\ string\t"
time()
A_b:c{}
avg_over_time(up[1y2w3d4h5m6s7ms])
up[1d]
up[25h]
-up^2
a atan2 b
'''


def table(text):
    return [line for line in text.strip("\n").split("\n") if line.strip()]


def multiline():
    """Those of the tables that span lines, as one query each."""
    return [
        "up\n  + \n  nofunction(1)", "sum(\n  rate(up[5m]\n)", "# only a comment\n", " \n ", "",
        "# first\n  up{ # inside\n  job=\"api\" # here\n}", "up{job=\"a\"} # comment\n  )",
        "'a\nb'", "up\n\n== on (a)\n  group_left (a) up", "sum by (job) (\n  up,\n  1\n)",
        "1 ==\n 1", "\"é\" + é", "up{a=\"é\"} é", "rate(\n\n  up\n)", "up\r\n+\r\n+",
    ]


def instant():
    everything = [SELECTORS, RANGES, FUNCTIONS, AGGREGATIONS, BINARY]
    one_line = [line for text in everything for line in table(text)]
    middle = 30 * MINUTE
    yield middle, one_line + table(ERRORS) + multiline()
    yield middle + 7_500, table(RANGES)
    for offset in (0, 60 * MINUTE, 65 * MINUTE + 1):
        yield offset, ["up", "gone", "once", "edge", "sparse", "rate(http_requests_total[5m])",
                       "memory_bytes", "up[1m]", "absent(gone)", "delta(gone[10m])", "up offset -5m"]
    for offset in (29 * MINUTE + 15_000, 29 * MINUTE + 30_000, 34 * MINUTE + 29_999, 35 * MINUTE,
                   35 * MINUTE + 1, 34 * MINUTE + 15_000, 34 * MINUTE + 15_001):
        yield offset, ["gone", "once", "edge", "edge[5m]", "once[5m]", "gone[30s]"]


def ranges():
    window = (10 * MINUTE, 50 * MINUTE, 400_000)
    yield window, table(r'''
up
1
time()
"a"
up[5m]
gone
once
edge
sparse
memory_bytes @ start()
memory_bytes @ end()
memory_bytes @ 1700001000
up offset 5m
rate(http_requests_total[5m])
rate(http_requests_total{code="200"}[5m] offset 7m)
increase(http_requests_total{code="500"}[15m])
sum by (job) (rate(http_requests_total[5m]))
topk(2, memory_bytes)
bottomk(1, temperature)
topk(1, ties)
sort(memory_bytes)
quantile(0.5, memory_bytes)
count_values("v", up)
max_over_time(rate(http_requests_total{code="200"}[1m])[10m:1m])
avg_over_time(memory_bytes[7m:23s] offset 3m)
sum_over_time((memory_bytes @ start())[5m:1m])
absent(gone{how="silent"})
absent_over_time(once[5m])
absent(nothing_there{a="b"})
memory_bytes > 0
memory_bytes > bool 0
temperature - other_temperature
temperature and other_temperature > 0
temperature unless temperature > 0
http_requests_total * on (job) group_left (team) quota
http_requests_total * on (job) quota
histogram_quantile(0.9, sum by (le, job) (rate(latency_bucket[10m])))
label_replace(up, "new", "$1", "job", "(.).*")
histogram_count(latency_bucket)
up or histogram_sum(up)
timestamp(sparse)
timestamp(up + 0)
scalar(temperature{room="north"})
vector(time())
minute()
hour(dates)
predict_linear(memory_bytes[10m], 3600)
deriv(memory_bytes[10m])
holt_winters(memory_bytes[10m], 0.3, 0.6)
changes(odd[10m])
-odd
abs({__name__=~"temperature|other_temperature"})
abs({__name__=~"gone|once"})
rate({__name__=~"gone|once"}[5m])
-{__name__=~"temperature|other_temperature"}
rate({__name__=~"temperature|other_temperature"}[5m])
last_over_time(gone[3m])
stddev_over_time(temperature[10m])
quantile_over_time(0.9, temperature[10m])
avg(odd)
max(odd)
sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m])) > 0.01
nofunction(up)
''')
    # Twins that are never there at one time: an error only where Prometheus looks at the whole range.
    yield (25 * MINUTE, 55 * MINUTE, 300_000), table(r'''
-{__name__=~"once|edge",a="b"}
abs({__name__=~"once|edge",a="b"})
-({__name__="edge"} @ 1700001500 or {__name__="once"})
count_over_time({__name__=~"once|edge",a="b"}[4m])
idelta({__name__=~"once|edge",a="b"}[6m])
''')
    yield (30 * MINUTE, 30 * MINUTE, 1000), ["sort_desc(memory_bytes)", "up", "topk(3, ties)"]


def canonical():
    return table(CANONICAL)
