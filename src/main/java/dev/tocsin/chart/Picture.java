package dev.tocsin.chart;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * A {@link Drawing} at a size, as PNG or SVG. Some tens of milliseconds of computing, the first time in a process a
 * second: not for an event loop. Immutable.
 *
 * @param width in px
 * @param height in px
 */
public record Picture(Drawing drawing, int width, int height) {
    private static final String SVG = "http://www.w3.org/2000/svg";

    /** @param pixels of the image for each px of the size: 2 for screens that show text finely */
    public byte[] png(int pixels) {
        BufferedImage image = new BufferedImage(width * pixels, height * pixels, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.scale(pixels, pixels);
        drawing.paint(graphics, width, height);
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 15);
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** An SVG document in UTF-8; what is written in it is drawn, so it looks the same everywhere, and told in its title. */
    public byte[] svg() {
        Document document = emptyDocument();
        SVGGraphics2D graphics = new SVGGraphics2D(document);
        graphics.setSVGCanvasSize(new java.awt.Dimension(width, height));
        drawing.paint(graphics, width, height);
        Element root = graphics.getRoot();
        Element title = document.createElementNS(SVG, "title");
        title.setTextContent(drawing.spoken());
        root.insertBefore(title, root.getFirstChild());
        StringWriter out = new StringWriter();
        try {
            graphics.stream(root, out, true, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Document emptyDocument() {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every Java platform makes XML documents", e);
        }
    }
}
