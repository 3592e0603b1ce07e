/* What Swift has no name for: a hint that memory is about to be read. */
#pragma once

static inline __attribute__((always_inline)) void prefetchForReading(const void *address) {
  __builtin_prefetch(address);
}
