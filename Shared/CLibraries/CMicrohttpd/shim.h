#pragma once
// libmicrohttpd's variadic functions as typed inline shims, and the system's epoll and TCP options, which the Glibc
// module does not import. No logic.
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

struct cmhd_options {
    int listen_socket;
    unsigned connection_limit;
    unsigned idle_seconds;
    size_t connection_memory;
};

struct cmhd_callbacks {
    MHD_AccessHandlerCallback access;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
    MHD_LogCallback log;
};

/// Leaves percent-encoding alone: libmicrohttpd's own decoding ends a path at %00.
static inline size_t cmhd_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

/// Starts one epoll thread on a listening socket. NULL if the daemon cannot start (the reason goes to the log callback).
static inline struct MHD_Daemon *cmhd_start(const struct cmhd_options *options,
                                            const struct cmhd_callbacks *callbacks, void *context) {
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        callbacks->access, context,
        MHD_OPTION_EXTERNAL_LOGGER, callbacks->log, context,
        MHD_OPTION_LISTEN_SOCKET, options->listen_socket,
        MHD_OPTION_CONNECTION_LIMIT, options->connection_limit,
        MHD_OPTION_CONNECTION_TIMEOUT, options->idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->connection_memory,
        MHD_OPTION_NOTIFY_COMPLETED, callbacks->completed, context,
        MHD_OPTION_NOTIFY_CONNECTION, callbacks->connection, context,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, cmhd_keep_escapes, NULL,
        MHD_OPTION_END);
}

static inline int cmhd_descriptor(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static inline void *cmhd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/// Seconds without traffic after which libmicrohttpd closes the connection; 0 = never.
static inline void cmhd_set_idle_seconds(struct MHD_Connection *connection, unsigned seconds) {
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

/// The peer's address as the socket knows it; its length, 0 if it is not known (any more).
static inline socklen_t cmhd_peer(int descriptor, struct sockaddr_storage *address) {
    socklen_t length = sizeof *address;
    return getpeername(descriptor, (struct sockaddr *)address, &length) == 0 ? length : 0;
}

static inline struct sockaddr *cmhd_address(struct sockaddr_storage *storage) { return (struct sockaddr *)storage; }

/// The port that a bound socket got, 0 if it has none.
static inline uint16_t cmhd_bound_port(int descriptor) {
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    if (getsockname(descriptor, (struct sockaddr *)&storage, &length) != 0) return 0;
    if (storage.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&storage)->sin_port);
    if (storage.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&storage)->sin6_port);
    return 0;
}

/// Notices a peer that vanished without a word, about a minute later.
static inline void cmhd_keep_alive(int descriptor) {
    int on = 1, idle = 30, interval = 10, count = 3;
    setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

/// Ends a connection with RST at once. Dissolving the association is what sends it: a close after libmicrohttpd's
/// own shutdown() would have sent FIN first.
static inline void cmhd_reset(int descriptor) {
    struct linger none = {.l_onoff = 1, .l_linger = 0};
    struct sockaddr unspecified = {.sa_family = AF_UNSPEC};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    (void)!connect(descriptor, &unspecified, sizeof unspecified);
}

/// Reports once when the peer of `descriptor` has closed or reset its side; 0 if registered.
static inline int cmhd_epoll_watch_hangup(int epoll, int descriptor, uint64_t id) {
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLET, .data.u64 = id};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

/// From now on also reports, under a new id, when bytes come; 0 if changed.
static inline int cmhd_epoll_watch_bytes(int epoll, int descriptor, uint64_t id) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.u64 = id};
    return epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event);
}

/// Reports while `descriptor` can be read; 0 if registered.
static inline int cmhd_epoll_watch_input(int epoll, int descriptor, uint64_t id) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = id};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

/// What a watch reports: its id, and whether bytes have come or the peer has gone.
struct cmhd_report {
    uint64_t id;
    int has_bytes;
    int has_hung_up;
};

/// Waits for what the watches report (64 reports at most); the number of reports, -1 if interrupted.
static inline int cmhd_epoll_wait(int epoll, struct cmhd_report reports[64], int timeout_ms) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, 64, timeout_ms);
    for (int i = 0; i < count; i++) {
        reports[i].id = events[i].data.u64;
        reports[i].has_bytes = (events[i].events & EPOLLIN) != 0;
        reports[i].has_hung_up = (events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    }
    return count;
}
