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

  @Test func `a key that was at the other arm under the same share is left out there`() {
    var keys = FirstEventPerKey()
    let anna = FirstEventPerKey.hash("anna".utf8)
    #expect(keys.place(ofHash: anna, at: .champion, share: 0.1) == true)
    #expect(keys.place(ofHash: anna, at: .champion, share: 0.1) == true)
    #expect(keys.strays == StrayKeys())
    #expect(keys.place(ofHash: anna, at: .challenger, share: 0.1) == false)
    #expect(keys.place(ofHash: anna, at: .challenger, share: 0.1) == false)
    #expect(keys.place(ofHash: anna, at: .champion, share: 0.1) == true)
    #expect(keys.strays.mixed == 1 && keys.strays.leftOut == 2 && keys.strays.moved == 0)
    #expect(keys.isElsewhere(ofHash: anna, than: .challenger, share: 0.1))
    #expect(!keys.isElsewhere(ofHash: anna, than: .champion, share: 0.1))
    #expect(!keys.isElsewhere(ofHash: anna, than: .challenger, share: 0.5))
  }

  @Test func `a key that the split moved is counted at both arms, and told once`() throws {
    var keys = FirstEventPerKey()
    let anna = FirstEventPerKey.hash("anna".utf8)
    for (share, arm) in [(0.1, Arm.champion), (0.5, .challenger), (0.2, .champion)] {
      #expect(keys.place(ofHash: anna, at: arm, share: share) == true)
      _ = keys.observe(.error, ofHash: anna, share: share)
    }
    #expect(keys.strays.moved == 1 && keys.strays.mixed == 0)
    // What is counted of a key is not touched by where it is.
    #expect(keys.observe(.error, ofHash: anna, share: 0.2) == .known)
    #expect(keys.observe(.label, ofHash: anna, share: 0.2) == .new)
    let restarted = try JSONDecoder().decode(
      FirstEventPerKey.self, from: JSONEncoder().encode(keys))
    #expect(restarted == keys)
  }

  @Test func `a key is drawn for once, whatever becomes of its requests and wherever it is`() throws
  {
    var keys = FirstEventPerKey()
    let (lost, answered) = (FirstEventPerKey.hash(1), FirstEventPerKey.hash(2))
    func draw(_ hash: UInt64) -> Bool { keys.draw(ofHash: hash) }
    func place(_ arm: Arm) -> Bool { keys.place(ofHash: lost, at: arm, share: 0.5) }
    func request(_ hash: UInt64) -> FirstEventPerKey.Novelty {
      keys.observe(.request, ofHash: hash, share: 0.5)
    }
    #expect(draw(lost))
    #expect(!draw(lost))
    // A client that left the first time comes again: no second draw, and its trial.
    #expect(place(.challenger))
    #expect(request(lost) == .new)
    #expect(!draw(lost))
    #expect(!place(.champion), "its place is kept")
    keys = try JSONDecoder().decode(FirstEventPerKey.self, from: JSONEncoder().encode(keys))
    #expect(!draw(lost))
    // As an older Vigia left it: it counted requests alone.
    #expect(request(answered) == .new)
    #expect(!draw(answered))
  }
}
