package dev.tocsin.core;

/**
 * Where a message about an alert can lead: whole URLs, each empty where there is none.
 *
 * @param page the alert, with its history
 * @param silence the same, with a silence begun
 * @param acknowledge a page with one button that acknowledges this episode of the alert; it needs no token, since the URL
 *     is signed, and is to be shown to those only who are told of the alert; empty for an alert that is resolved
 */
public record AlertLinks(String page, String silence, String acknowledge) {
    public static final AlertLinks NONE = new AlertLinks("", "", "");
}
