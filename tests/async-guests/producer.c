// Offers the feed with callbacks: no function here waits on its stack. What a call needs while it waits is in a `job`,
// which the component model keeps for us in a context slot of the task. With `BLOCKING`, the calls that return no stream
// or future are plain functions without callbacks, which wait on their stack and cannot be cancelled.

#include "producer.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_CHUNK = 65536, READINGS_AT_ONCE = 3, TEXTS_AT_ONCE = 4 };

typedef struct job job;
typedef producer_callback_code_t step(job *);

// A call that is under way. `resume` goes on when `waitable` has come to `code`.
struct job {
  step *resume;
  producer_waitable_set_t set;
  uint32_t waitable, code;
  uint32_t left, done, chunk;
  bool ended;
  uint32_t ticked, turns;
  uint64_t sum;
  uint8_t *bytes;
  exports_feed_stream_u8_writer_t bytes_out;
  exports_feed_stream_u8_t bytes_in;
  exports_feed_reading_t readings[READINGS_AT_ONCE];
  exports_feed_stream_reading_writer_t readings_out;
  exports_feed_future_string_writer_t note_out;
  producer_string_t text;
  producer_string_t texts[TEXTS_AT_ONCE];
  exports_feed_stream_string_t texts_in;
  exports_feed_stream_string_writer_t texts_out;
};

static job *start(void) {
  job *j = calloc(1, sizeof *j);
  if (!j) abort();
  j->set = producer_waitable_set_new();
  producer_context_set_0(j);
  return j;
}

static producer_callback_code_t finish(job *j) {
  producer_waitable_set_drop(j->set);
  free(j->bytes);
  free(j);
  return PRODUCER_CALLBACK_CODE_EXIT;
}

static producer_callback_code_t await(job *j, uint32_t waitable, step *resume) {
  j->waitable = waitable;
  j->resume = resume;
  producer_waitable_join(waitable, j->set);
  return PRODUCER_CALLBACK_CODE_WAIT(j->set);
}

// Who called us wants us to stop. A call that has returned is not asked; what is left is `later`, which waits for the
// clock, and `sum`, which waits for its stream.
static producer_callback_code_t cancelled(job *j) {
  producer_waitable_join(j->waitable, 0);
  if (j->ticked != 0) {
    producer_subtask_cancel(j->ticked);
    producer_subtask_drop(j->ticked);
  }
  if (j->bytes_in != 0) {
    exports_feed_stream_u8_cancel_read(j->bytes_in);
    exports_feed_stream_u8_drop_readable(j->bytes_in);
  }
  producer_task_cancel();
  return finish(j);
}

static producer_callback_code_t wake(producer_event_t *event) {
  job *j = producer_context_get_0();
  if (event->event == PRODUCER_EVENT_CANCEL) return cancelled(j);
  if (event->waitable != j->waitable) abort();
  producer_waitable_join(j->waitable, 0);
  j->code = event->code;
  return j->resume(j);
}

static bool dropped(uint32_t status) { return PRODUCER_WAITABLE_STATE(status) == PRODUCER_WAITABLE_DROPPED; }

static void capitals(producer_string_t *text) {
  for (size_t i = 0; i < text->len; i++) {
    if (text->ptr[i] >= 'a' && text->ptr[i] <= 'z') text->ptr[i] -= 'a' - 'A';
  }
}

// `job.turns` becomes what the clock says. Gives whether it said so at once; if not, the subtask is in `ticked`.
static bool tick(job *j) {
  producer_subtask_status_t status = clock_tick(&j->turns);
  if (PRODUCER_SUBTASK_STATE(status) == PRODUCER_SUBTASK_RETURNED) return true;
  j->ticked = PRODUCER_SUBTASK_HANDLE(status);
  return false;
}

// The clock's subtask has an event. Gives whether it has returned.
static bool has_ticked(job *j) {
  if (PRODUCER_SUBTASK_STATE(j->code) != PRODUCER_SUBTASK_RETURNED) return false;
  producer_subtask_drop(j->ticked);
  j->ticked = 0;
  return true;
}

