import Foundation
import Glibc
import Testing

@testable import vigia

struct LineWriterTests {
  /// The two ends of a pipe: to read from, to write to.
  private static func ends() throws -> (Int32, Int32) {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    return (ends[0], ends[1])
  }

  private static func text(_ descriptor: Int32) -> String {
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
  }

  @Test func `lines are written in order, the last ones before it ends`() throws {
    let (read, write) = try Self.ends()
    let writer = try #require(LineWriter(output: write))
    #expect(writer.put(["one", "two"]))
    #expect(writer.put(["three"]))
    writer.finish()
    close(write)
    #expect(Self.text(read) == "one\ntwo\nthree\n")
  }

  @Test func `a reader that is gone is noticed while there is nothing to write`() async throws {
    let (read, write) = try Self.ends()
    defer { close(write) }
    let writer = try #require(LineWriter(output: write))
    close(read)
    for await _ in writer.reader {}
    #expect(!writer.put(["nobody reads this"]))
  }

  @Test func `a reader that stops reading costs lines, and is told how many`() async throws {
    let (read, write) = try Self.ends()
    let writer = try #require(LineWriter(output: write, limit: 50))
    let line = String(repeating: "x", count: 199)
    // 200 kB: more than a pipe of 64 kB and the queue hold together.
    for _ in 0..<1_000 { #expect(writer.put([line])) }
    async let text = Self.text(read)
    writer.finish()
    close(write)
    let lines = await text.split(separator: "\n")
    let leftOut = lines.filter { $0.hasSuffix("not read in time") }
      .compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
    #expect(!leftOut.isEmpty)
    #expect(lines.filter { $0 == line }.count + leftOut.reduce(0, +) == 1_000)
  }
}
