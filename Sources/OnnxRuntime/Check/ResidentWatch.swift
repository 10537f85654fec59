import Foundation
import Glibc
import Synchronization
import Waiting

/// Ends this process with a report of `outOfMemory` when it holds more memory than it may: for sessions that reserve
/// far more addresses than they use, so that `RLIMIT_AS` and `RLIMIT_DATA` say nothing of them.
///
/// It looks every 5 ms, in which a core fills some 50 MB: by so much the process may pass its limit. What a device holds
/// in memory of its own is not counted.
final class ResidentWatch: Sendable {
  /// Resident bytes; nil while nothing is watched.
  private let limit = Mutex<Int64?>(nil)

  init() {
    // Made now: when memory is out, nothing is to be made any more.
    let report = (try? JSONEncoder().encode(LoadCheckReport.outOfMemory)) ?? Data()
    NamedThread.start("resident-watch") { [self] in
      while true {
        usleep(5_000)
        look(report)
      }
    }
  }

  /// - Parameter limit: of `ProcessMemory.residentBytes`.
  func begin(limit bytes: Int64) { limit.withLock { $0 = bytes } }

  /// From now on the process may say what it found.
  func end() { limit.withLock { $0 = nil } }

  /// Under the lock, so that the process does not say at the same time that all is well.
  private func look(_ report: Data) {
    limit.withLock { limit in
      guard let limit, ProcessMemory.now.residentBytes > limit else { return }
      _ = report.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      _exit(0)
    }
  }
}
