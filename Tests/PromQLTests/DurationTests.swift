import PromQL
import Testing

struct DurationTests {
  @Test(
    arguments: [
      ("0", 0, "0s"), ("5m", 300_000, "5m"), ("1h30m", 5_400_000, "1h30m"),
      ("90s", 90_000, "1m30s"),
      ("1ms", 1, "1ms"), ("1y", 31_536_000_000, "1y"), ("1d", 86_400_000, "1d"),
      ("7d", 604_800_000, "1w"),
      ("8d", 691_200_000, "8d"), ("1w2d3h4m5s6ms", 788_645_006, "9d3h4m5s6ms"), ("0s", 0, "0s"),
      ("1500ms", 1_500, "1s500ms"),
    ] as [(String, Int64, String)])
  func `durations are read and printed as Prometheus does`(
    text: String, milliseconds: Int64, canonical: String
  ) throws {
    #expect(try PrometheusDuration.parse(text) == milliseconds)
    #expect(PrometheusDuration.text(milliseconds) == canonical)
    #expect(try PrometheusDuration.parse(canonical) == milliseconds)
  }

  @Test(arguments: [
    ("", "empty duration string"), ("5", "not a valid duration string: \"5\""),
    ("5x", "not a valid duration string: \"5x\""),
    ("1m1h", "not a valid duration string: \"1m1h\""),
    ("1m1m", "not a valid duration string: \"1m1m\""),
    ("-5m", "not a valid duration string: \"-5m\""),
    (" 5m", "not a valid duration string: \" 5m\""),
    ("1.5h", "not a valid duration string: \"1.5h\""),
    ("293y", "duration out of range"), ("99999999999999999999s", "duration out of range"),
  ])
  func `anything else is refused`(text: String, reason: String) {
    let error = #expect(throws: PrometheusDuration.Malformed.self) {
      try PrometheusDuration.parse(text)
    }
    #expect(error?.description == reason)
  }

  @Test(arguments: [
    (0, "0"), (-0.0, "-0"), (1, "1"), (-2.5, "-2.5"), (1e21, "1000000000000000000000"),
    (1e-7, "0.0000001"), (123456.789, "123456.789"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
    (.nan, "NaN"), (0.1, "0.1"), (1.5e300, "15" + String(repeating: "0", count: 299)),
  ])
  func `numbers in labels have the shortest digits and no exponent`(value: Double, text: String) {
    #expect(decimalText(value) == text)
  }
}
