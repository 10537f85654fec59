import Testing
import TextUI

@Suite struct FormatTests {
  @Test(arguments: [
    (0.0, "0 ms"), (0.000_000_4, "0.4 us"), (0.000_000_9, "0.9 us"), (0.000_009_94, "9.9 us"),
    (0.000_012, "0.01 ms"), (0.000_41, "0.41 ms"), (0.000_999, "1.0 ms"), (0.002_1, "2.1 ms"),
    (0.009_96, "10 ms"), (0.412, "412 ms"), (0.999_4, "999 ms"), (0.999_6, "1.00 s"),
    (1.2, "1.20 s"), (12.34, "12.3 s"), (2184, "2 184 s"), (.infinity, "-"), (.nan, "-"), (-1, "-"),
  ])
  func `latency has the unit and the digits that decide`(seconds: Double, expected: String) {
    #expect(Format.latency(seconds: seconds).text == expected)
  }

  @Test func `a latency below 100 s never needs more than seven columns`() {
    var seconds = 1e-9
    while seconds < 99 {
      #expect(Format.latency(seconds: seconds).text.displayWidth <= 7)
      seconds *= 1.013
    }
  }

  @Test func `latency comes in nanoseconds and microseconds too`() {
    #expect(Format.latency(nanoseconds: 412_000_000).text == "412 ms")
    #expect(Format.latency(microseconds: 410).text == "0.41 ms")
  }

  @Test(arguments: [
    (10.0, "10 s"), (1, "1 s"), (0.1, "100 ms"), (0.001, "1 ms"), (0.0001, "0.1 ms"),
    (0.00005, "50 us"), (0.0025, "2.5 ms"),
  ])
  func `ticks are round`(seconds: Double, expected: String) {
    #expect(Format.latencyTick(seconds: seconds) == expected)
  }

  @Test(arguments: [
    (0.0, "0.00 %"), (0.000_01, "<0.01 %"), (0.000_2, "0.02 %"), (0.0631, "6.31 %"),
    (0.41, "41.0 %"), (0.9999, "99.99 %"), (0.999_999, "99.99 %"), (1, "100 %"), (.nan, "-"),
  ])
  func `per cent never rounds a little to nothing or almost all to all`(
    share: Double, expected: String
  ) {
    #expect(Format.percent(share).text == expected)
  }

  @Test func `a whole share keeps away from 0 and 100 until it is there`() {
    #expect(Format.wholePercent(0.9).text == "90 %")
    #expect(Format.wholePercent(0.001).text == "<1 %")
    #expect(Format.wholePercent(0.999).text == ">99 %")
    #expect(Format.wholePercent(1).text == "100 %")
  }

  @Test func `counts, rates, scores, ages and bytes`() {
    #expect(Format.count(1_204_007) == "1 204 007")
    #expect(Format.count(-812) == "-812")
    #expect(Format.rate(734.4).text == "734 req/s")
    #expect(Format.rate(0.25).text == "0.3 req/s")
    #expect(Format.rate(0.004).text == "0.00 req/s")
    #expect(Format.rate(12_345).text == "12k req/s")
    #expect(Format.score(0.7219) == ".722")
    #expect(Format.score(1) == "1.00")
    #expect(Format.compact(9_810) == "9.8k")
    #expect(Format.compact(1_234_567) == "1.2M")
    #expect(Format.compact(999) == "999")
    #expect(Format.compact(999_600) == "1.0M")
    #expect(Format.age(seconds: 0.44).text == "0.4 s")
    #expect(Format.age(seconds: 41.9).text == "41 s")
    #expect(Format.age(seconds: 150).text == "2 min")
    #expect(Format.age(seconds: 86_400).text == "24 h")
    #expect(Format.age(seconds: 12 * 86_400).text == "12 d")
    #expect(Format.bytes(57e6).text == "57 MB")
    #expect(Format.bytes(1_234).text == "1.2 kB")
    #expect(Format.bytes(512).text == "512 B")
  }

  @Test func `decimals round half away from zero and zero has no sign`() {
    #expect(Format.decimal(-0.004, places: 2) == "0.00")
    #expect(Format.decimal(0.125, places: 2) == "0.13")
    #expect(Format.decimal(-2.5, places: 0) == "-3")
    #expect(Format.decimal(12, places: 3) == "12.000")
  }
}
