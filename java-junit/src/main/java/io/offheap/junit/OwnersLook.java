// SPDX-License-Identifier: MIT
package io.offheap.junit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who owns the blocks of malloc, by one run of {@code offheap owners} (docs/owners.md, schema version 1). */
final class OwnersLook {
    private static final int MOST_SHOWN = 3;
    /** An owner with less than this part of the largest one is not worth a line. */
    private static final int LITTLE = 20;

    /** Of one owner: its bytes and blocks with all to which they lead, and who holds its objects. */
    private static final class Owner {
        String title;
        long bytes;
        long blocks;
        String held;
    }

    /** By kind and name. */
    private final Map<String, Owner> owners = new LinkedHashMap<>();
    private String failure;

    private OwnersLook() {}

    static OwnersLook failed(String reason) {
        OwnersLook look = new OwnersLook();
        look.failure = reason;
        return look;
    }

    static OwnersLook parse(String json) {
        try {
            OwnersLook look = new OwnersLook();
            Map<?, ?> result = (Map<?, ?>) Json.parse(json);
            if (result.get("unsized") != null) return failed("blocks of this allocator cannot be walked, only those of glibc");
            for (Object entry : (List<?>) result.get("owners")) look.add((Map<?, ?>) entry);
            return look;
        } catch (ClassCastException | NullPointerException | IllegalArgumentException other) {
            return failed("its JSON is not of the form of this release (" + other.getMessage() + ")");
        }
    }

    private void add(Map<?, ?> entry) {
        Owner owner = new Owner();
        String kind = (String) entry.get("kind");
        String name = (String) entry.get("name");
        owner.title = kind.equals("thread") ? "thread " + name : name;
        owner.bytes = count(entry.get("bytes"));
        owner.blocks = count(entry.get("blocks"));
        owner.held = heldOf((Map<?, ?>) entry.get("held"));
        owners.put(kind + ' ' + name, owner);
    }

    /** "← java.util.zip.Inflater.zsRef ← static Cache.OPEN"; empty when it is not known. */
    private static String heldOf(Map<?, ?> held) {
        if (held == null) return "";
        StringBuilder text = new StringBuilder();
        List<?> way = (List<?>) held.get("way");
        for (Object step : way == null ? mostOf((List<?>) held.get("holders")) : way) {
            Map<?, ?> holder = (Map<?, ?>) step;
            Object field = holder.get("field");
            text.append(" ← ").append(prefixOf((String) holder.get("kind"))).append(holder.get("name"));
            if (field != null) text.append('.').append(field);
        }
        Double waiting = (Double) held.get("waitingObjects");
        if (waiting != null && waiting > 0) {
            text.append("; of its ").append(count(held.get("objects"))).append(" objects ").append(count(waiting));
            text.append(" wait for the garbage collector");
        }
        return text.toString();
    }

    /** Where most objects are garbage, nothing leads to them from the program. Up to whom holds most of each level, as src/stats/holder-path.ts. */
    private static List<Map<?, ?>> mostOf(List<?> holders) {
        List<Map<?, ?>> most = new ArrayList<>();
        for (Object step : holders) {
            Map<?, ?> holder = (Map<?, ?>) step;
            // By level, those that hold most first.
            if (count(holder.get("level")) != most.size() + 1 || !holder.get("kind").equals("strong")) continue;
            if (!most.isEmpty() && count(holder.get("heldObjects")) * 2 < count(most.get(most.size() - 1).get("objects"))) break;
            most.add(holder);
        }
        return most;
    }

    private static String prefixOf(String kind) {
        return kind.equals("static") ? "static " : kind.equals("thread") ? "the stack of thread " : "";
    }

    private static long count(Object number) {
        return ((Double) number).longValue();
    }

    /** Lines of the largest owners, or why there are none. */
    String largest() {
        return failure != null ? unnamed(failure) : list("Largest owners of the live bytes, this test's and others':", new OwnersLook());
    }

    /** Lines of those that grew most since an earlier look. */
    String grownSince(OwnersLook before) {
        if (failure != null) return unnamed(failure);
        return before.failure != null ? unnamed(before.failure) : list("Owners that grew most in the second series:", before);
    }

    private static String unnamed(String reason) {
        return "Owners are not named: " + reason + ".";
    }

    private String list(String title, OwnersLook before) {
        List<String> keys = new ArrayList<>(owners.keySet());
        Collections.sort(keys, Comparator.comparingLong((String key) -> grown(key, before)).reversed());
        boolean differs = !before.owners.isEmpty();
        StringBuilder lines = new StringBuilder(title);
        long most = keys.isEmpty() ? 0 : grown(keys.get(0), before);
        for (String key : keys.subList(0, Math.min(MOST_SHOWN, keys.size()))) {
            if (grown(key, before) <= most / LITTLE) break;
            Owner owner = owners.get(key);
            Owner old = before.owners.get(key);
            String sign = differs ? "+" : "";
            long blocks = owner.blocks - (old == null ? 0 : old.blocks);
            lines.append("\n  ").append(sign).append(ByteSize.brief(grown(key, before))).append(" in ");
            lines.append(blocks).append(blocks == 1 ? " block" : " blocks").append(differs ? " more: " : ": ").append(owner.title).append(owner.held);
        }
        return lines.toString();
    }

    private long grown(String key, OwnersLook before) {
        Owner old = before.owners.get(key);
        return owners.get(key).bytes - (old == null ? 0 : old.bytes);
    }
}
