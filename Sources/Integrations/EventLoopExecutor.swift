package import NIOCore
import NIOPosix

/// Runs tasks on one event loop: for a process that does little more than follow a connection.
///
/// Swift's own pool is libdispatch's, whose monitor wakes once a second however idle the process is, and through which each
/// line of a stream is handed from thread to thread.
package final class EventLoopExecutor: TaskExecutor {
  /// Of a loop that the process has anyway; tasks hold on to no executor, so it stays.
  package static let shared = EventLoopExecutor(MultiThreadedEventLoopGroup.singleton.any())

  package let loop: any EventLoop

  private init(_ loop: any EventLoop) { self.loop = loop }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
