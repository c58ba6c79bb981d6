package dev.triggers.access;

import dev.triggers.common.event.Limits;

/** What an org or a key may be called. */
final class Names {

    private Names() {}

    /** Throws {@link IllegalArgumentException} unless it is 1 to 100 printable characters, not all of them spaces. */
    static void require(String name) {
        boolean printable = name.codePoints()
                .noneMatch(c ->
                        Character.isISOControl(c) || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
        int length = name.codePointCount(0, name.length());
        if (length < 1 || length > Orgs.NAME_CHARS || name.isBlank() || !printable) {
            throw new IllegalArgumentException(
                    "name: " + Limits.cut(name) + " (expected: 1 to " + Orgs.NAME_CHARS + " printable characters)");
        }
    }
}
