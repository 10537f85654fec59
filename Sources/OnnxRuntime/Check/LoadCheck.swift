import Foundation
package import Inference
import Synchronization

/// Tries a model file in a process of its own before it is loaded into this one.
///
/// A model that crashes ONNX Runtime, never ends, or takes all the memory there is, ends its child: the load is refused
/// with the reason, and traffic goes on. Bytes that passed are not tried twice.
package final class LoadCheck: Sendable {
  package struct Limits: Sendable, Equatable {
    /// Bytes that a model may take at load, beyond `timesFile` its file.
    package var memory: Int64
    /// Seconds, on the wall and on the processor.
    package var seconds: Int

    package init(memory: Int64 = 256 << 20, seconds: Int = 60) {
      self.memory = memory
      self.seconds = seconds
    }

    /// What a load may take for each byte of the file. A network's weights take two to three; of a forest the numbers of a
    /// node are some twenty bytes in the file, and several times that while ONNX Runtime parses and copies them: measured
    /// 13 to 16, from 3,000 to 6,000 trees.
    package static let timesFile: Int64 = 20

    /// Bytes that a file of so many bytes may take.
    func memory(ofFile bytes: Int64) -> Int64 { memory + Self.timesFile * bytes }
  }

  /// That a file may be loaded.
  package struct Verdict: Sendable, Equatable {
    /// As measured in the child; nil when it was not tried.
    package var memoryBytes: Int64?
    package var warnings: [String] = []
  }

  private let executable: String
  private let arguments: [String]
  private let limits: Limits
  /// By what was tried: file and settings.
  private let passed = Mutex<[String: Int64]>([:])
  /// More at once would only take turns, and memory.
  private let turns = DispatchSemaphore(value: 2)

  /// - Parameters:
  ///   - executable: a program that reads a `LoadCheckOrder` and prints a `LoadCheckReport`.
  package init(
    executable: String = "/proc/self/exe", arguments: [String] = ["__load-check"],
    limits: Limits = Limits()
  ) {
    self.executable = executable
    self.arguments = arguments
    self.limits = limits
  }

  /// Blocks until the child has ended, or was ended.
  ///
  /// - Throws: `load` with what the child found, or with how it ended.
  package func verdict(on order: LoadCheckOrder) throws(InferenceError) -> Verdict {
    let key = "\(order.sha256) \(order.session)"
    if !order.sha256.isEmpty, let bytes = passed.withLock({ $0[key] }) {
      return Verdict(memoryBytes: bytes)
    }
    turns.wait()
    defer { turns.signal() }
    var order = order
    order.seconds = limits.seconds
    order.memoryLimit = limits.memory(ofFile: order.byteCount)
    let ending: CheckedProcess.Ending
    do {
      ending = try CheckedProcess.run(
        executable, arguments, input: JSONEncoder().encode(order),
        timeout: .seconds(limits.seconds))
    } catch {
      // The system's fault, not the model's: whoever loads it in an emergency is not held up by that.
      return Self.untried("\(error)")
    }
    let verdict = try judge(ending, order)
    if let bytes = verdict.memoryBytes { remember(bytes, key) }
    return verdict
  }

  private func judge(
    _ ending: CheckedProcess.Ending, _ order: LoadCheckOrder
  ) throws(InferenceError) -> Verdict {
    func refusal(_ problem: InferenceError.LoadProblem) -> InferenceError {
      .load(order.file.version, path: order.path, problem)
    }
    let report = try? JSONDecoder().decode(LoadCheckReport.self, from: ending.output)
    switch (ending.cause, report) {
    case (.exited(0), .passed(let bytes)?): return Verdict(memoryBytes: bytes)
    case (.exited(0), .refused(let problem)?): throw refusal(problem)
    // The loader meets the same and says it better.
    case (.exited(0), .notChecked(let reason)?): return Self.untried(reason)
    case (.exited(0), .outOfMemory?): throw refusal(.check(reason: outOfMemory(order)))
    default: throw refusal(.check(reason: reason(of: ending, order)))
    }
  }

  private static func untried(_ reason: String) -> Verdict {
    Verdict(warnings: ["it was not tried in a process of its own before: \(reason)"])
  }

  private func reason(of ending: CheckedProcess.Ending, _ order: LoadCheckOrder) -> String {
    let words = ending.errors.split(separator: "\n").last.map { ": \($0.suffix(300))" } ?? ""
    if LoadCheckChild.saysOutOfMemory(ending.errors) { return outOfMemory(order) }
    switch ending.cause {
    case .timedOut:
      return "it took more than \(limits.seconds) s (load_check: { seconds })"
    case .signal(SIGXCPU):
      return "it computed for more than \(limits.seconds) s (load_check: { seconds })"
    case .signal(SIGKILL):
      return "the system killed it with signal 9, most likely for want of memory"
    case .signal(let number):
      return "ONNX Runtime crashed with signal \(number) (\(CheckedProcess.name(of: number))) "
        + "while loading it\(words)"
    case .exited(let status):
      return "it ended with status \(status) and no answer\(words)"
    }
  }

  private func outOfMemory(_ order: LoadCheckOrder) -> String {
    let limit = (order.memoryLimit ?? 0) >> 20
    return
      "it used more than \(limit) MB (load_check: { memory_mb }, and \(Limits.timesFile) times the file)"
  }

  private func remember(_ bytes: Int64, _ key: String) {
    passed.withLock { passed in
      if passed.count >= 4_096 { passed.removeAll() }
      passed[key] = bytes
    }
  }
}
