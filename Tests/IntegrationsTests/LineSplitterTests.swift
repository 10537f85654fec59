import Integrations
import NIOCore
import Testing

@Suite struct LineSplitterTests {
  @Test(arguments: 1...20)
  func `lines are the same however the bytes are cut`(size: Int) throws {
    let text = "one\n\ntwo two\nthree\nrest"
    var splitter = LineSplitter(limit: 100)
    var lines: [String] = []
    var bytes = ByteBuffer(string: text)
    while bytes.readableBytes > 0 {
      splitter.append(bytes.readSlice(length: min(size, bytes.readableBytes))!)
      while let line = try splitter.next() { lines.append(String(buffer: line)) }
    }
    #expect(lines == ["one", "two two", "three"])
    splitter.append(ByteBuffer(string: "\n"))
    #expect(try splitter.next().map { String(buffer: $0) } == "rest")
  }

  @Test(arguments: [(7, true), (8, true), (9, false)])
  func `a line has its bound, ended or not`(length: Int, fits: Bool) {
    for end in ["", "\n"] {
      var splitter = LineSplitter(limit: 8)
      splitter.append(ByteBuffer(string: String(repeating: "a", count: length) + end))
      if fits {
        #expect(throws: Never.self) { try splitter.next() }
      } else {
        #expect(throws: LineSplitter.LineTooLong(limit: 8)) { try splitter.next() }
      }
    }
  }
}
