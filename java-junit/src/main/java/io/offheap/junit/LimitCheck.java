// SPDX-License-Identifier: MIT
package io.offheap.junit;

/** What one run leaves, against a {@link LimitNative}. */
final class LimitCheck {
    private final LimitNative limit;
    private final long most;
    private final Settling settling;
    private final long before;

    /** Takes the reading before the test. */
    LimitCheck(NativeMemory memory, LimitNative limit) throws InterruptedException {
        this.limit = limit;
        most = ByteSize.parse(limit.value(), "the value of @LimitNative");
        settling = new Settling(memory, limit.collect());
        before = settling.liveBytesPatiently();
    }

    /** @throws AssertionError when more is left than the limit, twice */
    void verify() throws InterruptedException {
        if (settling.liveBytes() - before <= most) return;
        long after = settling.liveBytesPatiently();
        if (after - before <= most) return;
        throw new AssertionError("The test leaves " + ByteSize.format(after - before) + " of native memory, more than the "
                + ByteSize.format(most) + " of @LimitNative(\"" + limit.value() + "\").\nLive bytes of malloc "
                + (limit.collect() ? "after a collection" : "without a collection") + ": before the test " + ByteSize.format(before)
                + ", after it " + ByteSize.format(after) + ".\n" + OwnersCommand.look().largest());
    }
}
