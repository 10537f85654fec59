import Console
import Testing

/// When an alert's own value comes back to its bound.
struct AlertForecastTests {
  private func points(_ value: (Double) -> Double) -> [(time: Int64, value: Double)] {
    (0..<9).map { (Int64($0) * 15, value(Double($0) * 15)) }
  }

  @Test func `a value that falls evenly is back when the line says so`() {
    // 100 at 0, 40 at 120: 0.5 a second, 10 at 180.
    let forecast = AlertForecast(
      points { 100 - 0.5 * $0 }, bound: 10, isAbove: true, now: 120)
    guard case .back(let seconds)? = forecast?.course else {
      Issue.record("expected an end")
      return
    }
    #expect(abs(seconds - 60) < 1e-9)
    #expect(forecast?.words == "resolves in about 60 s if it goes on like this")
  }

  @Test func `a value that stays or grows is not back`() {
    #expect(
      AlertForecast(points { _ in 50 }, bound: 10, isAbove: true, now: 120)?.course == .notBack)
    #expect(
      AlertForecast(points { 50 + $0 }, bound: 10, isAbove: true, now: 120)?.course == .notBack)
  }

  @Test func `below a bound it has to rise, and what is past it is back already`() {
    let rising = AlertForecast(points { 0.1 * $0 }, bound: 18, isAbove: false, now: 120)
    if case .back(let seconds)? = rising?.course {
      #expect(abs(seconds - 60) < 1e-9)
    } else {
      Issue.record("expected an end")
    }
    #expect(
      AlertForecast(points { 0.1 * $0 }, bound: 5, isAbove: false, now: 120)?.course == .back(0))
  }

  @Test func `what does not come back is said in the direction of its rule`() {
    #expect(
      AlertForecast(points { _ in 50 }, bound: 14.4, isAbove: true, now: 120)?.words
        == "its value does not come back below 14.4 yet: it stays open")
    #expect(
      AlertForecast(points { _ in 5 }, bound: 64, isAbove: false, now: 120)?.words
        == "its value does not come back above 64 yet: it stays open")
  }

  @Test func `too few points, or old ones, say nothing`() {
    let all = points { 100 - $0 }
    #expect(AlertForecast(Array(all.prefix(3)), bound: 1, isAbove: true, now: 40) == nil)
    #expect(AlertForecast(all, bound: 1, isAbove: true, now: 1_000) == nil)
  }
}
