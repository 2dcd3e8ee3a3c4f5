#define _GNU_SOURCE
#include "event_sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

_Static_assert(sizeof(struct hg_event) == sizeof(struct epoll_event), "layout of epoll_event");
_Static_assert(sizeof(socklen_t) == sizeof(uint32_t), "size of socklen_t");

#define RETRY(expression)                                                                                              \
    ({                                                                                                                 \
        ssize_t result;                                                                                                \
        do {                                                                                                           \
            result = (expression);                                                                                     \
        } while (result < 0 && errno == EINTR);                                                                        \
        result < 0 ? -(ssize_t)errno : result;                                                                         \
    })

const uint32_t hg_readable = EPOLLIN;
const uint32_t hg_writable = EPOLLOUT;
const uint32_t hg_peer_closed = EPOLLRDHUP;
const uint32_t hg_failed = EPOLLERR | EPOLLHUP;
const uint32_t hg_edge_triggered = EPOLLET;

static int negated(int result) { return result < 0 ? -errno : result; }

int hg_epoll_create(void) { return negated(epoll_create1(EPOLL_CLOEXEC)); }

static int control(int poller, int operation, int fd, uint32_t events, uint64_t data) {
    struct epoll_event event;
    event.events = events;
    event.data.u64 = data;
    return negated(epoll_ctl(poller, operation, fd, &event));
}

int hg_epoll_add(int poller, int fd, uint32_t events, uint64_t data) {
    return control(poller, EPOLL_CTL_ADD, fd, events, data);
}

int hg_epoll_modify(int poller, int fd, uint32_t events, uint64_t data) {
    return control(poller, EPOLL_CTL_MOD, fd, events, data);
}

int hg_epoll_wait(int poller, struct hg_event *events, int capacity, int timeout) {
    int count = epoll_wait(poller, (struct epoll_event *)events, capacity, timeout);
    if (count >= 0) return count;
    return errno == EINTR ? 0 : -errno;
}

int hg_eventfd(void) { return negated(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

void hg_eventfd_signal(int fd) {
    uint64_t one = 1;
    ssize_t ignored = RETRY(write(fd, &one, sizeof one));
    (void)ignored;
}

void hg_eventfd_clear(int fd) {
    uint64_t value;
    ssize_t ignored = RETRY(read(fd, &value, sizeof value));
    (void)ignored;
}

int hg_stream_socket(int family) { return negated(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }

int hg_accept(int listener, void *address, uint32_t *length) {
    *length = sizeof(struct sockaddr_storage);
    return (int)RETRY(accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

int hg_local_address(int fd, void *address, uint32_t *length) {
    *length = sizeof(struct sockaddr_storage);
    return negated(getsockname(fd, address, length));
}

int hg_bind(int fd, const void *address, uint32_t length) { return negated(bind(fd, address, length)); }

int hg_listen(int fd, int backlog) { return negated(listen(fd, backlog)); }

int hg_connect(int fd, const void *address, uint32_t length) {
    if (connect(fd, address, length) == 0) return 0;
    return errno == EINTR ? -EINPROGRESS : -errno;
}

int hg_socket_error(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return errno;
    return error;
}

static int set(int fd, int level, int name, int value) {
    return negated(setsockopt(fd, level, name, &value, sizeof value));
}

int hg_set_reuse_address(int fd) { return set(fd, SOL_SOCKET, SO_REUSEADDR, 1); }
int hg_set_reuse_port(int fd) { return set(fd, SOL_SOCKET, SO_REUSEPORT, 1); }
int hg_set_no_delay(int fd) { return set(fd, IPPROTO_TCP, TCP_NODELAY, 1); }
int hg_set_v6_only(int fd, int only) { return set(fd, IPPROTO_IPV6, IPV6_V6ONLY, only); }

void hg_reset_on_close(int fd) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

ptrdiff_t hg_receive(int fd, void *buffer, size_t capacity) { return RETRY(recv(fd, buffer, capacity, 0)); }

ptrdiff_t hg_peek(int fd, void *buffer, size_t capacity) { return RETRY(recv(fd, buffer, capacity, MSG_PEEK)); }

ptrdiff_t hg_send(int fd, const void *buffer, size_t length) { return RETRY(send(fd, buffer, length, MSG_NOSIGNAL)); }

ptrdiff_t hg_send_vector(int fd, const void *pieces, int count) {
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = (struct iovec *)pieces;
    message.msg_iovlen = (size_t)count;
    return RETRY(sendmsg(fd, &message, MSG_NOSIGNAL));
}

int hg_shutdown_write(int fd) { return negated(shutdown(fd, SHUT_WR)); }

void hg_close(int fd) { close(fd); }

int64_t hg_monotonic_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t hg_monotonic_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t hg_wall_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int hg_pin_thread(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)processor, &set);
    return -pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

void hg_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
