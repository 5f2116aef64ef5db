package dev.tocsin.web;

import java.util.List;

/**
 * @param name in paths: the file's name without its ending
 * @param text its file's, for who wants to make another of it
 */
public record Dashboard(String name, String title, Variables variables, List<Panel> panels, String text) {
    public static final int MAX_PANELS = 200;

    public Dashboard {
        panels = List.copyOf(panels);
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,63}")) {
            throw new IllegalArgumentException("a dashboard's name has letters, digits, - and _, not \"" + name + "\"");
        }
        if (panels.size() > MAX_PANELS) {
            throw new IllegalArgumentException(
                    "a dashboard has at most " + MAX_PANELS + " panels, this one " + panels.size());
        }
    }
}
