package dev.tocsin.config;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Results of tests as JUnit's XML, shaped as promtool's: a {@code testsuite} for each file, a {@code testcase} for each
 * test group, a {@code failure} for each thing that failed. One use.
 */
final class JunitReport {
    private record Suite(String name, Map<String, List<String>> cases, String error) {
        long failures() {
            return cases.values().stream().mapToLong(List::size).sum();
        }
    }

    private final List<Suite> suites = new ArrayList<>();

    /** @param cases what failed in each test group, by its name */
    void add(String file, Map<String, List<String>> cases) {
        suites.add(new Suite(file, new LinkedHashMap<>(cases), ""));
    }

    /** A file whose tests could not be run. */
    void addError(String file, String reason) {
        suites.add(new Suite(file, Map.of(), reason));
    }

    void write(Path to, Instant now) throws IOException {
        try (Writer out = Files.newBufferedWriter(to)) {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            xml.writeStartElement("testsuites");
            for (Suite suite : suites) {
                write(suite, now, xml);
            }
            xml.writeEndElement();
            xml.close();
            out.write('\n');
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    private static void write(Suite suite, Instant now, XMLStreamWriter xml) throws XMLStreamException {
        boolean failed = !suite.error.isEmpty();
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", suite.name);
        xml.writeAttribute("tests", Integer.toString(suite.cases.size()));
        xml.writeAttribute("failures", Long.toString(suite.failures()));
        xml.writeAttribute("errors", failed ? "1" : "0");
        xml.writeAttribute("timestamp", now.toString());
        for (Map.Entry<String, List<String>> test : suite.cases.entrySet()) {
            xml.writeStartElement("testcase");
            xml.writeAttribute("name", test.getKey());
            for (String failure : test.getValue()) {
                writeText("failure", failure, xml);
            }
            xml.writeEndElement();
        }
        if (failed) {
            xml.writeStartElement("testcase");
            xml.writeAttribute("name", "");
            writeText("error", suite.error, xml);
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static void writeText(String element, String text, XMLStreamWriter xml) throws XMLStreamException {
        xml.writeStartElement(element);
        xml.writeCharacters(withoutControls(text));
        xml.writeEndElement();
    }

    /** XML 1.0 has no way to write most control characters. */
    private static String withoutControls(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]", "\ufffd");
    }
}
