// A clock that needs no host: a turn is over when everybody else who was ready has run once.

#include "timer.h"

timer_callback_code_t exports_clock_tick(void) { return TIMER_CALLBACK_CODE_YIELD; }

timer_callback_code_t exports_clock_tick_callback(timer_event_t *event) {
  static uint32_t turns;
  if (event->event == TIMER_EVENT_CANCEL) timer_task_cancel();
  else exports_clock_tick_return(++turns);
  return TIMER_CALLBACK_CODE_EXIT;
}
