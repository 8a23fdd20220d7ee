#pragma once
// What the Glibc module does not import. Typed inline shims, no logic. Without _GNU_SOURCE: with it, types that other
// modules include as well (fd_set) would be defined differently here.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
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

/// A timer that kills this process, stopped or not, when the time is over. Returns 0 or an errno.
static inline int csystem_kill_after(long long milliseconds, timer_t *timer) {
    struct sigevent event = {0};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGKILL;
    struct itimerspec time = {0};
    time.it_value.tv_sec = milliseconds / 1000;
    time.it_value.tv_nsec = (milliseconds % 1000) * 1000000;
    if (timer_create(CLOCK_BOOTTIME, &event, timer) != 0) return errno;
    if (timer_settime(*timer, 0, &time, 0) == 0) return 0;
    int error = errno;
    timer_delete(*timer);
    return error;
}
