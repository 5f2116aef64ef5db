package dev.tocsin.notify;

import java.text.Normalizer;

/**
 * A text as one segment of SMS: 160 characters of the GSM alphabet (3GPP TS 23.038, 6.2.1), of which those of its extension
 * count twice, or 70 of UCS-2 where a character is in neither. Since one such character more than halves the room, quotes,
 * dashes, blanks and Latin accents that the alphabet lacks are replaced by what it has. Stateless.
 */
final class SmsText {
    static final int MOST_GSM = 160;
    static final int MOST_UCS2 = 70;

    private static final String BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    private static final String EXTENSION = "\f^{}\\[~]|€";

    private SmsText() {}

    /** The beginning of the text that fits, dots last where something is cut. */
    static String oneSegment(String text) {
        String plain = plain(text.strip());
        boolean gsm = plain.codePoints().allMatch(SmsText::isGsm);
        int most = gsm ? MOST_GSM : MOST_UCS2;
        if (length(plain, gsm) <= most) {
            return plain;
        }
        String dots = gsm ? "..." : "…";
        int room = most - dots.length();
        StringBuilder cut = new StringBuilder();
        for (int i = 0; i < plain.length(); ) {
            int c = plain.codePointAt(i);
            room -= units(c, gsm);
            if (room < 0) {
                break;
            }
            cut.appendCodePoint(c);
            i += Character.charCount(c);
        }
        return cut + dots;
    }

    /** In septets, or in units of UCS-2. */
    static int length(String text, boolean gsm) {
        return text.codePoints().map(c -> units(c, gsm)).sum();
    }

    static boolean isGsm(int c) {
        return BASIC.indexOf(c) >= 0 || EXTENSION.indexOf(c) >= 0;
    }

    private static int units(int c, boolean gsm) {
        return gsm ? (EXTENSION.indexOf(c) >= 0 ? 2 : 1) : Character.charCount(c);
    }

    private static String plain(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isGsm(c)) {
                out.appendCodePoint(c);
            } else {
                out.append(replacement(c));
            }
        });
        return out.toString();
    }

    private static String replacement(int c) {
        return switch (c) {
            case '‘', '’', '‚', '`', '´' -> "'";
            case '“', '”', '„', '«', '»' -> "\"";
            case '‐', '‑', '–', '—', '−' -> "-";
            case '…' -> "...";
            case '→' -> "->";
            case '≥' -> ">=";
            case '≤' -> "<=";
            case '×' -> "x";
            case '•' -> "*";
            case '\t', '\u00a0', '\u202f' -> " ";
            default -> unaccented(c);
        };
    }

    /** A Latin letter without its accent; any other character as it is. */
    private static String unaccented(int c) {
        String whole = Character.toString(c);
        String letter = Normalizer.normalize(whole, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
        return !letter.isEmpty() && letter.codePoints().allMatch(SmsText::isGsm) ? letter : whole;
    }
}
