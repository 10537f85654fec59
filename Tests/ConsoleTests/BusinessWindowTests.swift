import Domain
import Testing
import TextUI

@testable import Console

/// The days of the page that others are shown: each from its own midnight to the next.
struct BusinessWindowTests {
  /// Seconds from UTC: Kolkata, Kathmandu, St John's, Berlin, New York.
  @Test(arguments: [19_800, 20_700, -12_600, 3_600, -18_000])
  func `days begin at midnight, also where that is between two hours`(offset: Int) throws {
    for day in 0..<7 {
      var state = Sample.state(.business, size: Size(width: 120, height: 36))
      state.configuration.localOffset = offset
      state.now = Sample.at(Double(day) * 86_400)
      let window = try #require(
        state.needs().compactMap { need -> Window? in
          if case .business(let query) = need.question { query.window } else { nil }
        }.first)
      #expect(window.step == 86_400)
      let isMidnight = (window.from + Int64(offset)).isMultiple(of: 86_400)
      #expect(isMidnight)
      // By the hour and no finer is kept what is older than 30 days.
      let isKeptByTheMinute = window.from > window.to - 30 * 86_400
      #expect(isKeptByTheMinute || window.from.isMultiple(of: 3_600))
      #expect(state.wall.weekday(Timestamp(seconds: window.from)) == 0)
    }
  }
}
