package dev.kvasir.node.disk;

/** What the parts of a node's disk tier share. */
record OwnFiles(DiskFiles files, Announcements announcements, Worker worker, DiskMetrics metrics) {}
