package dev.ghee.control.domain;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What tests have the public internet say. No proxy stands before its fields. */
@Alternative
@Priority(1)
@Singleton
class ScriptedRecords implements PublicRecords {
    final Map<String, String> texts = new ConcurrentHashMap<>();
    final Map<String, String> aliases = new ConcurrentHashMap<>();
    final Map<String, String> pages = new ConcurrentHashMap<>();

    @Override
    public List<String> texts(String name) {
        return Optional.ofNullable(texts.get(name)).stream().toList();
    }

    @Override
    public Optional<String> alias(String name) {
        return Optional.ofNullable(aliases.get(name));
    }

    @Override
    public Optional<String> page(URI url) {
        return Optional.ofNullable(pages.get(url.toString()));
    }
}
