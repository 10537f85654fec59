import Testing

/// Templates that are read and cannot be expanded, with what the real promtool 2.42 says of them. Places are columns, counted from
/// the start of what Prometheus puts before a text.
@Suite struct TemplateMessageTests {
  @Test(arguments: messages)
  func `a template that fails says so in Prometheus' words`(text: String, expected: String) throws {
    let start = "<error expanding template: error executing template __alert_A: "
    let words = expected.replacing(
      ": <", with: #": executing "__alert_A" at <"#, maxReplacements: 1)
    let message = expected.contains("executing") ? expected : words
    #expect(
      try TemplateLanguageTests.expanded(text) == "\(start)template: __alert_A:1:\(message)>")
  }

  private static let messages: [(String, String)] = [
    (
      #"{{ toTime "x" }}"#,
      #"115: <toTime "x">: error calling toTime: strconv.ParseFloat: parsing "x": invalid syntax"#
    ),
    (#"{{ toTime "Inf" }}"#, #"115: <toTime "Inf">: error calling toTime: value is NaN or Inf"#),
    (
      "{{ toTime 1e300 }}",
      "115: <toTime 1e300>: error calling toTime: 1e+300 cannot be represented as a nanoseconds timestamp since it overflows int64"
    ),
    (
      #"{{ $t := toTime 0 }}{{ $t.Format "2006" }} {{ $t.Format }}"#,
      "160: <$t.Format>: wrong number of args for Format: want 1 got 0"
    ),
    (
      "{{ $t := toTime 0 }}{{ $t.Nope }}",
      "137: <$t.Nope>: can't evaluate field Nope in type *time.Time"
    ),
    ("{{ $t := toTime 0 }}{{ $t.Format 1 }}", "145: <1>: expected string; found 1"),
    ("{{ (args 1).arg0.x }}", "121: <1>: can't evaluate field x in type interface {}"),
    ("{{ (args 1).arg9.x }}", "121: <1>: nil pointer evaluating interface {}.x"),
    (
      "{{ toUpper (args 1).arg9 }}",
      "129: <1>: wrong type for value; expected string; got interface {}"
    ),
    ("{{ (args 1).arg9 | toUpper }}", "131: <toUpper>: invalid value; expected string"),
    ("{{ toUpper (args 1).arg0 }}", "129: <1>: wrong type for value; expected string; got int"),
    (#"{{ template "x" . }}"#, #"124: <{{template "x" .}}>: template "x" not defined"#),
    (#"{{ template "x" }}"#, #"124: <{{template "x"}}>: template "x" not defined"#),
    (
      #"{{ define "x" }}{{ humanize "a" }}{{ end }}{{ template "x" . }}"#,
      #"131: executing "x" at <humanize "a">: error calling humanize: strconv.ParseFloat: parsing "a": invalid syntax"#
    ),
    (#"{{ slice "abc" 4 }}"#, #"115: <slice "abc" 4>: error calling slice: index out of range: 4"#),
    (
      #"{{ slice "abc" 2 1 }}"#,
      #"115: <slice "abc" 2 1>: error calling slice: invalid slice index: 2 > 1"#
    ),
    (
      #"{{ slice "abc" 0 1 2 }}"#,
      #"115: <slice "abc" 0 1 2>: error calling slice: cannot 3-index slice a string"#
    ),
    (
      #"{{ slice "abc" 0 1 2 3 }}"#,
      #"115: <slice "abc" 0 1 2 3>: error calling slice: too many slice indexes: 4"#
    ),
    (
      #"{{ slice "abc" "x" }}"#,
      #"115: <slice "abc" "x">: error calling slice: cannot index slice/array with type string"#
    ),
    (
      #"{{ slice "abc" nil }}"#,
      #"115: <slice "abc" nil>: error calling slice: cannot index slice/array with nil"#
    ),
    ("{{ slice 1 }}", "115: <slice 1>: error calling slice: can't slice item of type int"),
    ("{{ slice nil 1 }}", "115: <slice nil 1>: error calling slice: slice of untyped nil"),
    (
      "{{ slice $labels 1 }}",
      "115: <slice $labels 1>: error calling slice: can't slice item of type map[string]string"
    ),
    (
      #"{{ slice (query "many") 0 1 2 | len }} {{ slice (query "sort(many)") 0 9 }}"#,
      #"154: <slice (query "sort(many)") 0 9>: error calling slice: index out of range: 9"#
    ),
    (
      #"{{ slice "abc" -1 }}"#,
      #"115: <slice "abc" -1>: error calling slice: index out of range: -1"#
    ),
    (#"{{ index "abc" 9 }}"#, #"115: <index "abc" 9>: error calling index: index out of range: 9"#),
    (
      #"{{ index "abc" 3 }}"#,
      #"115: <index "abc" 3>: error calling index: reflect: string index out of range"#
    ),
    (
      #"{{ index (query "q") 1 }}"#,
      #"115: <index (query "q") 1>: error calling index: reflect: slice index out of range"#
    ),
    ("{{ index nil 1 }}", "115: <index nil 1>: error calling index: index of untyped nil"),
    ("{{ index 1 1 }}", "115: <index 1 1>: error calling index: can't index item of type int"),
    (
      "{{ index $labels 1 }}",
      "115: <index $labels 1>: error calling index: value has type int; should be string"
    ),
    (
      "{{ index $labels nil }}",
      "115: <index $labels nil>: error calling index: value is nil; should be of type string"
    ),
    ("{{ call 1 }}", "115: <call 1>: error calling call: non-function of type int"),
    ("{{ call nil }}", "115: <call nil>: error calling call: call of nil"),
    (
      "{{ call $labels.model 1 }}",
      "115: <call $labels.model 1>: error calling call: non-function of type string"
    ),
    ("{{ eq 1 2.0 }}", "115: <eq 1 2.0>: error calling eq: incompatible types for comparison"),
    (
      "{{ eq $labels $labels }}",
      "115: <eq $labels $labels>: error calling eq: non-comparable type map[__name__:x model:m]: map[string]string"
    ),
    (
      "{{ eq $labels 1 }}",
      "115: <eq $labels 1>: error calling eq: incompatible types for comparison"
    ),
    ("{{ lt nil 1 }}", "115: <lt nil 1>: error calling lt: invalid type for comparison"),
    ("{{ lt true false }}", "115: <lt true false>: error calling lt: invalid type for comparison"),
    (#"{{ lt 1 "a" }}"#, #"115: <lt 1 "a">: error calling lt: incompatible types for comparison"#),
    (
      "{{ len nil }}",
      "115: <len nil>: error calling len: reflect: call of reflect.Value.Type on zero Value"
    ),
    ("{{ len 1 }}", "115: <len 1>: error calling len: len of type int"),
    ("{{ toUpper nil }}", "123: <nil>: cannot assign nil to string"),
    ("{{ toUpper 1 }}", "123: <1>: expected string; found 1"),
    ("{{ 1 | toUpper }}", "119: <toUpper>: wrong type for value; expected string; got int"),
    (
      #"{{ 1 | reReplaceAll "a" "b" }}"#,
      #"136: <"b">: wrong type for value; expected string; got int"#
    ),
    (#"{{ first "x" }}"#, #"121: <"x">: can't handle "x" for arg of type template.queryResult"#),
    ("{{ first 1 }}", "121: <1>: can't handle 1 for arg of type template.queryResult"),
    (#"{{ label "x" "y" }}"#, #"125: <"y">: can't handle "y" for arg of type *template.sample"#),
    ("{{ .Value 1 }}", "115: <.Value>: Value has arguments but cannot be invoked as function"),
    ("{{ $labels.model 1 }}", "122: <$labels.model>: model is not a method but has arguments"),
    ("{{ 1 | $labels.model }}", "126: <$labels.model>: model is not a method but has arguments"),
    (
      "{{ .Foo 1 }}",
      "115: <.Foo>: can't evaluate field Foo in type struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value float64 }"
    ),
    (
      #"{{ "x" | .Labels }}"#,
      "121: <.Labels>: Labels has arguments but cannot be invoked as function"
    ),
    (
      #"{{ define "x" }}{{ range $i, $e := . }}{{ $i }}{{ end }}{{ end }}{{ template "x" . }}"#,
      #"147: executing "x" at <.>: range can't iterate over {map[__name__:x model:m] map[region:eu] http://h:9/vigia/ 0.25}"#
    ),
    ("{{ range 5 }}{{ end }}", "121: <5>: range can't iterate over 5"),
    (#"{{ range "abc" }}{{ end }}"#, #"121: <"abc">: range can't iterate over abc"#),
    ("{{ range $labels.model }}{{ end }}", "128: <$labels.model>: range can't iterate over m"),
    (
      "{{ humanize (args 1) }}",
      "115: <humanize (args 1)>: error calling humanize: can't convert map[string]interface {} to float"
    ),
    (
      "{{ humanize (toTime 1) }}",
      "115: <humanize (toTime 1)>: error calling humanize: can't convert *time.Time to float"
    ),
    (
      #"{{ humanize "1e400" }}"#,
      #"115: <humanize "1e400">: error calling humanize: strconv.ParseFloat: parsing "1e400": value out of range"#
    ),
    (
      #"{{ humanizeTimestamp "1e9" }} {{ humanize "0x10" }} {{ humanize "inf" }}"#,
      #"145: <humanize "0x10">: error calling humanize: strconv.ParseFloat: parsing "0x10": invalid syntax"#
    ),
    (#"{{ template "x" 1 2 }}"#, #"124: <{{template "x" 1 2}}>: template "x" not defined"#),
    (
      #"{{ template "x" "y" "z" }}{{ define "x" }}{{ . }}{{ end }}"#,
      #"128: <"y">: can't give argument to non-function "y""#
    ),
    ("{{ stripPort 1 }}", "125: <1>: expected string; found 1"),
    ("{{ graphLink 1 }}", "125: <1>: expected string; found 1"),
    ("{{ nil }}", "115: <nil>: nil is not a command"),
    ("{{ $x := nil }}", "121: <nil>: nil is not a command"),
    ("{{ toUpper (or nil nil) }}", "131: <nil>: invalid value; expected string"),
    ("{{ or nil nil | toUpper }}", "128: <toUpper>: invalid value; expected string"),
    (
      "{{ eq (args 1) (args 1) }}",
      "115: <eq (args 1) (args 1)>: error calling eq: non-comparable type map[arg0:%!s(int=1)]: map[string]interface {}"
    ),
    (
      #"{{ eq (args 1) (query "none") }}"#,
      #"115: <eq (args 1) (query "none")>: error calling eq: non-comparable types map[arg0:%!s(int=1)]: map[string]interface {}, template.queryResult: []"#
    ),
    ("{{ eq 1 }}", "115: <eq 1>: error calling eq: missing argument for comparison"),
    ("{{ eq }}", "115: <eq>: wrong number of args for eq: want at least 1 got 0"),
    ("{{ index }}", "115: <index>: wrong number of args for index: want at least 1 got 0"),
    ("{{ slice }}", "115: <slice>: wrong number of args for slice: want at least 1 got 0"),
    ("{{ call }}", "115: <call>: wrong number of args for call: want at least 1 got 0"),
    (
      #"{{ (toTime 1) "x" }}"#,
      #"115: <(toTime 1) "x">: can't give argument to non-function toTime 1"#
    ),
    ("{{ (toTime 1).Year 1 }}", "123: <1>: wrong number of args for Year: want 0 got 1"),
    ("{{ (toTime 1).Format.x }}", "123: <1>: wrong number of args for Format: want 1 got 0"),
    ("{{ (toTime 1).x.y }}", "123: <1>: can't evaluate field x in type *time.Time"),
    (
      "{{ lt (toTime 1) (toTime 2) }}",
      "115: <lt (toTime 1) (toTime 2)>: error calling lt: invalid type for comparison"
    ),
    ("{{ toTime true }}", "115: <toTime true>: error calling toTime: can't convert bool to float"),
    (
      "{{ slice (args 1) 1 }}",
      "115: <slice (args 1) 1>: error calling slice: can't slice item of type map[string]interface {}"
    ),
    ("{{ first }}", "115: <first>: wrong number of args for first: want 1 got 0"),
    ("{{ label 1 2 }}", "121: <1>: expected string; found 1"),
    (#"{{ sortByLabel "i" 1 }}"#, "131: <1>: can't handle 1 for arg of type template.queryResult"),
    ("{{ query 1 }}", "121: <1>: expected string; found 1"),
    ("{{ 1 | query }}", "119: <query>: wrong type for value; expected string; got int"),
    (
      "{{ . | query }}",
      "119: <query>: wrong type for value; expected string; got struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value float64 }"
    ),
    (
      "{{ query . }}",
      "121: <.>: wrong type for value; expected string; got struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value float64 }"
    ),
    (
      "{{ query $labels }}",
      "121: <$labels>: wrong type for value; expected string; got map[string]string"
    ),
    (
      "{{ query ($labels) }}",
      "122: <$labels>: wrong type for value; expected string; got map[string]string"
    ),
    (#"{{ query (len "a") }}"#, #"126: <"a">: wrong type for value; expected string; got int"#),
    (
      #"{{ value (query "q") }}"#,
      #"128: <"q">: wrong type for value; expected *template.sample; got template.queryResult"#
    ),
    (
      "{{ $labels | value }}",
      "125: <value>: wrong type for value; expected *template.sample; got map[string]string"
    ),
    (
      "{{ toLower . }}",
      "123: <.>: wrong type for value; expected string; got struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value float64 }"
    ),
    ("{{ not }}", "115: <not>: wrong number of args for not: want 1 got 0"),
    ("{{ not 1 2 }}", "115: <not>: wrong number of args for not: want 1 got 2"),
    (
      "{{ externalURL 1 }}",
      "115: <externalURL>: wrong number of args for externalURL: want 0 got 1"
    ),
    ("{{ $value.x }}", "121: <$value.x>: can't evaluate field x in type float64"),
    ("{{ $value.x 1 }}", "121: <$value.x>: can't evaluate field x in type float64"),
    (#"{{ (len "a").x }}"#, #"120: <"a">: can't evaluate field x in type int"#),
    (#"{{ (query "q").x }}"#, #"122: <"q">: can't evaluate field x in type template.queryResult"#),
    (
      #"{{ (query "q" | first).x }}"#,
      "128: <first>: can't evaluate field x in type *template.sample"
    ),
    ("{{ .Labels.a.b }}", "122: <.Labels.a.b>: can't evaluate field b in type string"),
    ("{{ $.Labels.model.b }}", "116: <$.Labels.model.b>: can't evaluate field b in type string"),
    ("{{ .Labels.model.b 1 }}", "122: <.Labels.model.b>: can't evaluate field b in type string"),
  ]
}
