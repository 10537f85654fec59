import Foundation

/// A thread for work that may wait for a disk, a library or a terminal, told by its name from the others of the process.
package enum NamedThread {
  /// Starts the thread at once; it ends with `body`.
  ///
  /// - Parameters:
  ///   - name: as `top -H` and `ps -L` show it, 15 bytes of it.
  ///   - stackBytes: nil leaves what the system gives.
  package static func start(
    _ name: String, stackBytes: Int? = nil, _ body: @escaping @Sendable () -> Void
  ) {
    let thread = Thread {
      // Where the system keeps it: Foundation leaves out a name that it is given before it has taken down the thread's number.
      let shown = FileHandle(forWritingAtPath: "/proc/thread-self/comm")
      try? shown?.write(contentsOf: Data(name.utf8.prefix(15)))
      try? shown?.close()
      body()
    }
    if let stackBytes { thread.stackSize = stackBytes }
    thread.start()
  }
}
