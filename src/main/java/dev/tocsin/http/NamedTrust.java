package dev.tocsin.http;

import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts a server that authorities vouch for under one name (RFC 6125, section 6.4), whatever it was connected to by.
 * Vert.x' mail client compares no names once a connection is upgraded by STARTTLS. Immutable.
 */
final class NamedTrust extends X509ExtendedTrustManager {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final X509TrustManager authorities;
    private final String name;

    NamedTrust(X509TrustManager authorities, String name) {
        this.authorities = authorities;
        this.name = name.toLowerCase(Locale.ROOT);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        authorities.checkServerTrusted(chain, authType);
        if (!isFor(chain[0])) {
            throw new CertificateException("the certificate is not for " + name);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    private boolean isFor(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (isAddress(name)) {
            return alternatives != null
                    && alternatives.stream()
                            .anyMatch(each -> each.getFirst().equals(IP_ADDRESS) && isSameAddress(each.get(1)));
        }
        List<String> names = alternatives == null
                ? List.of()
                : alternatives.stream()
                        .filter(each -> each.getFirst().equals(DNS_NAME))
                        .map(each -> String.valueOf(each.get(1)))
                        .toList();
        // Old certificates have their name as the subject's alone.
        return (names.isEmpty() ? commonNames(certificate) : names).stream().anyMatch(this::matches);
    }

    private static boolean isAddress(String text) {
        return text.indexOf(':') >= 0 || text.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    }

    private boolean isSameAddress(Object other) {
        try {
            // Literals: nothing is looked up.
            return isAddress(other.toString())
                    && InetAddress.getByName(name).equals(InetAddress.getByName(other.toString()));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static List<String> commonNames(X509Certificate certificate) throws CertificateException {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(each -> each.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .map(String::valueOf)
                            .toList();
        } catch (InvalidNameException e) {
            throw new CertificateException("the certificate's subject can't be read", e);
        }
    }

    /** A star stands for one whole label, the first, of at least three. */
    private boolean matches(String certified) {
        String pattern = certified.toLowerCase(Locale.ROOT);
        int dot = name.indexOf('.');
        return pattern.equals(name)
                || (pattern.startsWith("*.")
                        && pattern.indexOf('.', 2) > 0
                        && dot > 0
                        && name.substring(dot).equals(pattern.substring(1)));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
