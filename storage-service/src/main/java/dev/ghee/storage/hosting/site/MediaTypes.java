package dev.ghee.storage.hosting.site;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What browsers have to be told of a file, by the end of its name. */
public final class MediaTypes {
    private static final String UNKNOWN = "application/octet-stream";

    /** Text by nature, and so worth compressing; browsers are told that it is UTF-8 where they would guess. */
    private static final Map<String, String> TEXT = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("htm", "text/html; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("mjs", "text/javascript; charset=utf-8"),
            Map.entry("cjs", "text/javascript; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("map", "application/json"),
            Map.entry("jsonld", "application/ld+json"),
            Map.entry("geojson", "application/geo+json"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("md", "text/markdown; charset=utf-8"),
            Map.entry("csv", "text/csv; charset=utf-8"),
            Map.entry("xml", "application/xml"),
            Map.entry("rss", "application/rss+xml"),
            Map.entry("atom", "application/atom+xml"),
            Map.entry("xhtml", "application/xhtml+xml"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("ics", "text/calendar; charset=utf-8"),
            Map.entry("vtt", "text/vtt; charset=utf-8"),
            Map.entry("glsl", "text/plain; charset=utf-8"),
            Map.entry("gltf", "model/gltf+json"),
            Map.entry("wasm", "application/wasm"),
            Map.entry("ttf", "font/ttf"),
            Map.entry("otf", "font/otf"),
            Map.entry("eot", "application/vnd.ms-fontobject"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("bmp", "image/bmp"));

    /** Compressed as they are. */
    private static final Map<String, String> DENSE = Map.ofEntries(
            Map.entry("png", "image/png"),
            Map.entry("apng", "image/apng"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("webp", "image/webp"),
            Map.entry("avif", "image/avif"),
            Map.entry("woff", "font/woff"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("m4a", "audio/mp4"),
            Map.entry("aac", "audio/aac"),
            Map.entry("ogg", "audio/ogg"),
            Map.entry("opus", "audio/ogg"),
            Map.entry("wav", "audio/wav"),
            Map.entry("flac", "audio/flac"),
            Map.entry("mp4", "video/mp4"),
            Map.entry("m4v", "video/mp4"),
            Map.entry("webm", "video/webm"),
            Map.entry("mov", "video/quicktime"),
            Map.entry("ogv", "video/ogg"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("zip", "application/zip"),
            Map.entry("gz", "application/gzip"),
            Map.entry("glb", "model/gltf-binary"));

    private static final Map<String, String> ALL = all();

    private MediaTypes() {}

    private static Map<String, String> all() {
        Map<String, String> all = new HashMap<>(TEXT);
        all.putAll(DENSE);
        return Map.copyOf(all);
    }

    /** For the Content-Type header; {@code application/octet-stream} when the name says nothing. */
    public static String of(String path) {
        return ALL.getOrDefault(extension(path), UNKNOWN);
    }

    public static boolean compressible(String path) {
        return TEXT.containsKey(extension(path));
    }

    /** In lower case; empty when the name has none. */
    static String extension(String path) {
        int dot = path.lastIndexOf('.');
        return dot <= path.lastIndexOf('/') ? "" : path.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
