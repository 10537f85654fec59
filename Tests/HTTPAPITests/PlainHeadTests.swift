import HTTPAPI
import HTTPTypes
import Testing

@Suite struct PlainHeadTests {
  private func read(_ text: String, limit: Int = 65_536) -> PlainHead.Reading {
    let bytes = Array(text.utf8)
    return PlainHead.read(bytes.span, limit: limit)
  }

  @Test func `a plain head is read as the router would see it`() throws {
    let text =
      "POST /v2/models/m/infer HTTP/1.1\r\nHost: h:1\r\nX-A:  b c\r\nContent-Length: 12\r\n\r\n"
    guard case .plain(let head, let length) = read(text + "body") else {
      Issue.record("not plain")
      return
    }
    #expect(length == text.utf8.count)
    #expect(head.request.method == .post)
    #expect(head.request.path == "/v2/models/m/infer")
    #expect(head.request.authority == "h:1")
    #expect(
      head.request.headerFields.map { "\($0.name.canonicalName)=\($0.value)" }
        == ["x-a=b c", "content-length=12"])
    #expect(head.contentLength == 12)
    #expect(Array(text.utf8)[head.lengthDigits].elementsEqual("12".utf8))
    #expect(!head.closes)
  }

  @Test(arguments: [
    "POST /x HTTP/1.0\r\nHost: h\r\n\r\n", "POST x HTTP/1.1\r\nHost: h\r\n\r\n",
    "POST  /x HTTP/1.1\r\nHost: h\r\n\r\n", "post /x HTTP/1.1\r\nHost: h\r\n\r\n",
    "POST /x HTTP/1.1\r\n\r\n", "POST /x HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n", "POST /x HTTP/1.1\r\nHost: h\nA: b\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: h\r\nA: \u{7f}\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1,1\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\n\r\n",
    "FOO /x HTTP/1.1\r\nHost: h\r\n\r\n", "POST /x HTTP/1.1\r\nHost: h \r\n\r\n",
    "POST /x HTTP/1.1\r\nHost:\th\r\n\r\n", "CONNECT /x HTTP/1.1\r\nHost: h\r\n\r\n",
    "\r\nPOST /x HTTP/1.1\r\nHost: h\r\n\r\n",
  ])
  func `whatever is not plain is left to the full decoder`(text: String) {
    #expect(read(text) == .notPlain)
  }

  @Test func `a head is found wherever its bytes are cut`() {
    let text = "GET /x HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n"
    let bytes = Array(text.utf8)
    for count in 0..<bytes.count {
      let part = Array(bytes.prefix(count))
      #expect(PlainHead.read(part.span, limit: 100) == .incomplete)
      let whole = PlainHead.read(bytes.span, searched: count, limit: 100)
      guard case .plain(_, bytes.count) = whole else {
        Issue.record("lost after \(count) bytes")
        return
      }
    }
    #expect(PlainHead.read(bytes.span, limit: bytes.count - 1) == .notPlain)
  }

  /// The promise that keeps requests from being smuggled: where the two read a request, they read the same one.
  @Test(arguments: 0..<20)
  func `a head that is plain means the same to the full decoder`(seed: UInt64) {
    var random = SplitMix(state: seed)
    for _ in 0..<500 {
      let text = mutated(&random)
      if let fault = HeadProperty().fault(text) {
        Issue.record("\(fault): \(String(decoding: text, as: UTF8.self))")
      }
    }
  }

  /// A good request with up to three wounds.
  private func mutated(_ random: inout SplitMix) -> [UInt8] {
    let fields = [
      "Host: h", "Content-Length: 4", "Connection: close", "Connection: keep-alive", "A: b",
      "Transfer-Encoding: chunked", "Content-Length: 04", "content-length: 5",
      "Expect: 100-continue",
      "TE: trailers", "X-Empty:", "Keep-Alive: timeout=5", "A:\tb\t",
    ]
    var text =
      ["POST", "GET", "PUT", "FOO"].randomElement(using: &random)! + " /v2/x?a=b HTTP/1.1\r\n"
    text += "Host: local\r\n"
    for _ in 0..<Int.random(in: 0..<5, using: &random) {
      text += fields.randomElement(using: &random)! + "\r\n"
    }
    var bytes = Array((text + "\r\nabcd").utf8)
    let wounds: [UInt8] = [0x0d, 0x0a, 0x20, 0x09, 0x3a, 0x00, 0x2c, 0x80, 0x30, 0x41, 0x7f, 0x2b]
    for _ in 0..<Int.random(in: 0..<4, using: &random) {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: bytes[index] = wounds.randomElement(using: &random)!
      case 1: bytes.insert(wounds.randomElement(using: &random)!, at: index)
      default: bytes.remove(at: index)
      }
    }
    return bytes
  }
}

/// Steele, Lea and Flood 2014, OOPSLA: a repeatable source for tests.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
