/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "proc_memory.h"
#include "sample_ring.h"
#include "sampler.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { drained_at_once = 64, mebibyte = 1 << 20, kept_bytes = 37 * mebibyte };

static const char smaps[] =
    "7f0000000000-7f0000400000 rw-p 00000000 00:00 0 \n"
    "Size:               4096 kB\nRss:                1009 kB\nPss:                1009 kB\n"
    "Anonymous:           997 kB\nSwap:                  7 kB\nSwapPss:               7 kB\n"
    "a00000-b00000 r--p 00000000 08:01 77  /Rss: 5 kB/very/long/name/very/long/name/very/long/name/"
    "very/long/name/very/long/name/very/long/name/very/long/name\n"
    "Rss:                  13 kB\nAnonymous:             0 kB\nSwap:                  3 kB\n"
    "Shared_Hugetlb:     2048 kB\nPrivate_Hugetlb:    4096 kB\n"
    "VmFlags: rd mr mw me\n";

static void test_smaps_in_pieces(void) {
    const struct address_range range = {0xa00000, 0xa01000};
    for (size_t piece = 1; piece <= sizeof smaps; piece++) {
        struct smaps_parser parser = {.ranges = &range, .range_count = 1};
        for (size_t at = 0; at < sizeof smaps - 1; at += piece) {
            size_t left = sizeof smaps - 1 - at;
            smaps_parser_feed(&parser, smaps + at, left < piece ? left : piece);
        }
        CHECK(parser.sums.is_complete && parser.sums.rss_bytes == (1022 + 6144) * 1024);
        CHECK(parser.sums.hugetlb_bytes == 6144 * 1024);
        CHECK(parser.sums.anonymous_bytes == 997 * 1024 && parser.sums.swap_bytes == 10 * 1024);
        CHECK(parser.sums.rss_in_ranges_bytes == (13 + 6144) * 1024);
    }
}

static void test_statm_lines(void) {
    uint64_t pages = 0;
    CHECK(parse_statm_rss_pages("4096 1009 7 1 0 3 0\n", &pages) && pages == 1009);
    CHECK(parse_statm_rss_pages("0 0 0 0 0 0 0\n", &pages) && pages == 0);
    CHECK(!parse_statm_rss_pages("", &pages) && !parse_statm_rss_pages("4096\n", &pages));
    CHECK(!parse_statm_rss_pages("x 1\n", &pages) && !parse_statm_rss_pages("1 x\n", &pages));
}

static struct sample_ring ring;

static void test_a_full_ring_drops_and_keeps_the_oldest(void) {
    struct sample sample = {0};
    for (size_t count = 0; count < sample_ring_capacity + 5; count++) {
        sample.at_ms = (double)count;
        sample_ring_put(&ring, &sample);
    }
    CHECK(atomic_load(&ring.dropped) == 5);
    CHECK(sample_ring_drain(&ring, &sample, 1) == 1 && sample.at_ms == 0);
    sample.at_ms = -1;
    sample_ring_put(&ring, &sample);
    for (size_t count = 1; count < sample_ring_capacity; count++) {
        CHECK(sample_ring_drain(&ring, &sample, 1) == 1 && sample.at_ms == (double)count);
    }
    CHECK(sample_ring_drain(&ring, &sample, 1) == 1 && sample.at_ms == -1);
    CHECK(sample_ring_drain(&ring, &sample, 1) == 0);
}

static pid_t start_child(void) {
    int ready[2];
    CHECK(pipe(ready) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        void *kept = mmap(NULL, kept_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        memset(kept, 1, kept_bytes);
        CHECK(write(ready[1], "", 1) == 1);
        pause();
    }
    char byte;
    CHECK(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

/* Until `wanted` of them have an RSS: the last one is left in *last. */
static void await_samples(struct sampler *sampler, size_t wanted, struct sample *last) {
    struct sample samples[drained_at_once];
    for (size_t seen = 0; seen < wanted; usleep(1000)) {
        size_t count = sampler_drain(sampler, samples, drained_at_once);
        for (size_t index = 0; index < count; index++) {
            CHECK(samples[index].rss_bytes >= kept_bytes && isnan(samples[index].live_bytes));
            CHECK(seen == 0 || samples[index].at_ms > last->at_ms);
            *last = samples[index];
            seen++;
        }
    }
}

static void await_end(struct sampler *sampler, struct sampler_status *status) {
    for (status->has_ended = false; !status->has_ended; usleep(1000)) {
        sampler_read_status(sampler, status);
    }
}

static void test_a_process_until_it_is_killed(void) {
    pid_t pid = start_child();
    struct sampler_options options = {.pid = pid, .interval_ms = 1, .detail_interval_ms = 1000, .cgroup_file = NULL};
    struct sampler *sampler = sampler_start(&options);
    CHECK(sampler != NULL);
    struct sample last = {0};
    await_samples(sampler, 100, &last);
    struct sampler_status status;
    sampler_read_status(sampler, &status);
    CHECK(!status.has_ended && isnan(status.ended_at_ms) && status.dropped == 0 && status.cpu_ms > 0);
    CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
    await_end(sampler, &status);
    CHECK(status.ended_at_ms > last.at_ms);
    sampler_stop(sampler);
    sampler_stop(sampler);
    sampler_free(sampler);
}

static void test_stops_at_once_when_the_interval_is_long(void) {
    struct sampler_options options = {.pid = getpid(), .interval_ms = 3600e3, .detail_interval_ms = 3600e3};
    struct sampler *sampler = sampler_start(&options);
    CHECK(sampler != NULL);
    sampler_free(sampler); /* or ctest's time-out ends this */
}

static void test_no_such_process(void) {
    struct sampler_options options = {.pid = INT32_MAX, .interval_ms = 1, .detail_interval_ms = 1};
    CHECK(sampler_start(&options) == NULL && errno == ENOENT);
}

int main(void) {
    test_smaps_in_pieces();
    test_statm_lines();
    test_a_full_ring_drops_and_keeps_the_oldest();
    test_a_process_until_it_is_killed();
    test_stops_at_once_when_the_interval_is_long();
    test_no_such_process();
    return 0;
}
