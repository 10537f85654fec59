import Inference
import Integrations
import Testing

/// The machine that leaves upstreams out, driven by hand: seconds since its start, and outcomes.
private final class Drive {
  private var detector: OutlierDetector
  private let start = MonotonicTime(nanoseconds: 1_000_000_000)

  init(_ count: Int) {
    detector = OutlierDetector(count: count, rules: EjectionRules(), at: start)
  }

  func at(_ seconds: Int) -> MonotonicTime { start + .seconds(seconds) }

  func fail(_ member: Int, _ count: Int, at seconds: Int) -> [OutlierDetector.Ejection] {
    (0..<count).flatMap { _ in detector.noted(member, isFailure: true, at: at(seconds)) }
  }

  func pass(_ member: Int, _ count: Int, at seconds: Int) -> [OutlierDetector.Ejection] {
    (0..<count).flatMap { _ in detector.noted(member, isFailure: false, at: at(seconds)) }
  }

  func turnInterval(at seconds: Int) -> [OutlierDetector.Ejection] {
    detector.turnInterval(at: at(seconds))
  }

  func isOut(_ member: Int, at seconds: Int) -> Bool {
    detector.ejection(of: member, at: at(seconds)) != nil
  }
}

@Suite struct OutlierDetectorTests {
  @Test func `five failures in a row leave an upstream out for ten seconds`() {
    let drive = Drive(2)
    #expect(drive.fail(0, 4, at: 0).isEmpty)
    let ejections = drive.fail(0, 1, at: 0)
    #expect(ejections.map(\.reason) == [.consecutive(5)])
    #expect(ejections.map(\.until) == [drive.at(10)])
    #expect(drive.isOut(0, at: 9))
    #expect(!drive.isOut(0, at: 10))
  }

  @Test func `a success between failures starts the count anew`() {
    let drive = Drive(2)
    #expect((drive.fail(0, 4, at: 0) + drive.pass(0, 1, at: 0) + drive.fail(0, 4, at: 0)).isEmpty)
  }

  @Test func `the only upstream is never left out`() {
    let drive = Drive(1)
    #expect(drive.fail(0, 500, at: 0).isEmpty)
    #expect(drive.fail(0, 500, at: 11).isEmpty)
  }

  @Test(arguments: [2, 3, 4, 5, 8])
  func `at most half of the upstreams are out at a time`(_ count: Int) {
    let drive = Drive(count)
    for member in 0..<count { _ = drive.fail(member, 50, at: 1) }
    #expect((0..<count).count { drive.isOut($0, at: 2) } == count / 2)
  }

  @Test func `each ejection is longer than the last, up to five minutes`() {
    let drive = Drive(2)
    var lengths: [Int64] = []
    var now = 0
    for _ in 0..<40 {
      guard let ejection = drive.fail(0, 5, at: now).first else { continue }
      lengths.append((ejection.until - drive.at(now)) / 1_000_000_000)
      now += Int(lengths.last ?? 0)
    }
    #expect(lengths.prefix(4) == [10, 20, 30, 40])
    #expect(lengths.last == 300)
    #expect(lengths == lengths.sorted())
  }

  @Test func `an interval without an ejection makes the next one shorter again`() throws {
    let drive = Drive(2)
    _ = drive.fail(0, 5, at: 0)
    _ = drive.fail(0, 5, at: 10)
    // The second lasts until 30; the intervals that end at 40 and 50 are quiet.
    for second in [20, 31, 42, 53] { _ = drive.pass(0, 1, at: second) }
    let next = try #require(drive.fail(0, 5, at: 54).first)
    #expect(next.until == drive.at(64))
  }

  @Test func `a share of failures far above the peers' leaves an upstream out`() {
    let drive = Drive(3)
    for _ in 0..<10 {
      _ = drive.pass(0, 3, at: 1)
      _ = drive.fail(0, 1, at: 1)
      _ = drive.pass(1, 4, at: 1)
      _ = drive.pass(2, 4, at: 1)
    }
    let ejections = drive.turnInterval(at: 10)
    #expect(ejections.map(\.reason) == [.share(failures: 10, requests: 40, peers: 0)])
  }

  @Test func `failures that all upstreams share leave none out`() {
    let drive = Drive(3)
    for _ in 0..<10 {
      for member in 0..<3 {
        _ = drive.pass(member, 3, at: 1)
        _ = drive.fail(member, 2, at: 1)
      }
    }
    #expect(drive.turnInterval(at: 10).isEmpty)
  }

  @Test func `few requests are no ground for a comparison`() {
    let drive = Drive(2)
    for _ in 0..<6 {
      _ = drive.pass(0, 1, at: 1)
      _ = drive.fail(0, 2, at: 1)
    }
    _ = drive.pass(1, 100, at: 1)
    #expect(drive.turnInterval(at: 10).isEmpty)
  }
}
