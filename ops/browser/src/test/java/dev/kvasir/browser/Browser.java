package dev.kvasir.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Debian's Chromium without a window, at the console. Owns the browser. */
final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int MOST_BYTES = 200_000;
  private static final int NARROW = 600;
  private static final int MOST_PIXELS = 1_450;
  private static final int MOST_NARROW_PIXELS = 1_900;
  private static final Path SCREENSHOTS =
      Path.of(System.getProperty("kvasir.root", "../..")).resolve("ops/browser/target/screenshots");

  private final ChromeDriver chrome;
  private final String url;
  private int width = 1280;

  Browser(String url) {
    this.url = url;
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program("chromium").toString());
    options.addArguments(
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars");
    options.setCapability("goog:loggingPrefs", logs);
    chrome =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver").toFile())
                .usingAnyFreePort()
                .build(),
            options);
    width(1280);
    chrome.get(url);
  }

  private static Path program(String name) {
    return Stream.of(Objects.requireNonNull(System.getenv("PATH")).split(":"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new AssertionError(name + " is not on the PATH: install chromium and chromium-driver"));
  }

  /** Shows a page and waits for its title. */
  void open(String page, String title) {
    find(By.cssSelector("nav a[href='#" + page + "']")).click();
    until("title " + title, () -> text("h1").equals(title));
  }

  void reload() {
    chrome.get(url);
  }

  WebElement find(By by) {
    until(by.toString(), () -> !chrome.findElements(by).isEmpty());
    return chrome.findElement(by);
  }

  List<WebElement> all(String css) {
    return chrome.findElements(By.cssSelector(css));
  }

  /** What the first such element says, as it is seen; empty if there is none. */
  String text(String css) {
    try {
      return all(css).stream().findFirst().map(WebElement::getText).orElse("");
    } catch (StaleElementReferenceException e) {
      return "";
    }
  }

  void fill(String name, String value) {
    WebElement input = find(By.name(name));
    input.clear();
    input.sendKeys(value);
  }

  /** Puts a long text in at once, as pasting does. */
  void paste(String name, String value) {
    chrome.executeScript(
        "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'))",
        find(By.name(name)),
        value);
  }

  void choose(String css, String option) {
    new Select(find(By.cssSelector(css))).selectByVisibleText(option);
  }

  /** Presses the visible button of this label, inside of what the selector names. */
  void press(String inside, String label) {
    until("button " + label, () -> button(inside, label).isPresent());
    button(inside, label).orElseThrow().click();
  }

  private Optional<WebElement> button(String inside, String label) {
    return all(inside + " button").stream()
        .filter(each -> each.getText().equals(label))
        .filter(each -> each.isDisplayed() && each.isEnabled())
        .findFirst();
  }

  void until(String what, Condition condition) {
    wait(what).until(_ -> condition.holds());
  }

  void untilText(String css, String part) {
    until("%s says %s".formatted(css, part), () -> text(css).contains(part));
  }

  /** What has to become true. */
  @FunctionalInterface
  interface Condition {
    boolean holds();
  }

  private WebDriverWait wait(String what) {
    WebDriverWait wait = new WebDriverWait(chrome, PATIENCE);
    wait.ignoring(StaleElementReferenceException.class);
    wait.withMessage(() -> what + "; the page says: " + text("main"));
    return wait;
  }

  /** Sets the width of the view; the narrow one is a telephone's. */
  void width(int pixels) {
    width = pixels;
    chrome.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", pixels, "height", 900, "deviceScaleFactor", 1, "mobile", pixels < NARROW));
  }

  /** Elements that can be used and have no name for a screen reader, and doubled ids. */
  List<String> nameless() {
    return strings(
        """
        const kinds = 'a[href], button, input, select, textarea, table, [role=img], [role=region]';
        const named = (each) => each.getAttribute('aria-label') || each.labels?.length
            || each.innerText?.trim() || each.querySelector('caption');
        const nameless = [...document.querySelectorAll(kinds)]
            .filter((each) => each.checkVisibility() && !named(each));
        const ids = [...document.querySelectorAll('[id]')].map((each) => each.id);
        return [...nameless.map((each) => each.outerHTML.slice(0, 120)),
            ...ids.filter((id, i) => ids.indexOf(id) !== i)];
        """);
  }

  /** Controls that pressing Tab from the first does not reach, or that show no focus there. */
  List<String> unreached() {
    Long controls =
        (Long)
            script(
                """
                const all = 'a[href], button, input, select, textarea, summary';
                document.querySelector('.skip').focus();
                window.left = new Set([...document.querySelectorAll(all)].filter((each) =>
                    each.checkVisibility() && !each.disabled && !each.closest('dialog, .skip')));
                return window.left.size;
                """);
    for (long step = 0; step < controls + 5; step++) {
      new Actions(chrome).sendKeys(Keys.TAB).perform();
      script(
          """
          const focused = document.activeElement;
          if (getComputedStyle(focused).outlineStyle !== 'none') window.left.delete(focused);
          return true;
          """);
    }
    return strings("return [...window.left].map((each) => each.outerHTML.slice(0, 120))");
  }

  @SuppressWarnings("unchecked")
  private List<String> strings(String script) {
    return (List<String>) script(script);
  }

  void theme(String wanted) {
    if (!script("return document.documentElement.dataset.theme").equals(wanted)) {
      find(By.id("theme")).click();
    }
    until(
        "theme " + wanted,
        () -> script("return document.documentElement.dataset.theme").equals(wanted));
  }

  Object script(String text) {
    return Objects.requireNonNull(chrome.executeScript(text));
  }

  /** Writes what is seen to the folder of screenshots; nothing may be wider than the view. */
  void shoot(String name) {
    script(
        """
        document.querySelectorAll('textarea').forEach((each) => each.scrollTo(0, 0));
        scrollTo(0, 0);
        document.activeElement.blur();
        return true;
        """);
    new Actions(chrome).moveToLocation(1, 880).perform();
    assertThat((Long) script("return document.documentElement.scrollWidth"))
        .as("width of " + name)
        .isLessThanOrEqualTo(width);
    long height =
        Math.min(
            width < NARROW ? MOST_NARROW_PIXELS : MOST_PIXELS,
            (Long) script("return document.documentElement.scrollHeight"));
    Map<String, Object> clip = Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1);
    Object data =
        chrome
            .executeCdpCommand(
                "Page.captureScreenshot",
                Map.of("format", "png", "captureBeyondViewport", true, "clip", clip))
            .get("data");
    byte[] png = Png.withPalette(Base64.getDecoder().decode((String) Objects.requireNonNull(data)));
    assertThat(png.length).as("bytes of " + name).isLessThan(MOST_BYTES);
    try {
      Files.createDirectories(SCREENSHOTS);
      Files.write(SCREENSHOTS.resolve(name + ".png"), png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What scripts and the policy complained of since the last call. */
  List<String> complaints() {
    return chrome.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  @Override
  public void close() {
    chrome.quit();
  }
}
