package dev.tocsin.config;

import java.util.ArrayList;
import java.util.List;

/** Commands as they stand in files. No shell takes a line apart: each argument stands by itself. */
final class CommandVector {
    private CommandVector() {}

    /** The program's whole path, then its arguments. */
    static List<String> read(YamlNode node) throws ConfigException {
        if (!node.isList() || node.asList().isEmpty()) {
            throw node.error("expected a list, the program first: [/usr/lib/nagios/plugins/check_load, -w, \"5\"]");
        }
        List<String> arguments = new ArrayList<>();
        for (YamlNode item : node.asList()) {
            arguments.add(item.asString());
        }
        if (!arguments.getFirst().startsWith("/")) {
            throw node.error("expected the whole path of the program, found \"" + arguments.getFirst() + "\"");
        }
        return arguments;
    }
}
