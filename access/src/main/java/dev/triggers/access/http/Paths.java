package dev.triggers.access.http;

import java.util.List;

/** Which paths need no key, and which need the operator's token; every other one needs a key. */
public record Paths(List<String> open, List<String> admin) {

    /** Both services' paths together: each is said once, here. */
    public static final Paths DEFAULT = new Paths(
            List.of("/livez", "/readyz", "/metrics", "/problems", "/openapi.json", "/asyncapi.json", "/console"),
            List.of("/v1/orgs", "/v1/rebuild", "/v1/reconciliation/coverage"));

    public Paths {
        open = List.copyOf(open);
        admin = List.copyOf(admin);
    }

    boolean isOpen(String path) {
        return plain(path) && among(open, path);
    }

    boolean isAdmin(String path) {
        return plain(path) && among(admin, path);
    }

    /** Anything that could be read as another path than it looks like is none of these. */
    private static boolean plain(String path) {
        return path.indexOf('%') < 0 && path.indexOf(';') < 0 && !path.contains("..") && !path.contains("//");
    }

    private static boolean among(List<String> prefixes, String path) {
        return prefixes.stream()
                .anyMatch(prefix -> path.startsWith(prefix)
                        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/'));
    }
}
