import AsyncHTTPClient
import Inference
import Integrations
import NIOCore
import NIOHTTP1
import Testing

/// A pool to be driven by hand.
private final class PoolDrive {
  private var pool: UpstreamPool

  init(_ pool: UpstreamPool) { self.pool = pool }

  var members: [UpstreamPool.Member] { pool.members }

  func take(excluding tried: Int?, at now: MonotonicTime) -> Int? {
    pool.take(excluding: tried, at: now)
  }

  func hasOther(than tried: Int, isUnsent: Bool = false, at now: MonotonicTime) -> Bool {
    pool.hasOther(than: tried, isUnsent: isUnsent, at: now)
  }

  func end(_ member: Int, _ judgement: UpstreamPool.Judgement = .success) {
    _ = pool.ended(member, judgement, latency: 1_000, at: MonotonicTime(nanoseconds: 0))
  }

  func checked(_ member: Int, problem: String?) -> Bool {
    pool.checked(member, problem: problem, at: MonotonicTime(nanoseconds: 0))
  }

  /// Has one of two upstreams left out, for what comes of five requests.
  func leaveOut(_ member: Int, because failure: UpstreamPool.Failure, at now: MonotonicTime) {
    for _ in 0..<5 where take(excluding: 1 - member, at: now) == member {
      end(member, .failure(failure))
    }
  }

  func returned(at now: MonotonicTime) -> [Int] { pool.returned(at: now) }

  func startsSick(_ member: Int, because problem: String) {
    pool.startsSick(member, because: problem)
  }

  func eject(_ member: Int, until: MonotonicTime, at now: MonotonicTime) -> Bool {
    pool.eject(member, until: until, at: now)
  }
}

@Suite struct UpstreamPoolTests {
  private let start = MonotonicTime(nanoseconds: 0)

  private func pool(_ count: Int, maxInFlight: Int = 64, seed: UInt64 = 1) throws -> PoolDrive {
    PoolDrive(
      UpstreamPool(
        try (0..<count).map { try UpstreamAddress.parse("http://10.0.0.\($0 + 1)") },
        maxInFlight: maxInFlight, seed: seed, at: start))
  }

  @Test(arguments: [UInt64(1), 2, 3, 4, 5])
  func `requests that stay are spread within one or two of each other`(_ seed: UInt64) throws {
    let pool = try pool(4, seed: seed)
    for _ in 0..<160 { _ = pool.take(excluding: nil, at: start) }
    let counts = pool.members.map(\.inFlight)
    #expect(counts.reduce(0, +) == 160)
    #expect(counts.allSatisfy { abs($0 - 40) <= 4 }, "\(counts)")
  }

  @Test func `a slow upstream gets fewer requests`() throws {
    let pool = try pool(2)
    var slow: [Int] = []
    for _ in 0..<1_000 {
      guard let member = pool.take(excluding: nil, at: start) else { break }
      // The first keeps its requests ten times as long.
      if member == 0 { slow.append(member) } else { pool.end(member) }
      if slow.count > 10 { pool.end(slow.removeFirst()) }
    }
    #expect(pool.members[0].requests < 100)
    #expect(pool.members[1].requests > 900)
  }

  @Test func `a busy pool has no place, and one that is given back is one again`() throws {
    let pool = try pool(2, maxInFlight: 3)
    let taken = (0..<6).compactMap { _ in pool.take(excluding: nil, at: start) }
    #expect(taken.count == 6)
    #expect(pool.take(excluding: nil, at: start) == nil)
    pool.end(taken[0])
    #expect(pool.take(excluding: nil, at: start) == taken[0])
  }

