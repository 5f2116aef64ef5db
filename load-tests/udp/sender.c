/*
 * Sends DogStatsD datagrams to a UDP port of this machine at a steady rate, and says exactly what it sent.
 *
 *   sender --port 8125 --rate 2000000 --seconds 5 --workload w1 [--series 1000] [--sockets 1] [--lines N] [--gso]
 *
 *   w1  1,000 series, packets of 1432 bytes and 60 lines: 24 counters, 12 gauges, 24 distributions (ms)
 *   w2  the same with 100,000 series
 *   w3  w1's lines, one to a packet
 *   w4  1,000 series of 3 metrics with 4 tags each, packets of 20 lines: 8 counters, 4 gauges, 8 distributions
 *   w5  1,000,000 series of 2 metrics with 2 tags each, packets of 30 lines: 15 counters, 15 gauges; each line's value
 *       is another than the last of its series
 *
 * All packets are built before the first is sent. Every packet of a workload has the same size, and except in w3 as
 * many lines of each kind and the same sum of counters: so who lost a number of packets can still be held to the unit.
 * Packets go by sendmmsg(2), as those of many clients would arrive. With --gso the kernel is given many of them as one
 * (UDP_SEGMENT): that makes the sender several times as fast, and spares receivers work that clients do not spare them.
 *
 * Pace: what is due goes out every 200 microseconds, or packet by packet where that is less often. A sender that was
 * held up (by other work on its core) makes up for at most a millisecond and gives up the rest: a burst would be lost
 * by any receiver. So the rate may be less than was asked for: "lines" and "seconds" say what it was.
 *
 * On standard output, as JSON: packets, lines, bytes, errors (packets the kernel refused), seconds taken, seconds
 * given up, the number of counter lines and the sum of their values, of gauges their number, of distributions number
 * and sum; and of one packet its lines, distributions and sum of counters (0 in w3, where packets differ).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

#define MAX_PAYLOAD 1472
#define MAX_SEGMENTS 64
#define MAX_DATAGRAM 65507
#define MAX_SOCKETS 64
#define SLICE_NANOS 200000u
#define CATCH_UP_NANOS 1000000u
#define LINES_PER_CYCLE 240000u

/* Sums that grow with each packet sent; every packet has its own. */
struct sums {
    uint64_t lines, counters, gauges, distributions, counter_sum, distribution_sum;
};

static char *bytes; /* packet_count packets of packet_bytes each, one behind the other */
static struct sums *sums;
static unsigned packet_count, packet_bytes;

static uint64_t random_state = 0x9e3779b97f4a7c15u;

