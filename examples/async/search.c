// Searches a text that comes as a stream, and gives the lines that it found as another. Nothing here waits on its stack:
// when a read or a write blocks, the function returns to the component model, which calls again when it is done. What has
// to be kept meanwhile is a `job`.

#include "searcher.h"
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 4096 };

typedef struct job job;
typedef searcher_callback_code_t step(job *);

struct job {
  step *resume;
  uint32_t code;
  searcher_waitable_set_t set;
  searcher_string_t word;

  exports_search_stream_u8_t text;
  uint8_t chunk[CHUNK];
  bool ended;

  // The line that is being read, and the lines that were found in the last chunk, of which `written` are written.
  uint8_t *line;
  size_t length, room;
  uint32_t number;
  exports_search_line_t *found;
  size_t count, written;

  exports_search_stream_line_writer_t lines;
  exports_search_future_u32_writer_t searched;
};

static void *grown(void *old, size_t size) {
  void *grown = realloc(old, size);
  if (!grown) abort();
  return grown;
}

static bool dropped(uint32_t status) { return SEARCHER_WAITABLE_STATE(status) == SEARCHER_WAITABLE_DROPPED; }

static searcher_callback_code_t await(job *j, uint32_t waitable, step *resume) {
  j->resume = resume;
  searcher_waitable_join(waitable, j->set);
  return SEARCHER_CALLBACK_CODE_WAIT(j->set);
}

static bool contains(const uint8_t *text, size_t length, const searcher_string_t *word) {
  for (size_t at = 0; at + word->len <= length; at++) {
    if (memcmp(text + at, word->ptr, word->len) == 0) return true;
  }
  return false;
}

static void end_line(job *j) {
  j->number++;
  if (contains(j->line, j->length, &j->word)) {
    j->found = grown(j->found, (j->count + 1) * sizeof *j->found);
    j->found[j->count].number = j->number;
    searcher_string_dup_n(&j->found[j->count++].text, (const char *)j->line, j->length);
  }
  j->length = 0;
}

static void search_chunk(job *j, uint32_t status) {
  for (uint32_t i = 0; i < SEARCHER_WAITABLE_COUNT(status); i++) {
    if (j->chunk[i] == '\n') {
      end_line(j);
      continue;
    }
    if (j->length == j->room) j->line = grown(j->line, j->room = 2 * j->room + 64);
    j->line[j->length++] = j->chunk[i];
  }
  j->ended = dropped(status);
  if (j->ended && j->length > 0) end_line(j);
}

static searcher_callback_code_t end(job *j) {
  exports_search_future_u32_drop_writable(j->searched);
  searcher_waitable_set_drop(j->set);
  searcher_string_free(&j->word);
  free(j->found);
  free(j->line);
  free(j);
  return SEARCHER_CALLBACK_CODE_EXIT;
}

static searcher_callback_code_t end_lines(job *j) {
  for (; j->written < j->count; j->written++) exports_search_line_free(&j->found[j->written]);
  exports_search_stream_u8_drop_readable(j->text);
  exports_search_stream_line_drop_writable(j->lines);
  uint32_t status = exports_search_future_u32_write(j->searched, &j->number);
  return status == SEARCHER_WAITABLE_STATUS_BLOCKED ? await(j, j->searched, end) : end(j);
}

// Gives whether somebody still reads the lines.
static bool lines_written(job *j, uint32_t status) {
  size_t end = j->written + SEARCHER_WAITABLE_COUNT(status);
  for (; j->written < end; j->written++) exports_search_line_free(&j->found[j->written]);
  return !dropped(status);
}

static searcher_callback_code_t go_on(job *j);

static searcher_callback_code_t after_read(job *j) {
  search_chunk(j, j->code);
  return go_on(j);
}

static searcher_callback_code_t after_write(job *j) { return lines_written(j, j->code) ? go_on(j) : end_lines(j); }

static searcher_callback_code_t go_on(job *j) {
  for (;;) {
    while (j->written < j->count) {
      uint32_t status = exports_search_stream_line_write(j->lines, j->found + j->written, j->count - j->written);
      if (status == SEARCHER_WAITABLE_STATUS_BLOCKED) return await(j, j->lines, after_write);
      if (!lines_written(j, status)) return end_lines(j);
    }
    if (j->ended) return end_lines(j);
    j->count = j->written = 0;
    uint32_t status = exports_search_stream_u8_read(j->text, j->chunk, CHUNK);
    if (status == SEARCHER_WAITABLE_STATUS_BLOCKED) return await(j, j->text, after_read);
    search_chunk(j, status);
  }
}

searcher_callback_code_t exports_search_find(exports_search_stream_u8_t text, searcher_string_t *word) {
  job *j = calloc(1, sizeof *j);
  if (!j) abort();
  j->set = searcher_waitable_set_new();
  j->text = text;
  j->word = *word;
  searcher_context_set_0(j);
  // The result goes out now; the work goes on.
  exports_search_tuple2_stream_line_future_u32_t result = {exports_search_stream_line_new(&j->lines), exports_search_future_u32_new(&j->searched)};
  exports_search_find_return(result);
  return go_on(j);
}

searcher_callback_code_t exports_search_find_callback(searcher_event_t *event) {
  job *j = searcher_context_get_0();
  searcher_waitable_join(event->waitable, 0);
  j->code = event->code;
  return j->resume(j);
}
