// SPDX-License-Identifier: MIT
import groovy.lang.GroovyShell;
import groovy.lang.Script;
import java.util.ArrayList;
import java.util.List;

/** Scripts of Groovy that are compiled for each run and kept: a class and its loader each, and none of them is unloaded. */
final class GroovyScripts {
    static final int RUNS = 1_009;
    static final List<Script> RUN = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        long sum = 0;
        for (int i = 0; i < RUNS; i++) {
            Script script = new GroovyShell().parse(
                    "def stages = [" + i + ", 1].collect { it * 2 }\ndef total = 0\nstages.each { total += it }\ntotal");
            sum += ((Number) script.run()).longValue();
            RUN.add(script);
        }
        if (sum != (long) RUNS * (RUNS + 1)) throw new AssertionError(sum);
        Program.ready(0);
    }
}
