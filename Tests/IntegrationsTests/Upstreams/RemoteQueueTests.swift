import Inference
import Testing

@testable import Integrations

/// Whose turn it is.
@Suite struct RemoteQueueTests {
  @Test func `a turn goes past those whose clients have left`() {
    func waiting(_ client: ClientPresence?) -> RemoteJob {
      let job = RemoteBench.job(of: client)
      return RemoteJob(job, enqueuedAt: .now, limit: .seconds(30)) { _ in }
    }
    let gone = ClientPresence()
    var queue = RemoteQueue(limits: RemoteQueue.Limits(), costPerRow: 1)
    let jobs = [gone, nil, gone, gone, ClientPresence()].map(waiting)
    for job in jobs { #expect(queue.add(job, slots: 1) == .admitted) }
    gone.leave()
    #expect(queue.takeDesertedHead().map(ObjectIdentifier.init) == [ObjectIdentifier(jobs[0])])
    #expect(queue.next { _ in 0 }?.job === jobs[1])
    #expect(
      queue.takeDesertedHead().map(ObjectIdentifier.init) == jobs[2...3].map(ObjectIdentifier.init))
    #expect(queue.next { _ in 0 }?.job === jobs[4])
    #expect(queue.depth == 0)
  }
}
