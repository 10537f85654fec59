import Foundation
import Integrations
import Testing

/// When requests are due.
struct LoadScheduleTests {
  @Test func `a constant rate spaces requests evenly, the first at once`() {
    let schedule = LoadSchedule(rate: 200, duration: 3)
    #expect(schedule.count == 600)
    #expect(schedule.time(of: 0) == 0)
    for index in 0..<600 { #expect(abs(schedule.time(of: index) - Double(index) / 200) < 1e-9) }
    #expect(LoadSchedule(rate: 0.5, duration: 1).count == 1)
    #expect(LoadSchedule(rate: 2, duration: 1.2).count == 3)
  }

  @Test(arguments: [(0.0, 100.0), (100, 0), (10, 1_000), (1_000, 10), (99.999, 100)])
  func `a ramp rises or falls evenly`(from: Double, to: Double) {
    let schedule = LoadSchedule(from: from, to: to, duration: 20)
    #expect(schedule.count == Int(((from + to) / 2 * 20).rounded(.up)))
    var last = 0.0
    for index in 0..<schedule.count {
      let time = schedule.time(of: index)
      #expect(time >= last && time <= 20 + 1e-9)
      // As many as the integral of the rate says.
      let due = from * time + (to - from) / 20 * time * time / 2
      #expect(abs(due - Double(index)) < 1e-6 * Double(max(1, index)))
      last = time
    }
    #expect(schedule.rate(at: 10) == (from + to) / 2)
    #expect(schedule.rate(at: 99) == to)
  }
}
