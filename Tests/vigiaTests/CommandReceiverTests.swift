import Domain
import Foundation
import Glibc
import Integrations
import Testing

@testable import vigia

@Suite(.timeLimit(.minutes(1)))
struct CommandReceiverTests {
  @Test func `a program gets the message on its standard input, and its words as they are`()
    async throws
  {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("vigia-page-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let receiver = CommandReceiver(
      words: [
        "/bin/sh", "-c", #"printf '%s\n' "$1" > "$2"; cat >> "$2""#, "page", "$(id) ;'", file.path,
      ])
    #expect(await receiver.send(Self.message) == .accepted)
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", maxSplits: 1)
    #expect(lines.first == "$(id) ;'")
    let message = try #require(
      try JSONSerialization.jsonObject(with: Data(lines[1].utf8)) as? [String: Any])
    #expect(message["version"] as? String == "4")
    #expect(message["status"] as? String == "firing")
  }

  @Test func `it knows nothing of the server's variables, and hears the usual signals`()
    async throws
  {
    // None is set here for it: other tests start programs meanwhile, and would read what changes.
    #expect(ProcessInfo.processInfo.environment.count > 2)
    let script =
      #"echo $(tr '\0' '\n' < /proc/$$/environ | cut -d= -f1 | sort) $(grep SigIgn /proc/self/status) >&2; exit 1"#
    let receiver = CommandReceiver(words: ["/bin/sh", "-c", script])
    let result = await receiver.send(Self.message)
    guard case .retry(let reason, nil) = result else {
      Issue.record("\(result)")
      return
    }
    let words = reason.split(separator: " ")
    #expect(
      words.dropLast() == ["it", "ended", "with", "1:", "LANG", "PATH", "SigIgn:"], "\(reason)")
    // SIGHUP, SIGINT, SIGQUIT, SIGPIPE and SIGTERM.
    let ignored = try #require(words.last.flatMap { UInt64($0, radix: 16) })
    #expect(ignored & 0x5007 == 0, "\(reason)")
  }

  @Test(
    arguments: [
      ("exit 7", "it ended with 7"),
      ("echo first; echo 'no such team' >&2; exit 1", "it ended with 1: no such team"),
      ("echo only; exit 1", "it ended with 1: only"),
      ("printf '\\033[2Jgone' >&2; exit 1", #"it ended with 1: \u{1B}[2Jgone"#),
      ("kill -9 $$", "signal 9 ended it"),
      (
        "head -c 3000000 /dev/zero | tr '\\0' x; exit 1",
        "it ended with 1: " + String(repeating: "x", count: 200) + "..."
      ),
    ])
  func `a failure is told in a line, and tried again`(script: String, reason: String) async {
    let receiver = CommandReceiver(words: ["/bin/sh", "-c", script])
    #expect(await receiver.send(Self.message) == .retry(reason: reason))
  }

  @Test func `a program that is not there is told`() async {
    let receiver = CommandReceiver(words: ["/nowhere/page"])
    #expect(
      await receiver.send(Self.message)
        == .retry(reason: "/nowhere/page: No such file or directory"))
  }

  @Test func `what takes too long is ended with all that it started`() async throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("vigia-page-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    var receiver = CommandReceiver(
      words: ["/bin/sh", "-c", "sleep 3600 & echo $! > \(file.path); wait"])
    // On a busy machine it may be ended before it has started anything: then it gets more time.
    var pid: pid_t?
    for seconds in [1.0, 5, 20] where pid == nil {
      receiver.timeout = .seconds(seconds)
      #expect(
        await receiver.send(Self.message) == .retry(reason: "it took longer than \(seconds) s"))
      let text = try? String(contentsOf: file, encoding: .utf8)
      pid = text.flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    let started = try #require(pid)
    // A kill takes effect when its process is next scheduled, and whoever inherits it may not have reaped it yet.
    let deadline = ContinuousClock.now + .seconds(20)
    while Self.isAlive(started), ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(!Self.isAlive(started))
  }

  private static func isAlive(_ pid: pid_t) -> Bool {
    let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    return state != nil && state?.contains(") Z ") != true
  }

  @Test func `what it leaves behind holds up nothing`() async throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("vigia-page-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let receiver = CommandReceiver(
      words: ["/bin/sh", "-c", "cat > /dev/null; sleep 3600 & echo $! > \(file.path)"])
    #expect(await receiver.send(Self.message) == .accepted)
    let text = try String(contentsOf: file, encoding: .utf8)
    let pid = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(Self.isAlive(pid))
    kill(pid, SIGKILL)
  }

  @Test func `a stop of the server ends it`() async {
    let receiver = CommandReceiver(words: ["/bin/sh", "-c", "sleep 3600"])
    let sending = Task { await receiver.send(Self.message) }
    sending.cancel()
    #expect(await sending.value == .retry(reason: "it was stopped with the server"))
  }

  private static var message: WebhookMessage {
    let now = Timestamp(seconds: 1_767_268_800)
    let target = NotificationTarget(receiver: "pager", kind: .command, address: "page")
    let alert = Alert(
      labels: ["alertname": "ModelDown", "model": "electricity"], state: .firing, value: 1,
      activeAt: now, firedAt: now)
    return WebhookMessage(
      NotificationBatch(
        target: target,
        notifications: [
          AlertNotification(target: target.id, alert: alert, at: now, since: now, validity: 0)
        ], now: now), NotificationLinks())
  }
}
