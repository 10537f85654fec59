import Domain
import Foundation
import Testing
import vigia

/// A file that cannot be replayed, and what is said of it.
struct BadStream: Sendable {
  var text: String
  var line: String

  init(_ text: String, _ line: String) {
    self.text = text
    self.line = line
  }
}

@Suite struct StreamTests {
  private static let model = """
    {"models":[{"name":"m","champion":"1","stream":"s.csv","features":["a","b"],"label":"y",
    "input":"X","task":"classification","share":1}]}
    """

  private func stream(_ csv: String) throws -> DemoStream {
    let manifest = try JSONDecoder().decode(DemoManifest.self, from: Data(Self.model.utf8))
    do {
      let table = try CSVTable(parsing: Array(csv.utf8))
      return try DemoStream(table, model: manifest.models[0], path: "s.csv")
    } catch let failure as CSVTable.Failure {
      throw StreamError("s.csv", .csv(failure))
    }
  }

  @Test func `a row becomes a V2 request with the numbers as the file has them`() throws {
    let stream = try stream("y,a,b\r\n1,0.10,2e-3\r\nup,.5,+7\n")
    #expect(
      String(decoding: stream.body(row: 0, id: "demo-0"), as: UTF8.self)
        == #"{"id":"demo-0","inputs":[{"name":"X","shape":[1,2],"datatype":"FP32","#
        + #""data":[0.10,2e-3]}]}"#)
    #expect(stream.body(row: 1, id: "x").contains("[0.5,7.0]".utf8))
    #expect(stream.label(row: 0) == .integer(1))
    #expect(stream.body(row: 0, id: "x", without: 1).contains("[0.10,NaN]".utf8))
    #expect(stream.values(row: 1) == [0.5, 7])
    #expect(stream.label(row: 1) == .text("up"))
    #expect(stream.rowCount == 2)
  }

  @Test(arguments: [
    BadStream("", "s.csv: the file is empty; expected a header and rows"),
    BadStream("a,b,y\n", "s.csv: a header and no rows"),
    BadStream("a,bb,y\n1,2,0\n", "s.csv:1: no column \"b\""),
    BadStream("a,b,y\n1,2,0\n\n1,2\n", "s.csv:4: expected 3 fields, found 2"),
    BadStream(
      "a,b,y\n1,2,0\n1,two,0\n", "s.csv:3: column 2 \"b\": expected a number, found \"two\""),
    BadStream("a,b,y\nnan,2,0\n", "s.csv:2: column 1 \"a\": expected a number, found \"nan\""),
    BadStream("a,b,y\n,2,0\n", "s.csv:2: column 1 \"a\": expected a number, found \"\""),
    BadStream("a,b,a\n", "s.csv:1: two columns are named \"a\""),
    BadStream("a,,y\n", "s.csv:1: column 2 has no name"),
    BadStream("a,b,y\n1,\"2,0\n1,2,0", "s.csv:2: a quoted field does not end"),
    BadStream("a,b,y\n1,\"2\"x,0\n", "s.csv:2: column 2: text after the closing quote"),
  ])
  func `a faulty file is one line with file, line and column`(_ bad: BadStream) {
    let error = #expect(throws: StreamError.self) { try stream(bad.text) }
    #expect(error?.description == bad.line)
  }

  @Test func `quotes, doubled quotes, line breaks inside and a byte order mark are read`() throws {
    let text = "\u{FEFF}\"a\",b\n\"x, \"\"y\"\"\nz\",2\n3,4"
    let table = try CSVTable(parsing: Array(text.utf8))
    #expect(table.columns == ["a", "b"])
    #expect(table.rowCount == 2)
    #expect(table.string(row: 0, column: 0) == "x, \"y\"\nz")
    #expect(table.string(row: 1, column: 1) == "4")
    #expect(table.line(ofRow: 1) == 4)
  }

  // printf 'a,b\n1,2\n' | gzip -n9
  private let member: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4B, 0xD4, 0x49, 0xE2, 0x32,
    0xD4, 0x31, 0xE2, 0x02, 0x00, 0x7B, 0x07, 0x97, 0x0A, 0x08, 0x00, 0x00, 0x00,
  ]

  @Test func `gzip is read, also in several members`() throws {
    #expect(try Gunzip.bytes(of: member, limit: 100) == Array("a,b\n1,2\n".utf8))
    #expect(
      try Gunzip.bytes(of: member + member, limit: 100) == Array("a,b\n1,2\na,b\n1,2\n".utf8))
  }

  @Test func `other, cut, damaged and overlong gzip data are told apart`() {
    #expect(throws: Gunzip.Failure.notGzip) {
      try Gunzip.bytes(of: Array("a,b".utf8), limit: 100)
    }
    #expect(throws: Gunzip.Failure.truncated) {
      try Gunzip.bytes(of: member.dropLast(9), limit: 100)
    }
    #expect(throws: Gunzip.Failure.tooLarge(limit: 15)) {
      try Gunzip.bytes(of: member + member, limit: 15)
    }
    var damaged = member
    damaged[21] ^= 1
    #expect(throws: Gunzip.Failure.corrupt(reason: "incorrect data check")) {
      try Gunzip.bytes(of: damaged, limit: 100)
    }
  }

  @Test func `a file that is missing or is no gzip is said with its path`() throws {
    let folder = try TemporaryFolder()
    try folder.write("a,b", to: "s.csv.gz")
    #expect(
      throws: StreamError("\(folder.path)/s.csv.gz", .compression(.notGzip))
    ) { try StreamReader.read(folder.path + "/s.csv.gz") }
    #expect(throws: StreamError("/nowhere.csv", .missing)) {
      try StreamReader.read("/nowhere.csv")
    }
  }
}

extension [UInt8] {
  fileprivate func contains(_ text: String.UTF8View) -> Bool {
    String(decoding: self, as: UTF8.self).contains(String(text))
  }
}
