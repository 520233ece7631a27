// What both consumers do in the same way: the parts of a desk that never wait.

#include "consumer.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_CHUNK = 65536, READINGS_AT_ONCE = 4, A_GREAT_MANY = 1000000000 };

static bool dropped(uint32_t status) { return CONSUMER_WAITABLE_STATE(status) == CONSUMER_WAITABLE_DROPPED; }

static uint8_t *bytes(size_t length) {
  uint8_t *bytes = malloc(length);
  if (!bytes) abort();
  return bytes;
}

static uint32_t at_most(uint32_t chunk) { return chunk == 0 || chunk > MAX_CHUNK ? MAX_CHUNK : chunk; }

static size_t number(char *to, uint32_t value) {
  char digits[10];
  size_t count = 0, length = 0;
  do digits[count++] = (char)('0' + value % 10); while ((value /= 10) != 0);
  while (count > 0) to[length++] = digits[--count];
  return length;
}

// "2 西: 1 22"
static consumer_string_t line_of(const feed_reading_t *reading) {
  char *text = (char *)bytes(16 + reading->label.len + 6 * reading->levels.len);
  size_t length = number(text, reading->number);
  text[length++] = ' ';
  memcpy(text + length, reading->label.ptr, reading->label.len);
  length += reading->label.len;
  text[length++] = ':';
  for (size_t i = 0; i < reading->levels.len; i++) {
    text[length++] = ' ';
    length += number(text + length, reading->levels.ptr[i]);
  }
  return (consumer_string_t){(uint8_t *)text, length};
}

// Cancels a call, and says what became of it.
static const char *cancelled(consumer_subtask_t subtask) {
  const char *words;
  switch (CONSUMER_SUBTASK_STATE(consumer_subtask_cancel(subtask))) {
    case CONSUMER_SUBTASK_RETURNED: words = "returned all the same"; break;
    case CONSUMER_SUBTASK_STARTED_CANCELLED: words = "cancelled before it started"; break;
    case CONSUMER_SUBTASK_RETURNED_CANCELLED: words = "cancelled"; break;
    default: abort();
  }
  consumer_subtask_drop(subtask);
  return words;
}
