#pragma once
// What the Glibc module does not import. Typed inline shims, no logic. Without _GNU_SOURCE: with it, types that other
// modules include as well (fd_set) would be defined differently here.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// Names the calling thread as `ps -T` and a debugger show it (15 bytes at most).
static inline void csystem_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/// Asks the kernel to send `signal` to this process when the thread that spawned it ends.
static inline int csystem_die_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

/// Lets a child begin with no descriptor from `first` on. Declared here because the Glibc module leaves it out.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);
static inline int csystem_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

static inline int csystem_exited(int status) { return WIFEXITED(status); }
static inline int csystem_exit_status(int status) { return WEXITSTATUS(status); }
static inline int csystem_term_signal(int status) { return WTERMSIG(status); }

/// A timer that kills this process, stopped or not, when the time is over. Returns 0 or an errno. By the kernel's own calls:
/// with <time.h> here, types that the Glibc module has (timespec, timeval) would count as this one's.
static inline int csystem_kill_after(long milliseconds, int *timer) {
    struct sigevent event = {0};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGKILL;
    const long boottime = 7;
    if (syscall(SYS_timer_create, boottime, &event, timer) != 0) return errno;
    struct { long interval_s, interval_ns, s, ns; } time = {0, 0, milliseconds / 1000, (milliseconds % 1000) * 1000000};
    if (syscall(SYS_timer_settime, *timer, 0, &time, 0) == 0) return 0;
    int error = errno;
    syscall(SYS_timer_delete, *timer);
    return error;
}

static inline void csystem_end_timer(int timer) { syscall(SYS_timer_delete, timer); }
