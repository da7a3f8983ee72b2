/** Idle WORD [SECONDS]: says the word and waits until its stdin ends, or for so long. */
public final class Idle {
    public static void main(String[] arguments) throws Exception {
        System.out.println(arguments[0]);
        if (arguments.length > 1) {
            Thread.sleep(1000L * Integer.parseInt(arguments[1]));
        } else {
            System.in.read();
        }
    }
}
