package dev.tocsin.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads secrets without blocking an event loop. */
public final class Secrets {
    private Secrets() {}

    /** The text that a secret stands for. Fails where its file can't be read, with a message that names the file. */
    public static Future<String> read(Vertx vertx, Secret secret) {
        return switch (secret) {
            case Secret.Inline inline -> Future.succeededFuture(inline.value());
            case Secret.InFile inFile ->
                vertx.fileSystem()
                        .readFile(inFile.file().toString())
                        .map(content -> content.toString(StandardCharsets.UTF_8).strip());
        };
    }

    /** All of them, in order. Fails where one does. */
    public static Future<List<String>> read(Vertx vertx, List<Secret> secrets) {
        return Future.all(secrets.stream().map(secret -> read(vertx, secret)).toList())
                .map(all -> all.list());
    }
}
