// SPDX-License-Identifier: MIT
import groovy.lang.Binding;
import groovy.lang.GroovyShell;

/** A service that evaluates rules of its users, each time with a shell of its own: a loader and some classes, which nobody holds when it is done. */
final class GroovyService {
    static final int WARM_UP = 601;
    static final int PAUSE_MS = 53;

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < WARM_UP; i++) evaluate(i);
        Thread worker = new Thread(GroovyService::serve, "rules");
        worker.setDaemon(true);
        worker.start();
        Program.ready(0);
    }

    private static void serve() {
        try {
            for (int i = 0;; i++) {
                evaluate(i);
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void evaluate(int amount) {
        Binding order = new Binding();
        order.setVariable("amount", amount);
        Object fee = new GroovyShell(order).evaluate("def rate = [1, 2, 3].collect { it * amount }; rate.sum() % 7");
        if (((Number) fee).intValue() != 6 * amount % 7) throw new AssertionError(fee);
    }
}
