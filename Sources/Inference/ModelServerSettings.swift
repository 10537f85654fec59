import Domain

/// How one version is run.
package struct ModelServerSettings: Sendable {
  /// Threads that run a dear model.
  package var lanes: Int
  /// Rows that may wait, at most, unless the queue's policy lets more wait.
  package var queueRows: Int
  /// Bytes of memory that requests may hold while they wait, at most; likewise the copies for a shadow. A request whose
  /// body was read counts nowhere else.
  package var queueBytes: Int
  /// Rows that may wait are also bounded by how long they would, at the cost of a row last seen: this, unless the queue's
  /// policy says for how long a request may wait, or how many rows.
  package var queueDelayMax: Duration
  /// Copies that may wait for a shadow.
  package var shadowQueueJobs: Int
  /// A model whose run of one row takes less than this runs on the caller's thread.
  package var inlineRunMax: Duration
  /// A request that would take longer than this goes to a lane, however cheap its rows.
  package var inlineRequestMax: Duration
  /// An inline run that computes longer than this shows that the measurement at load does not hold any more.
  package var slowRun: Duration
  /// An inline run that has not come back after this is stopped.
  package var inlineStop: Duration
  /// Cheap runs in a row after which a model that was moved to lanes is run inline again.
  package var cheapRunsToReturn: Int
  /// Whether requests share runs.
  package var batching: BatchingPolicy.Choice
  /// Who may wait, for how long, and in which order.
  package var queue: QueuePolicy
  /// Bytes that answers which were given before may take; nil: none is kept.
  package var cacheBytes: Int?
  /// Of so many shared runs in lanes one is looked at again (`SharingAudit`), inline of an eighth as many, more often at first;
  /// 0: none.
  package var auditedRuns = 128

  package init(
    lanes: Int = ModelServerSettings.defaultLanes, queueRows: Int = 8_192,
    queueBytes: Int = 256 << 20,
    queueDelayMax: Duration = .seconds(1), shadowQueueJobs: Int = 64,
    inlineRunMax: Duration = .microseconds(50), inlineRequestMax: Duration = .microseconds(250),
    slowRun: Duration = .milliseconds(1), inlineStop: Duration = .milliseconds(100),
    cheapRunsToReturn: Int = 256,
    batching: BatchingPolicy.Choice = .automatic, queue: QueuePolicy = QueuePolicy(),
    cacheBytes: Int? = nil
  ) {
    self.lanes = max(1, lanes)
    self.queueRows = queueRows
    self.queueBytes = queueBytes
    self.queueDelayMax = queueDelayMax
    self.shadowQueueJobs = shadowQueueJobs
    self.inlineRunMax = inlineRunMax
    self.inlineRequestMax = inlineRequestMax
    self.slowRun = slowRun
    self.inlineStop = inlineStop
    self.cheapRunsToReturn = cheapRunsToReturn
    self.batching = batching
    self.queue = queue
    self.cacheBytes = cacheBytes
  }
}

extension ModelServerSettings {
  /// Rows that may wait in all priority levels together, whatever a row costs.
  var countedRows: Int { queue.countedRows(atLeast: queueRows) }

  /// How long rows may have to wait, as estimated; nil where rows are counted alone.
  var estimatedWaitMax: Duration? { queue.estimatedWaitMax(otherwise: queueDelayMax) }

  /// - Parameter rowLimit: the bound of all levels at present.
  func queueFigures(rowLimit: Int) -> ExecutionFigures.Queue {
    ExecutionFigures.Queue(
      rows: rowLimit, rowsPerLevel: queue.maxRows,
      waitMicroseconds: rowLimit < countedRows
        ? estimatedWaitMax.map { Int($0.nanoseconds / 1_000) } : nil)
  }
}
