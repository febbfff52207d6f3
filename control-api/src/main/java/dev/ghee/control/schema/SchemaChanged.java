package dev.ghee.control.schema;

import dev.ghee.contracts.AppId;

/**
 * A CDI event: tables, columns or policies of an app's database have just changed; fired after the commit, on the
 * thread that serves the request and before it is answered. Whoever caches what the catalogue says forgets it for this
 * app. Observers run synchronously: they neither block nor throw. Other replicas do not hear of it; they notice by
 * themselves, because a statement built on old knowledge fails or its cache entry runs out.
 */
public record SchemaChanged(AppId app) {}
