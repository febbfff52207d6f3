package dev.ghee.control.app;

import dev.ghee.contracts.AppId;

/** Makes and drops the databases of apps, later and without anybody waiting for it. */
public interface Databases {
    /**
     * The app's committed status says where it is going: {@code provisioning} ends as {@code ready} or
     * {@code failed}, {@code deleting} as gone, whatever crashes in between. Never blocks.
     */
    void settle(AppId app);
}
