import Glibc
import Waiting

/// Calls back when a file in one of some folders was written, made, moved or removed: by inotify, so that nothing
/// is looked at while nothing happens.
package final class FolderWatch: Sendable {
  private let descriptor: Int32
  private let stopEnds: (read: Int32, write: Int32)

  /// - Parameter onChange: on a thread of its own, at most once in a while however much changes; never after `stop`
  ///   has returned and a call under way has ended.
  /// - Returns: nil where the system lends no watch.
  package init?(folders: [String], onChange: @escaping @Sendable () -> Void) {
    descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    guard descriptor >= 0 else { return nil }
    let kinds = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
    for folder in folders { _ = inotify_add_watch(descriptor, folder, kinds) }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      close(descriptor)
      return nil
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    stopEnds = (ends[0], ends[1])
    let (watch, stop) = (descriptor, ends[0])
    NamedThread.start("vigia-settings") { Self.follow(watch, stop, onChange) }
  }

  package func stop() { close(stopEnds.write) }

  /// An editor writes a file in several steps: what comes within this time is one change.
  private static let settleMilliseconds: Int32 = 150

  private static func follow(
    _ watch: Int32, _ stop: Int32, _ onChange: @Sendable () -> Void
  ) {
    defer {
      close(watch)
      close(stop)
    }
    var isChanged = false
    while true {
      var waiting = [
        pollfd(fd: watch, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&waiting, 2, isChanged ? settleMilliseconds : -1)
      if count < 0, errno != EINTR { return }
      if waiting[1].revents != 0 { return }
      if count == 0, isChanged {
        isChanged = false
        onChange()
      } else if waiting[0].revents != 0 {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        while read(watch, &bytes, bytes.count) > 0 {}
        isChanged = true
      }
    }
  }
}
