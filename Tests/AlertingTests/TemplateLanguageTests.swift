import Alerting
import Testing

/// Templates with what the real promtool 2.42 makes of them, as annotation of an alert named A.
@Suite struct TemplateLanguageTests {
  static func expanded(_ text: String) throws -> String {
    try AlertTemplate(text).expanded(
      TemplateData(
        labels: ["__name__": "x", "model": "m"], value: 0.25, externalLabels: ["region": "eu"],
        externalURL: "http://h:9/vigia/", query: answer), alert: "A")
  }

  /// The series of the test file: `q` has one, `many` three, and no other name has any.
  @Sendable private static func answer(_ query: String) -> [TemplateSample] {
    switch query {
    case "q": [TemplateSample(labels: ["__name__": "q", "a": "b"], value: 3)]
    case "many", "sort(many)":
      (1...3).map { index in
        TemplateSample(labels: ["__name__": "many", "i": "\(index)"], value: Double(index))
      }
    default: []
    }
  }

  @Test(arguments: texts)
  func `a template says what it says in Prometheus`(text: String, expected: String) throws {
    #expect(try Self.expanded(text) == expected)
  }

  private static let texts: [(String, String)] = [
    (
      #"{{ graphLink "up{job=\"a b\"} > 1" }} {{ tableLink "sum(rate(x[5m])) é" }}"#,
      "/graph?g0.expr=up%7Bjob%3D%22a+b%22%7D+%3E+1&g0.tab=0 /graph?g0.expr=sum%28rate%28x%5B5m%5D%29%29+%C3%A9&g0.tab=1"
    ),
    (
      #"{{ stripDomain "host.example.com:80" }} {{ stripDomain "host.example.com" }} {{ stripDomain "10.0.0.1:80" }} {{ stripDomain "[::1]:80" }} {{ stripDomain "::ffff:1.2.3.4" }} {{ stripDomain "[::ffff:1.2.3.4]:80" }} {{ stripDomain "[fe80::1%eth0.5]:80" }} {{ stripDomain "1.2.3:80" }} {{ stripDomain "01.2.3.4" }} {{ stripDomain "" }} {{ stripDomain "a.b:" }} {{ stripDomain "a:b.c:1" }}"#,
      "host:80 host 10.0.0.1:80 [::1]:80 ::ffff:1.2.3.4 [::ffff:1.2.3.4]:80 [fe80::1%eth0]:80 1:80 01  a a:b"
    ),
    (
      #"{{ stripPort "host:80" }} {{ stripPort "host" }} {{ stripPort "[::1]:80" }} {{ stripPort "[::1]" }} {{ stripPort "::1" }} {{ stripPort "a:" }} {{ stripPort "a]:1" }} {{ stripPort "[a]b:1" }}"#,
      "host host ::1 [::1] ::1 a a]:1 [a]b:1"
    ),
    (
      #"{{ toTime 1.5 }} {{ toTime $value }} {{ toTime "1e9" }} {{ toTime 1436065156.123456 }}"#,
      "1970-01-01 00:00:01.5 +0000 UTC 1970-01-01 00:00:00.25 +0000 UTC 2001-09-09 01:46:40 +0000 UTC 2015-07-05 02:59:16.123 +0000 UTC"
    ),
    (
      #"{{ (toTime 1436065156.128).Format "Mon Jan _2 15:04:05.000 2006" }} {{ (toTime 1436065156.128).Year }} {{ (toTime 1436065156.128).Unix }} {{ (toTime 1436065156).UTC.Hour }} {{ (toTime 1436065156).Weekday }} {{ (toTime 1436065156).Month }}"#,
      "Sun Jul  5 02:59:16.128 2015 2015 1436065156 2 Sunday July"
    ),
    (
      #"{{ with toTime 0 }}{{ .Format "15" }}{{ end }} {{ "2006" | (toTime 0).Format }} {{ printf "%s %v" (toTime 0) (toTime 0) }} {{ printf "%T" (toTime 0) }}"#,
      "00 1970 1970-01-01 00:00:00 +0000 UTC 1970-01-01 00:00:00 +0000 UTC *time.Time"
    ),
    (
      #"{{ args 1 "b" 2.5 true nil }} {{ (args "x" 2).arg1 }} {{ (args "x").arg7 }}| {{ len (args 1 2) }} {{ index (args 1 2) "arg1" }} {{ args }} {{ args $labels }}"#,
      "map[arg0:1 arg1:b arg2:2.5 arg3:true arg4:<nil>] 2 <no value>| 2 2 map[] map[arg0:map[__name__:x model:m]]"
    ),
    (
      #"{{ range $k, $v := args 1 "b" }}{{ $k }}={{ $v }};{{ end }}{{ if args }}x{{ else }}empty{{ end }}"#,
      "arg0=1;arg1=b;empty"
    ),
    (
      #"{{ define "x" }}{{ .arg0 }}-{{ .arg1 | toUpper }}{{ end }}{{ template "x" (args 1 "b") }} {{ template "x" args "c" "d" }}"#,
      "1-B c-D"
    ),
    (
      #"{{ define "x" }}a{{ . }}{{ end }}{{ template "x" }} {{ template "x" $value }} {{ template `x` $labels.model }}"#,
      "a<no value> a0.25 am"
    ),
    (#"{{ define "x" }}{{ .Labels.model }} {{ $.Value }}{{ end }}{{ template "x" . }}"#, "m 0.25"),
    (#"{{ define "x" }}1{{ end }}{{ define "x" }} {{ end }}{{ template "x" }}"#, "1"),
    (#"{{ define "x" }} {{ end }}{{ define "x" }}2{{ end }}{{ template "x" }}"#, "2"),
    (#"{{ block "x" $labels }}{{ .model }}{{ end }} {{ template "x" $labels }}"#, "m m"),
    (#"{{ block "x" $x := 1 }}{{ . }}{{ end }}{{ $x }}"#, "11"),
    (#"{{ range query "sort(many)" }}{{ block "b" . }}{{ .Value }}{{ end }},{{ end }}"#, "1,2,3,"),
    (
      #"{{ range query "sort(many)" }}{{ if eq .Value 2.0 }}{{ break }}{{ end }}{{ .Value }},{{ else }}none{{ end }}."#,
      "1,."
    ),
    (
      #"{{ range query "sort(many)" }}{{ if eq .Value 2.0 }}{{ continue }}{{ end }}{{ .Value }},{{ end }}."#,
      "1,3,."
    ),
    (
      #"{{ range $i, $s := query "sort(many)" }}{{ range query "sort(many)" }}{{ if eq .Value $s.Value }}{{ break }}{{ end }}{{ .Value }}{{ end }};{{ end }}"#,
      ";1;12;"
    ),
    (#"{{ range query "q" }}a{{- break -}}b{{ end }}"#, "a"),
    (
      #"{{ urlquery "a b&c=d/é~-_." }} {{ urlquery 1 2 "x" 3 }} {{ $value | urlquery }} {{ urlquery }}|"#,
      "a+b%26c%3Dd%2F%C3%A9~-_. 1+2x3 0.25 |"
    ),
    (
      #"{{ html "<a href='x'>\"&\x00" }} {{ html 1 "<" $value }} {{ html nil }} {{ html $labels }}"#,
      "&lt;a href=&#39;x&#39;&gt;&#34;&amp;� 1&lt;0.25 &lt;no value&gt; map[__name__:x model:m]"
    ),
    (
      #"{{ js "it's \"a\" <b> & = \\ \n\té\u00a0\u2028" }} {{ js 1 true }} {{ js nil }}"#,
      #"it\'s \"a\" \u003Cb\u003E \u0026 \u003D \\ \u000A\u0009é\u00A0\u2028 1 true \u003Cno value\u003E"#
    ),
    (
      #"{{ slice "abcdef" 1 3 }} {{ slice "abcdef" 2 }} {{ slice "abc" }} {{ slice (query "sort(many)") 1 | len }} {{ range slice (query "sort(many)") 0 2 }}{{ .Value }}{{ end }}"#,
      "bc cdef abc 2 12"
    ),
    (
      "{{ eq nil nil }} {{ eq nil 1 }} {{ eq 1 nil }} {{ ne nil $labels }} {{ eq 1 2 3 1 }}",
      "true false false true true"
    ),
    (#"{{ not nil }} {{ len "é" }}"#, "true 2"),
    (#"{{ printf "%c" 'x' }} {{ 'a' }}"#, "x 97"),
    ("{{ 017 }} {{ 0x1p-2 }} {{ 1_000 }} {{ 0b11 }} {{ 0o17 }}", "15 0.25 1000 3 15"),
    (#"{{ safeHtml "<b>" }} {{ safeHtml "<b>" | html }}"#, "<b> &lt;b&gt;"),
    (#"{{ define "x" }}{{ .Foo }}{{ end }}{{ template "x" }}"#, "<no value>"),
    (
      #"{{ define "x" }}{{ if . }}y{{ else }}n{{ end }}{{ end }}{{ template "x" }}{{ template "x" 1 }}"#,
      "ny"
    ),
    (#"{{ printf "%s|%v|%d" (args 1) (args "a") 3 }}"#, "map[arg0:%!s(int=1)]|map[arg0:a]|3"),
    (#"{{- /* a */ -}}{{ define "x" }} a {{- end }}{{ template "x" }}"#, " a"),
    (
      #"{{ $y := 1 }}{{ define "x" }}{{ $y := 2 }}{{ $y }}{{ end }}{{ template "x" }}{{ $y }}"#,
      "21"
    ),
    (
      #"{{ with $x := "a" }}{{ template "y" $x }}{{ end }}{{ define "y" }}<{{ . }}>{{ end }}"#,
      "<a>"
    ),
    (
      #"{{ template "a" 1 }}{{ define "a" }}{{ template "b" . }}{{ end }}{{ define "b" }}b{{ . }}{{ end }}"#,
      "b1"
    ),
    (
      #"{{ (toTime 1436065156.128).Format "January Jan Monday Mon MST 01 02 03 04 05 06 002 15 1 2006 2 _2006 _2 __2 3 4 5 PM pm -070000 -07:00:00 -0700 -07:00 -07 Z070000 Z07:00:00 Z0700 Z07:00 Z07 .000 .999 ,00 .0000000000 .9999 Month Janet 05.0001 .00a 10 20 é T15h04m" }}"#,
      "July Jul Sunday Sun UTC 07 05 02 59 16 15 186 02 7 2015 5 _2015  5 186 2 59 16 AM am +000000 +00:00:00 +0000 +00:00 +00 Z Z Z Z Z .128 .128 ,12 .128000000 .128 Month Janet 16.0007 .12a 70 50 é T02h59m"
    ),
    (
      #"{{ (toTime 0).Format "06 3:04PM 03PM .999 _2 __2 002 Mon" }} {{ (toTime 1).Format "" }}| {{ (toTime -1.5) }} {{ (toTime -1).Format "2006-01-02T15:04:05Z07:00 Mon __2" }} {{ (toTime 951868800).Format "Jan 2 2006 002" }} {{ (toTime 1709164800).Format "Monday January _2 __2" }}"#,
      "70 12:00AM 12AM   1   1 001 Thu | 1969-12-31 23:59:58.5 +0000 UTC 1969-12-31T23:59:59Z Wed 365 Mar 1 2000 061 Thursday February 29  60"
    ),
    (
      "{{ (toTime 1704067199).YearDay }} {{ (toTime 1704067200).YearDay }} {{ (toTime -9e9) }} {{ (toTime -9e9).YearDay }} {{ (toTime 9e9).Weekday }} {{ (toTime -9e9).Weekday }} {{ (toTime -1.5).Unix }} {{ (toTime 1.5).UnixMilli }} {{ (toTime 1.5).String }} {{ (toTime 1).UTC }} {{ (toTime 61).Minute }} {{ (toTime 61).Second }} {{ (toTime 61).Day }}",
      "365 1 1684-10-19 08:00:00 +0000 UTC 293 Wednesday Thursday -2 1500 1970-01-01 00:00:01.5 +0000 UTC 1970-01-01 00:00:01 +0000 UTC 1 1 1"
    ),
    (
      #"{{ range $i, $e := args "a" "b" }}{{ if $i }}{{ $e }}{{ continue }}{{ end }}x{{ end }}"#,
      "ab"
    ),
    (
      #"{{ range $k, $v := $labels }}{{ if eq $k "model" }}{{ break }}{{ end }}{{ $k }}{{ end }}"#,
      "__name__"
    ),
    (#"{{ range query "many" }}{{ range query "many" }}{{ break }}{{ end }}x{{ end }}"#, "xxx"),
    (
      #"{{ range query "sort(many)" }}{{ with .Value }}{{ if gt . 1.0 }}{{ continue }}{{ end }}{{ . }}{{ end }}-{{ end }}"#,
      "1-"
    ),
    (
      #"{{ $x := 0 }}{{ range query "sort(many)" }}{{ $x = .Value }}{{ if eq .Value 2.0 }}{{ break }}{{ end }}{{ end }}{{ $x }}"#,
      "2"
    ),
    (
      #"{{ printf "%s %d %q %v %x" $labels $labels $labels $labels $labels }}"#,
      #"map[__name__:x model:m] map[%!d(string=__name__):%!d(string=x) %!d(string=model):%!d(string=m)] map["__name__":"x" "model":"m"] map[__name__:x model:m] map[5f5f6e616d655f5f:78 6d6f64656c:6d]"#
    ),
    (
      #"{{ printf "%T %T %T" nil (args) $labels }} {{ printf "%v %s" nil nil }}"#,
      "<nil> map[string]interface {} map[string]string <nil> %!s(<nil>)"
    ),
    (
      #"{{ printf "%q" "a\a\b\f\v\x7f\u00a0\u2028\U0001F600\"\\" }}"#,
      #""a\a\b\f\v\x7f\u00a0\u2028😀\"\\""#
    ),
    (#"{{ printf "%5d|%-5d|%05d|%x" 1 2 3 255 }}"#, "    1|2    |00003|ff"),
    (#"{{ 'a' }} {{ '\'' }} {{ '\n' }} {{ 'é' }} {{ '\u00e9' }}"#, "97 39 10 233 233"),
    (
      "{{ 1e3 }} {{ 0x1F }} {{ -5 }} {{ +5 }} {{ .5 }} {{ 1. }} {{ 0 }} {{ -0 }} {{ 00 }} {{ 0X1f }} {{ -0x10 }}",
      "1000 31 -5 5 0.5 1 0 0 0 31 -16"
    ),
    (#"{{ define "a" -}} x {{- end -}} y {{ template "a" }}"#, "y x"),
    (
      #"{{define "a"}}[{{.}}]{{end}}{{range $i, $v := query "sort(many)"}}{{template "a" $v.Value}}{{end}}"#,
      "[1][2][3]"
    ),
    (
      #"{{define "a"}}{{if gt (len .) 0}}{{slice . 0 1}}-{{template "a" (slice . 1)}}{{end}}{{end}}{{template "a" "abcd"}}"#,
      "a-b-c-d-"
    ),
    (
      #"{{define "T1"}}ONE{{end}}{{define "T2"}}TWO{{end}}{{define "T3"}}{{template "T1"}} {{template "T2"}}{{end}}{{template "T3"}}"#,
      "ONE TWO"
    ),
    (#"{{template "x" $y := 3}}{{define "x"}}{{.}}{{end}}{{$y}}"#, "33"),
    (#"{{ if true }}{{ block "x" . }}a{{ end }}b{{ end }}"#, "ab"),
    (#"{{ define "x" }}{{ end }}{{ template "x" }}|"#, "|"),
    (
      #"{{ with query "sort(many)" | first }}{{ .Labels.i }}{{ template "s" . }}{{ end }}{{ define "s" }}{{ .Value }}{{ $.Labels.i }}{{ end }}"#,
      "111"
    ),
    (
      #"{{ graphLink "" }} {{ $labels.model | graphLink }} {{ graphLink "a\nb%'*()!" }}"#,
      "/graph?g0.expr=&g0.tab=0 /graph?g0.expr=m&g0.tab=0 /graph?g0.expr=a%0Ab%25%27%2A%28%29%21&g0.tab=0"
    ),
    (#"{{ and nil 1 }} {{ or nil "a" }} {{ (or nil nil) }}"#, "<no value> a <no value>"),
    ("{{ (or nil nil).x }}", "<no value>"),
    ("{{ . }}", "{map[__name__:x model:m] map[region:eu] http://h:9/vigia/ 0.25}"),
    ("{{ html . }}", "{map[__name__:x model:m] map[region:eu] http://h:9/vigia/ 0.25}"),
    ("{{ js . }}", "{map[__name__:x model:m] map[region:eu] http://h:9/vigia/ 0.25}"),
    ("{{ range args }}{{ else }}none{{ end }}", "none"),
    ("{{ range $v := args nil 1 }}{{ . }}{{ $v }};{{ end }}", "<no value><no value>;11;"),
    ("{{ with args 1 }}{{ .arg0 }}{{ end }}", "1"),
    (
      #"{{ eq (args 1).arg0 1 }} {{ eq (args).arg0 nil }} {{ len (args "abc").arg0 }}"#,
      "true true 3"
    ),
    (#"{{ eq true true false }} {{ eq "a" "b" "a" }} {{ ne 1.0 2.0 }}"#, "true true true"),
    (#"{{ (toTime 1).UTC.Format "2006" }} {{ (toTime 1).Year | printf "%05d" }}"#, "1970 01970"),
    (
      #"{{ $t := toTime 1 }}{{ $t.UTC.Year }} {{ "2006" | $t.Format }} {{ $t.Format (print "20" "06") }}"#,
      "1970 1970 1970"
    ),
    (
      "{{ urlquery (toTime 0) }} {{ html (toTime 0) }}",
      "1970-01-01+00%3A00%3A00+%2B0000+UTC 1970-01-01 00:00:00 +0000 UTC"
    ),
    ("{{ with $x := $labels.model }}{{ $x }}{{ end }}", "m"),
    ("{{ $x := 1 }}{{ $x = 2 }}{{ $x }}", "2"),
  ]
}
