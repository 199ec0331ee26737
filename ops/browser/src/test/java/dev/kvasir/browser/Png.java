package dev.kvasir.browser;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Pictures small enough for a repository. */
final class Png {
  private static final int COLOURS = 256;

  private Png() {}

  /**
   * The picture in 256 of its colours, others as the nearest of them: only the edges of letters
   * have more, and a palette halves the bytes.
   */
  static byte[] withPalette(byte[] png) {
    try {
      BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(reduced(picture), "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BufferedImage reduced(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
    int[] palette = palette(pixels);
    var model = new IndexColorModel(8, palette.length, palette, 0, false, -1, DataBuffer.TYPE_BYTE);
    BufferedImage indexed =
        new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, model);
    Map<Integer, Integer> nearest = new HashMap<>();
    int[] indices =
        Arrays.stream(pixels)
            .map(rgb -> nearest.computeIfAbsent(rgb, wanted -> nearest(wanted, palette)))
            .toArray();
    indexed.getRaster().setPixels(0, 0, width, height, indices);
    return indexed;
  }

  /** Half of it frequent colours, half those that are farthest from all that are in it. */
  private static int[] palette(int[] pixels) {
    Map<Integer, Integer> counts = new HashMap<>();
    Arrays.stream(pixels).forEach(rgb -> counts.merge(rgb, 1, Integer::sum));
    int[] frequent =
        counts.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .limit(COLOURS / 2)
            .mapToInt(Map.Entry::getKey)
            .toArray();
    Map<Integer, Integer> gaps = new HashMap<>();
    counts.keySet().forEach(rgb -> gaps.put(rgb, distance(rgb, frequent[nearest(rgb, frequent)])));
    return IntStream.concat(Arrays.stream(frequent), farthest(gaps)).toArray();
  }

  /** Takes the colour with the widest gap to the palette, again and again. */
  private static IntStream farthest(Map<Integer, Integer> gaps) {
    return IntStream.range(0, COLOURS / 2)
        .map(_ -> {
          int next = Collections.max(gaps.entrySet(), Map.Entry.comparingByValue()).getKey();
          gaps.replaceAll((rgb, gap) -> Math.min(gap, distance(rgb, next)));
          return next;
        });
  }

  private static int nearest(int rgb, int[] palette) {
    int best = 0;
    for (int i = 1; i < palette.length; i++) {
      if (distance(rgb, palette[i]) < distance(rgb, palette[best])) {
        best = i;
      }
    }
    return best;
  }

  private static int distance(int one, int other) {
    int sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int difference = (one >> shift & 0xff) - (other >> shift & 0xff);
      sum += difference * difference;
    }
    return sum;
  }
}