static const char NO_NAME[] = "a name has at least one letter";

static uint32_t count_call(void) {
  static uint32_t calls;
  return ++calls;
}

static producer_string_t turns_text(uint32_t turns) {
  char text[32];
  size_t at = sizeof text - 1;
  text[at] = 0;
  memcpy(text + (at -= 6), " turns", 6);
  do text[--at] = (char)('0' + turns % 10); while ((turns /= 10) != 0);
  producer_string_t result;
  producer_string_dup(&result, text + at);
  return result;
}

#ifdef BLOCKING

// The calls that return no stream or future, as plain functions that wait on their stack.

static uint32_t wait_on_stack(uint32_t waitable) {
  producer_waitable_set_t set = producer_waitable_set_new();
  producer_event_t event;
  producer_waitable_join(waitable, set);
  producer_waitable_set_wait(set, &event);
  if (event.waitable != waitable) abort();
  producer_waitable_join(waitable, 0);
  producer_waitable_set_drop(set);
  return event.code;
}

uint32_t exports_feed_now(void) { return count_call(); }

void exports_feed_later(uint32_t turns, producer_string_t *ret) {
  for (uint32_t i = 0; i < turns; i++) {
    job j = {0};
    if (tick(&j)) continue;
    do j.code = wait_on_stack(j.ticked); while (!has_ticked(&j));
  }
  *ret = turns_text(turns);
}

bool exports_feed_check(producer_string_t *name, uint32_t *ret, producer_string_t *err) {
  bool good = name->len > 0;
  if (good) *ret = name->len;
  else producer_string_dup(err, NO_NAME);
  producer_string_free(name);
  return good;
}

uint64_t exports_feed_sum(exports_feed_stream_u8_t input) {
  uint8_t *bytes = malloc(MAX_CHUNK);
  if (!bytes) abort();
  uint64_t sum = 0;
  for (uint32_t status = 0; !dropped(status);) {
    status = exports_feed_stream_u8_read(input, bytes, MAX_CHUNK);
    if (status == PRODUCER_WAITABLE_STATUS_BLOCKED) status = wait_on_stack(input);
    for (uint32_t i = 0; i < PRODUCER_WAITABLE_COUNT(status); i++) sum += bytes[i];
  }
  exports_feed_stream_u8_drop_readable(input);
  free(bytes);
  return sum;
}

#else

// now

producer_callback_code_t exports_feed_now(void) {
  exports_feed_now_return(count_call());
  return PRODUCER_CALLBACK_CODE_EXIT;
}

producer_callback_code_t exports_feed_now_callback(producer_event_t *event) {
  (void)event;
  abort();
}

// later

static producer_callback_code_t later(job *j) {
  if (j->ticked != 0) {
    if (!has_ticked(j)) return await(j, j->ticked, later);
    j->done++;
  }
  while (j->done < j->left) {
    if (!tick(j)) return await(j, j->ticked, later);
    j->done++;
  }
  producer_string_t text = turns_text(j->done);
  exports_feed_later_return(text);
  producer_string_free(&text);
  return finish(j);
}

producer_callback_code_t exports_feed_later(uint32_t turns) {
  job *j = start();
  j->left = turns;
  return later(j);
}

producer_callback_code_t exports_feed_later_callback(producer_event_t *event) { return wake(event); }

// check

producer_callback_code_t exports_feed_check(producer_string_t *name) {
  exports_feed_result_u32_string_t result = {.is_err = name->len == 0};
  if (result.is_err) result.val.err = (producer_string_t){(uint8_t *)NO_NAME, sizeof NO_NAME - 1};
  else result.val.ok = name->len;
  exports_feed_check_return(result);
  producer_string_free(name);
  return PRODUCER_CALLBACK_CODE_EXIT;
}

producer_callback_code_t exports_feed_check_callback(producer_event_t *event) {
  (void)event;
  abort();
}

// sum

static producer_callback_code_t read_bytes(job *j);

static bool bytes_read(job *j, uint32_t status) {
  for (uint32_t i = 0; i < PRODUCER_WAITABLE_COUNT(status); i++) j->sum += j->bytes[i];
  return dropped(status);
}

