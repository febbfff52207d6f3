package dev.ghee.storage.build;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What installs a project's dependencies, exactly as its lock file says. */
enum PackageManager {
    @JsonProperty("npm")
    NPM("npm", "package-lock.json", "", "npm ci"),
    @JsonProperty("pnpm")
    PNPM("pnpm", "pnpm-lock.yaml", "pnpm@9", "pnpm install --frozen-lockfile"),
    @JsonProperty("yarn")
    YARN("yarn", "yarn.lock", "yarn@1", "yarn install --frozen-lockfile");

    private final String wireName;
    private final String lockFile;
    private final String packageName;
    private final String install;

    PackageManager(String wireName, String lockFile, String packageName, String install) {
        this.wireName = wireName;
        this.lockFile = lockFile;
        this.packageName = packageName;
        this.install = install;
    }

    String wireName() {
        return wireName;
    }

    String lockFile() {
        return lockFile;
    }

    String install() {
        return install;
    }

    /** The package that brings it, where a machine has none; empty for npm, which comes with Node. */
    String packageName() {
        return packageName;
    }
}
