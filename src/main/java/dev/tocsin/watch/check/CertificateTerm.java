package dev.tocsin.watch.check;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** How long a server's certificate holds yet. No state. */
final class CertificateTerm {
    private static final double MILLIS_PER_DAY = 86_400_000;
    private static final double MILLIS_PER_SECOND = 1_000;

    private CertificateTerm() {}

    /**
     * The result of a run with the certificate's end beside it.
     *
     * @param leastDays that it must hold yet, for a result that is well to stay so
     */
    static ProbeResult judge(ProbeResult result, X509Certificate certificate, int leastDays, long nowMillis) {
        double endMillis = certificate.getNotAfter().getTime();
        double days = (endMillis - nowMillis) / MILLIS_PER_DAY;
        ProbeResult judged = result.ok() && days < leastDays
                ? ProbeResult.failed("the certificate ends in " + Math.round(Math.floor(days)) + " days, on "
                        + certificate.getNotAfter().toInstant())
                : result;
        List<ProbeResult.Reading> readings = new ArrayList<>(result.readings());
        readings.add(
                ProbeResult.Reading.gauge("check_certificate_expiry_timestamp_seconds", endMillis / MILLIS_PER_SECOND));
        return judged.with(readings);
    }
}
