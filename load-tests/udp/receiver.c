/*
 * The least that a receiver can do, as a limit to compare with: takes datagrams from a UDP port of this machine and
 * counts their lines; with --parse it also finds ':' and '|' in each and reads the number between them.
 *
 *   receiver [--port 9125] [--parse]
 *
 * Without --port takes any free one, and says which in a first line on standard output, "port N". Asks for the same
 * socket buffer as the server, 8 MiB. Ends on SIGTERM or SIGINT, or after 60 s without a packet, and then prints as
 * JSON: packets, lines, the sum of the numbers read, packets the kernel dropped, CPU seconds used, and the size of the
 * buffer that the kernel granted.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>

#define BATCH 32
#define SIZE 2048

static volatile sig_atomic_t stopping;

static void stop(int signal_number) {
    (void)signal_number;
    stopping = 1;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t count_lines(const char *from, const char *end) {
    uint64_t lines = 0;
    while (from < end) {
        const char *newline = memchr(from, '\n', (size_t)(end - from));
        lines++;
        from = newline == NULL ? end : newline + 1;
    }
    return lines;
}

static uint64_t parse_lines(const char *from, const char *end, uint64_t *sum) {
    uint64_t lines = 0;
    while (from < end) {
        const char *newline = memchr(from, '\n', (size_t)(end - from));
        const char *line_end = newline == NULL ? end : newline;
        const char *colon = memchr(from, ':', (size_t)(line_end - from));
        const char *p = colon == NULL ? line_end : colon + 1;
        uint64_t value = 0;
        for (; p < line_end && *p >= '0' && *p <= '9'; p++) value = value * 10 + (uint64_t)(*p - '0');
        if (p < line_end && *p == '|') {
            *sum += value;
            lines++;
        }
        from = newline == NULL ? end : newline + 1;
    }
    return lines;
}

int main(int argc, char **argv) {
    long port = 0;
    int parse = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--parse") == 0) parse = 1;
        else if (strcmp(argv[i], "--port") == 0 && i + 1 < argc) port = strtol(argv[++i], NULL, 10);
        else {
            fprintf(stderr, "usage: %s [--port N] [--parse]\n", argv[0]);
            return 2;
        }
    }
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);

    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) die("socket");
    int buffer = 8 << 20, on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) < 0) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    }
    setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
    struct timeval patience = {.tv_sec = 60};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0) die("bind");
    socklen_t size = sizeof at;
    if (getsockname(fd, (struct sockaddr *)&at, &size) < 0) die("getsockname");
    size = sizeof buffer;
    getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, &size);
    if (port == 0) {
        printf("port %d\n", ntohs(at.sin_port));
        fflush(stdout);
    }

    static char data[BATCH][SIZE];
    static char control[BATCH][64];
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        vectors[i].iov_base = data[i];
        vectors[i].iov_len = SIZE;
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_control = control[i];
    }
    uint64_t packets = 0, lines = 0, sum = 0;
    uint32_t drops = 0;
    while (!stopping) {
        for (int i = 0; i < BATCH; i++) messages[i].msg_hdr.msg_controllen = sizeof control[i];
        int received = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
        if (received < 0) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN) break;
            die("recvmmsg");
        }
        packets += (uint64_t)received;
        for (int i = 0; i < received; i++) {
            const char *end = data[i] + messages[i].msg_len;
            lines += parse ? parse_lines(data[i], end, &sum) : count_lines(data[i], end);
        }
        struct msghdr *last = &messages[received - 1].msg_hdr;
        for (struct cmsghdr *c = CMSG_FIRSTHDR(last); c != NULL; c = CMSG_NXTHDR(last, c)) {
            if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) memcpy(&drops, CMSG_DATA(c), sizeof drops);
        }
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu = (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
                 (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
    printf("{\"packets\":%" PRIu64 ",\"lines\":%" PRIu64 ",\"sum\":%" PRIu64 ",\"drops\":%" PRIu32
           ",\"cpu_seconds\":%.3f,\"receive_buffer\":%d}\n",
           packets, lines, sum, drops, cpu, buffer / 2); /* Linux doubles what it is asked for */
    return 0;
}
