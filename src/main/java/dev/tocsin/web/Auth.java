package dev.tocsin.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may use the HTTP surface. Immutable; safe from any thread. */
public sealed interface Auth {
    /** Nothing was said: anybody who reaches the port, which must then be on loopback. */
    record Unset() implements Auth {
        @Override
        public boolean admits(@Nullable String authorization) {
            return true;
        }
    }

    /** {@code auth: none}: anybody who reaches the port, wherever it is bound. */
    record None() implements Auth {
        @Override
        public boolean admits(@Nullable String authorization) {
            return true;
        }
    }

    /**
     * Holders of a token, as {@code Authorization: Bearer TOKEN} (or {@code Token TOKEN}, as InfluxDB 2 has it), or as the password of {@code Basic} with any user
     * name: that is what a browser asks for by itself, and then sends with {@code EventSource} as well. Only digests
     * are kept.
     */
    final class Tokens implements Auth {
        private static final int LEAST_LENGTH = 8;

        private final List<byte[]> digests;

        /** @throws IllegalArgumentException where there is no token, or a token is too short to be a secret */
        public Tokens(List<String> tokens) {
            if (tokens.isEmpty()) {
                throw new IllegalArgumentException("http.auth.tokens: at least one token is needed");
            }
            for (int i = 0; i < tokens.size(); i++) {
                int length = tokens.get(i).length();
                if (length < LEAST_LENGTH) {
                    throw new IllegalArgumentException("http.auth.tokens[" + i + "]: a token needs at least "
                            + LEAST_LENGTH + " characters, this one has " + length);
                }
            }
            digests = tokens.stream().map(Tokens::digest).toList();
        }

        @Override
        public boolean admits(@Nullable String authorization) {
            String token = authorization == null ? null : presented(authorization);
            if (token == null) {
                return false;
            }
            byte[] digest = digest(token);
            boolean found = false;
            for (byte[] known : digests) {
                found |= MessageDigest.isEqual(known, digest);
            }
            return found;
        }

        private static @Nullable String presented(String authorization) {
            int space = authorization.indexOf(' ');
            if (space < 0) {
                return null;
            }
            String scheme = authorization.substring(0, space);
            String credentials = authorization.substring(space + 1).trim();
            if (scheme.equalsIgnoreCase("Bearer") || scheme.equalsIgnoreCase("Token")) {
                return credentials;
            }
            if (!scheme.equalsIgnoreCase("Basic")) {
                return null;
            }
            try {
                String pair = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
                return pair.substring(pair.indexOf(':') + 1);
            } catch (IllegalArgumentException e) {
                return null;
            }
        }

        private static byte[] digest(String token) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }

    /** @param authorization the request's header of that name, null where there is none */
    boolean admits(@Nullable String authorization);
}
