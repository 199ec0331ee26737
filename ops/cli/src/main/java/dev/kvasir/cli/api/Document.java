package dev.kvasir.cli.api;

/** A passage as requests name it. */
public record Document(String id, String title, String text) {}
