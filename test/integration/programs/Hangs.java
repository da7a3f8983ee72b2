/** Says so, and waits for ever for a lock that another thread has: with the argument `stop` it stops itself as by SIGSTOP before that. */
public class Hangs {
    static final Object LOCK = new Object();

    public static void main(String[] arguments) throws Exception {
        Thread holder = new Thread(Hangs::hold, "holder");
        synchronized (Hangs.class) {
            holder.start();
            Hangs.class.wait();
        }
        System.out.println("hangs");
        if (arguments.length > 0) new ProcessBuilder("kill", "-STOP", "" + ProcessHandle.current().pid()).start().waitFor();
        synchronized (LOCK) {
            System.out.println("never");
        }
    }

    private static void hold() {
        synchronized (LOCK) {
            synchronized (Hangs.class) {
                Hangs.class.notify();
            }
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
