package dev.tocsin.config;

/**
 * Metrics of the machine itself: {@code host.*}.
 *
 * @param enabled whether {@code host_*} series are measured
 */
public record HostSettings(boolean enabled) {
    public static final HostSettings DEFAULTS = new HostSettings(true);

    static HostSettings read(Layers in) throws ConfigException {
        return new HostSettings(in.read("host.enabled", DEFAULTS.enabled, YamlNode::asBoolean));
    }
}
