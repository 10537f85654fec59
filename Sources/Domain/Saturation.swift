/// How near the machine and the server's process are to their limits.
package struct Saturation: Codable, Sendable, Equatable {
  /// Nil before the first two looks at the machine, and from a server that does not look.
  package var machine: Machine?
  /// Of each event loop that answers the port: microseconds by which its latest timer was late, at its worst in the last
  /// second. A request that comes at such a moment waits as long.
  package var loopLag: [Double]
  /// Threads that run dear versions, of all models together.
  package var lanes: Lanes

  package init(machine: Machine? = nil, loopLag: [Double] = [], lanes: Lanes = Lanes()) {
    self.machine = machine
    self.loopLag = loopLag
    self.lanes = lanes
  }

  package struct Lanes: Codable, Sendable, Equatable {
    package var threads: Int
    package var busy: Int
    /// Requests that wait for one.
    package var waiting: Int

    package init(threads: Int = 0, busy: Int = 0, waiting: Int = 0) {
      self.threads = threads
      self.busy = busy
      self.waiting = waiting
    }

    package static func += (left: inout Lanes, right: Lanes) {
      left.threads += right.threads
      left.busy += right.busy
      left.waiting += right.waiting
    }
  }

  /// Rates and shares are of the last second.
  package struct Machine: Codable, Sendable, Equatable {
    /// Share of the time in which a core was not idle, 0 through 1, in the order of the cores. Waiting for a disk is idle.
    package var cores: [Double]
    /// Share of all cores' time that the hypervisor gave to others.
    package var stolen: Double
    /// Cores that this process may use: fewer than there are where a container is limited.
    package var coreLimit: Double
    /// Cores' worth of time that this process used.
    package var processCores: Double
    /// Seconds of processor time that this process has used since its start.
    package var processSeconds: Double
    package var residentBytes: Int64
    /// What this process may use: the machine's memory, or its container's limit.
    package var memoryBytes: Int64
    /// Memory that could still be taken without swapping; nil where the kernel does not tell.
    package var availableBytes: Int64?
    package var openFiles: Int
    package var openFileLimit: Int
    /// Of the file system under the data folder; nil when it did not answer.
    package var disk: Disk?
    package var gpus: [GPU]

    package init(
      cores: [Double], stolen: Double = 0, coreLimit: Double, processCores: Double,
      processSeconds: Double, residentBytes: Int64, memoryBytes: Int64,
      availableBytes: Int64? = nil, openFiles: Int, openFileLimit: Int, disk: Disk? = nil,
      gpus: [GPU] = []
    ) {
      self.cores = cores
      self.stolen = stolen
      self.coreLimit = coreLimit
      self.processCores = processCores
      self.processSeconds = processSeconds
      self.residentBytes = residentBytes
      self.memoryBytes = memoryBytes
      self.availableBytes = availableBytes
      self.openFiles = openFiles
      self.openFileLimit = openFileLimit
      self.disk = disk
      self.gpus = gpus
    }
  }

  package struct Disk: Codable, Sendable, Equatable {
    package var bytes: Int64
    /// That a program without root's rights may still write.
    package var freeBytes: Int64

    package init(bytes: Int64, freeBytes: Int64) {
      self.bytes = bytes
      self.freeBytes = freeBytes
    }
  }

  package struct GPU: Codable, Sendable, Equatable {
    /// Its number and product: "0 NVIDIA L4".
    package var name: String
    /// Share of the time in which it computed, 0 through 1; nil where the driver does not tell.
    package var busy: Double?
    package var memoryBytes: Int64
    package var usedBytes: Int64

    package init(name: String, busy: Double?, memoryBytes: Int64, usedBytes: Int64) {
      self.name = name
      self.busy = busy
      self.memoryBytes = memoryBytes
      self.usedBytes = usedBytes
    }
  }
}
