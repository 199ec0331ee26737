package dev.kvasir.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.http.access.KeyFile;
import dev.kvasir.http.access.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/**
 * Every page and every action of the console, in a browser, over a real cluster with the default
 * model; it takes the screenshots of the documents. The playground is first: the other pages show
 * what it left.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleTest {
  @TempDir private static Path folder;

  private TestCluster cluster;
  private Browser browser;

  @BeforeAll
  void start() throws IOException {
    Path corpora = Files.createDirectories(folder.resolve("corpora"));
    Files.writeString(
        corpora.resolve("letters.jsonl"),
        """
        {"id": "a", "text": "The ferry leaves at nine."}
        not JSON
        {"id": "b", "text": "It rains in Bergen."}
        """);
    Files.writeString(
        corpora.resolve("many.jsonl"),
        IntStream.range(0, 400)
            .mapToObj(
                i -> "{\"text\": \"%s\"}".formatted("Ship %d sails. ".formatted(i).repeat(12)))
            .collect(Collectors.joining("\n")));
    cluster = new TestCluster(corpora);
    browser = new Browser(cluster.url());
  }

  @AfterAll
  void close() {
    browser.close();
    cluster.close();
  }

  @AfterEach
  void widen() {
    browser.width(1280);
    browser.theme("light");
  }

  /** In both themes and both widths, after a look at what a screen reader and a keyboard need. */
  private void shootAll(String page) {
    assertThat(browser.nameless()).as("without a name on " + page).isEmpty();
    assertThat(browser.unreached()).as("not reached by Tab on " + page).isEmpty();
    for (String theme : List.of("light", "dark")) {
      shoot(page, theme, 1280);
      shoot(page, theme, 390);
    }
    widen();
  }

  private void shoot(String page, String theme, int width) {
    browser.theme(theme);
    browser.width(width);
    browser.shoot("%s-%s-%d".formatted(page, theme, width));
  }

  @Test
  @Order(1)
  void playground_secondQuestion_isAnsweredOutOfTheCache() {
    browser.open("playground", "Playground");
    browser.until("the samples", () -> browser.all("select[name=sample] option").size() == 4);
    shoot("playground-start", "light", 1280);
    browser.press("form.ask", "Ask");
    browser.untilText(".verdict", "all 11 blocks");
    assertThat(browser.all(".sources table .badge.encoded")).hasSize(11);
    assertThat(browser.text(".pane.full .facts")).endsWith("Tokens reused\n0");
    browser.press(".told", "Ask the next question");
    browser.untilText(".verdict", "It reused 11 of 11 blocks");
    assertThat(browser.all(".sources table .badge.local")).hasSize(11);
    assertThat(browser.text(".pane.block .answer")).contains("burnt sugar");
    browser.press(".told", "Ask the next question");
    browser.untilText(".verdict", "It reused 10 of 11 blocks");
    assertThat(browser.all(".sources table .badge.encoded")).hasSize(1);
    assertThat(browser.all(".told button[hidden]")).hasSize(1);
    browser.fill("question", "");
    browser.press("form.ask", "Ask");
    assertThat(browser.script("return document.querySelector('textarea:invalid').name"))
        .isEqualTo("question");
    browser.choose("select[name=sample]", "my own passages");
    browser.choose(
        "select[name=sample]", "3. How long does the Marrow Island ferry crossing take?");
    shootAll("playground");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  @Order(2)
  void playground_refusedQuestion_isTheServersSentence() {
    browser.open("playground", "Playground");
    browser.paste("passages", "word ".repeat(9_000));
    browser.fill("question", "How many?");
    browser.choose("select[name=modes]", "block attention");
    browser.press("form.ask", "Ask");
    browser.untilText(".pane.block .notice.error", "tokens");
  }

  @Test
  @Order(3)
  void overview_showsTheQuestions() {
    browser.open("overview", "Overview");
    browser.until("the hit rate", () -> browser.text(".tile strong").endsWith("%"));
    browser.until("the chart", () -> browser.all(".chart canvas").size() == 2);
    browser.untilText(".times", "full attention");
    browser.untilText(".state", "healthy");
    browser.untilText("#live", "Live");
    shootAll("overview");
    assertThat(browser.all("main h1")).hasSize(1);
  }

  @Test
  @Order(4)
  void nodes_listEveryProcess() {
    browser.open("nodes", "Nodes");
    for (String node : new String[] {"cache-1", "cache-2", "prefill-1", "decode-1", "admin"}) {
      browser.untilText(".nodes table", node);
    }
    shootAll("nodes");
  }

  @Test
  @Order(5)
  void blocks_areFoundInspectedPinnedAndDeleted() {
    browser.open("blocks", "Blocks");
    browser.untilText(".results table", "tenant:");
    shootAll("blocks");
    browser.fill("document", "no-such");
    browser.press("form", "Search");
    browser.untilText(".results", "No block matches");
    browser.fill("document", "tavish-engine");
    browser.press("form", "Search");
    browser.until("one block", () -> !browser.all(".results tbody tr").isEmpty());
    browser.find(By.cssSelector(".results button.link")).click();
    browser.untilText("dialog[open]", "cache-");
    browser.press("dialog[open]", "Pin");
    browser.untilText("dialog[open] table", "console");
    browser.press("dialog[open]", "Release");
    browser.untilText("dialog[open]", "Nobody pinned it");
    browser.shoot("block-light-1280");
    browser.press("dialog[open]", "Delete…");
    browser.until("the dry run", () -> browser.all("dialog[open]").size() == 2);
    assertThat(browser.all("dialog[open]").getLast().getText())
        .contains("This deletes 1 block in memory");
    browser.all("dialog[open] button.danger").getLast().click();
    browser.untilText("dialog[open] .notice.good", "Deleted 1 block");
    browser.press("dialog[open]", "Close");
    browser.fill("document", "varnholt-light");
    browser.fill("tenant", "default");
    browser.press("form", "Search");
    browser.until("found", () -> !browser.all(".results tbody tr").isEmpty());
    browser.press("form", "Delete all that match…");
    browser.untilText("dialog[open]", "document:tenant:default/varnholt-light");
    browser.press("dialog[open]", "Delete");
    browser.untilText("dialog[open] .notice.good", "Deleted");
    browser.press("dialog[open]", "Close");
    browser.untilText(".results", "No block matches");
  }

  @Test
  @Order(6)
  void settings_quotasAndLevelsAreSet_changesAreListed() {
    browser.open("settings", "Settings");
    browser.untilText(".quotas table", "tenant:default");
    browser.fill("tenant", "acme");
    browser.fill("size", "2");
    browser.press(".quotas", "Set quota");
    browser.untilText(".quotas .notice.good", "acme may have 2.0 MiB.");
    browser.untilText(".changes table", "quotas.set");
    browser.fill("logger", "not a logger");
    browser.press(".loggers", "Set level");
    browser.untilText(".loggers .notice.error", "Name must be ROOT or a logger's name");
    browser.fill("logger", "dev.kvasir.store");
    browser.choose("select[name=level]", "WARN");
    browser.press(".loggers", "Set level");
    browser.untilText(".loggers .notice.good", "dev.kvasir.store logs WARN in every process.");
    browser.untilText(".changes table", "loggers.set");
    browser.fill("setting", "grid.kind");
    browser.until("one setting", () -> browser.all(".configuration tbody tr").size() == 1);
    browser.fill("setting", "grid");
    browser.untilText(".configuration table", "grid.role");
    shootAll("settings");
    browser.press(".quotas", "Remove");
    browser.untilText(".quotas .notice.good", "acme has no quota any more.");
  }

  @Test
  @Order(7)
  void warmups_arePlannedStartedPausedAndCancelled() {
    browser.open("warmups", "Warm-ups");
    browser.untilText(".jobs", "No warm-up was made yet.");
    browser.fill("path", "missing.jsonl");
    browser.press("form", "Plan only");
    browser.untilText(".notice.error", "There is nothing at this path");
    browser.fill("path", "letters.jsonl");
    browser.press("form", "Plan only");
    browser.untilText(".notice.good", "2 passages make");
    browser.press("form", "Start");
    browser.untilText(".job .badge", "finished");
    browser.fill("path", "many.jsonl");
    browser.press("form", "Start");
    browser.untilText(".job h3", "many.jsonl");
    browser.press(".job", "Pause");
    browser.untilText(".job .badge", "paused");
    browser.press(".job", "Resume");
    browser.untilText(".job .badge", "running");
    browser.until("some progress", () -> !browser.text(".job .numbers").startsWith("0 of"));
    shootAll("warmups");
    browser.press(".job", "Cancel");
    browser.untilText(".job .badge", "cancelled");
  }

  @Test
  @Order(8)
  void events_areShownFilteredAndHeld() {
    browser.open("events", "Events");
    browser.untilText(".log", "block.stored");
    browser.choose(".page.events select", "deletion");
    browser.untilText(".log", "Deleted document:tenant:default/varnholt-light");
    assertThat(browser.text(".log")).doesNotContain("block.stored");
    browser.choose(".page.events select", "all events");
    browser.press(".page.events", "Pause");
    browser.untilText(".page.events p[role=status]", "Paused");
    browser.press(".page.events", "Continue");
    shootAll("events");
    assertThat(browser.complaints()).allMatch(line -> line.contains("400"));
  }

  @Test
  @Order(9)
  void quality_tellsWhatGateAndAuditFound() {
    browser.open("quality", "Quality");
    browser.untilText(".guard h2", "decode-1");
    assertThat(browser.text(".guard")).contains("passed", "blocks in use", "Nothing was stopped.");
    browser.untilText(".guard", "equal, bit for bit");
    browser.untilText(".guard", "nats (KL)");
    shootAll("quality");
  }

  @Test
  @Order(10)
  void restartOfTheServer_isToldAndSurvived_andAKeyIsAskedFor() {
    browser.open("overview", "Overview");
    cluster.stopAdmin();
    browser.untilText("#live", "Reconnecting");
    browser.untilText(".notice.error", "The admin process does not answer.");
    browser.shoot("error-light-1280");
    cluster.startAdmin();
    browser.untilText("#live", "Live");
    browser.until("no error", () -> browser.all("main .notice.error").isEmpty());
    cluster.stopAdmin();
    Path keys = folder.resolve("keys.jsonl");
    String key = new KeyFile(keys).create("console", "default", EnumSet.of(Role.ADMIN)).text();
    cluster.startAdmin("security.keys_file=" + keys);
    browser.untilText("#key", "This server wants a key");
    browser.find(By.id("key-text")).sendKeys("wrong");
    browser.press("#key", "Continue");
    browser.untilText("#key-problem", "The key is unknown or was revoked");
    browser.find(By.id("key-text")).sendKeys(key);
    browser.press("#key", "Continue");
    browser.until("the overview again", () -> browser.text(".tile strong").endsWith("%"));
    browser.untilText("#live", "Live");
    browser.press("header", "Forget key");
    browser.untilText("#key", "This server wants a key");
  }
}
