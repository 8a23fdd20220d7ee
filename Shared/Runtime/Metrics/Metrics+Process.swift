internal import CSystem
internal import Glibc

extension Metrics {
    /// Registers what the kernel knows of this process, and which build it is.
    ///
    /// `process_resident_memory_bytes`, `process_open_fds`, `process_cpu_seconds_total`, `process_start_time_seconds`
    /// (since 1970) and `build_info`, which is always 1.
    func registerProcess(service: String, version: String, revision: String = ProductVersion.revision) {
        let started = Double(WallClock.milliseconds) / 1000
        reading("process_start_time_seconds", help: "When the process began, in seconds since 1970.") { started }
        reading("process_resident_memory_bytes", help: "Memory that the process holds.") {
            ProcessFigures.residentBytes
        }
        reading("process_open_fds", help: "File descriptors that the process holds open.") {
            ProcessFigures.openDescriptors
        }
        reading("process_cpu_seconds_total", help: "Time on a processor, user and system.", kind: .counter) {
            ProcessFigures.cpuSeconds
        }
        let build = ["service": service, "version": version, "revision": revision]
        gauge("build_info", help: "Always 1; which build runs.", labels: build).set(1)
    }
}

/// What the kernel says about this process.
enum ProcessFigures {
    /// The second field of `statm` counts resident pages.
    static var residentBytes: Double? {
        guard let statm = Descriptor.contents(of: "/proc/self/statm", limit: 4096) else { return nil }
        let fields = statm.split(separator: 0x20)
        guard fields.count > 1, let pages = Int(String(decoding: fields[1], as: UTF8.self)) else { return nil }
        return Double(pages) * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    static var openDescriptors: Double? { Descriptor.open.map { Double($0.count) } }

    static var cpuSeconds: Double? {
        var usage = rusage()
        guard unsafe getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return nil }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }
}
