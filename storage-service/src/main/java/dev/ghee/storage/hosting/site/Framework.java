package dev.ghee.storage.hosting.site;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** What made the site: decides what a path means that no file has, and which names change with their content. */
public enum Framework {
    /** One page that does its own routing. */
    REACT_VITE("react-vite"),
    /** Pages as files, {@code out/about.html} or {@code out/about/index.html}, with a 404 page of their own. */
    NEXTJS_STATIC("nextjs-static"),
    /** Plain files: what is not there is not there. */
    STATIC("static"),
    OTHER("other");

    private final String wireName;

    Framework(String wireName) {
        this.wireName = wireName;
    }

    /** As in the API and in the database. */
    public String wireName() {
        return wireName;
    }

    public static Optional<Framework> of(String wireName) {
        return Arrays.stream(values())
                .filter(framework -> framework.wireName.equals(wireName))
                .findFirst();
    }

    /** Whether the site's first page answers paths that no file has. */
    boolean routesItself(Set<String> files) {
        return switch (this) {
            case REACT_VITE -> true;
            case NEXTJS_STATIC, OTHER -> !files.contains(Site.NOT_FOUND_PAGE);
            case STATIC -> false;
        };
    }
}
