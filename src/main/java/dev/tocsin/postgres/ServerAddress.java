package dev.tocsin.postgres;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL server is, and as whom to enter.
 *
 * @param uri {@code postgresql://user:password@host:port/database?sslmode=…}
 */
public record ServerAddress(String uri) {
    private static final int CONNECT_MILLIS = 5_000;

    /** What the server calls us in pg_stat_activity. */
    private static final String APPLICATION = "tocsin";

    private static final String ROOT_CERTIFICATES = "sslrootcert";

    /** @throws IllegalArgumentException where it is no such URI; the message does not show it, as it has a password */
    public ServerAddress {
        try {
            PgConnectOptions.fromUri(uri);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected postgresql://user:password@host:port/database?sslmode=…");
        }
    }

    /** One without encryption: on the loopback address. */
    public ServerAddress(String host, int port, String database, String user, String password) {
        this("postgresql://" + user + ":" + password + "@" + host + ":" + port + "/" + database);
    }

    /** Without the password. */
    @Override
    public String toString() {
        PgConnectOptions options = PgConnectOptions.fromUri(uri);
        return options.getHost() + ":" + options.getPort() + "/" + options.getDatabase();
    }

    /** The same with this password instead of the one that it has, if any. */
    public ServerAddress withPassword(String password) {
        int begin = uri.indexOf("://") + 3;
        int slash = uri.indexOf('/', begin);
        int at = uri.lastIndexOf('@', slash < 0 ? uri.length() : slash);
        if (at < begin) {
            throw new IllegalArgumentException("a password needs a user: postgresql://user@host/database");
        }
        String user = uri.substring(begin, at).replaceFirst(":.*", "");
        String encoded = URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
        return new ServerAddress(uri.substring(0, begin) + user + ":" + encoded + uri.substring(at));
    }

    /**
     * For a connection or a pool. {@code sslmode} means what it means to libpq: {@code require} encrypts and trusts whoever answers,
     * {@code verify-ca} and {@code verify-full} trust what the file {@code sslrootcert} has, or else what the JVM trusts.
     */
    public PgConnectOptions connectOptions() {
        PgConnectOptions options = PgConnectOptions.fromUri(uri).addProperty("application_name", APPLICATION);
        SslMode mode = options.getSslMode();
        if (mode != SslMode.DISABLE) {
            ClientSSLOptions ssl = new ClientSSLOptions();
            ssl.setTrustAll(!verifies(mode));
            ssl.setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
            if (verifies(mode)) {
                String trusted = rootCertificates();
                ssl.setTrustOptions(trusted == null ? trustOfTheJvm() : new PemTrustOptions().addCertPath(trusted));
            }
            options.setSslOptions(ssl);
        }
        return options;
    }

    /** The file of certificates to trust, by libpq's name; null where none is named. */
    private @Nullable String rootCertificates() {
        String query = uri.substring(uri.indexOf('?') + 1);
        for (String parameter : query.split("&", -1)) {
            if (parameter.startsWith(ROOT_CERTIFICATES + "=")) {
                return URLDecoder.decode(parameter.substring(ROOT_CERTIFICATES.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return null;
    }

    private static TrustOptions trustOfTheJvm() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return TrustOptions.wrap(factory.getTrustManagers()[0]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JVM's own certificates can't be read", e);
        }
    }

    private static boolean verifies(SslMode mode) {
        return mode == SslMode.VERIFY_CA || mode == SslMode.VERIFY_FULL;
    }

    /**
     * A connection for what is done once, table by table, rather than asked all day. Blocks: not for an event loop.
     *
     * @throws SQLException where the server can't be reached, or refuses
     */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), jdbcProperties());
    }

    /** For a driver of JDBC, with {@link #jdbcProperties}. */
    public String jdbcUrl() {
        PgConnectOptions options = PgConnectOptions.fromUri(uri);
        return "jdbc:postgresql://" + options.getHost() + ":" + options.getPort() + "/" + options.getDatabase();
    }

    /** User, password, encryption and time-outs, as the driver calls them. */
    public Properties jdbcProperties() {
        PgConnectOptions options = PgConnectOptions.fromUri(uri);
        Properties properties = new Properties();
        properties.setProperty("user", options.getUser());
        if (options.getPassword() != null) {
            properties.setProperty("password", options.getPassword());
        }
        properties.setProperty("sslmode", options.getSslMode().value);
        String trusted = rootCertificates();
        if (trusted != null) {
            properties.setProperty(ROOT_CERTIFICATES, trusted);
        } else if (verifies(options.getSslMode())) {
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_MILLIS / 1_000));
        properties.setProperty("ApplicationName", APPLICATION);
        return properties;
    }
}
