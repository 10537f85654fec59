import Domain

/// What is known of versions that are not in memory: under way, or failed and why.
struct LoadingStates {
  var underWay: [ModelVersion: Task<Result<LoadedVersion, InferenceError>, Never>] = [:]
  var failures: [ModelVersion: InferenceError] = [:]
}
