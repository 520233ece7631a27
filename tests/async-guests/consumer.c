// Makes of a feed what the desk offers, with callbacks: no function here ever waits on its stack. What a call needs while
// it waits is in a `job`, which the component model keeps for us in a context slot of the task. Streams and futures are
// obtained by calls that may themselves take time, so every export begins with a call and goes on when it has returned.

#include "desk.h"

typedef struct job job;
typedef consumer_callback_code_t step(job *);

// A call that is under way. `resume` goes on when `waitable` has come to `code`.
struct job {
  step *resume, *returned;
  consumer_waitable_set_t set;
  uint32_t waitable, code;
  consumer_subtask_t subtask;
  uint32_t left, done, chunk;
  uint64_t sum;
  uint8_t *bytes;
  consumer_string_t text, answer;
  feed_result_u32_string_t checked;
  uint32_t now;
  feed_stream_u8_t stream;
  feed_stream_u8_writer_t writer;
  feed_stream_reading_t readings;
  feed_reading_t read[READINGS_AT_ONCE];
  consumer_list_string_t lines;
  feed_future_string_t future;
  feed_stream_string_t texts;
};

static job *start(void) {
  job *j = calloc(1, sizeof *j);
  if (!j) abort();
  j->set = consumer_waitable_set_new();
  consumer_context_set_0(j);
  return j;
}

static consumer_callback_code_t finish(job *j) {
  consumer_waitable_set_drop(j->set);
  consumer_string_free(&j->text);
  consumer_string_free(&j->answer);
  free(j->bytes);
  free(j);
  return CONSUMER_CALLBACK_CODE_EXIT;
}

static consumer_callback_code_t await(job *j, uint32_t waitable, step *resume) {
  j->waitable = waitable;
  j->resume = resume;
  consumer_waitable_join(waitable, j->set);
  return CONSUMER_CALLBACK_CODE_WAIT(j->set);
}

// Nothing here stops when it is asked to: whoever cancels gets the result.
static consumer_callback_code_t wake(consumer_event_t *event) {
  job *j = consumer_context_get_0();
  if (event->event == CONSUMER_EVENT_CANCEL) return CONSUMER_CALLBACK_CODE_WAIT(j->set);
  if (event->waitable != j->waitable) abort();
  consumer_waitable_join(j->waitable, 0);
  j->code = event->code;
  return j->resume(j);
}

static consumer_callback_code_t subtask_event(job *j) {
  if (CONSUMER_SUBTASK_STATE(j->code) != CONSUMER_SUBTASK_RETURNED) return await(j, j->subtask, subtask_event);
  consumer_subtask_drop(j->subtask);
  return j->returned(j);
}

// Goes on with `returned` when the call that gave `status` has returned.
static consumer_callback_code_t called(job *j, consumer_subtask_status_t status, step *returned) {
  if (CONSUMER_SUBTASK_STATE(status) == CONSUMER_SUBTASK_RETURNED) return returned(j);
  j->subtask = CONSUMER_SUBTASK_HANDLE(status);
  j->returned = returned;
  return await(j, j->subtask, subtask_event);
}

// ask

static consumer_callback_code_t ask_returned(job *j);

static consumer_callback_code_t ask(job *j) {
  while (j->left > 0) {
    j->left--;
    consumer_subtask_status_t status = feed_now(&j->now);
    if (CONSUMER_SUBTASK_STATE(status) != CONSUMER_SUBTASK_RETURNED) return called(j, status, ask_returned);
    j->sum += j->now;
  }
  exports_desk_ask_return((uint32_t)j->sum);
  return finish(j);
}

static consumer_callback_code_t ask_returned(job *j) {
  j->sum += j->now;
  return ask(j);
}

consumer_callback_code_t exports_desk_ask(uint32_t times) {
  job *j = start();
  j->left = times;
  return ask(j);
}

consumer_callback_code_t exports_desk_ask_callback(consumer_event_t *event) { return wake(event); }

// wait

static consumer_callback_code_t waited(job *j) {
  exports_desk_wait_return(j->answer);
  return finish(j);
}

consumer_callback_code_t exports_desk_wait(uint32_t turns) {
  job *j = start();
  return called(j, feed_later(turns, &j->answer), waited);
}

consumer_callback_code_t exports_desk_wait_callback(consumer_event_t *event) { return wake(event); }

// check

