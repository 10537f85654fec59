import Foundation
import Testing
import vigia

@Suite struct RowSplitterTests {
  private func chunks(
    _ text: String, pieces: [Int] = [], rows: Int = 2, rowBytes: Int = 16 << 20,
    from start: RowChunk.Position = RowChunk.Position()
  ) throws -> [RowChunk] {
    var limits = RowSplitter.Limits(rows: rows)
    limits.rowBytes = rowBytes
    var splitter = RowSplitter(limits: limits, from: start)
    var chunks: [RowChunk] = []
    var rest = Array(text.utf8)[start.offset...]
    for length in pieces + [rest.count] {
      splitter.append(rest.prefix(length))
      rest = rest.dropFirst(length)
      while let chunk = try splitter.nextChunk() { chunks.append(chunk) }
    }
    splitter.finish()
    while let chunk = try splitter.nextChunk() { chunks.append(chunk) }
    return chunks
  }

  private func rows(_ chunks: [RowChunk]) -> [String] {
    chunks.flatMap { chunk in
      chunk.rows.map { String(decoding: chunk.text[$0], as: UTF8.self) }
    }
  }

  private static let text =
    "\u{FEFF}a,b\r\n1,\"x, \"\"y\"\"\nz\"\n\n2,5\" pipe\n\"\",\"\"\n\r\n3,\"q\"\r\n4,\"\n\n\",5\n6"
  private static let lines = [
    "a,b", "1,\"x, \"\"y\"\"\nz\"", "2,5\" pipe", "\"\",\"\"", "3,\"q\"", "4,\"\n\n\",5", "6",
  ]

  @Test func `rows end at line feeds outside of quotes, and empty lines are passed over`() throws {
    let chunks = try chunks(Self.text)
    #expect(rows(chunks) == Self.lines)
    // An empty line belongs to the chunk of the row behind it.
    #expect(chunks.map(\.start.line) == [1, 4, 7, 12])
    #expect(chunks.map(\.start.row) == [1, 3, 5, 7])
    #expect(chunks[0].start.offset == 3)
    #expect(chunks.last?.end.offset == Self.text.utf8.count)
  }

  @Test func `where the pieces end changes nothing`() throws {
    let expected = try chunks(Self.text)
    for first in 0...Self.text.utf8.count {
      #expect(try chunks(Self.text, pieces: [first]) == expected)
      for second in 0...(Self.text.utf8.count - first) {
        #expect(try chunks(Self.text, pieces: [first, second]) == expected)
      }
    }
    #expect(
      try chunks(Self.text, pieces: Array(repeating: 1, count: Self.text.utf8.count)) == expected)
  }

  @Test func `a run that begins at a chunk cuts the rest as the first one did`() throws {
    let expected = try chunks(Self.text)
    for (index, chunk) in expected.enumerated() {
      let rest = try chunks(Self.text, pieces: [7, 1], from: chunk.start)
      #expect(rest == Array(expected[index...]))
    }
  }

  @Test func `a quote that never ends costs its own line alone`() throws {
    let text = "1,\"a\n2,b\n\"3\",c\n4,\"d\n5,e"
    // The first one is closed by the third line's quote; the last is not.
    let expected = ["1,\"a\n2,b\n\"3\",c", "4,\"d", "5,e"]
    for first in 0...text.utf8.count {
      #expect(rows(try chunks(text, pieces: [first])) == expected)
    }
  }

  @Test func `a quoted field longer than the limit costs its line, whatever the pieces`() throws {
    let text = "1,\"a\n" + String(repeating: "2,bbbbb\n", count: 10) + "3,\"\n4,c\n"
    for first in [0, 3, 20, 30, 31, 32, 33, 60, 89] {
      let found = rows(try chunks(text, pieces: [first], rowBytes: 32))
      #expect(found.first == "1,\"a")
      #expect(found.filter { $0 == "2,bbbbb" }.count == 10)
      #expect(found.suffix(2) == ["3,\"", "4,c"])
    }
  }

  @Test func `a row without an end in sight is refused with its line`() {
    #expect(throws: RowSplitter.RowTooLong(line: 2, limit: 32)) {
      try chunks("a\n" + String(repeating: "x", count: 40), rowBytes: 32)
    }
  }

  @Test func `nothing, a mark alone and empty lines hold no row`() throws {
    for text in ["", "\u{FEFF}", "\n\r\n\n"] { #expect(try chunks(text).isEmpty) }
    #expect(rows(try chunks("a")) == ["a"])
  }

  @Test func `the fields of a row are read without their quotes`() throws {
    let chunk = try #require(try chunks("a,\"b\"\"c\",,\"d,\ne\"\n").first)
    #expect(chunk.fields(row: 0) == ["a", "b\"c", "", "d,\ne"])
  }
}
