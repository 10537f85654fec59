import COnnxRuntime
import Foundation
import Glibc
import Inference

/// The child's part of a check: limits itself, loads the file, runs it, and says what it found.
package enum LoadCheckChild {
  /// Blocks. What the model does to the process is the point of it: it may not come back.
  package static func run(_ order: LoadCheckOrder) -> LoadCheckReport {
    limit(RLIMIT_CORE, 0)
    // At the hard limit the kernel kills without a word that says why; the soft one's signal is its own.
    limit(RLIMIT_CPU, order.seconds, hard: order.seconds + 1)
    // A device's driver reserves tens of GB of addresses, and each thread its stack, without taking memory: a limit on
    // addresses would refuse such a model. The watch keeps the priority that this thread has now.
    let watch = order.session.isCallersWork ? nil : ResidentWatch()
    // Traffic goes first.
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
    let library = OnnxLibrary(candidates: order.libraryCandidates)
    do throws(InferenceError) {
      try openTinyModel(order, library)
    } catch {
      return .notChecked(reason: error.description)
    }
    // What a session's making has freed already is no part of the session.
    returnFreeMemory()
    let before = ProcessMemory.now
    if let allowed = order.memoryLimit {
      if let watch {
        watch.begin(limit: before.residentBytes + allowed)
      } else {
        limit(RLIMIT_AS, Int(clamping: before.virtualBytes + allowed))
      }
    }
    defer { watch?.end() }
    let loader = OnnxLoader(
      library: library, modelBytesMax: order.modelBytesMax, refusesNaN: order.refusesNaN,
      session: { _ in order.session })
    do throws(InferenceError) {
      let (session, _) = try loader.trySession(
        order.file, order.file.contents(limit: order.modelBytesMax), order.requests)
      // The session must stand while its memory is looked at.
      returnFreeMemory()
      let grown = withExtendedLifetime(session) { ProcessMemory.now.residentBytes }
      return .passed(memoryBytes: max(0, grown - before.residentBytes))
    } catch {
      return report(of: error)
    }
  }

  /// What ONNX Runtime, and the device's library, take for the first session of a process is not the model's.
  private static func openTinyModel(
    _ order: LoadCheckOrder, _ library: OnnxLibrary
  ) throws(InferenceError) {
    let api = try library.api()
    do throws(InferenceError) {
      try OnnxSession(
        file: order.file, bytes: TinyModel.bytes, api: api, settings: order.session
      ).release()
    } catch {
      // A provider that cannot be used is a reason to refuse the model, which is told when it is loaded.
      try OnnxSession(file: order.file, bytes: TinyModel.bytes, api: api).release()
    }
  }

  private static func report(of error: InferenceError) -> LoadCheckReport {
    guard case .load(_, _, let problem) = error else {
      return .notChecked(reason: error.description)
    }
    switch problem {
    case .refused(let reason), .warmUp(let reason):
      return saysOutOfMemory(reason) ? .outOfMemory : .refused(problem)
    default: return .refused(problem)
    }
  }

  /// In the words of the C++ library, of ONNX Runtime, and of the system.
  static func saysOutOfMemory(_ text: String) -> Bool {
    ["bad_alloc", "allocate memory", "out of memory", "Out of memory"].contains {
      text.contains($0)
    }
  }

  private static func limit(_ resource: __rlimit_resource, _ value: Int, hard: Int? = nil) {
    var limits = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(hard ?? value))
    setrlimit(__rlimit_resource_t(resource.rawValue), &limits)
  }
}

/// What this process holds at one moment.
struct ProcessMemory {
  var virtualBytes: Int64
  /// Resident and its own: without the pages of libraries, which another model finds there already.
  var residentBytes: Int64

  /// Zeros where /proc is not there.
  static var now: ProcessMemory {
    // Formed by hand: Foundation would read a file of unknown length page by page, into memory that counts.
    var text = [UInt8](repeating: 0, count: 128)
    let file = open("/proc/self/statm", O_RDONLY)
    defer { close(file) }
    let count = read(file, &text, text.count)
    let pages = String(decoding: text.prefix(max(0, count)), as: UTF8.self)
      .split(separator: " ").prefix(3).map { Int64($0) ?? 0 }
    let size = Int64(sysconf(Int32(_SC_PAGESIZE)))
    guard pages.count == 3 else { return ProcessMemory(virtualBytes: 0, residentBytes: 0) }
    return ProcessMemory(
      virtualBytes: pages[0] * size, residentBytes: (pages[1] - pages[2]) * size)
  }
}
