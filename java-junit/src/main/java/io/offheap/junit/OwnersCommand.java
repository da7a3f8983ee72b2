// SPDX-License-Identifier: MIT
package io.offheap.junit;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code offheap owners}, of this JVM. It reads from outside and stops nothing. */
final class OwnersCommand {
    private static final long MOST_SECONDS = 60;
    private static final long MOST_BYTES = 64 << 20;

    private OwnersCommand() {}

    /** Runs it. A look that failed has the reason in place of the owners. */
    static OwnersLook look() throws InterruptedException {
        List<String> command = command();
        if (command == null) {
            return OwnersLook.failed("the command offheap was not found. Install it with npm install offheap, and name it by the "
                    + "system property offheap.command, or the variable OFFHEAP, or have it on PATH");
        }
        try {
            command = new ArrayList<>(command);
            command.addAll(Arrays.asList("owners", String.valueOf(NativeMemory.ownPid()), "--format=json", "--quiet", "--holders=3"));
            return run(command);
        } catch (IOException failure) {
            return OwnersLook.failed(failure.getMessage());
        }
    }

    private static OwnersLook run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("offheap-owners-", ".json");
        Path errors = Files.createTempFile("offheap-owners-", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
            // The meter is for this JVM alone.
            builder.environment().remove("LD_PRELOAD");
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return OwnersLook.failed("offheap owners did not end within " + MOST_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                return OwnersLook.failed("offheap owners ended with status " + process.exitValue() + ": " + firstLines(errors));
            }
            if (Files.size(output) > MOST_BYTES) return OwnersLook.failed("offheap owners printed more than " + MOST_BYTES + " bytes");
            return OwnersLook.parse(read(output));
        } finally {
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        }
    }

    private static String firstLines(Path errors) throws IOException {
        String text = read(errors).trim();
        return text.length() <= 2_000 ? text : text.substring(0, 2_000) + "…";
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /** A program, or a program and its arguments parted by spaces. Null: there is none. */
    private static List<String> command() {
        String named = System.getProperty("offheap.command", System.getenv("OFFHEAP"));
        if (named != null && !named.trim().isEmpty()) {
            return new File(named).isFile() ? Arrays.asList(named) : Arrays.asList(named.trim().split("\\s+"));
        }
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(File.pathSeparator)) {
            File program = new File(folder, "offheap");
            if (!folder.isEmpty() && program.isFile() && program.canExecute()) return Arrays.asList(program.getPath());
        }
        return null;
    }
}
