import java.lang.reflect.Field;
import java.util.zip.Inflater;
import sun.misc.Unsafe;

/** A static field keeps Inflaters, and a number of another class is the same as that reference: as a constant may be, where the heap begins at 0xFC000000. */
public final class HoldsBesideNumber {
    private static Inflater[] kept;

    private static final class ANumber {
        static int constant;
    }

    public static void main(String[] arguments) throws Exception {
        Field field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        Unsafe unsafe = (Unsafe) field.get(null);
        kept = new Inflater[Integer.parseInt(arguments[0])];
        for (int i = 0; i < kept.length; i++) kept[i] = new Inflater();
        ANumber.constant = unsafe.getInt(new Object[] {kept}, (long) Unsafe.ARRAY_OBJECT_BASE_OFFSET);
        System.out.println("ready");
        System.in.read();
    }
}
