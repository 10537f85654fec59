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

  @Test func `lines are written in order, the last ones before it ends`() async throws {
    let (read, write) = try Self.ends()
    let writer = try #require(LineWriter(output: write))
    #expect(writer.put(["one", "two"]))
    #expect(writer.put(["three"]))
    await Self.finish(writer)
    close(write)
    #expect(Self.text(read) == "one\ntwo\nthree\n")
  }

  /// Returns once the writer's thread has written all, which on a busy machine may take longer than it is waited for.
  private static func finish(_ writer: LineWriter) async {
    writer.finish()
    for await _ in writer.reader {}
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
    // On a thread of its own: one of the pool may not be free before the writer has given up.
    let (texts, arrival) = AsyncStream.makeStream(of: String.self)
    Thread {
      arrival.yield(Self.text(read))
      arrival.finish()
    }.start()
    await Self.finish(writer)
    close(write)
    var lines: [Substring] = []
    for await text in texts { lines += text.split(separator: "\n") }
    let leftOut = lines.filter { $0.hasSuffix("not read in time") }
      .compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
    #expect(!leftOut.isEmpty)
    #expect(lines.filter { $0 == line }.count + leftOut.reduce(0, +) == 1_000)
  }
}
