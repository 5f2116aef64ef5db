package dev.tocsin;

import dev.tocsin.config.AlertmanagerFile;
import dev.tocsin.config.CheckFiles;
import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigFolder;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.DashboardFiles;
import dev.tocsin.config.LogFiles;
import dev.tocsin.config.PostgresFile;
import dev.tocsin.config.QualityFiles;
import dev.tocsin.config.RuleFiles;
import dev.tocsin.config.ScrapeFile;
import dev.tocsin.config.Settings;
import dev.tocsin.config.StorageSettings;
import dev.tocsin.postgres.PostgresSettings;
import dev.tocsin.rule.RuleGroup;
import dev.tocsin.watch.check.CheckDefinition;
import dev.tocsin.watch.log.LogSettings;
import dev.tocsin.watch.quality.Dataset;
import dev.tocsin.watch.scrape.ScrapeJob;
import dev.tocsin.web.Dashboard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a reload can change, read and checked as a whole: it is put in force together, or not at all.
 *
 * @param folder what errors and logs call the folder
 */
record Configuration(
        String folder,
        List<RuleGroup> rules,
        AlertmanagerFile alerting,
        List<Dashboard> dashboards,
        List<CheckDefinition> checks,
        List<Dataset> datasets,
        LogSettings logs,
        PostgresSettings postgres,
        List<ScrapeJob> scrapes) {
    /** In force where the folder has no {@code alertmanager.yaml}: alerts are on the page, and nobody is told. */
    private static final ConfigText PAGE_ONLY = new ConfigText(
            "default:alertmanager.yaml", "route: {receiver: page-only}\nreceivers: [{name: page-only}]\n");

    private static final ConfigText NO_SERVERS = new ConfigText("default:postgres.yaml", "");

    /**
     * Blocks on the file system.
     *
     * @param settings say whether the demo's rules are in force too, and how short a group's interval may be
     * @throws ConfigException naming file, line and key of the first error
     */
    static Configuration read(ConfigFolder folder, Settings settings) throws ConfigException {
        List<ConfigText> ruleFiles = new ArrayList<>(folder.rules());
        if (settings.demo()) {
            ruleFiles.addAll(ConfigFolder.demo().rules());
        }
        List<Dashboard> dashboards = DashboardFiles.parseAll(folder.dashboards());
        AlertmanagerFile alerting = AlertmanagerFile.parse(
                folder.alertmanager().orElse(PAGE_ONLY), Path.of(folder.name()), System.getenv());
        ruleFiles.addAll(alerting.rules());
        PostgresSettings postgres = PostgresFile.parse(folder.postgres().orElse(NO_SERVERS), System.getenv());
        boolean hasStore = !(settings.storage().server() instanceof StorageSettings.Server.None);
        return new Configuration(
                folder.name(),
                RuleFiles.parseAll(ruleFiles, settings.tick()),
                alerting,
                dashboards,
                CheckFiles.parseAll(
                        folder.checks(), System.getenv(), settings.checks().recoveryCommands()),
                QualityFiles.parseAll(folder.quality(), System.getenv(), postgres.names(hasStore)),
                LogFiles.parseAll(folder.logs()),
                postgres,
                scrapes(folder));
    }

    private static List<ScrapeJob> scrapes(ConfigFolder folder) throws ConfigException {
        Optional<ConfigText> file = folder.scrape();
        return file.isEmpty() ? List.of() : ScrapeFile.parse(file.get(), Path.of(folder.name()), System.getenv());
    }

    int ruleCount() {
        return rules.stream().mapToInt(group -> group.rules().size()).sum();
    }
}
