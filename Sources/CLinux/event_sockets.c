#define _GNU_SOURCE
#include "event_sockets.h"

#include <pthread.h>
#include <sched.h>

int hg_accept(int listener, struct sockaddr_storage *address, socklen_t *length) {
    *length = sizeof *address;
    return (int)HG_RETRY(accept4(listener, (struct sockaddr *)address, length, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

int hg_pin_thread(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)processor, &set);
    return -pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

void hg_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
