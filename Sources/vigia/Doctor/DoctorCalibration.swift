import Control
import Domain
import Storage

/// What `vigia doctor --calibrate` does: reads the data folder, beside a running server or without one, and replays it.
enum DoctorCalibration {
  /// - Throws: `CommandFailure.found` where there is no store, or none that can be read.
  static func report(
    _ configuration: VigiaConfiguration, now: Timestamp, tick: (String, Double) -> Void
  ) throws -> CalibrationReport {
    let directory = configuration.dataDirectory
    do throws(StorageError) {
      guard let metrics = try MetricStore.readOnly(directory: directory),
        let deployments = try StateStore.readDeployments(in: directory),
        let references = try StateStore.readReferences(in: directory)
      else {
        throw .cannotOpen(path: directory, reason: "nothing has been recorded there")
      }
      defer { metrics.close() }
      return try Calibration(
        metrics: metrics, references: references, deployments: deployments,
        objectives: configuration.models.reduce(into: [:]) { $0[$1.name] = $1.objective }
      ).report(now: now, tick: tick)
    } catch {
      throw CommandFailure(reading: error)
    }
  }
}
