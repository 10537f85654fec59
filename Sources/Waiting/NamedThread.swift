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
      // From within: a name that Foundation is given before the start is not the system's.
      Thread.current.name = name
      body()
    }
    if let stackBytes { thread.stackSize = stackBytes }
    thread.start()
  }
}
