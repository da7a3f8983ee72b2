// SPDX-License-Identifier: MIT
package io.offheap.repro;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code --name=value} and {@code --flag}; whatever is not as expected is a {@link UsageError} that names the option. */
final class Arguments {
    private final Map<String, String> values = new LinkedHashMap<>();

    /** @param known option names; those that take a value end in {@code =} */
    Arguments(List<String> arguments, List<String> known) {
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (known.contains(name + "=")) {
                if (equals < 0) throw new UsageError("Expected a value for " + name + ", as in " + name + "=VALUE, found none.");
                values.put(name, argument.substring(equals + 1));
            } else if (known.contains(name)) {
                if (equals >= 0) throw new UsageError("Expected " + name + " without a value, found \"" + argument + "\".");
                values.put(name, "");
            } else {
                List<String> names = known.stream().map(option -> option.replace("=", "")).toList();
                throw new UsageError("Unknown option \"" + name + "\"." + Suggestion.near(name, names));
            }
        }
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String text(String name, String fallback) {
        String value = values.getOrDefault(name, fallback);
        if (value.isEmpty()) throw new UsageError("Expected a value for " + name + ", found an empty one.");
        return value;
    }

    Path path(String name) {
        if (!has(name)) throw new UsageError("Expected " + name + "=PATH, found no such option.");
        return Path.of(text(name, ""));
    }

    int number(String name, int fallback, int least, int most) {
        String value = values.get(name);
        if (value == null) return fallback;
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) return number;
        } catch (NumberFormatException notANumber) {
            // said below, in the same words as a number out of range
        }
        throw new UsageError("Expected " + name + " to be a whole number from " + least + " to " + most
                + ", found \"" + value + "\".");
    }

    /** The constant of an enum by its lower-case name. */
    <E extends Enum<E>> E choice(String name, E fallback) {
        String value = values.get(name);
        if (value == null) return fallback;
        E[] constants = fallback.getDeclaringClass().getEnumConstants();
        List<String> names = Arrays.stream(constants).map(Arguments::nameOf).toList();
        int index = names.indexOf(value);
        if (index >= 0) return constants[index];
        throw new UsageError("Expected " + name + " to be one of " + String.join(", ", names) + ", found \"" + value + "\"."
                + Suggestion.near(value, names));
    }

    static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
