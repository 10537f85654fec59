import Domain
import Testing

@testable import Console

/// Times in the server's words.
@Suite struct WallReadingTests {
  @Test(arguments: [
    (
      "pinned to 2 since 2026-11-22T14:02:31Z by ana: slow",
      "pinned to 2 since 16:02:31 by ana: slow"
    ),
    (
      "frozen until 2026-11-23T00:00:00Z, since 2026-11-22T21:59:59Z",
      "frozen until 11-23 02:00, since 23:59:59"
    ),
    ("Zebra 2026-13-22T14:02:31Z", "Zebra 2026-13-22T14:02:31Z"),
    ("2026-11-22 14:02", "2026-11-22 14:02"), ("", ""),
  ])
  func `are read in the zone of the console`(text: String, reading: String) {
    // 2026-11-22, 14:02:31.
    let now = Timestamp(seconds: 1_795_356_151)
    #expect(Wall(offset: 7_200).reading(text, now: now) == reading)
  }
}
