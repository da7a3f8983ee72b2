// SPDX-License-Identifier: MIT
package io.offheap.repro;

import io.offheap.repro.scanset.ScanSet;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Arrays;
import java.util.List;

/** {@code java -jar offheap-repro.jar <command> [options]}. Exit status: 0 done, 1 failed, 2 wrong usage. */
public final class Main {
    private static final String HELP = """
            Reproduces the native memory that a scan of a Spring Boot fat jar leaves behind.

            Usage: java -jar offheap-repro.jar build-scan-set --output=FILE
                   java -jar offheap-repro.jar scan --jars=FILE|DIR [options]

            build-scan-set  writes a fat jar of this JDK's own classes to FILE
            scan            reads classes out of a fat jar, a plain jar or a directory of jars

              --loader=leaky|half|fixed|jdk  who ends the Inflaters: nobody (Spring Boot 2.0.4), one of two
                                             (2.0.5-2.0.9), all (2.1.0), or the JDK's JarFile (default leaky)
              --loader=boot                  the classes of a released Spring Boot loader
              --loader-jar=FILE              which: spring-boot-loader-VERSION.jar
              --scan=all|package|none        what is scanned (default all)
              --package=NAME                 the package of --scan=package (default java/util/zip/)
              --threads=N                    threads that scan (default 8)
              --passes=N                     scan again and again (default 1)
              --streams=N                    classes opened in a pass (default 32000); --scan=all goes round when
                                             there are fewer, --scan=package reads each once
              --settle-ms=N                  idle time after the GC (default 5000)
              --step                         wait for a line on stdin after each @phase line; end when stdin ends
              --hold                         stay when done, until SIGTERM or the end of stdin

            java -jar offheap-repro.jar scan --jars=app.jar --loader=fixed
            java -Xmx512m -jar offheap-repro.jar scan --jars=app.jar --passes=30
            """;

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) throws InterruptedException {
        try {
            dispatch(arguments);
            return 0;
        } catch (Failure failure) {
            return fail(failure.getMessage(), failure.exitCode());
        } catch (ExceptionInInitializerError closed) {
            if (closed.getCause() instanceof Failure failure) return fail(failure.getMessage(), failure.exitCode());
            throw closed;
        } catch (AccessDeniedException denied) {
            return fail("Expected to have access to " + denied.getFile() + ", found that permission is missing.", 1);
        } catch (IOException cause) {
            // The message of a file system's exception is often the path alone; its class is the reason.
            return fail("Could not read or write " + cause.getMessage() + " (" + cause.getClass().getSimpleName() + ").", 1);
        } catch (OutOfMemoryError tooSmall) {
            long heapMb = Runtime.getRuntime().maxMemory() >> 20;
            return fail("The heap of " + heapMb + " MB is too small for this. Try a larger -Xmx.", 1);
        }
    }

    private static void dispatch(List<String> arguments) throws IOException, InterruptedException {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            System.out.print(HELP);
            return;
        }
        if (arguments.isEmpty()) throw new UsageError("Expected a command (build-scan-set or scan), found none.");
        List<String> options = arguments.subList(1, arguments.size());
        switch (arguments.get(0)) {
            case "build-scan-set" -> ScanSet.build(new Arguments(options, List.of("--output=")).path("--output"));
            case "scan" -> ScanCommand.run(ScanOptions.parse(options));
            default -> throw new UsageError("Unknown command \"" + arguments.get(0) + "\"."
                    + Suggestion.near(arguments.get(0), Arrays.asList("build-scan-set", "scan")));
        }
    }

    private static int fail(String message, int exitCode) {
        System.err.println("offheap-repro: " + message);
        return exitCode;
    }
}
