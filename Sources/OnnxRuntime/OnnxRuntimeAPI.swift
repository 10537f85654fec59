import COnnxRuntime
import Foundation
import Glibc
import Inference

/// The opened library: its table of functions, and the one environment of the process.
///
/// @unchecked Sendable: the pointers are set once, here, and live as long as the process; ONNX Runtime allows its
/// functions to be called from any thread, and concurrently on the environment and the allocator.
final class OnnxRuntimeAPI: @unchecked Sendable {
  /// What `dlopen` gave.
  let library: UnsafeMutableRawPointer
  let table: OrtTable
  let version: String
  let environment: OpaquePointer
  let memoryInfo: OpaquePointer
  let allocator: OpaquePointer

  /// The lowest version of the API that holds the slots used: a version that is too new is refused with a line on
  /// stderr, which would tear the screen.
  private static let apiVersion: UInt32 = 8
  private static let warning: Int32 = 2

  init(candidates: [String], log: @escaping OnnxLibrary.Log) throws(InferenceError) {
    let (library, table, version) = try Self.open(candidates)
    var environment: OpaquePointer?
    var memoryInfo: OpaquePointer?
    var allocator: OpaquePointer?
    let sink = Unmanaged.passRetained(LogSink(log))
    let problem =
      Self.createEnvironment(table, sink.toOpaque(), &environment)
      ?? Self.problem(table, OrtCreateCpuMemoryInfo(table, 0, 0, &memoryInfo))
      ?? Self.problem(table, OrtGetDefaultAllocator(table, &allocator))
    guard problem == nil, let environment, let memoryInfo, let allocator else {
      // Never released: the environment of the process may hold the sink already.
      throw .engineUnavailable(
        reason: "onnxruntime: \(version) does not start: \(problem ?? "no environment")")
    }
    self.library = library
    self.table = table
    self.version = version
    writesStringsByLength = Self.isAtLeast(minor: 15, version)
    lendsShapes = Self.isAtLeast(minor: 24, version)
    tellsShapes = Self.isAtLeast(minor: 24, version)
    self.environment = environment
    self.memoryInfo = memoryInfo
    self.allocator = allocator
  }

  /// The text of a failed call, its status released; nil for success.
  static func problem(_ table: OrtTable, _ status: OpaquePointer?) -> String? {
    guard let status else { return nil }
    defer { OrtReleaseStatus(table, status) }
    guard let message = OrtGetErrorMessage(table, status) else { return "unknown" }
    return EngineText.plain(String(cString: message))
  }

  func problem(_ status: OpaquePointer?) -> String? { Self.problem(table, status) }

  /// Takes the steps until one fails, and says why.
  func firstProblem(_ steps: [() -> OpaquePointer?]) -> String? {
    for step in steps {
      if let problem = problem(step()) { return problem }
    }
    return nil
  }

  /// Whether strings may be written with their length: else they end at their first zero byte.
  let writesStringsByLength: Bool
  /// Whether a value's shape may be read where it lies: else it is copied out first.
  let lendsShapes: Bool
  /// Whether a tensor without a shape can be told from a scalar: else it is taken for one.
  let tellsShapes: Bool

  /// Whether the library is 1.`minor` or later.
  static func isAtLeast(minor: Int, _ version: String) -> Bool {
    let numbers = version.split(separator: ".").map { Int($0) ?? 0 }
    return numbers.count > 1 && (numbers[0] > 1 || numbers[1] >= minor)
  }

  private static func open(
    _ candidates: [String]
  ) throws(InferenceError) -> (library: UnsafeMutableRawPointer, OrtTable, version: String) {
    let advice = "run scripts/setup or set VIGIA_ONNXRUNTIME"
    guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      let first = candidates.first ?? OnnxLibrary.fileName
      let others = candidates.count > 1 ? " (nor in \(candidates.count - 1) other places)" : ""
      throw .engineUnavailable(reason: "onnxruntime: \(first) not found\(others); \(advice)")
    }
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "unknown"
      throw .engineUnavailable(
        reason: "onnxruntime: \(path): expected a shared library, found: \(reason); \(advice)")
    }
    guard let base = dlsym(library, "OrtGetApiBase") else {
      throw .engineUnavailable(
        reason:
          "onnxruntime: \(path): expected ONNX Runtime, found a library without OrtGetApiBase; "
          + advice)
    }
    let version = ortVersion(base).map { String(cString: $0) } ?? "?"
    guard let table = ortTable(base, apiVersion) else {
      throw .engineUnavailable(
        reason: "onnxruntime: \(path): expected 1.8 or newer, found \(version); \(advice)")
    }
    return (library, table, version)
  }

  /// One pool of one thread for all sessions, without spinning, and our logger.
  private static func createEnvironment(
    _ table: OrtTable, _ sink: UnsafeMutableRawPointer, _ environment: inout OpaquePointer?
  ) -> String? {
    var options: OpaquePointer?
    if let problem = problem(table, OrtCreateThreadingOptions(table, &options)) { return problem }
    defer { OrtReleaseThreadingOptions(table, options) }
    let logger: OrtLogger = { sink, severity, _, _, _, message in
      guard let sink, let message else { return }
      Unmanaged<LogSink>.fromOpaque(sink).takeUnretainedValue()
        .write(Int(severity), String(cString: message))
    }
    return problem(table, OrtSetGlobalIntraOpNumThreads(table, options, 1))
      ?? problem(table, OrtSetGlobalInterOpNumThreads(table, options, 1))
      ?? problem(table, OrtSetGlobalSpinControl(table, options, 0))
      ?? problem(table, OrtCreateEnv(table, logger, sink, warning, "vigia", options, &environment))
  }
}

/// What ONNX Runtime's logger callback carries.
private final class LogSink: Sendable {
  private let log: OnnxLibrary.Log

  init(_ log: @escaping OnnxLibrary.Log) { self.log = log }

  func write(_ severity: Int, _ message: String) { log(severity, message) }
}
