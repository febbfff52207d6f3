package dev.ghee.realtime.policy.compiler;

import java.util.Arrays;

/** Viewers found in any order, given back ascending and once. For one thread; cleared and used again. */
final class ViewerSet {
    private static final int[] NOBODY = {};

    private int[] viewers = new int[16];
    private int size;
    private int parts;

    void clear() {
        size = 0;
        parts = 0;
    }

    /** @param ascending is not changed */
    void add(int[] ascending) {
        if (ascending.length == 0) {
            return;
        }
        if (viewers.length - size < ascending.length) {
            viewers = Arrays.copyOf(viewers, Math.max(viewers.length * 2, size + ascending.length));
        }
        System.arraycopy(ascending, 0, viewers, size, ascending.length);
        size += ascending.length;
        parts++;
    }

    int[] ascending() {
        if (size == 0) {
            return NOBODY;
        }
        if (parts == 1) {
            return Arrays.copyOf(viewers, size);
        }
        Arrays.sort(viewers, 0, size);
        int distinct = 1;
        for (int i = 1; i < size; i++) {
            if (viewers[i] != viewers[distinct - 1]) {
                viewers[distinct++] = viewers[i];
            }
        }
        return Arrays.copyOf(viewers, distinct);
    }
}
