// SPDX-License-Identifier: MIT
package io.offheap.junit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what offheap prints as JSON. Objects become maps, arrays lists, numbers doubles. Java has no reader of its own. */
final class Json {
    private static final int MOST_LEVELS = 64;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException when it is not JSON, or nested deeper than 64 levels */
    static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value(0);
        json.space();
        if (json.at < text.length()) throw json.unexpected("the end");
        return value;
    }

    private Object value(int level) {
        if (level > MOST_LEVELS) throw unexpected("at most " + MOST_LEVELS + " levels");
        space();
        char first = peek();
        if (first == '{') return object(level);
        if (first == '[') return array(level);
        if (first == '"') return string();
        if (skip("true")) return true;
        if (skip("false")) return false;
        if (skip("null")) return null;
        return number();
    }

    private Map<String, Object> object(int level) {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        space();
        if (skip("}")) return map;
        do {
            space();
            String key = string();
            space();
            if (!skip(":")) throw unexpected("a colon");
            map.put(key, value(level + 1));
            space();
        } while (skip(","));
        if (!skip("}")) throw unexpected("}");
        return map;
    }

    private List<Object> array(int level) {
        List<Object> list = new ArrayList<>();
        at++;
        space();
        if (skip("]")) return list;
        do {
            list.add(value(level + 1));
            space();
        } while (skip(","));
        if (!skip("]")) throw unexpected("]");
        return list;
    }

    private String string() {
        if (!skip("\"")) throw unexpected("a string");
        StringBuilder string = new StringBuilder();
        while (true) {
            char next = take();
            if (next == '"') return string.toString();
            string.append(next == '\\' ? escaped() : next);
        }
    }

    private char escaped() {
        char kind = take();
        int plain = "\"\\/bfnrt".indexOf(kind);
        if (plain >= 0) return "\"\\/\b\f\n\r\t".charAt(plain);
        if (kind != 'u' || at + 4 > text.length()) throw unexpected("an escape");
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    private Double number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
        if (start == at) throw unexpected("a value");
        return Double.valueOf(text.substring(start, at));
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private boolean skip(String expected) {
        if (!text.startsWith(expected, at)) return false;
        at += expected.length();
        return true;
    }

    private char peek() {
        if (at >= text.length()) throw unexpected("a value");
        return text.charAt(at);
    }

    private char take() {
        char next = peek();
        at++;
        return next;
    }

    private IllegalArgumentException unexpected(String expected) {
        return new IllegalArgumentException("Expected " + expected + " at character " + at + " of the JSON.");
    }
}
