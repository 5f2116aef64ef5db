package dev.tocsin.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What {@code kubectl apply -k k8s} would apply. Skipped where there is no kubectl, but not in CI. */
class KustomizeTest {
    private static final Path BASE = Path.of(System.getProperty("tocsin.basedir", "."));

    private static final List<Node> objects = new ArrayList<>();

    /** A place in parsed YAML. */
    private record Node(Object value) {
        Node at(Object... path) {
            Object here = value;
            for (Object step : path) {
                here = step instanceof Integer i ? ((List<?>) here).get(i) : ((Map<?, ?>) here).get(step);
                assertThat(here).as("%s of %s", step, List.of(path)).isNotNull();
            }
            return new Node(here);
        }

        String text() {
            return String.valueOf(value);
        }

        List<Node> items() {
            return ((List<?>) value).stream().map(Node::new).toList();
        }
    }

    @BeforeAll
    static void render() throws Exception {
        Process kubectl;
        try {
            kubectl = new ProcessBuilder("kubectl", "kustomize", "k8s")
                    .directory(BASE.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) {
                fail("kubectl is not installed", e);
            }
            abort("kubectl is not installed");
            return;
        }
        String rendered = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(kubectl.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(kubectl.exitValue()).isZero();
        objects.clear();
        new Yaml().loadAll(rendered).forEach(object -> objects.add(new Node(object)));
    }

    private static Node object(String kind, String name) {
        return objects.stream()
                .filter(o -> o.at("kind").text().equals(kind)
                        && o.at("metadata", "name").text().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }

    private static Node pod() {
        return object("Deployment", "tocsin").at("spec", "template", "spec");
    }

    private static Node container() {
        return pod().at("containers", 0);
    }

    @Test
    void isWhatItSays() {
        assertThat(objects)
                .extracting(o ->
                        o.at("kind").text() + " " + o.at("metadata", "name").text())
                .containsExactlyInAnyOrder(
                        "Deployment tocsin", "Service tocsin", "Service tocsin-statsd", "ConfigMap tocsin-conf");
    }

    @Test
    void theServicesReachTheContainersPorts() {
        Map<String, String> ports = new TreeMap<>();
        for (Node port : container().at("ports").items()) {
            ports.put(
                    port.at("name").text(),
                    port.at("containerPort").text() + "/" + port.at("protocol").text());
        }
        assertThat(ports).isEqualTo(Map.of("http", "8080/TCP", "statsd", "8125/UDP"));
        Node podLabels = object("Deployment", "tocsin").at("spec", "template", "metadata", "labels");
        for (Map.Entry<String, String> service :
                Map.of("tocsin", "8080/TCP", "tocsin-statsd", "8125/UDP").entrySet()) {
            Node spec = object("Service", service.getKey()).at("spec");
            Node port = spec.at("ports", 0);
            assertThat(port.at("port").text() + "/" + port.at("protocol").text())
                    .isEqualTo(service.getValue());
            assertThat(ports.get(port.at("targetPort").text())).isEqualTo(service.getValue());
            assertThat(spec.at("selector")).isEqualTo(podLabels);
        }
    }

    @Test
    void probesAskTheServer() {
        assertThat(container().at("startupProbe", "httpGet", "path").text()).isEqualTo("/livez");
        assertThat(container().at("livenessProbe", "httpGet", "path").text()).isEqualTo("/livez");
        assertThat(container().at("readinessProbe", "httpGet", "path").text()).isEqualTo("/readyz");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(container().at(probe, "httpGet", "port").text()).isEqualTo("http");
        }
    }

    @Test
    void runsWithoutRights() {
        assertThat(pod().at("securityContext", "runAsNonRoot").value()).isEqualTo(true);
        assertThat(pod().at("securityContext", "runAsUser").value()).isEqualTo(10_001);
        assertThat(pod().at("automountServiceAccountToken").value()).isEqualTo(false);
        assertThat(container().at("securityContext", "readOnlyRootFilesystem").value())
                .isEqualTo(true);
        assertThat(container().at("securityContext", "allowPrivilegeEscalation").value())
                .isEqualTo(false);
        assertThat(container().at("securityContext", "capabilities", "drop").value())
                .isEqualTo(List.of("ALL"));
    }

    @Test
    void whatIsWrittenToIsMountedOverTheReadOnlyRoot() {
        Map<String, String> mounts = new TreeMap<>();
        for (Node mount : container().at("volumeMounts").items()) {
            mounts.put(mount.at("mountPath").text(), mount.at("name").text());
        }
        assertThat(mounts).isEqualTo(Map.of("/etc/tocsin", "conf", "/var/lib/tocsin", "data", "/tmp", "tmp"));
        assertThat(container().at("args").value())
                .isEqualTo(List.of("run", "--conf", "/etc/tocsin", "--data", "/var/lib/tocsin"));
    }

    @Test
    void twoNeverRunAtOnceAndServiceLinksSetNothing() {
        assertThat(object("Deployment", "tocsin").at("spec", "replicas").value())
                .isEqualTo(1);
        assertThat(object("Deployment", "tocsin").at("spec", "strategy", "type").text())
                .isEqualTo("Recreate");
        assertThat(pod().at("enableServiceLinks").value()).isEqualTo(false);
    }

    @Test
    void resourcesAreBounded() {
        assertThat(container().at("resources", "requests", "cpu").text()).isEqualTo("250m");
        assertThat(container().at("resources", "limits", "memory").text()).isEqualTo("1536Mi");
    }

    /**
     * A file that is missing here: add it to conf/kustomization.yaml and to the items in k8s/deployment.yaml. Only files
     * under version control are asked for: who tries the server puts rules of their own into the folder.
     */
    @Test
    void everyFileThatShipsIsMountedAtItsPath() throws Exception {
        Path conf = BASE.resolve("conf");
        Map<String, String> expected = new TreeMap<>();
        for (String path : shippedFiles(conf)) {
            expected.put(path, Files.readString(conf.resolve(path)));
        }
        expected.remove("kustomization.yaml");
        // Tests of rules are for those who change them, not for the server.
        expected.keySet().removeIf(path -> path.startsWith("rules/tests/"));
        Map<String, String> mounted = new TreeMap<>();
        for (Node item : pod().at("volumes", 0, "configMap", "items").items()) {
            String key = item.at("key").text();
            mounted.put(
                    item.at("path").text(),
                    object("ConfigMap", "tocsin-conf").at("data", key).text());
        }
        assertThat(mounted.keySet()).isEqualTo(expected.keySet());
        assertThat(mounted).isEqualTo(expected);
    }

    private static List<String> shippedFiles(Path folder) throws Exception {
        Process git;
        try {
            git = new ProcessBuilder("git", "ls-files")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return abort("git is not installed");
        }
        List<String> files;
        try (BufferedReader lines = git.inputReader(StandardCharsets.UTF_8)) {
            files = lines.lines().toList();
        }
        assumeTrue(git.waitFor() == 0, "not a clone: " + files);
        return files;
    }

    @Test
    void theEnvironmentMakesValidSettings() throws Exception {
        Map<String, String> environment = new TreeMap<>();
        for (Node variable : container().at("env").items()) {
            environment.put(variable.at("name").text(), variable.at("value").text());
        }
        var settings = dev.tocsin.config.Settings.read(
                new dev.tocsin.config.ConfigText(
                        "conf/tocsin.yaml", Files.readString(BASE.resolve("conf/tocsin.yaml"))),
                environment,
                List.of());

        assertThat(settings.http().host()).isEqualTo("0.0.0.0");
        assertThat(settings.http().port()).isEqualTo(8080);
        assertThat(settings.ingest().udp().host()).isEqualTo("0.0.0.0");
        assertThat(settings.ingest().udp().port()).isEqualTo(8125);
    }
}
