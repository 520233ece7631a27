// A command: writes what it reads in capital letters, by WASI 0.3's streams and futures, and says on standard error how
// much that was, by way of the C library and WASI 0.2. It waits on its stack; all it calls that takes time is awaited there.

#include "shout.h"
#include <stdio.h>
#include <stdlib.h>

enum { CHUNK = 4096, A_MILLISECOND = 1000000 };

static uint32_t done(uint32_t waitable, shout_waitable_status_t status) {
  if (status != SHOUT_WAITABLE_STATUS_BLOCKED) return status;
  shout_waitable_set_t set = shout_waitable_set_new();
  shout_event_t event;
  shout_waitable_join(waitable, set);
  shout_waitable_set_wait(set, &event);
  if (event.waitable != waitable) abort();
  shout_waitable_join(waitable, 0);
  shout_waitable_set_drop(set);
  return event.code;
}

static bool dropped(uint32_t status) { return SHOUT_WAITABLE_STATE(status) == SHOUT_WAITABLE_DROPPED; }

// Writes all of it, or says that nobody reads any more.
static bool write_all(input_stream_u8_writer_t writer, const uint8_t *bytes, size_t count) {
  while (count > 0) {
    uint32_t status = done(writer, input_stream_u8_write(writer, bytes, count));
    bytes += SHOUT_WAITABLE_COUNT(status);
    count -= SHOUT_WAITABLE_COUNT(status);
    if (dropped(status)) return false;
  }
  return true;
}

bool exports_command_run(void) {
  static uint8_t bytes[CHUNK];
  input_tuple2_stream_u8_future_result_void_error_code_t in;
  input_read_via_stream(&in);
  input_stream_u8_writer_t writer;
  output_future_result_void_error_code_t written = output_write_via_stream(input_stream_u8_new(&writer));

  size_t total = 0;
  for (uint32_t status = 0; !dropped(status);) {
    status = done(in.f0, input_stream_u8_read(in.f0, bytes, CHUNK));
    size_t count = SHOUT_WAITABLE_COUNT(status);
    for (size_t i = 0; i < count; i++) {
      if (bytes[i] >= 'a' && bytes[i] <= 'z') bytes[i] -= 'a' - 'A';
    }
    total += count;
    if (!write_all(writer, bytes, count)) break;
    clock_of_wasi_wait_for(A_MILLISECOND);
  }
  input_stream_u8_drop_readable(in.f0);
  input_stream_u8_drop_writable(writer);

  input_result_void_error_code_t read_result;
  output_result_void_error_code_t write_result;
  done(in.f1, input_future_result_void_error_code_read(in.f1, &read_result));
  input_future_result_void_error_code_drop_readable(in.f1);
  done(written, output_future_result_void_error_code_read(written, &write_result));
  output_future_result_void_error_code_drop_readable(written);
  fprintf(stderr, "%zu bytes\n", total);
  return !read_result.is_err && !write_result.is_err;
}
