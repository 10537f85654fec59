import Glibc

/// The compiled descriptions that are installed.
enum TerminfoDatabase {
  /// The description of a terminal, from the places that ncurses looks at; nil when there is none.
  static func entry(_ name: String, environment: [String: String]) -> Terminfo? {
    guard let first = name.utf8.first, !name.contains("/"), !name.hasPrefix(".") else { return nil }
    let hex = String(first, radix: 16)
    for folder in folders(environment) {
      for path in ["\(folder)/\(name.prefix(1))/\(name)", "\(folder)/\(hex)/\(name)"] {
        if let bytes = read(path), let entry = Terminfo(bytes) { return entry }
      }
    }
    return nil
  }

  private static let standardFolders = [
    "/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo",
    "/usr/local/share/terminfo",
  ]

  private static func folders(_ environment: [String: String]) -> [String] {
    var folders: [String] = []
    if let own = environment["TERMINFO"] { folders.append(own) }
    if let home = environment["HOME"] { folders.append(home + "/.terminfo") }
    if let more = environment["TERMINFO_DIRS"] {
      folders += more.split(separator: ":").map(String.init)
    }
    return folders + standardFolders
  }

  /// At most 64 kB, twice what an entry may have.
  private static func read(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { Glibc.close(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(file, &bytes, bytes.count)
    return count > 0 ? Array(bytes.prefix(count)) : nil
  }
}
