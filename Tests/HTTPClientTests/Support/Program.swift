import CSystem
import Glibc

/// Starts programs of the system for a test. Everything in here blocks.
struct Program {
    let pid: pid_t
    let input: Int32
    let output: Int32

    /// - Parameter arguments: The program's name, looked up in `PATH`, and its arguments. Errors go to the output too.
    init(_ arguments: [String]) {
        var toChild: [Int32] = [0, 0]
        var fromChild: [Int32] = [0, 0]
        pipe(&toChild)
        pipe(&fromChild)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 2)
        // A listening socket of another test that lived on in here would keep its port.
        csystem_close_from(&actions, 3)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid = pid_t()
        let result = posix_spawnp(&pid, arguments[0], &actions, nil, &words, Glibc.environ)
        precondition(result == 0, "cannot start \(arguments[0])")
        close(toChild[0])
        close(fromChild[1])
        (self.pid, input, output) = (pid, toChild[1], fromChild[0])
    }

    /// The next bytes of its output; nil at the end.
    func read() -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
            count = max(0, Glibc.read(output, buffer.baseAddress, buffer.count))
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// Passes over the rest of its output on a thread of its own, which alone may then close it.
    func drain() {
        OwnThread.start {
            while read() != nil {}
            close(output)
        }
    }

    /// Ends the program, whose output is being drained, and waits for its end.
    func end() {
        close(input)
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    /// Runs a program to its end and returns its output.
    static func output(of arguments: [String], input: [UInt8] = []) -> [UInt8] {
        let program = Program(arguments)
        OwnThread.start {
            input.withUnsafeBytes { bytes in
                var sent = 0
                while sent < bytes.count {
                    let count = write(program.input, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
                    guard count > 0 else { break }
                    sent += count
                }
            }
            close(program.input)
        }
        var output: [UInt8] = []
        while let more = program.read() { output += more }
        close(program.output)
        waitpid(program.pid, nil, 0)
        return output
    }
}
