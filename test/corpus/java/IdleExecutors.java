// SPDX-License-Identifier: MIT
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** An executor of its own for each task, cancelled and never shut down: each leaves a thread that waits for ever. */
final class IdleExecutors {
    static final int TASKS = 2_503;
    static final int ENTRIES = 61;
    static final List<ScheduledExecutorService> LEFT = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        long sum = 0;
        for (int i = 0; i < TASKS; i++) {
            int task = i;
            ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(work -> daemon(work, task));
            sum += executor.schedule(() -> depth(ENTRIES), 0, TimeUnit.MILLISECONDS).get();
            LEFT.add(executor);
        }
        if (sum != (long) TASKS * ENTRIES) throw new AssertionError(sum);
        Program.ready(0);
    }

    private static Thread daemon(Runnable work, int task) {
        Thread thread = new Thread(work, "HangPreventingTask-" + task);
        thread.setDaemon(true);
        return thread;
    }

    private static int depth(int entries) {
        return entries == 0 ? 0 : 1 + depth(entries - 1);
    }
}