/* xorshift64*: the same lines in every run. */
static uint64_t next_random(void) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1du;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t now_nanos(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Sleeps while that is precise enough, then spins. */
static uint64_t wait_until(uint64_t due) {
    uint64_t now = now_nanos();
    if (now + 100000u < due) {
        uint64_t wake = due - 60000u;
        struct timespec at = {(time_t)(wake / 1000000000u), (long)(wake % 1000000000u)};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    }
    while (now < due) now = now_nanos();
    return now;
}

/* Ten series, four counters, two gauges, four distributions. A series keeps its kind. */
static const char kind_of_series[10] = {'c', 'm', 'c', 'g', 'm', 'c', 'm', 'g', 'c', 'm'};
static const char scalar_kind_of_series[10] = {'c', 'g', 'c', 'g', 'c', 'g', 'c', 'g', 'c', 'g'};

/* The n-th of a packet's counters, in any packet; five have two digits. */
static unsigned counter_value(unsigned n, unsigned counters) {
    return n + 5 >= counters ? 10 + (counters - 1 - n) : 1 + n % 9;
}

static int format_line(char *out, size_t size, unsigned series, char workload, char kind, unsigned value) {
    const char *name = kind == 'c' ? "load.hits" : kind == 'g' ? "load.depth" : "load.time";
    const char *type = kind == 'm' ? "ms" : kind == 'c' ? "c" : "g";
    if (workload == '4') {
        return snprintf(out, size, "%s:%u|%s|#service:api-%02u,route:/v1/r%u,env:production,host:h%04u", name, value,
                        type, series % 20, series % 7, series);
    }
    if (workload == '5') {
        return snprintf(out, size, "%s:%u|%s|#host:h%04u,part:p%03u", name, value, type, series / 1000, series % 1000);
    }
    /* In w3, where each line is a packet, zeros before a counter make them all as long. */
    int digits = workload == '3' && kind == 'c' ? 4 : 1;
    return snprintf(out, size, "%s.n%06u:%0*u|%s", name, series, digits, value, type);
}

static void build(unsigned series_count, char workload) {
    unsigned lines_per_packet = workload == '3' ? 1 : workload == '4' ? 20 : workload == '5' ? 30 : 60;
    unsigned counters_per_packet = workload == '3' ? 9 : workload == '5' ? 15 : lines_per_packet * 2 / 5;
    packet_count = LINES_PER_CYCLE / lines_per_packet;
    while ((uint64_t)packet_count * lines_per_packet < series_count) packet_count *= 2;
    /* Each series twice, with different values: a gauge that is told the same again does not change. */
    if (workload == '5') packet_count = 2 * ((series_count + lines_per_packet - 1) / lines_per_packet);
    if (workload == '3') packet_count = (50000u / series_count + 1) * series_count;
    bytes = malloc((size_t)packet_count * MAX_PAYLOAD);
    sums = calloc(packet_count, sizeof *sums);
    if (bytes == NULL || sums == NULL) die("malloc");

    char text[MAX_PAYLOAD + 256];
    uint64_t i = 0;
    for (unsigned packet = 0; packet < packet_count; packet++) {
        struct sums *s = &sums[packet];
        unsigned length = 0, first = (unsigned)(next_random() % counters_per_packet);
        for (unsigned n = 0; n < lines_per_packet; n++, i++) {
            /* A stride coprime to the counts in use: neighbours on the wire are not neighbours in a table. */
            unsigned series = (unsigned)((i * 7919u) % series_count), value;
            char kind = (workload == '5' ? scalar_kind_of_series : kind_of_series)[series % 10];
            if (kind == 'c') {
                value = counter_value((first + (unsigned)s->counters) % counters_per_packet, counters_per_packet);
                s->counters++;
                s->counter_sum += value;
            } else {
                value = 100 + (unsigned)(next_random() % 900);
                /* Even ones in the first half of all packets, odd ones in the second. */
                if (workload == '5') value = (value & ~1u) | (packet >= packet_count / 2);
                if (kind == 'g') s->gauges++;
                else {
                    s->distributions++;
                    s->distribution_sum += value;
                }
            }
            if (n > 0) text[length++] = '\n';
            length += (unsigned)format_line(text + length, sizeof text - length, series, workload, kind, value);
        }
        s->lines = lines_per_packet;
        if (packet == 0) packet_bytes = length;
        if (length != packet_bytes || length > MAX_PAYLOAD) {
            fprintf(stderr, "packets of %u and %u bytes: a mistake in this program\n", packet_bytes, length);
            exit(1);
        }
        memcpy(bytes + (size_t)packet * packet_bytes, text, length);
    }
}

static int open_socket(uint64_t port, int *gso) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) die("socket");
    int buffer = 4 << 20, segment = (int)packet_bytes;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    if (*gso && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment) < 0) *gso = 0;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
    return fd;
}

