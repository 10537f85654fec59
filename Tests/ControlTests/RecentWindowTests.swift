import Control
import Domain
import Statistics
import Testing

struct RecentWindowTests {
  private func slot(_ second: Int64, requests: Int64, errors: Int64 = 0) -> RecentWindow.Slot {
    var slot = RecentWindow.Slot(second: second)
    slot.requests = requests
    slot.errors = errors
    var latency = DDSketch()
    latency.add(100, count: requests)
    slot.latency = latency
    return slot
  }

  @Test func `the rate is of ten seconds, counts are of sixty`() {
    var window = RecentWindow()
    for second in Int64(1)...100 { window.add(slot(second, requests: 5, errors: 1)) }
    let figures = window.figures(at: 100, hasObjective: false)
    #expect(figures.requestRate == 5)
    #expect(figures.requests == 300)
    #expect(figures.errors == 60)
    #expect(figures.slowShare == nil)
    #expect(figures.lastRequest == Timestamp(seconds: 100))
    #expect(abs((figures.p99 ?? 0) - 100) <= 1)
  }

  @Test func `two slots of one second add up`() {
    var window = RecentWindow()
    window.add(slot(10, requests: 5))
    window.add(slot(10, requests: 7))
    #expect(window.figures(at: 10, hasObjective: false).requests == 12)
  }

  @Test func `a slot from fifteen minutes ago is gone when its place is taken`() {
    var window = RecentWindow()
    window.add(slot(10, requests: 5))
    window.add(slot(910, requests: 7))
    #expect(window.figures(at: 910, hasObjective: false).requests == 7)
  }

  @Test func `percentiles stay those of the last minute over a long run`() {
    var window = RecentWindow()
    for second in Int64(1)...2_000 { window.add(slot(second, requests: 3)) }
    let figures = window.figures(at: 2_000, hasObjective: false)
    #expect(figures.requests == 180)
    #expect(abs((figures.p50 ?? 0) - 100) <= 1)
  }

  @Test func `silence is zero requests and no percentile`() {
    var window = RecentWindow()
    window.add(slot(10, requests: 5))
    let figures = window.figures(at: 200, hasObjective: true)
    #expect(figures.requests == 0)
    #expect(figures.p99 == nil)
    #expect(figures.slowShare == nil)
    #expect(figures.lastRequest == Timestamp(seconds: 10))
  }

  @Test func `accuracy is of the labels of fifteen minutes`() {
    var window = RecentWindow()
    var labels = RecentWindow.Slot(second: 10)
    labels.correct = 3
    labels.wrong = 1
    window.add(labels)
    let figures = window.figures(at: 300, hasObjective: false)
    #expect(figures.labels == 4)
    #expect(figures.accuracy == 0.75)
    #expect(figures.absoluteError == nil)
  }
}
