// SPDX-License-Identifier: MIT
import java.util.StringJoiner;

/** What is true of one owner: it is told as JSON, and compared with what is read from outside. */
final class Truth {
    /** malloc serves blocks from this size on by mmap, as long as none of them was freed. */
    private static final long MMAP_THRESHOLD = 131_072;

    private static final int PAGE = 4096;
    private static final int HEADER = 8;
    private static final int ALIGNMENT = 16;
    private static final int LEAST = 32;

    private final StringJoiner figures = new StringJoiner(",", "{", "}");

    private Truth(String kind, String owner) {
        figures.add("\"kind\":\"" + kind + "\"").add("\"owner\":\"" + owner + "\"");
    }

    /** @param owner its name; with a star at its end all whose names begin so */
    static Truth of(String kind, String owner) {
        return new Truth(kind, owner);
    }

    /** Of the class, that hold the address of a block. */
    Truth objects(long count) {
        return with("objects", count);
    }

    /** That have a class of that name. */
    Truth loaders(long count) {
        return with("loaders", count);
    }

    /** To which it points itself. */
    Truth blocks(long count) {
        return with("directBlocks", count);
    }

    /** Of chunks of one size; to a few of them words of another time may point, when that memory was in use before. */
    Truth mostOfSize(long chunk, long count) {
        return with("chunkBytes", chunk).with("mostOfSize", count);
    }

    /** Of all its blocks, as malloc's chunks. */
    Truth bytes(long count) {
        return with("bytes", count);
    }

    /** Then it has no less, and what else it has is not known. */
    Truth atLeast(long count) {
        return with("atLeast", count);
    }

    /** What becomes of most of its objects, as {@code Fate} has it (src/stats/owned-blocks.ts). */
    Truth fate(String fate) {
        figures.add("\"fate\":\"" + fate + "\"");
        return this;
    }

    private Truth with(String figure, long value) {
        figures.add("\"" + figure + "\":" + value);
        return this;
    }

    /** The size of the chunk in which malloc serves so many bytes. */
    static long chunk(long bytes) {
        long chunk = Math.max(LEAST, (bytes + HEADER + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        return chunk < MMAP_THRESHOLD ? chunk : (bytes + 2 * HEADER + PAGE - 1) / PAGE * PAGE;
    }

    /** Tells all of it, and stays. */
    static void ready(Truth... truths) throws Exception {
        StringJoiner all = new StringJoiner(",", "[", "]");
        for (Truth truth : truths) all.add(truth.figures.toString());
        System.out.println("@truth " + all);
        Program.ready(0);
    }
}
