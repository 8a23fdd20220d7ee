internal import CSystem
internal import Glibc

/// One call of `posix_spawn`.
struct SpawnRequest {
    private let executable: String
    private let arguments: [String]
    private let environment: [String]

    init(_ configuration: ChildProcess.Configuration) {
        let command = [configuration.executable] + configuration.arguments
        if let wrapper = configuration.wrapper {
            executable = wrapper
            arguments = [wrapper, ChildProcess.wrapperArgument, String(getpid())] + command
        } else {
            executable = configuration.executable
            arguments = command
        }
        environment = configuration.environment.map { "\($0.key)=\($0.value)" }
    }

    /// The process id of the child, whose output goes to the descriptors.
    func spawn(output: OwnedDescriptor, errors: OwnedDescriptor) throws(SystemFailure) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.number, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors.number, STDERR_FILENO)
        // Whatever this process was given, or has opened without marking it, stays here.
        unsafe csystem_close_from(&actions, STDERR_FILENO + 1)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        unsafe Self.setSignalsAndGroup(&attributes)

        var processID: Int32 = 0
        let code = unsafe CStrings.with(arguments) { arguments in
            unsafe CStrings.with(environment) { environment in
                unsafe posix_spawn(&processID, executable, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw SystemFailure(code: code) }
        return processID
    }

    /// This process blocks signals for its own purposes, and the child would inherit that.
    static func setSignalsAndGroup(_ attributes: UnsafeMutablePointer<posix_spawnattr_t>) {
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(attributes, &none)
        unsafe posix_spawnattr_setsigdefault(attributes, &all)
        unsafe posix_spawnattr_setpgroup(attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        unsafe posix_spawnattr_setflags(attributes, Int16(flags))
    }
}

/// Texts as the C functions that take `argv` and `envp` want them.
enum CStrings {
    static func with<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = unsafe texts.map { unsafe strdup($0) } + [nil]
        defer { unsafe copies.forEach { unsafe free($0) } }
        return unsafe copies.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("there is at least the last nil") }
            return unsafe body(base)
        }
    }
}
