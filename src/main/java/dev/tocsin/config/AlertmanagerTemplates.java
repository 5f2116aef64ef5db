package dev.tocsin.config;

import dev.tocsin.notify.MessageTemplates;
import dev.tocsin.template.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads {@code templates}: patterns of files that define the texts of messages. */
final class AlertmanagerTemplates {
    private AlertmanagerTemplates() {}

    /**
     * What comes with Tocsin, and on top of it what the files define, in their order.
     *
     * @param folder where relative patterns begin
     */
    static MessageTemplates read(@Nullable YamlNode patterns, Path folder) throws ConfigException {
        MessageTemplates templates = MessageTemplates.BUILT_IN;
        if (patterns == null) {
            return templates;
        }
        for (YamlNode pattern : patterns.asList()) {
            for (Path file : FilePattern.files(folder, pattern.asString())) {
                try {
                    templates = templates.with(file.toString(), Files.readString(file));
                } catch (IOException e) {
                    throw pattern.error("can't read " + file + ": " + e.getMessage());
                } catch (TemplateException e) {
                    throw new ConfigException(
                            e.source(), e.line(), "", "column " + e.column() + ": template: " + e.reason());
                }
            }
        }
        return templates;
    }
}
