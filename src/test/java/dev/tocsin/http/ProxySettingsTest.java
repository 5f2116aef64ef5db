package dev.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxySettingsTest {
    private static final URI PROXY = URI.create("http://proxy:3128");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.example          | http://a.example/       | true",
                "a.example          | http://b.a.example/     | true",
                "a.example          | http://ba.example/      | false",
                ".a.example         | http://a.example/       | false",
                ".a.example         | http://b.a.example/     | true",
                "*.a.example        | http://b.a.example/     | true",
                "A.example          | http://a.EXAMPLE/       | true",
                "a.example:80       | http://a.example/       | true",
                "a.example:80       | https://a.example/      | false",
                "a.example:8443     | https://a.example:8443/ | true",
                "10.1.0.0/16        | http://10.1.200.3/      | true",
                "10.1.0.0/16        | http://10.2.0.3/        | false",
                "10.1.2.3           | http://10.1.2.3:99/     | true",
                "*                  | http://anything/        | true",
                "a, b.example       | http://b.example/       | false",
            })
    void anExceptionIsReachedDirectly(String exception, String url, boolean direct) {
        ProxySettings settings = new ProxySettings(PROXY, PROXY, List.of(exception), false, Map.of());

        assertThat(settings.proxyFor(URI.create(url))).isEqualTo(direct ? null : PROXY);
    }

    @Test
    void eachSchemeHasItsOwnAndLoopbackNoneWhereTheEnvironmentSaysSo() {
        ProxySettings settings = new ProxySettings(null, PROXY, List.of(), false, Map.of());

        assertThat(settings.proxyFor(URI.create("http://a/"))).isNull();
        assertThat(settings.proxyFor(URI.create("https://a/"))).isEqualTo(PROXY);
        assertThat(settings.proxyFor(URI.create("https://127.0.0.1/"))).isNull();
        assertThat(ProxySettings.of(PROXY).proxyFor(URI.create("http://localhost/")))
                .isEqualTo(PROXY);
    }
}
