#ifndef HEADGATE_EVENT_SOCKETS_H
#define HEADGATE_EVENT_SOCKETS_H

// What the event loops need of Linux that Swift's Glibc import leaves out or maps awkwardly. Calls return a value of at
// least 0, or the negated errno, so that nothing depends on when errno is read; they retry EINTR. No system header is
// included here: its types would count as this module's.

#include <stddef.h>
#include <stdint.h>

/// What an event says of its descriptor. Mirrors `struct epoll_event` without its union.
struct hg_event {
    uint32_t events;
    uint32_t low;
    uint32_t high;
} __attribute__((packed));

static inline uint64_t hg_event_data(const struct hg_event *event) {
    return (uint64_t)event->high << 32 | event->low;
}

extern const uint32_t hg_readable;
extern const uint32_t hg_writable;
extern const uint32_t hg_peer_closed;
extern const uint32_t hg_failed;
extern const uint32_t hg_edge_triggered;

int hg_epoll_create(void);
int hg_epoll_add(int poller, int fd, uint32_t events, uint64_t data);
int hg_epoll_modify(int poller, int fd, uint32_t events, uint64_t data);
/// EINTR counts as no events: the caller looks at its clock anyway.
int hg_epoll_wait(int poller, struct hg_event *events, int capacity, int timeout);

int hg_eventfd(void);
void hg_eventfd_signal(int fd);
void hg_eventfd_clear(int fd);

/// A non-blocking stream socket of an address family.
int hg_stream_socket(int family);
/// `address` has room for a `struct sockaddr_storage`.
int hg_accept(int listener, void *address, uint32_t *length);
int hg_local_address(int fd, void *address, uint32_t *length);
int hg_bind(int fd, const void *address, uint32_t length);
int hg_listen(int fd, int backlog);
/// 0 when connected at once, -EINPROGRESS while it goes on.
int hg_connect(int fd, const void *address, uint32_t length);
/// The error that a connection attempt ended with, 0 for none.
int hg_socket_error(int fd);

int hg_set_reuse_address(int fd);
int hg_set_reuse_port(int fd);
int hg_set_no_delay(int fd);
int hg_set_v6_only(int fd, int only);
/// Makes `close` send a reset instead of what is still queued.
void hg_reset_on_close(int fd);

ptrdiff_t hg_receive(int fd, void *buffer, size_t capacity);
ptrdiff_t hg_peek(int fd, void *buffer, size_t capacity);
/// Raises no SIGPIPE.
ptrdiff_t hg_send(int fd, const void *buffer, size_t length);
/// Sends `count` pieces, an array of `struct iovec`. Raises no SIGPIPE.
ptrdiff_t hg_send_vector(int fd, const void *pieces, int count);
int hg_shutdown_write(int fd);
void hg_close(int fd);

/// Milliseconds of the monotonic clock, some milliseconds coarse.
int64_t hg_monotonic_milliseconds(void);
/// Microseconds of the monotonic clock.
int64_t hg_monotonic_microseconds(void);
/// Microseconds since 1970.
int64_t hg_wall_microseconds(void);

/// Pins the calling thread to a processor.
int hg_pin_thread(int processor);
/// Names the calling thread, in at most 15 characters.
void hg_name_thread(const char *name);

#endif