  @Test func `a second try goes to another upstream or nowhere`() throws {
    let pool = try pool(2)
    for _ in 0..<20 { #expect(pool.take(excluding: 0, at: start) == 1) }
    #expect(pool.hasOther(than: 0, at: start))
    let alone = try self.pool(1)
    #expect(!alone.hasOther(than: 0, at: start))
    #expect(alone.take(excluding: 0, at: start) == nil)
  }

  @Test func `an ejected upstream is passed over and comes back`() throws {
    let pool = try pool(2)
    for _ in 0..<5 {
      while let member = pool.take(excluding: 1, at: start) {
        pool.end(member, .failure(.serverError))
        break
      }
    }
    for _ in 0..<20 { #expect(pool.take(excluding: nil, at: start + .seconds(9)) == 1) }
    let later = (0..<20).compactMap { _ in pool.take(excluding: nil, at: start + .seconds(11)) }
    #expect(later.contains(0))
  }

  @Test func `three bad health checks pass an upstream over, one good one brings it back`() throws {
    let pool = try pool(2)
    #expect(!pool.checked(0, problem: "503"))
    #expect(!pool.checked(0, problem: "503"))
    #expect(pool.checked(0, problem: "503"))
    for _ in 0..<20 { #expect(pool.take(excluding: nil, at: start) == 1) }
    #expect(pool.checked(0, problem: nil))
    #expect((0..<20).compactMap { _ in pool.take(excluding: nil, at: start) }.contains(0))
  }

  @Test func `where every health check fails all upstreams are asked`() throws {
    let pool = try pool(2)
    pool.startsSick(0, because: "503")
    pool.startsSick(1, because: "503")
    let asked = Set((0..<40).compactMap { _ in pool.take(excluding: nil, at: start) })
    #expect(asked == [0, 1])
  }

  @Test func `what was never sent is given to an ejected upstream that is healthy`() throws {
    let pool = try pool(2)
    pool.leaveOut(0, because: .serverError, at: start)
    #expect(pool.take(excluding: nil, at: start) == 1)
    #expect(pool.hasOther(than: 1, isUnsent: true, at: start))
    // A refusal is an answer: whoever was left out for worse is not asked after it.
    #expect(!pool.hasOther(than: 1, at: start))
    #expect(pool.take(excluding: 1, at: start) == 0)
    // One that fails its checks too would only cost time.
    for _ in 0..<UpstreamPool.failedChecksMax { _ = pool.checked(0, problem: "503") }
    #expect(!pool.hasOther(than: 1, isUnsent: true, at: start))
  }

  @Test func `that an upstream is left out no more is told once`() throws {
    let pool = try pool(3)
    #expect(pool.returned(at: start) == [])
    #expect(pool.eject(1, until: start + .seconds(60), at: start))
    #expect(pool.eject(2, until: start + .seconds(60), at: start))
    for now in [start, start + .seconds(59)] { #expect(pool.returned(at: now) == []) }
    #expect(pool.eject(2, until: start + .seconds(90), at: start + .seconds(59)))
    #expect(pool.returned(at: start + .seconds(60)) == [1])
    #expect(pool.returned(at: start + .seconds(61)) == [])
    #expect(pool.returned(at: start + .seconds(90)) == [2])
  }

  @Test func `of an upstream that is down, or that a good check brought back, its health is told`()
    throws
  {
    let pool = try pool(2)
    #expect(pool.eject(1, until: start + .seconds(60), at: start))
    #expect(pool.returned(at: start) == [])
    for _ in 0..<3 { _ = pool.checked(1, problem: "it is down") }
    #expect(pool.returned(at: start + .seconds(60)) == [], "it is still passed over")
    #expect(pool.checked(1, problem: nil))
    let other = try self.pool(2)
    other.leaveOut(0, because: .unreachable, at: start)
    #expect(other.returned(at: start) == [])
    #expect(other.checked(0, problem: nil), "which says that it is well again")
    #expect(other.returned(at: start) == [])
  }

  @Test func `an upstream that an operator ejected is asked by nobody`() throws {
    let pool = try pool(2)
    #expect(pool.eject(0, until: start + .seconds(60), at: start))
    #expect(!pool.hasOther(than: 1, isUnsent: true, at: start))
    #expect(pool.take(excluding: 1, at: start) == nil)
    #expect(!pool.checked(0, problem: nil))
    #expect(pool.take(excluding: 1, at: start) == nil)
  }

  @Test(arguments: [UpstreamPool.Failure.unreachable, .serverError, .lost])
  func `a good health check ends an ejection only where nothing could be sent`(
    _ failure: UpstreamPool.Failure
  ) throws {
    let pool = try pool(2)
    pool.leaveOut(0, because: failure, at: start)
    for _ in 0..<20 { #expect(pool.take(excluding: nil, at: start) == 1) }
    #expect(!pool.checked(0, problem: "nobody listens there"))
    #expect(pool.checked(0, problem: nil) == (failure == .unreachable))
    let asked = Set((0..<20).compactMap { _ in pool.take(excluding: nil, at: start) })
    #expect(asked.contains(0) == (failure == .unreachable))
  }

  @Test func `an operator may not eject the only one that is well, but one that is not`() throws {
    let pool = try pool(2)
    pool.startsSick(1, because: "refused")
    let later = start + .seconds(60)
    #expect(!pool.eject(0, until: later, at: start))
    #expect(pool.eject(1, until: later, at: start))
    #expect(pool.take(excluding: nil, at: start) == 0)
  }

  @Test func `an operator may eject all but the last`() throws {
    let pool = try pool(2)
    #expect(pool.eject(0, until: start + .seconds(60), at: start))
    let second = pool.eject(1, until: start + .seconds(60), at: start)
    #expect(!second)
    for _ in 0..<20 { #expect(pool.take(excluding: nil, at: start) == 1) }
    #expect(pool.eject(0, until: start, at: start))
    #expect((0..<20).compactMap { _ in pool.take(excluding: nil, at: start) }.contains(0))
  }
}

@Suite struct UpstreamAddressTests {
  @Test(arguments: [
    ("http://10.0.0.5:8000", "http://10.0.0.5:8000"), ("http://triton", "http://triton"),
    ("HTTPS://Gate:8443/v1/", "https://Gate:8443/v1"), ("http://[::1]:9000/", "http://[::1]:9000"),
  ])
  func `a URL with a host is an upstream`(_ text: String, _ name: String) throws {
    #expect(try UpstreamAddress.parse(text).description == name)
  }

  @Test(arguments: [
    ("10.0.0.5:8000", UpstreamAddressError.noURL), ("ftp://a", .scheme), ("http://", .noHost),
    ("http://u:p@a", .credentials), ("http://a?x=1", .query), ("http://a:0", .port),
    ("http://169.254.169.254", .linkLocal), ("http://[fe80::1]", .linkLocal), ("a b", .noURL),
  ])
  func `anything else is refused with what was expected`(
    _ text: String, _ error: UpstreamAddressError
  ) {
    #expect(throws: UpstreamAddressError.self) { try UpstreamAddress.parse(text) }
    do { _ = try UpstreamAddress.parse(text) } catch { #expect(error == error) }
  }
}

@Suite struct UpstreamTextTests {
  @Test(arguments: [
    (#"{"error":"no such model"}"#, "no such model"),
    (#"{"detail":"Not Found"}"#, "Not Found"),
    (
      #"{"detail":[{"loc":["body","inputs",0],"msg":"field required"}]}"#,
      "body.inputs.0: field required"
    ),
    ("<html>nginx", "<html>nginx"), ("", "an empty body"),
    ("\u{1B}]0;owned\u{7}", "\\u{1B}]0;owned\\u{07}"),
  ])
  func `what an upstream says is found, and made harmless`(_ body: String, _ text: String) {
    #expect(UpstreamText.problem(in: Array(body.utf8)) == text)
  }

  @Test func `a long story is cut`() {
    #expect(UpstreamText.line(String(repeating: "x", count: 100_000)).count == 203)
  }

  @Test(arguments: [
    (HTTPParserError.invalidConstant as any Error, "what it sends is not HTTP/1.1"),
    (HTTPParserError.invalidVersion, "what it sends is not HTTP/1.1"),
    (HTTPParserError.invalidEOFState, "it closed the connection within its answer"),
    (HTTPParserError.headerOverflow, "the head of its answer is too long"),
    (NIOHTTPDecoderError.unsolicitedResponse, "it sent an answer before it was asked"),
    (HTTPClientError.deadlineExceeded, "it does not answer in time"),
    (HTTPClientError.remoteConnectionClosed, "it closed the connection"),
    (HTTPClientError.cancelled, "it was given up"),
    (ChannelError.ioOnClosedChannel, "it closed the connection"),
  ])
  func `what a library says of a connection is put into plain words`(
    error: any Error, words: String
  ) {
    #expect(LoadRun.reason(of: error) == words)
  }
}
