import Foundation
import Glibc
import Testing

@testable import OnnxRuntime

struct CheckedProcessTests {
  @Test func `a child has none of the server's sockets: it may outlive the server`() throws {
    // As the network library makes them: not closed on exec.
    let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    // Under a number that the shell has no use for itself.
    let listener = fcntl(made, F_DUPFD, 100)
    try #require(listener >= 100)
    defer { for descriptor in [made, listener] { close(descriptor) } }
    let ending = try CheckedProcess.run(
      "/bin/sh", ["-c", "for fd in /proc/$$/fd/*; do echo \"${fd##*/}\"; done"], input: Data(),
      timeout: .seconds(60))
    #expect(ending.cause == .exited(0))
    let open = String(decoding: ending.output, as: UTF8.self).split(separator: "\n")
    #expect(!open.contains("\(listener)"))
    #expect(open.starts(with: ["0", "1", "2"]))
  }
}
