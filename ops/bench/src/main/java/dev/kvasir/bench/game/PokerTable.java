package dev.kvasir.bench.game;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/** A game of Texas hold'em as JSON. The same seed gives the same game. Not thread-safe. */
public final class PokerTable {
  private static final int PLAYERS = 9;
  private static final int BET = 40;
  private static final List<String> NAMES =
      List.of("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gus", "Hana", "Ivo");
  private static final List<String> ACTS = List.of("fold", "call", "raise", "check");
  private static final String RANKS = "23456789TJQKA";
  private static final String SUITS = "shdc";

  private final ObjectNode state = JsonNodeFactory.instance.objectNode();
  private int turns;

  /** A table where so many actions have been played. */
  public PokerTable(long seed, int actions) {
    Random random = new Random(seed);
    state.putObject("table").put("game", "hold'em").put("blind", 10).put("pot", 90);
    ArrayNode players = state.putArray("players");
    for (int seat = 0; seat < PLAYERS; seat++) {
      ObjectNode player = players.addObject().put("name", NAMES.get(seat)).put("in", true);
      player.putObject("chips").put("bet", 10).put("remain", 990);
      player.putObject("cards").put("first", card(random)).put("second", card(random));
      player.putObject("stats").put("hands", random.nextInt(500)).put("won", random.nextInt(90));
    }
    ArrayNode history = state.putArray("history");
    for (int i = 0; i < actions; i++) {
      history
          .addObject()
          .put("by", NAMES.get(random.nextInt(PLAYERS)))
          .put("act", ACTS.get(random.nextInt(ACTS.size())))
          .put("bet", 10 * (1 + random.nextInt(9)));
    }
  }

  private static String card(Random random) {
    return "" + RANKS.charAt(random.nextInt(RANKS.length())) + SUITS.charAt(random.nextInt(4));
  }

  /** The whole state; a view. */
  public ObjectNode state() {
    return state;
  }

  /** The next player bets: one part of the state changes. */
  public void turn() {
    ObjectNode chips = (ObjectNode) state.at("/players/%d/chips".formatted(turns % PLAYERS));
    chips.put("bet", chips.get("bet").asInt() + BET);
    chips.put("remain", chips.get("remain").asInt() - BET);
    turns++;
  }
}