/* Sends packets [from, from + count) and returns how many went out, -1 where none did. */
static int send_packets(int fd, unsigned from, unsigned count, int gso) {
    if (gso) {
        return send(fd, bytes + (size_t)from * packet_bytes, (size_t)count * packet_bytes, 0) < 0 ? -1 : (int)count;
    }
    static struct mmsghdr messages[MAX_SEGMENTS];
    static struct iovec vectors[MAX_SEGMENTS];
    for (unsigned i = 0; i < count; i++) {
        vectors[i].iov_base = bytes + (size_t)(from + i) * packet_bytes;
        vectors[i].iov_len = packet_bytes;
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    return sendmmsg(fd, messages, count, 0);
}

static uint64_t whole_number(const char *option, const char *text, uint64_t most) {
    char *end;
    unsigned long long value = text == NULL ? 0 : strtoull(text, &end, 10);
    if (text == NULL || *text == '\0' || *end != '\0' || value == 0 || value > most) {
        fprintf(stderr, "%s needs a whole number from 1 to %" PRIu64 "\n", option, most);
        exit(2);
    }
    return value;
}

int main(int argc, char **argv) {
    uint64_t port = 8125, rate = 100000, seconds = 5, series = 0, socket_count = 1, lines = 0;
    const char *workload = "w1";
    int gso = 0;
    for (int i = 1; i < argc; i++) {
        const char *option = argv[i];
        if (strcmp(option, "--gso") == 0) {
            gso = 1;
            continue;
        }
        const char *value = i + 1 < argc ? argv[++i] : NULL;
        if (strcmp(option, "--port") == 0) port = whole_number(option, value, 65535);
        else if (strcmp(option, "--rate") == 0) rate = whole_number(option, value, 100000000);
        else if (strcmp(option, "--seconds") == 0) seconds = whole_number(option, value, 86400);
        else if (strcmp(option, "--series") == 0) series = whole_number(option, value, 1000000);
        else if (strcmp(option, "--lines") == 0) lines = whole_number(option, value, UINT64_MAX);
        else if (strcmp(option, "--sockets") == 0) socket_count = whole_number(option, value, MAX_SOCKETS);
        else if (strcmp(option, "--workload") == 0 && value != NULL) workload = value;
        else {
            fprintf(stderr,
                    "usage: %s --port N --rate LINES_PER_SECOND --seconds N --workload w1|w2|w3|w4|w5 [--series N]"
                    " [--sockets N] [--lines N] [--gso]\n",
                    argv[0]);
            return 2;
        }
    }
    if (strlen(workload) != 2 || workload[0] != 'w' || workload[1] < '1' || workload[1] > '5') {
        fprintf(stderr, "--workload needs w1, w2, w3, w4 or w5\n");
        return 2;
    }
    char kind = workload[1];
    if (series == 0) series = kind == '5' ? 1000000 : kind == '2' ? 100000 : 1000;
    if (series % 10 != 0 || series % 7919 == 0 || (kind == '4' && series > 10000)) {
        fprintf(stderr, "--series needs a multiple of 10 but not of 7919, in w4 up to 10000\n");
        return 2;
    }
    build((unsigned)series, kind);

    int fds[MAX_SOCKETS];
    for (unsigned i = 0; i < socket_count; i++) fds[i] = open_socket(port, &gso);
    /* Where that is allowed: what else runs on this core shall not set the rate. */
    setpriority(PRIO_PROCESS, 0, -10);
    prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);

    unsigned most = MAX_DATAGRAM / packet_bytes < MAX_SEGMENTS ? MAX_DATAGRAM / packet_bytes : MAX_SEGMENTS;
    double packets_per_nano = (double)rate / (double)sums[0].lines * 1e-9;
    double in_slice = packets_per_nano * SLICE_NANOS;
    unsigned at_once = in_slice < 1 ? 1 : in_slice > most ? most : (unsigned)in_slice;
    struct sums sent = {0};
    uint64_t packets = 0, errors = 0, given_up = 0;
    uint64_t start = now_nanos(), until = start + seconds * 1000000000u, now = start;
    double due = (double)start;
    unsigned next = 0, turn = 0;
    while (lines > 0 ? sent.lines < lines : now < until) {
        now = wait_until((uint64_t)due);
        if ((double)now > due + CATCH_UP_NANOS) {
            given_up += (uint64_t)((double)now - due);
            due = (double)now;
        }
        unsigned count = packet_count - next < at_once ? packet_count - next : at_once;
        int went = send_packets(fds[turn], next, count, gso);
        if (went < 0) {
            if (errno != EINTR && errno != ECONNREFUSED && errno != ENOBUFS && errno != EAGAIN) die("send");
            errors++;
            went = 0;
        }
        for (unsigned i = next; i < next + (unsigned)went; i++) {
            sent.lines += sums[i].lines;
            sent.counters += sums[i].counters;
            sent.gauges += sums[i].gauges;
            sent.distributions += sums[i].distributions;
            sent.counter_sum += sums[i].counter_sum;
            sent.distribution_sum += sums[i].distribution_sum;
        }
        packets += (uint64_t)went;
        next = (next + (unsigned)went) % packet_count;
        turn = (turn + 1) % (unsigned)socket_count;
        due += (double)count / packets_per_nano;
        now = now_nanos();
    }
    int alike = kind != '3';
    printf("{\"workload\":\"%s\",\"series\":%" PRIu64 ",\"packets\":%" PRIu64 ",\"lines\":%" PRIu64 ",\"bytes\":%" PRIu64
           ",\"errors\":%" PRIu64 ",\"seconds\":%.3f,\"given_up_seconds\":%.3f,\"counters\":%" PRIu64
           ",\"counter_sum\":%" PRIu64 ",\"gauges\":%" PRIu64 ",\"distributions\":%" PRIu64
           ",\"distribution_sum\":%" PRIu64 ",\"packet_lines\":%" PRIu64 ",\"packet_counter_sum\":%" PRIu64
           ",\"packet_distributions\":%" PRIu64 ",\"gso\":%d}\n",
           workload, series, packets, sent.lines, packets * packet_bytes, errors, (double)(now - start) * 1e-9,
           (double)given_up * 1e-9, sent.counters, sent.counter_sum, sent.gauges, sent.distributions,
           sent.distribution_sum, sums[0].lines, alike ? sums[0].counter_sum : 0, alike ? sums[0].distributions : 0, gso);
    return 0;
}
