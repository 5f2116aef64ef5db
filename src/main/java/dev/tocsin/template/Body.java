package dev.tocsin.template;

import java.util.List;

/**
 * What one template says, and where it stands. Immutable.
 *
 * @param source the name that errors tell
 * @param text all of the source, which the offsets of the statements are into
 */
record Body(String source, String text, List<Node.Statement> statements) {}
