package dev.tocsin.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names against certificates of the JDK's own keytool. */
class NamedTrustTest {
    @TempDir
    private Path folder;

    private KeyStore keyStore(String subject, String alternatives) throws Exception {
        Path store = folder.resolve("store.p12");
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + subject,
                "-storepass",
                "changeit",
                "-keystore",
                store.toString());
        if (!alternatives.isEmpty()) {
            command.command().add("-ext");
            command.command().add("SAN=" + alternatives);
        }
        Process process = command.inheritIO().start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("keytool failed");
        }
        return KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    }

    private static X509TrustManager trusting(X509Certificate certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("a", certificate);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return (X509TrustManager) Arrays.asList(factory.getTrustManagers()).getFirst();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            other.org | dns:mail.example.org,dns:*.sub.example.org | mail.example.org     | true
            other.org | dns:mail.example.org,dns:*.sub.example.org | Mail.Example.ORG     | true
            other.org | dns:mail.example.org,dns:*.sub.example.org | a.sub.example.org    | true
            other.org | dns:mail.example.org,dns:*.sub.example.org | a.b.sub.example.org  | false
            other.org | dns:mail.example.org,dns:*.sub.example.org | sub.example.org      | false
            other.org | dns:mail.example.org                       | other.org            | false
            other.org | ''                                         | other.org            | true
            other.org | ip:192.0.2.1,ip:2001:db8::1                | 192.0.2.1            | true
            other.org | ip:192.0.2.1,ip:2001:db8::1                | 2001:db8:0:0:0:0:0:1 | true
            other.org | ip:192.0.2.1                               | 192.0.2.2            | false
            192.0.2.1 | ''                                         | 192.0.2.1            | false
            """)
    void aCertificateIsForItsNames(String subject, String alternatives, String name, boolean isFor) throws Exception {
        X509Certificate certificate =
                (X509Certificate) keyStore(subject, alternatives).getCertificate("a");
        NamedTrust trust = new NamedTrust(trusting(certificate), name);
        X509Certificate[] chain = {certificate};

        if (isFor) {
            assertThatCode(() -> trust.checkServerTrusted(chain, "ECDHE_ECDSA")).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> trust.checkServerTrusted(chain, "ECDHE_ECDSA"))
                    .isInstanceOf(CertificateException.class)
                    .hasMessageContaining("is not for");
        }
    }

    @Test
    void aNameAloneIsNotEnough() throws Exception {
        X509Certificate known = (X509Certificate) keyStore("other.org", "").getCertificate("a");
        Files.delete(folder.resolve("store.p12"));
        X509Certificate forged = (X509Certificate) keyStore("other.org", "").getCertificate("a");
        NamedTrust trust = new NamedTrust(trusting(known), "other.org");

        assertThatThrownBy(() -> trust.checkServerTrusted(new X509Certificate[] {forged}, "ECDHE_ECDSA"))
                .isInstanceOf(CertificateException.class);
    }
}
