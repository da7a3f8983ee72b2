// SPDX-License-Identifier: MIT
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Class files of any size (JVMS chapter 4), of a version whose methods need no stack maps. */
final class ClassBytes {
    /** The most entries of a constant pool, less those that each class has. */
    static final int MOST_STRINGS = 65_500;

    private static final int VERSION = 49;
    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int PUBLIC_STATIC = 9;
    private static final int OWN_ENTRIES = 6;

    private ClassBytes() {}

    /** A class whose constant pool has `count` strings besides, each of which the JVM makes a symbol of. */
    static byte[] withStrings(String name, String prefix, int count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = begin(bytes, name, "()V", count);
        for (int i = 0; i < count; i++) writeUtf8(out, prefix + i);
        middle(out, 0);
        out.writeShort(0);
        return bytes.toByteArray();
    }

    /** A class of static methods m0, m1, … from an int[] and an int to an int, all with the same code. */
    static byte[] withMethods(String name, int count, byte[] code) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = begin(bytes, name, "([II)I", count);
        for (int i = 0; i < count; i++) writeUtf8(out, "m" + i);
        middle(out, count);
        for (int i = 0; i < count; i++) writeMethod(out, OWN_ENTRIES + 1 + i, code);
        out.writeShort(0);
        return bytes.toByteArray();
    }

    private static DataOutputStream begin(ByteArrayOutputStream bytes, String name, String descriptor, int strings)
            throws IOException {
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0xCAFEBABE);
        out.writeShort(0);
        out.writeShort(VERSION);
        out.writeShort(OWN_ENTRIES + 1 + strings);
        writeUtf8(out, name);
        out.writeByte(CLASS);
        out.writeShort(1);
        writeUtf8(out, "java/lang/Object");
        out.writeByte(CLASS);
        out.writeShort(3);
        writeUtf8(out, "Code");
        writeUtf8(out, descriptor);
        return out;
    }

    /** What stands between the constant pool and the methods. */
    private static void middle(DataOutputStream out, int methods) throws IOException {
        out.writeShort(0x21);
        out.writeShort(2);
        out.writeShort(4);
        out.writeShort(0);
        out.writeShort(0);
        out.writeShort(methods);
    }

    private static void writeMethod(DataOutputStream out, int name, byte[] code) throws IOException {
        int stack = 4;
        int locals = 8;
        out.writeShort(PUBLIC_STATIC);
        out.writeShort(name);
        out.writeShort(6);
        out.writeShort(1);
        out.writeShort(5);
        out.writeInt(12 + code.length);
        out.writeShort(stack);
        out.writeShort(locals);
        out.writeInt(code.length);
        out.write(code);
        out.writeShort(0);
        out.writeShort(0);
    }

    private static void writeUtf8(DataOutputStream out, String text) throws IOException {
        out.writeByte(UTF8);
        out.writeUTF(text);
    }

    /** Defines classes that it was given the bytes of. */
    static final class Loader extends ClassLoader {
        Class<?> define(String name, byte[] bytes) {
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
