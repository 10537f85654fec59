/// Why an engine did not run a job: a label of counters, so its texts stay.
package enum RefusalReason: String, Sendable, CaseIterable {
  /// The bound of all rows that may wait, by count or by how long they would.
  case queueFull = "queue_full"
  /// The bound, or the timeout, that the version's queue policy sets.
  case queuePolicy = "queue_policy"
  /// The request's deadline, while it waited or ran.
  case timedOut = "timed_out"
  /// A copy for a shadow that was busy.
  case shadowDropped = "shadow_dropped"
}
