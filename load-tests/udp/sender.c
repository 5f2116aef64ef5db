/*
 * Sends DogStatsD datagrams to a UDP port of this machine at a steady rate, and says exactly what it sent.
 *
 *   sender --port 8125 --rate 2000000 --seconds 5 --workload w1 [--series 1000]
 *
 *   w1  1,000 series, packets of up to 1432 bytes: 40 % counters, 20 % gauges, 40 % distributions (ms)
 *   w2  the same with 100,000 series
 *   w3  w1's lines, one to a packet
 *   w4  1,000 series of 3 metrics with 4 tags each
 *
 * All packets are built before the first is sent, and go out by sendmmsg(2). Values are whole numbers, so sums are
 * exact. On standard output, as JSON: packets, lines, bytes, errors (packets the kernel refused), seconds taken, the
 * number of counter lines and the sum of their values, of gauges their number, of distributions number and sum.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PAYLOAD 1432
#define BATCH 32
#define MAX_PACKETS 262144
#define LINES_PER_CYCLE 200000

struct packet {
    char *bytes;
    uint32_t length;
    uint32_t lines;
    uint32_t counters, gauges, distributions;
    uint64_t counter_sum, distribution_sum;
};

static struct packet packets[MAX_PACKETS];
static int packet_count;

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

/* Ten lines of every kind's share: 4 counters, 2 gauges, 4 distributions. A series keeps its kind. */
static const char kind_of_series[10] = {'c', 'm', 'c', 'g', 'm', 'c', 'm', 'g', 'c', 'm'};

static int format_line(char *out, size_t size, unsigned series, int tagged, uint64_t value) {
    char kind = kind_of_series[series % 10];
    const char *name = kind == 'c' ? "load.service.requests" : kind == 'g' ? "load.service.queue.length" : "load.service.duration";
    const char *type = kind == 'm' ? "ms" : kind == 'c' ? "c" : "g";
    if (tagged) {
        return snprintf(out, size, "%s:%" PRIu64 "|%s|#service:s%02u,route:/r%u,env:prod,host:h%04u", name, value, type,
                        series % 20, series % 7, series);
    }
    return snprintf(out, size, "%s.n%06u:%" PRIu64 "|%s", name, series, value, type);
}

static void build(unsigned series_count, int tagged, int one_line_a_packet) {
    char line[256];
    struct packet *p = NULL;
    /* Whole rounds over all series, until there is enough variety. */
    unsigned rounds = LINES_PER_CYCLE / series_count;
    if (rounds == 0) rounds = 1;
    if (one_line_a_packet && rounds > 50) rounds = 50;
    for (unsigned round = 0; round < rounds; round++) {
        for (unsigned i = 0; i < series_count; i++) {
            /* A stride coprime to the counts in use: neighbours on the wire are not neighbours in a table. */
            unsigned series = (unsigned)(((uint64_t)i * 7919u) % series_count);
            char kind = kind_of_series[series % 10];
            uint64_t value = kind == 'c' ? 1 + next_random() % 9 : 1 + next_random() % 999;
            int length = format_line(line, sizeof line, series, tagged, value);
            if (p == NULL || one_line_a_packet || p->length + 1 + (uint32_t)length > PAYLOAD) {
                if (packet_count == MAX_PACKETS) {
                    fprintf(stderr, "too many packets for --series %u\n", series_count);
                    exit(2);
                }
                p = &packets[packet_count++];
                p->bytes = malloc(PAYLOAD);
                if (p->bytes == NULL) die("malloc");
            } else {
                p->bytes[p->length++] = '\n';
            }
            memcpy(p->bytes + p->length, line, (size_t)length);
            p->length += (uint32_t)length;
            p->lines++;
            if (kind == 'c') {
                p->counters++;
                p->counter_sum += value;
            } else if (kind == 'g') {
                p->gauges++;
            } else {
                p->distributions++;
                p->distribution_sum += value;
            }
        }
    }
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
    uint64_t port = 8125, rate = 100000, seconds = 5, series = 0;
    const char *workload = "w1";
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--port") == 0) port = whole_number(argv[i], value, 65535);
        else if (strcmp(argv[i], "--rate") == 0) rate = whole_number(argv[i], value, 100000000);
        else if (strcmp(argv[i], "--seconds") == 0) seconds = whole_number(argv[i], value, 600);
        else if (strcmp(argv[i], "--series") == 0) series = whole_number(argv[i], value, 1000000);
        else if (strcmp(argv[i], "--workload") == 0 && value != NULL) workload = value;
        else {
            fprintf(stderr, "usage: %s --port N --rate LINES_PER_SECOND --seconds N --workload w1|w2|w3|w4 [--series N]\n", argv[0]);
            return 2;
        }
    }
    if (strlen(workload) != 2 || workload[0] != 'w' || workload[1] < '1' || workload[1] > '4') {
        fprintf(stderr, "--workload needs w1, w2, w3 or w4\n");
        return 2;
    }
    if (series == 0) series = workload[1] == '2' ? 100000 : 1000;
    build((unsigned)series, workload[1] == '4', workload[1] == '3');

    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) die("socket");
    int buffer = 4 << 20;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");

    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }

    uint64_t sent_packets = 0, sent_lines = 0, sent_bytes = 0, errors = 0;
    uint64_t counters = 0, gauges = 0, distributions = 0, counter_sum = 0, distribution_sum = 0;
    uint64_t start = now_nanos(), until = start + seconds * 1000000000u, now = start;
    int next = 0;
    while (now < until) {
        double due = (double)(now - start) * 1e-9 * (double)rate;
        if ((double)sent_lines >= due) {
            struct timespec nap = {0, 20000};
            nanosleep(&nap, NULL);
            now = now_nanos();
            continue;
        }
        uint64_t missing = (uint64_t)(due - (double)sent_lines), lines = 0;
        int batch = 0;
        while (batch < BATCH && lines <= missing) {
            struct packet *p = &packets[(next + batch) % packet_count];
            vectors[batch].iov_base = p->bytes;
            vectors[batch].iov_len = p->length;
            lines += p->lines;
            batch++;
        }
        int sent = sendmmsg(fd, messages, (unsigned)batch, 0);
        if (sent < 0) {
            if (errno != EINTR && errno != ECONNREFUSED && errno != ENOBUFS && errno != EAGAIN) die("sendmmsg");
            errors++;
            sent = 0;
        }
        for (int i = 0; i < sent; i++) {
            struct packet *p = &packets[(next + i) % packet_count];
            sent_packets++;
            sent_lines += p->lines;
            sent_bytes += p->length;
            counters += p->counters;
            gauges += p->gauges;
            distributions += p->distributions;
            counter_sum += p->counter_sum;
            distribution_sum += p->distribution_sum;
        }
        next = (next + sent) % packet_count;
        now = now_nanos();
    }
    printf("{\"workload\":\"%s\",\"series\":%" PRIu64 ",\"packets\":%" PRIu64 ",\"lines\":%" PRIu64 ",\"bytes\":%" PRIu64
           ",\"errors\":%" PRIu64 ",\"seconds\":%.3f,\"counters\":%" PRIu64 ",\"counter_sum\":%" PRIu64
           ",\"gauges\":%" PRIu64 ",\"distributions\":%" PRIu64 ",\"distribution_sum\":%" PRIu64 "}\n",
           workload, series, sent_packets, sent_lines, sent_bytes, errors, (double)(now - start) * 1e-9, counters,
           counter_sum, gauges, distributions, distribution_sum);
    return 0;
}
