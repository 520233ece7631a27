// Makes of a feed what the desk offers, as plain functions that wait on their stack: the exports are lifted without
// callbacks, and most imports are called as if they were synchronous. (build.sh says which.)

#include "desk.h"

// Waits for one event of one waitable.
static uint32_t await(uint32_t waitable) {
  consumer_waitable_set_t set = consumer_waitable_set_new();
  consumer_event_t event;
  consumer_waitable_join(waitable, set);
  consumer_waitable_set_wait(set, &event);
  if (event.waitable != waitable) abort();
  consumer_waitable_join(waitable, 0);
  consumer_waitable_set_drop(set);
  return event.code;
}

// Waits until the call that gave `status` has returned.
static void returned(consumer_subtask_status_t status) {
  consumer_subtask_t subtask = CONSUMER_SUBTASK_HANDLE(status);
  if (subtask == 0) return;
  while (CONSUMER_SUBTASK_STATE(await(subtask)) != CONSUMER_SUBTASK_RETURNED) {}
  consumer_subtask_drop(subtask);
}

static uint32_t done(uint32_t waitable, consumer_waitable_status_t status) {
  return status == CONSUMER_WAITABLE_STATUS_BLOCKED ? await(waitable) : status;
}

uint32_t exports_desk_ask(uint32_t times) {
  uint32_t sum = 0;
  while (times-- > 0) sum += feed_now();
  return sum;
}

void exports_desk_wait(uint32_t turns, consumer_string_t *ret) { returned(feed_later(turns, ret)); }

void exports_desk_check(consumer_string_t *name, consumer_string_t *ret) {
  uint32_t length;
  if (feed_check(name, &length, ret)) consumer_string_dup(ret, length > 5 ? "long" : "short");
  consumer_string_free(name);
}

// The sum of at most `limit` bytes, after which the stream is dropped.
static uint64_t sum_of(feed_stream_u8_t stream, uint32_t limit, uint32_t chunk) {
  uint8_t *buffer = bytes(chunk);
  uint64_t sum = 0;
  for (uint32_t status = 0; limit > 0 && !dropped(status);) {
    status = done(stream, feed_stream_u8_read(stream, buffer, limit < chunk ? limit : chunk));
    uint32_t count = CONSUMER_WAITABLE_COUNT(status);
    for (uint32_t i = 0; i < count; i++) sum += buffer[i];
    limit -= count;
  }
  feed_stream_u8_drop_readable(stream);
  free(buffer);
  return sum;
}

uint64_t exports_desk_total(uint32_t count, uint32_t chunk) {
  return sum_of(feed_bytes(count, chunk), UINT32_MAX, at_most(chunk));
}

void exports_desk_table(uint32_t count, consumer_list_string_t *ret) {
  feed_stream_reading_t stream = feed_readings(count);
  feed_reading_t readings[READINGS_AT_ONCE];
  *ret = (consumer_list_string_t){(consumer_string_t *)bytes(count * sizeof *ret->ptr), 0};
  for (uint32_t status = 0; !dropped(status);) {
    status = done(stream, feed_stream_reading_read(stream, readings, READINGS_AT_ONCE));
    for (uint32_t i = 0; i < CONSUMER_WAITABLE_COUNT(status); i++) {
      if (ret->len == count) abort();
      ret->ptr[ret->len++] = line_of(&readings[i]);
      feed_reading_free(&readings[i]);
    }
  }
  feed_stream_reading_drop_readable(stream);
}

void exports_desk_note(consumer_string_t *text, consumer_string_t *ret) {
  feed_future_string_t future = feed_note(text);
  done(future, feed_future_string_read(future, ret));
  feed_future_string_drop_readable(future);
  consumer_string_free(text);
}

uint64_t exports_desk_send(uint32_t count, uint32_t chunk) {
  uint64_t sum = 0;
  feed_stream_u8_writer_t writer;
  consumer_subtask_status_t subtask = feed_sum(feed_stream_u8_new(&writer), &sum);
  chunk = at_most(chunk);
  // Longer than a chunk by 255 bytes, so that a write may begin with any byte. It may also take less than it was given.
  uint8_t *buffer = bytes(chunk + 255);
  for (uint32_t i = 0; i < chunk + 255; i++) buffer[i] = (uint8_t)i;
  uint32_t written = 0;
  for (uint32_t status = 0; written < count && !dropped(status);) {
    uint32_t amount = count - written < chunk ? count - written : chunk;
    status = done(writer, feed_stream_u8_write(writer, buffer + (written & 255), amount));
    written += CONSUMER_WAITABLE_COUNT(status);
  }
  feed_stream_u8_drop_writable(writer);
  free(buffer);
  returned(subtask);
  return sum;
}

exports_desk_stream_string_t exports_desk_through(exports_desk_stream_string_t input) { return feed_upper(input); }

uint64_t exports_desk_leave_early(uint32_t count, uint32_t read) { return sum_of(feed_bytes(count, 64), read, 100); }

void exports_desk_give_up(consumer_string_t *ret) {
  consumer_string_t never;
  const char *words = "returned at once";
  consumer_subtask_t subtask = CONSUMER_SUBTASK_HANDLE(feed_later(A_GREAT_MANY, &never));
  if (subtask != 0) words = cancelled(subtask);
  consumer_string_dup(ret, words);
}