static consumer_callback_code_t checked(job *j) {
  if (j->checked.is_err) {
    exports_desk_check_return(j->checked.val.err);
  } else {
    consumer_string_t words;
    consumer_string_set(&words, j->checked.val.ok > 5 ? "long" : "short");
    exports_desk_check_return(words);
  }
  feed_result_u32_string_free(&j->checked);
  return finish(j);
}

consumer_callback_code_t exports_desk_check(consumer_string_t *name) {
  job *j = start();
  j->text = *name;
  return called(j, feed_check(j->text, &j->checked), checked);
}

consumer_callback_code_t exports_desk_check_callback(consumer_event_t *event) { return wake(event); }

// total

static consumer_callback_code_t read_bytes(job *j);

static bool bytes_read(job *j, uint32_t status) {
  for (uint32_t i = 0; i < CONSUMER_WAITABLE_COUNT(status); i++) j->sum += j->bytes[i];
  return dropped(status);
}

static consumer_callback_code_t total_end(job *j) {
  feed_stream_u8_drop_readable(j->stream);
  exports_desk_total_return(j->sum);
  return finish(j);
}

static consumer_callback_code_t total_resume(job *j) { return bytes_read(j, j->code) ? total_end(j) : read_bytes(j); }

static consumer_callback_code_t read_bytes(job *j) {
  for (;;) {
    uint32_t status = feed_stream_u8_read(j->stream, j->bytes, j->chunk);
    if (status == CONSUMER_WAITABLE_STATUS_BLOCKED) return await(j, j->stream, total_resume);
    if (bytes_read(j, status)) return total_end(j);
  }
}

consumer_callback_code_t exports_desk_total(uint32_t count, uint32_t chunk) {
  job *j = start();
  j->chunk = at_most(chunk);
  j->bytes = bytes(j->chunk);
  return called(j, feed_bytes(count, chunk, &j->stream), read_bytes);
}

consumer_callback_code_t exports_desk_total_callback(consumer_event_t *event) { return wake(event); }

// table

static void add_line(job *j, const feed_reading_t *reading) {
  j->lines.ptr = realloc(j->lines.ptr, (j->lines.len + 1) * sizeof *j->lines.ptr);
  if (!j->lines.ptr) abort();
  j->lines.ptr[j->lines.len++] = line_of(reading);
}

static consumer_callback_code_t read_readings(job *j);

static bool readings_read(job *j, uint32_t status) {
  for (uint32_t i = 0; i < CONSUMER_WAITABLE_COUNT(status); i++) {
    add_line(j, &j->read[i]);
    feed_reading_free(&j->read[i]);
  }
  return dropped(status);
}

static consumer_callback_code_t table_end(job *j) {
  feed_stream_reading_drop_readable(j->readings);
  exports_desk_table_return(j->lines);
  consumer_list_string_free(&j->lines);
  return finish(j);
}

static consumer_callback_code_t table_resume(job *j) {
  return readings_read(j, j->code) ? table_end(j) : read_readings(j);
}

static consumer_callback_code_t read_readings(job *j) {
  for (;;) {
    uint32_t status = feed_stream_reading_read(j->readings, j->read, READINGS_AT_ONCE);
    if (status == CONSUMER_WAITABLE_STATUS_BLOCKED) return await(j, j->readings, table_resume);
    if (readings_read(j, status)) return table_end(j);
  }
}

consumer_callback_code_t exports_desk_table(uint32_t count) {
  job *j = start();
  return called(j, feed_readings(count, &j->readings), read_readings);
}

consumer_callback_code_t exports_desk_table_callback(consumer_event_t *event) { return wake(event); }

// note

static consumer_callback_code_t note_end(job *j) {
  feed_future_string_drop_readable(j->future);
  exports_desk_note_return(j->answer);
  return finish(j);
}

static consumer_callback_code_t read_note(job *j) {
  uint32_t status = feed_future_string_read(j->future, &j->answer);
  return status == CONSUMER_WAITABLE_STATUS_BLOCKED ? await(j, j->future, note_end) : note_end(j);
}

consumer_callback_code_t exports_desk_note(consumer_string_t *text) {
  job *j = start();
  j->text = *text;
  return called(j, feed_note(j->text, &j->future), read_note);
}

consumer_callback_code_t exports_desk_note_callback(consumer_event_t *event) { return wake(event); }

// send: writes while `sum` is under way, and waits for it after having closed the stream.

static consumer_callback_code_t write_bytes(job *j);

