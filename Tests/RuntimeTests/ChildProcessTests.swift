import Glibc
import Runtime
import TestSupport
import Testing

@testable import Runtime

@Suite("Child processes", .timeLimit(.minutes(2)))
struct ChildProcessTests {
    private func shell(_ script: String, environment: [String: String] = [:]) async throws -> ChildProcess {
        try await ChildProcess.start(
            ChildProcess.Configuration(
                executable: "/bin/sh", arguments: ["-c", script], environment: environment,
                wrapper: ProbeProcess.executable))
    }

    private func lines(_ child: ChildProcess) async -> [String] {
        var lines: [String] = []
        for await line in child.lines { lines.append("\(line.source): \(line.text)") }
        return lines.sorted()
    }

    @Test("lines of both outputs come whole, the last without its newline too")
    func output() async throws {
        let child = try await shell("echo one; echo; printf two; echo three >&2")
        #expect(await lines(child) == ["errors: three", "output: ", "output: one", "output: two"])
        #expect(await child.status() == .exited(0))
    }

    @Test(
        "how it ended is told, by itself or by a signal",
        arguments: [("exit 7", ChildProcess.Status.exited(7)), ("kill -9 $$", .signalled(9)), ("true", .exited(0))])
    func status(_ script: String, _ expected: ChildProcess.Status) async throws {
        let child = try await shell(script)
        #expect(await child.status() == expected)
        #expect(child.currentStatus == expected)
        #expect(!child.signal(SIGTERM))
    }

    @Test("a child begins with a clean signal mask and dispositions, in a group of its own")
    func clean() async throws {
        let child = try await shell("grep -E '^Sig(Blk|Ign)' /proc/self/status; cut -d' ' -f5 /proc/$$/stat")
        let printed = await lines(child).map { $0.split { " \t".contains($0) }.last.map(String.init) ?? "" }
        #expect(printed.first == "\(child.processID)")
        // The C library's own signals, 32 and 33, are left out.
        let signals = printed.dropFirst().map { Int($0, radix: 16).map { $0 & 0x7FFF_FFFF } }
        #expect(signals == [0, 0])
    }

    @Test("a child gets the environment that it is given, empty standard input, and no other descriptors")
    func inherits() async throws {
        let inheritable = dup(STDERR_FILENO)
        defer { close(inheritable) }
        let script = "env | grep ^RIPOSTE; cat; ls /proc/self/fd | wc -l"
        let child = try await shell(script, environment: ["RIPOSTE_A": "x y"])
        // Standard input, output and errors, and the directory that is listed.
        let printed = await lines(child)
        #expect(printed == ["output: 4", "output: RIPOSTE_A=x y"])
    }

    @Test("a child that heeds TERM is not killed")
    func terminate() async throws {
        let child = try await shell("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.01; done")
        var lines = child.lines.filter { $0.source == .output }.makeAsyncIterator()
        #expect(await lines.next()?.text == "ready")
        #expect(await child.terminate(grace: .seconds(60)) == .exited(5))
        #expect(await lines.next()?.text == "bye")
        #expect(await lines.next() == nil)
    }

    @Test("a child that does not heed TERM is killed after the grace, with its group")
    func kill() async throws {
        let child = try await shell("trap '' TERM; sleep 3600 & echo $!; while :; do sleep 0.01; done")
        var lines = child.lines.makeAsyncIterator()
        let grandchild = try #require(Int32(await lines.next()?.text ?? ""))
        #expect(await child.terminate(grace: .milliseconds(50)) == .signalled(SIGKILL))
        try await eventually("the grandchild is gone") { !isRunning(grandchild) }
    }

    @Test("what a child leaves behind in its group is killed when it ends")
    func leftovers() async throws {
        let child = try await shell("sleep 3600 & echo $!; exit 3")
        let printed = await lines(child)
        #expect(await child.status() == .exited(3))
        let grandchild = try #require(printed.first?.split(separator: " ").last.flatMap { Int32($0) })
        try await eventually("the grandchild is gone") { !isRunning(grandchild) }
    }

    @Test("lines end with the child, even if a descendant that fled holds its output open")
    func fled() async throws {
        let child = try await shell("setsid sh -c 'echo $$; exec sleep 3600' & sleep 0.2; echo over")
        let printed = await lines(child)
        #expect(printed.contains("output: over"))
        for fled in printed.compactMap({ $0.split(separator: " ").last.flatMap { Int32($0) } }) {
            Glibc.kill(fled, SIGKILL)
        }
    }

    @Test(
        "a child dies with a parent that is killed, thanks to the wrapper; without it, it lives on",
        arguments: [true, false])
    func orphan(_ isWrapped: Bool) async throws {
        let parent =
            isWrapped ? try await ProbeProcess.command("parent") : try await ProbeProcess.command("parent", "--alone")
        try await eventually("it has a child") { !parent.output.isEmpty }
        let child = try #require(parent.output.first?.split(separator: " ").last.flatMap { Int32($0) })
        #expect(isRunning(child))
        // Not through the group: a group of the parent's alone does not hold the child.
        #expect(Glibc.kill(parent.child.processID, SIGKILL) == 0)
        #expect(await parent.status() == .signalled(SIGKILL))
        if isWrapped {
            try await eventually("the child is gone") { !isRunning(child) }
        } else {
            #expect(isRunning(child))
            Glibc.kill(child, SIGKILL)
        }
    }

    @Test(
        "what cannot be run is an error that says why",
        arguments: [("/nowhere/at-all", "No such file or directory"), ("/etc/passwd", "Permission denied")])
    func cannotRun(_ path: String, _ reason: String) async throws {
        for wrapper in [nil, ProbeProcess.executable] {
            let configuration = ChildProcess.Configuration(executable: path, environment: [:], wrapper: wrapper)
            let error = await #expect(throws: ChildProcessError.self) { try await ChildProcess.start(configuration) }
            #expect(error?.description == "cannot run \(path): \(reason)")
        }
    }

    @Test("many children at once, none inherits another's pipe")
    func many() async throws {
        let codes = try await withThrowingTaskGroup(of: Int32.self) { group in
            for code in 0..<20 as Range<Int32> {
                group.addTask {
                    let child = try await shell("echo hello; exit \(code)")
                    for await _ in child.lines {}
                    return await child.status().code
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.sorted() == Array(0..<20))
    }

    /// Whether the process is there and not a zombie whom nobody has reaped yet.
    private func isRunning(_ processID: Int32) -> Bool {
        guard let stat = Descriptor.contents(of: "/proc/\(processID)/stat", limit: 4096) else { return false }
        let text = String(decoding: stat, as: UTF8.self)
        let state = text.firstIndex(of: ")").map { text[$0...].dropFirst(2).first }
        return state != "Z"
    }
}

@Suite("Lines of a child")
struct LineSplitterTests {
    @Test("lines are put together from any blocks", arguments: [1, 2, 3, 7, 100])
    func blocks(_ size: Int) {
        let bytes = Array("one\n\ntwo é\nthree".utf8)
        var splitter = LineSplitter()
        var lines: [String] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            lines += splitter.append(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(lines == ["one", "", "two é"])
        #expect(splitter.finish() == "three")
        #expect(splitter.finish() == nil)
    }

    @Test("a line without end is given in pieces")
    func endless() {
        var splitter = LineSplitter()
        #expect(splitter.append([UInt8](repeating: 0x78, count: LineSplitter.maxBytes)).count == 1)
        #expect(splitter.finish() == nil)
    }
}
