import Testing
import vigia

struct EventTimeTests {
  private func read(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    return EventTime.seconds(bytes.span, 0..<bytes.count)
  }

  @Test(arguments: [
    ("0", 0.0), ("12.5", 12.5), ("1700000000", 1_700_000_000), ("1700000000.25", 1_700_000_000.25),
    ("1700000000250", 1_700_000_000.25), ("1700000000250000", 1_700_000_000.25),
    ("1700000000250000000", 1_700_000_000.25), ("1970-01-01T00:00:00Z", 0),
    ("1969-12-31T23:59:59Z", -1), ("2000-02-29T12:00:00Z", 951_825_600),
    ("2026-11-26T15:04:05Z", 1_795_705_445), ("2026-11-26 15:04:05", 1_795_705_445),
    ("2026-11-26t15:04:05z", 1_795_705_445), ("2026-11-26T16:04:05+01:00", 1_795_705_445),
    ("2026-11-26T10:04:05-0500", 1_795_705_445), ("2026-11-26T15:04:05.250Z", 1_795_705_445.25),
    ("2100-03-01T00:00:00Z", 4_107_542_400),
  ])
  func `times are read in the forms that logs have`(_ text: String, _ seconds: Double) throws {
    let found = try #require(read(text))
    #expect(abs(found - seconds) < 1e-6)
  }

  @Test(arguments: [
    "", "noon", "nan", "inf", "2026-11-26", "2026-11-26T15:04", "2026-13-26T15:04:05Z",
    "2026-11-26T25:04:05Z", "2026-11-26T15:04:05Zulu", "2026-11-26T15:04:05.Z",
    "2026-11-26T15:04:05+1", "1e30", "26/11/2026 15:04:05",
  ])
  func `what is no time is none`(_ text: String) {
    #expect(read(text) == nil)
  }
}
