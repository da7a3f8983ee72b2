/** Announces the phases of a program that is measured at each of them, and kills itself when the phase of its argument has been measured. */
public class Phases {
    public static void main(String[] arguments) throws Exception {
        for (String phase : new String[] {"baseline", "loaded", "collected", "settled"}) {
            System.out.println("@phase " + phase);
            if (System.in.read() < 0) return;
            if (phase.equals(arguments[0])) new ProcessBuilder("kill", "-KILL", "" + ProcessHandle.current().pid()).start().waitFor();
        }
    }
}
