import Crypto
package import Domain
import Foundation

extension ModelFile {
  /// A version that runs on other servers.
  ///
  /// - Parameters:
  ///   - place: where, as a person reads it.
  ///   - identity: what makes it this version and no other; its hash stands where a file's would.
  package init(remote version: ModelVersion, at place: String, identity: String) {
    let digest = SHA256.hash(data: Data(identity.utf8))
    self.init(
      version: version, path: place, sha256: Self.hexadecimal(digest), byteCount: 0)
    isRemote = true
  }
}
