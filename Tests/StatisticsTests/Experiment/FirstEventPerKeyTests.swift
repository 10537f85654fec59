import Foundation
import Statistics
import Testing

struct FirstEventPerKeyTests {
  @Test func `a key is evidence once in the experiment and counted once under each split`() {
    var keys = FirstEventPerKey()
    #expect(keys.observe(.error, of: "anna", share: 0.05) == .new)
    #expect(keys.observe(.error, of: "anna", share: 0.05) == .known)
    #expect(keys.observe(.error, of: "bert", share: 0.05) == .new)
    #expect(keys.observe(.slowRequest, of: "anna", share: 0.05) == .new)
    #expect(keys.observe(.error, of: "anna", share: 0.25) == .newUnderSplit)
    #expect(keys.observe(.error, of: "anna", share: 0.25) == .known)
    #expect(keys.observe(.error, of: "carl", share: 0.25) == .new)
    #expect(keys.sampledShare == 1)
  }

  @Test func `when it is full, half of the keys go on, and none is counted twice`() {
    var keys = FirstEventPerKey(capacity: 1_000)
    var new = 0
    for round in 0..<3 {
      for key in 0..<5_000 where keys.observe(.error, of: "key \(key)", share: 0.5) == .new {
        #expect(round == 0)
        new += 1
      }
    }
    #expect(keys.sampledShare <= 0.25)
    #expect(new >= 1_000 && new < 2_600)
  }

  @Test func `the keys that go on are a fair sample`() {
    var keys = FirstEventPerKey(capacity: 500)
    for key in 0..<20_000 { _ = keys.observe(.request, of: "user-\(key)", share: 0.5) }
    let share = keys.sampledShare
    var sampled = 0
    for key in 100_000..<120_000
    where keys.observe(.request, of: "user-\(key)", share: 0.5) == .new {
      sampled += 1
    }
    // The set halves again while it is filled: between a quarter of the share and all of it.
    #expect(Double(sampled) < 20_000 * share * 1.2)
    #expect(Double(sampled) > 20_000 * keys.sampledShare * 0.8)
  }

  @Test func `it goes on after a restart as if nothing had been`() throws {
    var keys = FirstEventPerKey(capacity: 100)
    for key in 0..<300 { _ = keys.observe(.error, of: "\(key)", share: 0.1) }
    var restarted = try JSONDecoder().decode(
      FirstEventPerKey.self, from: JSONEncoder().encode(keys))
    #expect(restarted == keys)
    for key in 200..<500 {
      let share = key < 350 ? 0.1 : 0.5
      #expect(
        restarted.observe(.error, of: "\(key)", share: share)
          == keys.observe(.error, of: "\(key)", share: share))
    }
  }
}
