package dev.tocsin.notify;

/** What colour tells a group's state in chats. */
enum MessageColour {
    RED(0xb91c1c),
    AMBER(0xd97706),
    BLUE(0x439fe0),
    GREEN(0x15803d);

    private final int rgb;

    MessageColour(int rgb) {
        this.rgb = rgb;
    }

    /** Red fires, unless what fires is of medium (amber) or low (blue) severity; green is resolved. */
    static MessageColour of(MessageContext context) {
        if (!context.isFiring()) {
            return GREEN;
        }
        return switch (context.severity()) {
            case "medium" -> AMBER;
            case "low" -> BLUE;
            default -> RED;
        };
    }

    int rgb() {
        return rgb;
    }

    /** Six hexadecimal digits. */
    String hex() {
        return String.format("%06X", rgb);
    }
}