static producer_callback_code_t sum_end(job *j) {
  exports_feed_stream_u8_drop_readable(j->bytes_in);
  exports_feed_sum_return(j->sum);
  return finish(j);
}

static producer_callback_code_t sum_resume(job *j) { return bytes_read(j, j->code) ? sum_end(j) : read_bytes(j); }

static producer_callback_code_t read_bytes(job *j) {
  for (;;) {
    uint32_t status = exports_feed_stream_u8_read(j->bytes_in, j->bytes, MAX_CHUNK);
    if (status == PRODUCER_WAITABLE_STATUS_BLOCKED) return await(j, j->bytes_in, sum_resume);
    if (bytes_read(j, status)) return sum_end(j);
  }
}

producer_callback_code_t exports_feed_sum(exports_feed_stream_u8_t input) {
  job *j = start();
  j->bytes = malloc(MAX_CHUNK);
  if (!j->bytes) abort();
  j->bytes_in = input;
  return read_bytes(j);
}

producer_callback_code_t exports_feed_sum_callback(producer_event_t *event) { return wake(event); }

#endif

// bytes

// The buffer is as long as a chunk and 255 bytes more, so that a write may begin with any byte.
static producer_callback_code_t write_bytes(job *j);

static bool bytes_written(job *j, uint32_t status) {
  uint32_t count = PRODUCER_WAITABLE_COUNT(status);
  j->done += count;
  j->left -= count;
  return dropped(status);
}

static producer_callback_code_t bytes_end(job *j) {
  exports_feed_stream_u8_drop_writable(j->bytes_out);
  return finish(j);
}

static producer_callback_code_t bytes_resume(job *j) { return bytes_written(j, j->code) ? bytes_end(j) : write_bytes(j); }

static producer_callback_code_t write_bytes(job *j) {
  while (j->left > 0) {
    uint32_t amount = j->left < j->chunk ? j->left : j->chunk;
    uint32_t status = exports_feed_stream_u8_write(j->bytes_out, j->bytes + (j->done & 255), amount);
    if (status == PRODUCER_WAITABLE_STATUS_BLOCKED) return await(j, j->bytes_out, bytes_resume);
    if (bytes_written(j, status)) break;
  }
  return bytes_end(j);
}

producer_callback_code_t exports_feed_bytes(uint32_t count, uint32_t chunk) {
  job *j = start();
  j->left = count;
  j->chunk = chunk == 0 || chunk > MAX_CHUNK ? MAX_CHUNK : chunk;
  j->bytes = malloc(j->chunk + 255);
  if (!j->bytes) abort();
  for (uint32_t i = 0; i < j->chunk + 255; i++) j->bytes[i] = (uint8_t)i;
  exports_feed_bytes_return(exports_feed_stream_u8_new(&j->bytes_out));
  return write_bytes(j);
}

producer_callback_code_t exports_feed_bytes_callback(producer_event_t *event) { return wake(event); }

// readings

static producer_callback_code_t write_readings(job *j);

static bool readings_written(job *j, uint32_t status) {
  uint32_t count = PRODUCER_WAITABLE_COUNT(status);
  j->done += count;
  j->left -= count;
  return dropped(status);
}

static producer_callback_code_t readings_end(job *j) {
  exports_feed_stream_reading_drop_writable(j->readings_out);
  return finish(j);
}

static producer_callback_code_t readings_resume(job *j) {
  return readings_written(j, j->code) ? readings_end(j) : write_readings(j);
}

static producer_callback_code_t write_readings(job *j) {
  static const char *const labels[] = {"north", "ost-süd-ost", "西"};
  static uint16_t levels[] = {1, 22, 333, 4444};
  while (j->left > 0) {
    uint32_t amount = j->left < READINGS_AT_ONCE ? j->left : READINGS_AT_ONCE;
    for (uint32_t i = 0; i < amount; i++) {
      exports_feed_reading_t *reading = &j->readings[i];
      reading->number = j->done + i;
      producer_string_set(&reading->label, labels[(j->done + i) % 3]);
      reading->levels = (producer_list_u16_t){levels, (j->done + i) % 5};
    }
    uint32_t status = exports_feed_stream_reading_write(j->readings_out, j->readings, amount);
    if (status == PRODUCER_WAITABLE_STATUS_BLOCKED) return await(j, j->readings_out, readings_resume);
    if (readings_written(j, status)) break;
  }
  return readings_end(j);
}

