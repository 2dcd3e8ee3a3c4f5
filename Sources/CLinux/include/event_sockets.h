#ifndef HEADGATE_EVENT_SOCKETS_H
#define HEADGATE_EVENT_SOCKETS_H

// What the event loops need of Linux that Swift's Glibc import leaves out or maps awkwardly. Calls return a value of at
// least 0, or the negated errno, so that nothing depends on when errno is read. They retry EINTR.

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define HG_RETRY(expression)                                                                                           \
    ({                                                                                                                 \
        ssize_t hg_result;                                                                                             \
        do {                                                                                                           \
            hg_result = (expression);                                                                                  \
        } while (hg_result < 0 && errno == EINTR);                                                                     \
        hg_result < 0 ? -(ssize_t)errno : hg_result;                                                                   \
    })

/// What an event says of its descriptor. Mirrors `struct epoll_event` without its packed union.
struct hg_event {
    uint32_t events;
    uint32_t low;
    uint32_t high;
} __attribute__((packed));

_Static_assert(sizeof(struct hg_event) == sizeof(struct epoll_event), "layout of epoll_event");

static inline uint64_t hg_event_data(const struct hg_event *event) {
    uint64_t data;
    memcpy(&data, &event->low, sizeof data);
    return data;
}

static inline int hg_epoll_create(void) {
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static inline int hg_epoll_control(int poller, int operation, int fd, uint32_t events, uint64_t data) {
    struct epoll_event event;
    event.events = events;
    event.data.u64 = data;
    return epoll_ctl(poller, operation, fd, &event) < 0 ? -errno : 0;
}

/// EINTR counts as no events: the caller looks at its clock anyway.
static inline int hg_epoll_wait(int poller, struct hg_event *events, int capacity, int timeout) {
    int count = epoll_wait(poller, (struct epoll_event *)events, capacity, timeout);
    if (count >= 0) return count;
    return errno == EINTR ? 0 : -errno;
}

static const uint32_t hg_readable = EPOLLIN;
static const uint32_t hg_writable = EPOLLOUT;
static const uint32_t hg_peer_closed = EPOLLRDHUP;
static const uint32_t hg_failed = EPOLLERR | EPOLLHUP;
static const uint32_t hg_edge_triggered = EPOLLET;

static inline int hg_eventfd(void) {
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

static inline void hg_eventfd_signal(int fd) {
    uint64_t one = 1;
    ssize_t result = HG_RETRY(write(fd, &one, sizeof one));
    (void)result;
}

static inline void hg_eventfd_clear(int fd) {
    uint64_t value;
    ssize_t result = HG_RETRY(read(fd, &value, sizeof value));
    (void)result;
}

/// The next connection that waits, non-blocking; EINTR is retried.
int hg_accept(int listener, struct sockaddr_storage *address, socklen_t *length);

static inline int hg_stream_socket(int family) {
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

static inline int hg_set_option(int fd, int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value) < 0 ? -errno : 0;
}

static inline int hg_bind(int fd, const struct sockaddr_storage *address, socklen_t length) {
    return bind(fd, (const struct sockaddr *)address, length) < 0 ? -errno : 0;
}

static inline int hg_listen(int fd, int backlog) { return listen(fd, backlog) < 0 ? -errno : 0; }

static inline int hg_local_address(int fd, struct sockaddr_storage *address, socklen_t *length) {
    *length = sizeof *address;
    return getsockname(fd, (struct sockaddr *)address, length) < 0 ? -errno : 0;
}

/// 0 when connected at once, -EINPROGRESS while it goes on.
static inline int hg_connect(int fd, const struct sockaddr_storage *address, socklen_t length) {
    if (connect(fd, (const struct sockaddr *)address, length) == 0) return 0;
    return errno == EINTR ? -EINPROGRESS : -errno;
}

/// The error that a connection attempt ended with, 0 for none.
static inline int hg_socket_error(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return errno;
    return error;
}

static inline ssize_t hg_receive(int fd, void *buffer, size_t capacity) {
    return HG_RETRY(recv(fd, buffer, capacity, 0));
}

static inline ssize_t hg_peek(int fd, void *buffer, size_t capacity) {
    return HG_RETRY(recv(fd, buffer, capacity, MSG_PEEK));
}

static inline ssize_t hg_send(int fd, const void *buffer, size_t length) {
    return HG_RETRY(send(fd, buffer, length, MSG_NOSIGNAL));
}

/// `writev` that raises no SIGPIPE.
static inline ssize_t hg_send_vector(int fd, const struct iovec *vector, int count) {
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = (struct iovec *)vector;
    message.msg_iovlen = (size_t)count;
    return HG_RETRY(sendmsg(fd, &message, MSG_NOSIGNAL));
}

static inline int hg_shutdown_write(int fd) { return shutdown(fd, SHUT_WR) < 0 ? -errno : 0; }

static inline void hg_close(int fd) { close(fd); }

/// Makes `close` send a reset instead of what is still queued.
static inline void hg_reset_on_close(int fd) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

/// Milliseconds of the monotonic clock.
static inline int64_t hg_monotonic_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/// Microseconds of the monotonic clock.
static inline int64_t hg_monotonic_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/// Microseconds since 1970.
static inline int64_t hg_wall_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/// Pins the calling thread to a processor and names it.
int hg_pin_thread(int processor);
void hg_name_thread(const char *name);

#endif
