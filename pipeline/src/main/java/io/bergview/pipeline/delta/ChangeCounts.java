package io.bergview.pipeline.delta;

/**
 * How many keys were inserted, updated and deleted.
 *
 * @param creates keys that only added rows have
 * @param updates keys that both removed and added rows have
 * @param deletes keys that only removed rows have
 */
public record ChangeCounts(long creates, long updates, long deletes) {}