static consumer_callback_code_t sent(job *j) {
  exports_desk_send_return(j->sum);
  return finish(j);
}

static consumer_callback_code_t send_end(job *j) {
  feed_stream_u8_drop_writable(j->writer);
  return j->subtask == 0 ? sent(j) : await(j, j->subtask, subtask_event);
}

// A write may take less than it was given: the reader's buffer can be almost full.
static bool bytes_written(job *j, uint32_t status) {
  j->done += CONSUMER_WAITABLE_COUNT(status);
  j->left -= CONSUMER_WAITABLE_COUNT(status);
  return dropped(status);
}

static consumer_callback_code_t send_resume(job *j) { return bytes_written(j, j->code) ? send_end(j) : write_bytes(j); }

static consumer_callback_code_t write_bytes(job *j) {
  while (j->left > 0) {
    uint32_t amount = j->left < j->chunk ? j->left : j->chunk;
    uint32_t status = feed_stream_u8_write(j->writer, j->bytes + (j->done & 255), amount);
    if (status == CONSUMER_WAITABLE_STATUS_BLOCKED) return await(j, j->writer, send_resume);
    if (bytes_written(j, status)) break;
  }
  return send_end(j);
}

consumer_callback_code_t exports_desk_send(uint32_t count, uint32_t chunk) {
  job *j = start();
  j->left = count;
  j->chunk = at_most(chunk);
  // Longer than a chunk by 255 bytes, so that a write may begin with any byte.
  j->bytes = bytes(j->chunk + 255);
  for (uint32_t i = 0; i < j->chunk + 255; i++) j->bytes[i] = (uint8_t)i;
  consumer_subtask_status_t status = feed_sum(feed_stream_u8_new(&j->writer), &j->sum);
  if (CONSUMER_SUBTASK_STATE(status) != CONSUMER_SUBTASK_RETURNED) j->subtask = CONSUMER_SUBTASK_HANDLE(status);
  j->returned = sent;
  return write_bytes(j);
}

consumer_callback_code_t exports_desk_send_callback(consumer_event_t *event) { return wake(event); }

// through

static consumer_callback_code_t through_returned(job *j) {
  exports_desk_through_return(j->texts);
  return finish(j);
}

consumer_callback_code_t exports_desk_through(exports_desk_stream_string_t input) {
  job *j = start();
  return called(j, feed_upper(input, &j->texts), through_returned);
}

consumer_callback_code_t exports_desk_through_callback(consumer_event_t *event) { return wake(event); }

// leave-early

static consumer_callback_code_t read_some(job *j);

static consumer_callback_code_t leave(job *j) {
  feed_stream_u8_drop_readable(j->stream);
  exports_desk_leave_early_return(j->sum);
  return finish(j);
}

static bool some_read(job *j, uint32_t status) {
  j->left -= CONSUMER_WAITABLE_COUNT(status);
  return bytes_read(j, status);
}

static consumer_callback_code_t leave_resume(job *j) { return some_read(j, j->code) ? leave(j) : read_some(j); }

static consumer_callback_code_t read_some(job *j) {
  while (j->left > 0) {
    uint32_t status = feed_stream_u8_read(j->stream, j->bytes, j->left < j->chunk ? j->left : j->chunk);
    if (status == CONSUMER_WAITABLE_STATUS_BLOCKED) return await(j, j->stream, leave_resume);
    if (some_read(j, status)) break;
  }
  return leave(j);
}

consumer_callback_code_t exports_desk_leave_early(uint32_t count, uint32_t read) {
  job *j = start();
  j->left = read;
  j->chunk = 100;
  j->bytes = bytes(j->chunk);
  return called(j, feed_bytes(count, 64, &j->stream), read_some);
}

consumer_callback_code_t exports_desk_leave_early_callback(consumer_event_t *event) { return wake(event); }

// give-up

consumer_callback_code_t exports_desk_give_up(void) {
  job *j = start();
  const char *words = "returned at once";
  consumer_subtask_status_t status = feed_later(A_GREAT_MANY, &j->answer);
  if (CONSUMER_SUBTASK_STATE(status) != CONSUMER_SUBTASK_RETURNED) words = cancelled(CONSUMER_SUBTASK_HANDLE(status));
  consumer_string_t answer;
  consumer_string_set(&answer, words);
  exports_desk_give_up_return(answer);
  return finish(j);
}

consumer_callback_code_t exports_desk_give_up_callback(consumer_event_t *event) { return wake(event); }
