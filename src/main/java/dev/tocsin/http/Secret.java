package dev.tocsin.http;

import java.nio.file.Path;

/** A text that must not be shown: never in logs, answers or errors. Immutable; equal where it stands for the same. */
public sealed interface Secret {
    /** Written in the configuration, or in an environment variable that it names. */
    record Inline(String value) implements Secret {
        @Override
        public String toString() {
            return "<secret>";
        }
    }

    /** Read from a file at each use, so that a rotated secret needs no reload. Surrounding white space is not part of it. */
    record InFile(Path file) implements Secret {}
}
