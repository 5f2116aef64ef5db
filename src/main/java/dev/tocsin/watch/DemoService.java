package dev.tocsin.watch;

import java.util.List;

/**
 * A service that the demo pretends to be.
 *
 * @param requestsPerSecond at an average hour, all routes together
 */
record DemoService(String name, double requestsPerSecond, List<Route> routes) {
    /**
     * @param share of the service's requests
     * @param medianMillis of its latency, which is lognormal
     * @param sigma of the latency's logarithm: 0.3 is steady, 0.8 has a long tail
     * @param errorRate share of requests answered 500 on an ordinary day
     */
    record Route(String path, double share, double medianMillis, double sigma, double errorRate) {}

    static final List<DemoService> ALL = List.of(
            new DemoService(
                    "catalog",
                    90,
                    List.of(
                            new Route("/products", 0.45, 18, 0.5, 0.001),
                            new Route("/products/:id", 0.40, 9, 0.4, 0.001),
                            new Route("/search", 0.15, 60, 0.7, 0.004))),
            new DemoService(
                    "auth",
                    40,
                    List.of(
                            new Route("/token", 0.70, 6, 0.3, 0.0005),
                            new Route("/login", 0.25, 85, 0.35, 0.003),
                            new Route("/logout", 0.05, 5, 0.3, 0.0005))),
            new DemoService(
                    "checkout",
                    25,
                    List.of(new Route("/cart", 0.75, 25, 0.5, 0.002), new Route("/checkout", 0.25, 120, 0.5, 0.005))),
            new DemoService(
                    "payments",
                    8,
                    List.of(
                            new Route("/charge", 0.95, 210, 0.45, 0.006),
                            new Route("/refund", 0.05, 260, 0.5, 0.008))));
}
