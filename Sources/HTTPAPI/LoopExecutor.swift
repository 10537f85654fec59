import NIOCore

/// Runs tasks on one event loop's thread instead of the shared pool: an engine that hangs in all of the pool's threads
/// does not hold up what runs here.
final class LoopExecutor: TaskExecutor {
  private let loop: any EventLoop

  init(loop: any EventLoop) { self.loop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    // Unowned only between here and the loop, which runs each closure exactly once; the loop is shut down after the
    // last task has ended.
    let job = UnownedJob(job)
    loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
