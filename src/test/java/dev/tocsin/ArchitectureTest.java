package dev.tocsin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom. When a better cut shows itself, change this table in the same commit. */
@AnalyzeClasses(packages = "dev.tocsin", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static ArchRule knowsOnly(String name, String... others) {
        String[] allowed = new String[others.length + 1];
        allowed[0] = "dev.tocsin." + name + "..";
        for (int i = 0; i < others.length; i++) {
            allowed[i + 1] = "dev.tocsin." + others[i] + "..";
        }
        return noClasses()
                .that()
                .resideInAPackage("dev.tocsin." + name + "..")
                .should()
                .dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.and(
                        com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage("dev.tocsin.."),
                        com.tngtech.archunit.base.DescribedPredicate.not(
                                com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(allowed))))
                .as(name + " knows only " + String.join(", ", allowed))
                .allowEmptyShould(true);
    }

    @ArchTest
    static final ArchRule core = knowsOnly("core");

    @ArchTest
    static final ArchRule ingest = knowsOnly("ingest", "core");

    @ArchTest
    static final ArchRule series = knowsOnly("series", "core");

    @ArchTest
    static final ArchRule journal = knowsOnly("journal", "core");

    @ArchTest
    static final ArchRule promql = knowsOnly("promql", "core");

    @ArchTest
    static final ArchRule template = knowsOnly("template", "core");

    @ArchTest
    static final ArchRule rule = knowsOnly("rule", "promql", "template", "core");

    @ArchTest
    static final ArchRule alert = knowsOnly("alert", "core");

    @ArchTest
    static final ArchRule http = knowsOnly("http");

    @ArchTest
    static final ArchRule notify = knowsOnly("notify", "http", "template", "core");

    @ArchTest
    static final ArchRule watch = knowsOnly("watch", "http", "postgres", "core");

    @ArchTest
    static final ArchRule postgres = knowsOnly("postgres", "core");

    @ArchTest
    static final ArchRule store = knowsOnly("store", "postgres", "core");

    @ArchTest
    static final ArchRule maintain = knowsOnly("maintain", "store", "postgres", "core");

    @ArchTest
    static final ArchRule chart = knowsOnly("chart", "promql", "core");

    @ArchTest
    static final ArchRule convert = knowsOnly("convert", "config", "promql", "core");

    @ArchTest
    static final ArchRule web = knowsOnly("web", "core", "series", "promql", "rule", "alert", "chart");

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("dev.tocsin.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheClockReadsTheClock = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.tocsin.core.SystemClock")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .because("everything but the clock takes time as an argument");

    @ArchTest
    static final ArchRule pureCores = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.tocsin.core..",
                    "dev.tocsin.ingest.wire..",
                    "dev.tocsin.series..",
                    "dev.tocsin.journal..",
                    "dev.tocsin.promql..",
                    "dev.tocsin.template..",
                    "dev.tocsin.rule..",
                    "dev.tocsin.alert..",
                    "dev.tocsin.watch.log..")
            .and()
            .haveSimpleNameNotEndingWith("Verticle")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..")
            .because("parsers, series, PromQL and the alerting core are tested without an event loop");

    @ArchTest
    static final ArchRule names = classes()
            .should()
            .haveNameNotMatching(".*(Manager|Helper|Helpers|Util|Utils|Impl|Data|Info)$")
            .because("a name says what a thing is");
}
