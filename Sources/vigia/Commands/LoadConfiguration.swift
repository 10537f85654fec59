import Foundation

/// The configuration that the flags, the environment and the file make together.
///
/// - Throws: `StartError.configuration` with a line for each thing that is wrong; warnings go to standard error.
func loadConfiguration(
  file: String?, flags: [Setting: String] = [:], needsFile: Bool = false
) throws -> VigiaConfiguration {
  let (configuration, diagnostics) = ConfigurationLoader(flags: flags)
    .load(file: file, needsFile: needsFile)
  guard let configuration else {
    throw StartError.configuration(diagnostics.map(\.description))
  }
  for diagnostic in diagnostics { Output.note("vigia: \(diagnostic)") }
  return configuration
}
