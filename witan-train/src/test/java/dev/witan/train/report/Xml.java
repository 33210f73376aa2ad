// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

/// Reports as the JDK's XML parser sees them; malformed ones fail the test.
final class Xml {
    private Xml() {}

    static Document parse(String text) {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            return factory.newDocumentBuilder().parse(new InputSource(new StringReader(text)));
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new AssertionError("not well-formed: " + e.getMessage(), e);
        }
    }

    /// The elements of a name whose class list holds a class; every class if that is empty.
    static List<Element> elements(Document document, String name, String styleClass) {
        var found = new ArrayList<Element>();
        var nodes = document.getElementsByTagName(name);
        for (int i = 0; i < nodes.getLength(); i++) {
            if (nodes.item(i) instanceof Element element
                    && (styleClass.isEmpty()
                            || List.of(element.getAttribute("class").split(" "))
                                    .contains(styleClass))) {
                found.add(element);
            }
        }
        return found;
    }

    static List<String> texts(Document document) {
        return elements(document, "text", "").stream().map(Element::getTextContent).toList();
    }
}
