import Glibc

/// Measures Python's `json` on the same bytes.
struct Python {
    private static let script = """
        import json, sys, time
        def best(work, calls):
            least = 1e9
            for _ in range(12):
                start = time.perf_counter()
                for _ in range(calls): work()
                least = min(least, (time.perf_counter() - start) / calls * 1e6)
            return least
        data = open(sys.argv[1], 'rb').read()
        value = json.loads(data)
        write = lambda: json.dumps(value, separators=(',', ':'), ensure_ascii=False).encode()
        assert json.loads(write()) == value
        print(best(lambda: json.loads(data), 200), best(write, 200))
        """

    /// Microseconds per decode and encode of a document; nil if there is no `python3` that can do it.
    static func measure(_ document: [UInt8]) -> (decode: Double, encode: Double)? {
        guard let input = temporaryFile(document), let output = temporaryFile([]) else { return nil }
        defer { for path in [input, output] { unlink(path) } }
        guard run(["python3", "-c", script, input], output: output), let text = contents(of: output) else { return nil }
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }

    private static func temporaryFile(_ bytes: [UInt8]) -> String? {
        var template = Array("/tmp/riposte-bench-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard write(file, bytes, bytes.count) == bytes.count else { return nil }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func contents(of path: String) -> String? {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }

    private static func run(_ arguments: [String], output: String) -> Bool {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_TRUNC, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, arguments[0], &actions, nil, &pointers, environ) == 0 else { return false }
        var status: Int32 = 0
        return waitpid(process, &status, 0) == process && status == 0
    }
}
