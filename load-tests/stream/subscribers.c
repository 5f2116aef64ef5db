/*
 * Many readers of one server-sent event stream, in one process: opens the connections, reads all that comes, and says
 * how late events were. One thread with epoll; it looks for event boundaries and their time stamps and nothing else, so
 * that it is not what is measured.
 *
 *   subscribers --port 8080 --path /api/v1/stream?query=x --count 5000 --seconds 30 [--gzip]
 *
 * An event is what ends with an empty line and has a line "id: MILLIS" or, for servers that choose ids themselves, a
 * line that begins "data: MILLIS " (milliseconds since 1970, when it was due). Says "open" on standard error once all
 * are connected; from SIGUSR1 on, events are counted for the given time, by the system's clock. With --gzip events are
 * not looked at, only bytes. Prints JSON: subscribers, those that were closed, events and bytes in that time, p50, p99
 * and longest lateness in milliseconds, and its own CPU seconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LONGEST_MILLIS 20000
#define LINE 40

struct reader {
    int fd;
    int length;       /* of what is kept of the line under way */
    int64_t due;      /* of the event under way; 0 for none */
    char line[LINE];  /* its beginning */
};

static uint64_t lateness[LONGEST_MILLIS + 1];
static uint64_t events, bytes;
static int counting;
static volatile sig_atomic_t asked;

static void ask(int signal_number) {
    (void)signal_number;
    asked = 1;
}

static int64_t now_millis(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static double cpu_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
           ((double)used.ru_utime.tv_usec + (double)used.ru_stime.tv_usec) / 1e6;
}

static void end_of_line(struct reader *reader, int64_t now) {
    int length = reader->length;
    if (length > 0 && reader->line[length - 1] == '\r') length--;
    reader->line[length < LINE ? length : LINE - 1] = 0;
    if (length == 0 && reader->due > 0) {
        if (counting) {
            int64_t late = now - reader->due;
            lateness[late < 0 ? 0 : late > LONGEST_MILLIS ? LONGEST_MILLIS : late]++;
            events++;
        }
        reader->due = 0;
    } else if (strncmp(reader->line, "id: ", 4) == 0 && strchr(reader->line, ':') == reader->line + 2) {
        int64_t due = strtoll(reader->line + 4, NULL, 10);
        if (due > 1000000000000) reader->due = due;
    } else if (strncmp(reader->line, "data: ", 6) == 0 && reader->line[6] >= '1' && reader->line[6] <= '9') {
        int64_t due = strtoll(reader->line + 6, NULL, 10);
        if (due > 1000000000000) reader->due = due;
    }
    reader->length = 0;
}

static void take(struct reader *reader, const char *from, ssize_t length, int64_t now) {
    const char *end = from + length;
    while (from < end) {
        const char *newline = memchr(from, '\n', (size_t)(end - from));
        const char *line_end = newline == NULL ? end : newline;
        int room = LINE - 1 - reader->length;
        int part = (int)(line_end - from) < room ? (int)(line_end - from) : room;
        memcpy(reader->line + reader->length, from, (size_t)part);
        reader->length += part;
        if (newline == NULL) return;
        end_of_line(reader, now);
        from = newline + 1;
    }
}

static int open_reader(int port, const char *path, int gzip) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    char request[4096];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int length = snprintf(request, sizeof request,
                          "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\n%s\r\n", path, port,
                          gzip ? "Accept-Encoding: gzip\r\n" : "");
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0 || write(fd, request, (size_t)length) != length) {
        perror("connect");
        exit(1);
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static int percentile(double q) {
    uint64_t seen = 0;
    if (events == 0) return 0;
    for (int i = 0; i <= LONGEST_MILLIS; i++) {
        seen += lateness[i];
        if (seen > 0 && (double)seen >= q * (double)events) return i;
    }
    return LONGEST_MILLIS;
}

int main(int argc, char **argv) {
    int port = 8080, count = 1000, seconds = 30, gzip = 0, closed = 0;
    const char *path = "/";
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--gzip") == 0) gzip = 1;
        else if (i + 1 == argc) break;
        else if (strcmp(argv[i], "--port") == 0) port = atoi(argv[++i]);
        else if (strcmp(argv[i], "--path") == 0) path = argv[++i];
        else if (strcmp(argv[i], "--count") == 0) count = atoi(argv[++i]);
        else if (strcmp(argv[i], "--seconds") == 0) seconds = atoi(argv[++i]);
    }
    struct reader *readers = calloc((size_t)count, sizeof *readers);
    struct epoll_event happened[512];
    static char buffer[256 << 10];
    int poll = epoll_create1(0);
    for (int i = 0; i < count; i++) {
        readers[i].fd = open_reader(port, path, gzip);
        struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = &readers[i]};
        epoll_ctl(poll, EPOLL_CTL_ADD, readers[i].fd, &wanted);
    }
    signal(SIGUSR1, ask);
    fprintf(stderr, "open\n");
    int64_t until = 0;
    double cpu = 0;
    for (;;) {
        int64_t now = now_millis();
        if (!counting && asked) {
            counting = 1;
            until = now + seconds * 1000;
            cpu = cpu_seconds();
            fprintf(stderr, "counting\n");
        }
        if (counting && now >= until) break;
        int n = epoll_wait(poll, happened, 512, 100);
        now = now_millis();
        for (int i = 0; i < n; i++) {
            struct reader *reader = happened[i].data.ptr;
            ssize_t length = read(reader->fd, buffer, sizeof buffer);
            if (length > 0) {
                if (counting) bytes += (uint64_t)length;
                if (!gzip) take(reader, buffer, length, now);
            } else if (length == 0 || errno != EAGAIN) {
                epoll_ctl(poll, EPOLL_CTL_DEL, reader->fd, NULL);
                closed++;
            }
        }
    }
    cpu = cpu_seconds() - cpu;
    fprintf(stderr, "counted\n");
    printf("{\"subscribers\":%d,\"closed\":%d,\"events\":%" PRIu64 ",\"bytes\":%" PRIu64
           ",\"p50_millis\":%d,\"p99_millis\":%d,\"longest_millis\":%d,\"cpu_seconds\":%.2f}\n",
           count, closed, events, bytes, percentile(0.5), percentile(0.99), percentile(1), cpu);
    return 0;
}
