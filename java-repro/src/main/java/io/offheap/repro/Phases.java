// SPDX-License-Identifier: MIT
package io.offheap.repro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Announces each phase on stdout. With {@code step} the program then stands still until stdin has a line for it, so that whoever
 * started it can measure in the quiet; the end of stdin means that nobody is left to measure, and ends the program.
 */
final class Phases {
    private final boolean step;

    Phases(boolean step) {
        this.step = step;
    }

    void announce(String name, String figures) throws IOException {
        say("@phase " + name + (figures.isEmpty() ? "" : " " + figures));
        if (step && !lineCame()) System.exit(0);
    }

    /** Stays until SIGTERM or the end of stdin. A process put in the background has /dev/null there, whose end means nothing. */
    void hold() throws IOException, InterruptedException {
        say("@hold pid=" + ProcessHandle.current().pid());
        if (Files.isSameFile(Path.of("/proc/self/fd/0"), Path.of("/dev/null"))) Thread.currentThread().join();
        while (lineCame()) continue;
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static boolean lineCame() throws IOException {
        while (true) {
            int character = System.in.read();
            if (character < 0) return false;
            if (character == '\n') return true;
        }
    }
}
