package dev.kvasir.bench.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.bench.eval.BarChart.Bar;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class BarChartTest {
  @Test
  void svg_twoBars_isXmlWithLengthsInProportion() throws Exception {
    BarChart chart =
        new BarChart(
            "a < b & c",
            "%",
            List.of(
                new Bar("one", new Interval(20, 15, 25)),
                new Bar("two", new Interval(40, 30, 50))));

    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(chart.svg())));

    double first = width(svg, 1);
    double second = width(svg, 2);
    assertThat(second).isEqualTo(2 * first);
    assertThat(svg.getElementsByTagName("text").item(0).getTextContent()).isEqualTo("a < b & c");
  }

  private static double width(Document svg, int rectangle) {
    Element element = (Element) svg.getElementsByTagName("rect").item(rectangle);
    return Double.parseDouble(element.getAttribute("width"));
  }
}
