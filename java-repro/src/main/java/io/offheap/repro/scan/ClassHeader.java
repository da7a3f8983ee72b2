// SPDX-License-Identifier: MIT
package io.offheap.repro.scan;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The beginning of a class file: all that "which classes extend this one?" needs. One object a thread; it is reused. */
final class ClassHeader {
    private static final int MAGIC = 0xcafebabe;
    private static final int MAX_CONSTANTS = 65536;

    private final int[] constantAt = new int[MAX_CONSTANTS];
    private ByteBuffer file;
    private int superAt;

    /** Whether it was a class file. */
    boolean parse(byte[] bytes, int length) {
        file = ByteBuffer.wrap(bytes, 0, length);
        try {
            if (file.getInt() != MAGIC) return false;
            file.getInt(); // versions
            int count = Short.toUnsignedInt(file.getShort());
            for (int i = 1; i < count; i++) {
                constantAt[i] = file.position();
                if (skipConstant()) i++; // a long or a double takes two numbers
            }
            file.getInt(); // access flags, this class
            superAt = Short.toUnsignedInt(file.getShort());
            return true;
        } catch (BufferUnderflowException | IllegalArgumentException notAClass) {
            return false;
        }
    }

    /** The superclass's internal name; empty for java.lang.Object and for a module. */
    String superName() {
        if (superAt == 0) return "";
        int nameAt = constantAt[Short.toUnsignedInt(file.getShort(constantAt[superAt] + 1))];
        int length = Short.toUnsignedInt(file.getShort(nameAt + 1));
        return new String(file.array(), nameAt + 3, length, StandardCharsets.UTF_8);
    }

    private boolean skipConstant() {
        int tag = file.get();
        int size = switch (tag) {
            case 1 -> Short.toUnsignedInt(file.getShort());
            case 7, 8, 16, 19, 20 -> 2;
            case 15 -> 3;
            case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
            case 5, 6 -> 8;
            default -> throw new IllegalArgumentException("no constant has the tag " + tag);
        };
        file.position(file.position() + size);
        return tag == 5 || tag == 6;
    }
}
