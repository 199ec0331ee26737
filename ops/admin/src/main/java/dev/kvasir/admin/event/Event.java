package dev.kvasir.admin.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * Something that happened.
 *
 * @param sequence from 1, without gaps, within one epoch of one process
 * @param kind such as {@code block.stored}
 * @param data what happened; not to be changed
 */
public record Event(long sequence, Instant at, String kind, ObjectNode data) {}