producer_callback_code_t exports_feed_readings(uint32_t count) {
  job *j = start();
  j->left = count;
  exports_feed_readings_return(exports_feed_stream_reading_new(&j->readings_out));
  return write_readings(j);
}

producer_callback_code_t exports_feed_readings_callback(producer_event_t *event) { return wake(event); }

// note

static producer_callback_code_t note_end(job *j) {
  exports_feed_future_string_drop_writable(j->note_out);
  producer_string_free(&j->text);
  return finish(j);
}

static producer_callback_code_t write_note(job *j) {
  capitals(&j->text);
  uint32_t status = exports_feed_future_string_write(j->note_out, &j->text);
  return status == PRODUCER_WAITABLE_STATUS_BLOCKED ? await(j, j->note_out, note_end) : note_end(j);
}

static producer_callback_code_t note_ticked(job *j) {
  return has_ticked(j) ? write_note(j) : await(j, j->ticked, note_ticked);
}

producer_callback_code_t exports_feed_note(producer_string_t *text) {
  job *j = start();
  j->text = *text;
  exports_feed_note_return(exports_feed_future_string_new(&j->note_out));
  return tick(j) ? write_note(j) : await(j, j->ticked, note_ticked);
}

producer_callback_code_t exports_feed_note_callback(producer_event_t *event) { return wake(event); }

// upper: of the `left` texts of the last read, `done` are written; `ended` says that it was the last.

static producer_callback_code_t upper(job *j);

static producer_callback_code_t upper_end(job *j) {
  for (; j->done < j->left; j->done++) producer_string_free(&j->texts[j->done]);
  exports_feed_stream_string_drop_readable(j->texts_in);
  exports_feed_stream_string_drop_writable(j->texts_out);
  return finish(j);
}

// A read can bring the last texts and the end at once.
static void texts_read(job *j, uint32_t status) {
  j->done = 0;
  j->left = PRODUCER_WAITABLE_COUNT(status);
  j->ended = dropped(status);
  for (uint32_t i = 0; i < j->left; i++) capitals(&j->texts[i]);
}

static bool texts_written(job *j, uint32_t status) {
  uint32_t end = j->done + PRODUCER_WAITABLE_COUNT(status);
  for (; j->done < end; j->done++) producer_string_free(&j->texts[j->done]);
  return dropped(status);
}

static producer_callback_code_t upper_read(job *j) {
  texts_read(j, j->code);
  return upper(j);
}

static producer_callback_code_t upper_written(job *j) { return texts_written(j, j->code) ? upper_end(j) : upper(j); }

static producer_callback_code_t upper(job *j) {
  for (;;) {
    while (j->done < j->left) {
      uint32_t status = exports_feed_stream_string_write(j->texts_out, j->texts + j->done, j->left - j->done);
      if (status == PRODUCER_WAITABLE_STATUS_BLOCKED) return await(j, j->texts_out, upper_written);
      if (texts_written(j, status)) return upper_end(j);
    }
    if (j->ended) return upper_end(j);
    uint32_t status = exports_feed_stream_string_read(j->texts_in, j->texts, TEXTS_AT_ONCE);
    if (status == PRODUCER_WAITABLE_STATUS_BLOCKED) return await(j, j->texts_in, upper_read);
    texts_read(j, status);
  }
}

producer_callback_code_t exports_feed_upper(exports_feed_stream_string_t input) {
  job *j = start();
  j->texts_in = input;
  exports_feed_upper_return(exports_feed_stream_string_new(&j->texts_out));
  return upper(j);
}

producer_callback_code_t exports_feed_upper_callback(producer_event_t *event) { return wake(event); }
