import Dispatch
import Synchronization
import Waiting

/// Reads, scores on all cores, and hands the results on in order; memory does not grow with the file.
///
/// One thread reads and finds row ends, `workers` parse, run and print, the caller's writes.
final class ScorePipeline: Sendable {
  private let plan: ScorePlan
  private let workers: Int
  private let exchange: ChunkExchange

  init(_ plan: ScorePlan, workers: Int) {
    self.plan = plan
    self.workers = workers
    // Enough for the workers to go on while the disk takes its time.
    exchange = ChunkExchange(limit: workers * 4 + 8)
  }

  /// Ends early: what is begun is finished, the rest is left. From any thread.
  func stop() { exchange.abandon() }

  /// Blocks until all is written, or the pipeline was stopped.
  ///
  /// - Returns: whether all of the input is written.
  /// - Parameters:
  ///   - splitter: already behind the header.
  ///   - write: gets each chunk in order; returns whether to go on.
  /// - Throws: what is wrong with the input, after everything before it was written; what `write` throws.
  func run(
    _ source: InputSource, _ splitter: RowSplitter,
    write: (ScoredChunk) throws(ScoreError) -> Bool
  ) throws(ScoreError) -> Bool {
    // Not waited for: a reader may hang in a pipe that nobody writes to.
    start("score-read", nil) { [self] in
      do throws(ScoreError) {
        try read(source, splitter)
        exchange.close()
      } catch {
        exchange.close(error)
      }
    }
    let threads = DispatchGroup()
    for number in 0..<workers {
      start("score-\(number)", threads) { [self] in
        let scorer = ChunkScorer(plan)
        while let (number, chunk) = exchange.begin() {
          exchange.finish(number, scorer.score(chunk))
        }
      }
    }
    defer {
      exchange.abandon()
      threads.wait()
    }
    while let chunk = try exchange.next() {
      guard try write(chunk) else { return false }
    }
    return exchange.isWhole
  }

  private func read(_ source: InputSource, _ start: RowSplitter) throws(ScoreError) {
    var splitter = start
    while let piece = try source.read() {
      splitter.append(piece)
      guard try pass(&splitter, source) else { return }
    }
    splitter.finish()
    _ = try pass(&splitter, source)
  }

  /// - Returns: false once nothing more is wanted.
  private func pass(
    _ splitter: inout RowSplitter, _ source: InputSource
  ) throws(ScoreError) -> Bool {
    while let chunk = try splitter.chunk(of: source.path) {
      guard exchange.add(chunk) else { return false }
    }
    return true
  }

  private func start(
    _ name: String, _ group: DispatchGroup?, _ body: @escaping @Sendable () -> Void
  ) {
    group?.enter()
    NamedThread.start(name, stackBytes: 4 << 20) {
      body()
      group?.leave()
    }
  }
}

extension RowSplitter {
  /// The next chunk, with the file's name on what is wrong.
  mutating func chunk(of path: String) throws(ScoreError) -> RowChunk? {
    do throws(RowTooLong) {
      return try nextChunk()
    } catch {
      throw .input(
        path: path, line: error.line,
        reason: "a row of more than \(error.limit >> 20) MiB; is it a CSV file?")
    }
  }
}
